import { expect, test } from 'vitest';
import { fakeConfig } from './fake-till.ts';
import { isOnDuty, onDutyFirst, storeClock } from './on-duty.ts';

const at = (iso: string) => Date.parse(iso);
const hours = (weekday: number, from: string, until: string) => [{ storeId: 'north', weekday, from, until }];
const london = 'Europe/London';

test("the store's clock, not the device's, says which day it is", () => {
  // Sunday 22 November 2026, half past eleven at night in London, is Monday morning in Hong Kong.
  const sunday = at('2026-11-22T23:30:00Z');
  expect(storeClock(sunday, london)).toEqual({ weekday: 7, minute: 23 * 60 + 30 });
  expect(storeClock(sunday, 'Asia/Hong_Kong')).toEqual({ weekday: 1, minute: 7 * 60 + 30 });
  expect(isOnDuty(hours(1, '07:00', '15:00'), sunday, 'Asia/Hong_Kong')).toBe(true);
  expect(isOnDuty(hours(1, '07:00', '15:00'), sunday, london)).toBe(false);
});

test('from its first minute to the one before its last', () => {
  const day = hours(7, '09:00', '17:30');
  expect(isOnDuty(day, at('2026-11-22T08:59:59Z'), london)).toBe(false);
  expect(isOnDuty(day, at('2026-11-22T09:00:00Z'), london)).toBe(true);
  expect(isOnDuty(day, at('2026-11-22T17:29:00Z'), london)).toBe(true);
  expect(isOnDuty(day, at('2026-11-22T17:30:00Z'), london)).toBe(false);
});

test('hours that end before they begin go past midnight, from Sunday into Monday too', () => {
  const night = hours(7, '22:00', '06:00');
  expect(isOnDuty(night, at('2026-11-22T23:00:00Z'), london)).toBe(true);
  expect(isOnDuty(night, at('2026-11-23T05:59:00Z'), london)).toBe(true);
  expect(isOnDuty(night, at('2026-11-23T06:00:00Z'), london)).toBe(false);
  expect(isOnDuty(night, at('2026-11-22T05:00:00Z'), london)).toBe(false);
});

test('until 24:00 is until midnight; the same time twice is a whole day', () => {
  expect(isOnDuty(hours(7, '18:00', '24:00'), at('2026-11-22T23:59:00Z'), london)).toBe(true);
  expect(isOnDuty(hours(7, '18:00', '24:00'), at('2026-11-23T00:00:00Z'), london)).toBe(false);
  expect(isOnDuty(hours(7, '08:00', '08:00'), at('2026-11-23T07:00:00Z'), london)).toBe(true);
});

test('who is on duty comes first, and otherwise the order stays', () => {
  const [ann, bob] = fakeConfig.staff;
  if (!ann || !bob) throw new Error('two people');
  const staff = [ann, { ...bob, workingHours: hours(7, '09:00', '17:00') }, { ...ann, operatorId: 'cid' }];
  const people = onDutyFirst(staff, at('2026-11-22T12:00:00Z'), london);
  expect(people.map(({ row, onDuty }) => [row.operatorId, onDuty])).toEqual([
    ['bob', true],
    ['ann', false],
    ['cid', false],
  ]);
});
