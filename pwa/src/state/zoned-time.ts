import { fromAbsolute, parseDateTime, toCalendarDateTime, toZoned } from '@internationalized/date';

/** As a field for date and time holds it, by a clock in `timeZone`: `2026-12-24T18:00`, with seconds where there are any. */
export function zonedText(atMs: number | null, timeZone: string): string {
  if (atMs === null) return '';
  const text = toCalendarDateTime(fromAbsolute(atMs, timeZone)).toString().slice(0, 19);
  return text.endsWith(':00') && text.length === 19 ? text.slice(0, 16) : text;
}

/**
 * Milliseconds of what such a field holds; null when it is no time. A time that the clock skips in spring is the one an hour
 * later, of one that it shows twice in autumn the first counts.
 */
export function zonedMs(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null;
  try {
    const atMs = toZoned(parseDateTime(text), timeZone).toDate().getTime();
    return atMs >= 0 ? atMs : null;
  } catch {
    // `2026-02-30T10:00`: the shape of a time, and none.
    return null;
  }
}
