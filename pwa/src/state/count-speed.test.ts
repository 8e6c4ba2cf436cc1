import { expect, test } from 'vitest';
import { itemsAnHour, leftMs } from './count-speed.ts';

const nowMs = 1_800_000_000_000;
const ann = { counted: 600, activeMs: 1_800_000, lastCountedAtMs: nowMs - 5_000 };

test('speed is pieces in an hour of work; of somebody who has just begun, none yet', () => {
  expect([itemsAnHour(ann), itemsAnHour({ counted: 3, activeMs: 200 })]).toEqual([1_200, 0]);
});

test('the time left is for those who are counting now', () => {
  const going = { serverTimeMs: nowMs, counted: 600, expected: 1_800, passes: 1 as const };
  expect(leftMs({ ...going, people: [ann] })).toBe(3_600_000);
  expect(leftMs({ ...going, people: [ann, { ...ann, lastCountedAtMs: nowMs - 3_600_000 }] })).toBe(3_600_000);
  expect(leftMs({ ...going, people: [{ ...ann, lastCountedAtMs: nowMs - 3_600_000 }] })).toBeNull();
  expect(leftMs({ ...going, people: [] })).toBeNull();
});

test('what is counted twice takes twice as long; more than the books have takes no time', () => {
  const going = { serverTimeMs: nowMs, expected: 1_800, people: [ann] };
  expect(leftMs({ ...going, counted: 600, passes: 2 })).toBe(9_000_000);
  expect(leftMs({ ...going, counted: 2_000, passes: 1 })).toBe(0);
});
