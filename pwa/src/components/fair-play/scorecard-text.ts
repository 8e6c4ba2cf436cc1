import { m } from '#pwa/paraglide/messages.js';
import type { Figure, Measure, ScoreFact } from '#schemas/procurement/scorecard.ts';

const names: Readonly<Record<Measure, () => string>> = {
  'on-time': m.score_on_time,
  quality: m.score_quality,
  labels: m.score_labels,
  notices: m.score_notices,
  answers: m.score_answers,
};
export const measureText = (measure: Measure): string => names[measure]();

const hints: Readonly<Record<Measure, () => string>> = {
  'on-time': m.score_on_time_hint,
  quality: m.score_quality_hint,
  labels: m.score_labels_hint,
  notices: m.score_notices_hint,
  answers: m.score_answers_hint,
};
export const measureHint = (measure: Measure): string => hints[measure]();

/** `98.5 %`, rounded down, so that what is not whole never reads as whole; `–`: nothing happened. */
export function figureText({ good, of }: Pick<Figure, 'good' | 'of'>, locale: string): string {
  if (of === 0) return '–';
  const share = Math.floor((good / of) * 1_000) / 1_000;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

export function starsText({ count, sum }: { count: number; sum: number }, locale: string): string {
  if (count === 0) return '–';
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return m.score_stars({ stars: format.format(sum / count), count: format.format(count) });
}

export function paperText({ kind, name }: ScoreFact['paper']): string {
  if (kind === 'order') return m.order_number({ number: name });
  return kind === 'return' ? m.score_return({ number: name }) : m.score_delivery({ name });
}
