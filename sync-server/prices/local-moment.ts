/**
 * Unix milliseconds of a moment by a time zone's clocks, `2026-11-22` (midnight), `2026-11-22 14:30` or `…:30:15`; null: no such
 * moment. An hour that the clocks skip counts as the one after, one that comes twice as the first.
 */
export function localMsOf(text: string, timeZone: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const asUtcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const isReal = new Date(asUtcMs).toISOString().startsWith(`${match[1]}-${match[2]}-${match[3]}`);
  if (!isReal || hour > 23 || minute > 59 || second > 59) return null;
  // The zone's distance from UTC is asked before and after a change of clocks; the larger one is summer time's, the earlier moment.
  const offsets = [asUtcMs - 86_400_000, asUtcMs + 86_400_000].map((atMs) => offsetMsAt(atMs, timeZone));
  const moments = offsets.map((offsetMs) => asUtcMs - offsetMs);
  const fitting = moments.filter((atMs) => atMs + offsetMsAt(atMs, timeZone) === asUtcMs);
  return fitting.length > 0 ? Math.min(...fitting) : Math.max(...moments);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetMsAt(atMs: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', second: 'numeric', ...parts });
    formats.set(timeZone, format);
  }
  const found = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? 0;
  const localMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return localMs - Math.floor(atMs / 1_000) * 1_000;
}
