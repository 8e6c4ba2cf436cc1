import { expect, test } from 'vitest';
import { snoozeMoments } from './snooze.ts';

test('work that is put off comes back before the shop opens, by the shop’s clock', () => {
  const nowMs = Date.parse('2026-11-22T23:30:00Z');
  expect(snoozeMoments(nowMs, 'Europe/London')).toEqual({
    hour: nowMs + 3_600_000,
    tomorrow: Date.parse('2026-11-23T07:00:00Z'),
    week: Date.parse('2026-11-29T07:00:00Z'),
  });
  // It is Monday morning there already.
  expect(snoozeMoments(nowMs, 'Asia/Shanghai').tomorrow).toBe(Date.parse('2026-11-23T23:00:00Z'));
});

test('the night in which clocks change is a night', () => {
  const nowMs = Date.parse('2026-10-24T12:00:00Z');
  expect(snoozeMoments(nowMs, 'Europe/London').tomorrow).toBe(Date.parse('2026-10-25T07:00:00Z'));
});
