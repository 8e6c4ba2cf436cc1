const formats = new Map<string, Intl.DateTimeFormat>();
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Weekday (ISO 8601: Monday is 1) and minute of the day on the clocks of a time zone, as promotions ask for them. */
export function localTimeAt(atMs: number, timeZone: string): { localWeekday: number; localMinute: number } {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en', {
      timeZone,
      weekday: 'short',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return {
    localWeekday: weekdays.indexOf(parts.get('weekday') ?? '') + 1,
    localMinute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}
