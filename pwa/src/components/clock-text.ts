import { m } from '#pwa/paraglide/messages.js';
import { durationText } from './time-text.ts';

const minuteMs = 60_000;

/** How far a till's clock is from the server's. Below a second is as good as right. */
export function clockText(offsetMs: number | null, locale: string): string {
  if (offsetMs === null) return m.unknown();
  return Math.abs(offsetMs) < 1_000 ? m.till_clock_right() : m.till_clock_off({ duration: awayText(offsetMs, locale) });
}

/** By how much a clock is off. The way to the server takes a part of a second, so above a minute it is told in minutes. */
export function awayText(offsetMs: number, locale: string): string {
  const awayMs = Math.abs(offsetMs);
  return durationText(awayMs < minuteMs ? awayMs : Math.round(awayMs / minuteMs) * minuteMs, locale);
}
