import type { StaffRow, WorkingHours } from '#schemas/rows/staff.ts';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const dayMinutes = 24 * 60;

/** Day of the week (1 Monday … 7 Sunday) and minute of the day by a store's clock. */
export function storeClock(nowMs: number, timeZone: string): { weekday: number; minute: number } {
  const options = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const parts = new Intl.DateTimeFormat('en-GB', options).formatToParts(nowMs);
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return { weekday: weekdays.indexOf(part('weekday')) + 1, minute: minutesOf(`${part('hour')}:${part('minute')}`) };
}

function minutesOf(timeOfDay: string): number {
  const [hours, minutes] = timeOfDay.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Whether somebody works at that moment. Hours that end before they begin go past midnight, into the next day. */
export function isOnDuty(hours: readonly WorkingHours[], nowMs: number, timeZone: string): boolean {
  const { weekday, minute } = storeClock(nowMs, timeZone);
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return hours.some((span) => {
    const from = minutesOf(span.from);
    const until = minutesOf(span.until);
    const isOvernight = until <= from;
    if (span.weekday === weekday && minute >= from && minute < (isOvernight ? dayMinutes : until)) return true;
    return isOvernight && span.weekday === yesterday && minute < until;
  });
}

/** Who works now comes first; otherwise in the order given. */
export function onDutyFirst(staff: readonly StaffRow[], nowMs: number, timeZone: string) {
  const people = staff.map((row) => ({ row, onDuty: isOnDuty(row.workingHours, nowMs, timeZone) }));
  return people.toSorted((a, b) => Number(b.onDuty) - Number(a.onDuty));
}
