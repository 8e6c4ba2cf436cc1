import { expect, test } from 'vitest';
import { localTimeAt } from './local-time.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

test('the weekday and minute of a store are those of its own clocks, summer time included', () => {
  expect(localTimeAt(utc('2026-11-22T23:59'), 'UTC')).toEqual({ localWeekday: 7, localMinute: 1_439 });
  expect(localTimeAt(utc('2026-11-22T23:59'), 'Asia/Shanghai')).toEqual({ localWeekday: 1, localMinute: 479 });
  expect(localTimeAt(utc('2026-07-01T23:30'), 'Europe/London')).toEqual({ localWeekday: 4, localMinute: 30 });
  // The hour that comes twice.
  expect(localTimeAt(utc('2026-10-25T00:30'), 'Europe/London')).toEqual({ localWeekday: 7, localMinute: 90 });
  expect(localTimeAt(utc('2026-10-25T01:30'), 'Europe/London')).toEqual({ localWeekday: 7, localMinute: 90 });
});

test('what was asked for last is not what is answered for another minute or another zone', () => {
  const zones = ['UTC', 'Asia/Kathmandu', 'America/St_Johns'];
  const moments = ['2026-11-22T10:00:00', '2026-11-22T10:00:59.999', '2026-11-22T10:01', '2026-11-22T10:00'].map(utc);
  const minutes = moments.map((atMs) => zones.map((zone) => localTimeAt(atMs, zone).localMinute));
  expect(minutes).toEqual([
    [600, 945, 390],
    [600, 945, 390],
    [601, 946, 391],
    [600, 945, 390],
  ]);
});
