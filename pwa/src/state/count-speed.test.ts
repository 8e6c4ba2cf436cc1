import { expect, test } from 'vitest';
import { itemsAnHour, leftMs } from './count-speed.ts';

const nowMs = 1_800_000_000_000;
const ann = { counted: 600, activeMs: 1_800_000, lastCountedAtMs: nowMs - 5_000 };
const gone = { ...ann, lastCountedAtMs: nowMs - 3_600_000 };
const going = { serverTimeMs: nowMs, expected: 1_800, passes: 1 as const };

test('speed is pieces in an hour of work; of somebody who has just begun, none yet', () => {
  expect([itemsAnHour(ann), itemsAnHour({ counted: 3, activeMs: 200 })]).toEqual([1_200, 0]);
});

test('the time left is for those who are counting now; what others counted is counted', () => {
  expect(leftMs({ ...going, people: [ann] })).toBe(3_600_000);
  expect(leftMs({ ...going, people: [ann, gone] })).toBe(1_800_000);
  expect(leftMs({ ...going, people: [gone] })).toBeNull();
  expect(leftMs({ ...going, people: [] })).toBeNull();
});

test('what is counted twice takes twice as long; more than the books have takes no time', () => {
  expect(leftMs({ ...going, passes: 2, people: [ann] })).toBe(9_000_000);
  expect(leftMs({ ...going, expected: 500, people: [ann] })).toBe(0);
});
