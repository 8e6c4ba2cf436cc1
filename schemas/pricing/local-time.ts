type LocalTime = { localWeekday: number; localMinute: number };

const formats = new Map<string, Intl.DateTimeFormat>();
const minuteMs = 60_000;
/** The minute that was asked for last in each zone: every change of a basket asks again, and clocks differ by whole minutes. */
const lastAsked = new Map<string, LocalTime & { minute: number }>();
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Weekday (ISO 8601: Monday is 1) and minute of the day on the clocks of a time zone, as promotions ask for them. */
export function localTimeAt(atMs: number, timeZone: string): LocalTime {
  const minute = Math.floor(atMs / minuteMs);
  const last = lastAsked.get(timeZone);
  if (last?.minute === minute) return { localWeekday: last.localWeekday, localMinute: last.localMinute };
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
  const local = {
    localWeekday: weekdays.indexOf(parts.get('weekday') ?? '') + 1,
    localMinute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
  lastAsked.set(timeZone, { minute, ...local });
  return local;
}
