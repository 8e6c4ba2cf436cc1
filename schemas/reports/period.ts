const dayMs = 86_400_000;

export type Period = { from: string; to: string };
/** What figures are compared with: as many days right before, or the same days a year before. */
export type Comparison = 'none' | 'before' | 'year';
/** How far back the other period lies. */
export type Shift = { months: number } | { days: number };

const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const partsOf = (day: string) => day.split('-').map(Number) as [number, number, number];

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Days of a period, both ends included. */
export function daysIn({ from, to }: Period): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs + 1;
}

function isWholeMonths({ from, to }: Period): boolean {
  const [year, month, day] = partsOf(to);
  return from.endsWith('-01') && day === lastDayOf(year, month);
}

/** Whole months are compared with whole months, other days with as many days. */
export function shiftOf(period: Period, comparison: Exclude<Comparison, 'none'>): Shift {
  if (comparison === 'year') return { months: 12 };
  if (!isWholeMonths(period)) return { days: daysIn(period) };
  const [[fromYear, fromMonth], [toYear, toMonth]] = [partsOf(period.from), partsOf(period.to)];
  return { months: (toYear - fromYear) * 12 + toMonth - fromMonth + 1 };
}

/** The day so much earlier; of a month that is too short its last day. */
export function dayBefore(day: string, shift: Shift): string {
  if ('days' in shift) return isoDay(Date.parse(day) - shift.days * dayMs);
  const [year, month, date] = partsOf(day);
  const at = year * 12 + month - 1 - shift.months;
  const [earlierYear, earlierMonth] = [Math.floor(at / 12), (at % 12) + 1];
  return isoDay(Date.UTC(earlierYear, earlierMonth - 1, Math.min(date, lastDayOf(earlierYear, earlierMonth))));
}

/** The period that another is compared with. */
export function periodBefore(period: Period, comparison: Exclude<Comparison, 'none'>): Period {
  const shift = shiftOf(period, comparison);
  const to = dayBefore(period.to, shift);
  const [year, month] = partsOf(to);
  const whole = 'months' in shift && isWholeMonths(period);
  return {
    from: dayBefore(period.from, shift),
    to: whole ? `${to.slice(0, 8)}${String(lastDayOf(year, month)).padStart(2, '0')}` : to,
  };
}

/** The months that lie wholly in a period, and the days beside them. */
export function monthsIn(period: Period): { months: { from: string; to: string } | null; days: Period[] } {
  const first = period.from.endsWith('-01') ? period.from.slice(0, 7) : monthAfter(period.from.slice(0, 7), 1);
  const last = isWholeMonths({ from: '2000-01-01', to: period.to })
    ? period.to.slice(0, 7)
    : monthAfter(period.to.slice(0, 7), -1);
  if (first > last) return { months: null, days: [period] };
  const before = { from: period.from, to: dayBefore(`${first}-01`, { days: 1 }) };
  const after = { from: `${monthAfter(last, 1)}-01`, to: period.to };
  return { months: { from: first, to: last }, days: [before, after].filter(({ from, to }) => from <= to) };
}

function monthAfter(month: string, months: number): string {
  return dayBefore(`${month}-01`, { months: -months }).slice(0, 7);
}
