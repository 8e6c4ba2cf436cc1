import { m } from '#pwa/paraglide/messages.js';
import { durationText } from './time-text.ts';

/** How far a till's clock is from the server's. Below a second is as good as right. */
export function clockText(offsetMs: number | null, locale: string): string {
  if (offsetMs === null) return m.unknown();
  const awayMs = Math.abs(offsetMs);
  return awayMs < 1_000 ? m.till_clock_right() : m.till_clock_off({ duration: durationText(awayMs, locale) });
}
