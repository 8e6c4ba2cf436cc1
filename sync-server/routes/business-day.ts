/** The calendar day in a time zone, `2026-11-22`. */
export function businessDayAt(atMs: number, timeZone: string): string {
  // Sweden writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(atMs);
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const dayMs = 86_400_000;
/** Without a `from`. */
const defaultDays = 14;

export type Days = { from: string; to: string };
type AskedDays = { from?: string | undefined; to?: string | undefined };

/** The days asked for, today the last one where none is; null when there are more than `maxDays`, or none. */
export function daysOf({ from, to }: AskedDays, today: string, maxDays: number): Days | null {
  const last = to ?? today;
  const first = from ?? new Date(Date.parse(last) - (defaultDays - 1) * dayMs).toISOString().slice(0, 10);
  const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1;
  return days >= 1 && days <= maxDays ? { from: first, to: last } : null;
}
