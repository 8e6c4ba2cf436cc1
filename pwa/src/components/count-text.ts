import { m } from '#pwa/paraglide/messages.js';
import type { CountOutcome, CountSummary, ReviewLine, ValueClass } from '#schemas/api/counts.ts';
import type { CountScope } from '#schemas/stock/count-entries.ts';
import type { CountState } from '#schemas/stock/count-row.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import { awayText } from './clock-text.ts';

const stateTexts: Readonly<Record<CountState, () => string>> = {
  unopened: m.counts_state_unopened,
  open: m.counts_state_open,
  approved: m.counts_state_approved,
  cancelled: m.counts_state_cancelled,
};

export function countStateText(state: CountState): string {
  return stateTexts[state]();
}

type Titled = Pick<CountSummary, 'name' | 'placeNames'>;

/** What a stock-take is called: by its place, in the reader's language, where nobody planned it. */
export function countTitleText({ name, placeNames }: Titled, locale: LocaleCode): string {
  if (placeNames !== null) return m.counts_shelf({ place: nameIn(placeNames, locale) });
  return name || m.counts_unnamed();
}

const outcomeTexts: Readonly<Record<CountOutcome, () => string>> = {
  missing: m.counts_outcome_missing,
  moved: m.counts_outcome_moved,
  sold: m.counts_outcome_sold,
  'not-received': m.counts_outcome_not_received,
  'other-store': m.counts_outcome_other_store,
  gone: m.counts_outcome_gone,
  'unknown-unit': m.counts_outcome_unknown_unit,
  'turned-up': m.counts_outcome_turned_up,
  'still-missing': m.counts_outcome_still_missing,
  short: m.counts_outcome_short,
  over: m.counts_outcome_over,
  unordered: m.counts_outcome_unordered,
};

/** What came out of counting, in a few words. */
export function countOutcomeText(outcome: CountOutcome): string {
  return outcomeTexts[outcome]();
}

const classTexts: Readonly<Record<ValueClass, () => string>> = {
  A: m.counts_class_a,
  B: m.counts_class_b,
  C: m.counts_class_c,
};

export function valueClassText(valueClass: ValueClass): string {
  return classTexts[valueClass]();
}

type Told = Pick<ReviewLine, 'outcome' | 'placeId' | 'placeNames' | 'booked' | 'counted' | 'expected'>;

/** What a line of a review says, as one shopkeeper would tell another. */
export function reviewSentence(line: Told, locale: LocaleCode): string {
  const nameOf = (placeId: string, names: ReviewLine['placeNames']) => (names ? nameIn(names, locale) : placeId);
  const place = nameOf(line.placeId, line.placeNames);
  const booked = line.booked ? nameOf(line.booked.placeId, line.booked.placeNames) : '';
  const number = new Intl.NumberFormat(locale);
  const numbers = { place, counted: number.format(line.counted), expected: number.format(line.expected) };
  switch (line.outcome) {
    case 'missing':
      return m.counts_says_missing({ place });
    case 'moved':
      return m.counts_says_moved({ place, booked });
    case 'sold':
      return m.counts_says_sold({ place });
    case 'not-received':
      return m.counts_says_not_received({ place });
    case 'other-store':
      return m.counts_says_other_store({ place });
    case 'gone':
      return m.counts_says_gone({ place });
    case 'unknown-unit':
      return m.counts_says_unknown_unit({ place });
    case 'turned-up':
      return m.counts_says_turned_up({ place });
    case 'still-missing':
      return m.counts_says_still_missing();
    case 'short':
      return m.counts_says_short({ ...numbers, difference: number.format(line.expected - line.counted) });
    case 'over':
      return m.counts_says_over({ ...numbers, difference: number.format(line.counted - line.expected) });
    case 'unordered':
      return m.counts_says_unordered({ place });
  }
}

type Unsure = Pick<ReviewLine, 'unsure' | 'unsureBecause' | 'clockTill' | 'clockOffMs'>;

/** Why a line cannot be told for sure, and what to do. */
export function unsureText(
  { unsure: count, unsureBecause, clockTill, clockOffMs }: Unsure,
  locale: LocaleCode,
): string {
  if (unsureBecause === 'close') return m.counts_mark_close({ count });
  if (unsureBecause !== 'clock') return m.counts_mark_unsure({ count });
  const duration = awayText(clockOffMs, locale);
  return clockTill === null
    ? m.counts_mark_clock_tills({ count, duration })
    : m.counts_mark_clock({ count, duration, till: clockTill });
}

/** What is to be counted, in a few words. */
export function countScopeText({ placeIds, skuIds, categoryIds, brands }: CountScope): string {
  const parts = [
    placeIds.length > 0 && m.counts_scope_places({ count: placeIds.length }),
    categoryIds.length > 0 && m.counts_scope_categories({ count: categoryIds.length }),
    brands.length > 0 && m.counts_scope_brands({ count: brands.length }),
    skuIds.length > 0 && m.counts_scope_skus({ count: skuIds.length }),
  ].filter((part) => part !== false);
  return parts.length === 0 ? m.counts_scope_all() : parts.join(' · ');
}

/** A share in hundredths of a percent, as a percentage; nothing to compare with: a dash. */
export function basisPointsText(basisPoints: number | null, locale: string): string {
  if (basisPoints === null) return '–';
  const style = { style: 'percent', maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(locale, style).format(basisPoints / 10_000);
}
