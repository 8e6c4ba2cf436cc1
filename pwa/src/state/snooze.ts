import { dayAfter } from './store-day.ts';
import { zonedMs, zonedText } from './zoned-time.ts';

export type Snooze = 'hour' | 'tomorrow' | 'week';
const hourMs = 3_600_000;
/** Work that sleeps comes back before the shop opens. */
const morning = 'T07:00';

/** Until when work can be put off, seen from a moment in the store's time zone. */
export function snoozeMoments(nowMs: number, timeZone: string): Readonly<Record<Snooze, number>> {
  const today = zonedText(nowMs, timeZone).slice(0, 10);
  const morningAfter = (days: number) =>
    zonedMs(dayAfter(today, days) + morning, timeZone) ?? nowMs + days * 24 * hourMs;
  return { hour: nowMs + hourMs, tomorrow: morningAfter(1), week: morningAfter(7) };
}
