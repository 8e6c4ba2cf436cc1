import { expect, test } from 'vitest';
import { noPeopleSums, othersOf, type PeopleSums, peopleMeasured, signalsOf } from './people-measures.ts';

const sums = (some: Partial<PeopleSums>): PeopleSums => ({ ...noPeopleSums, ...some });
const shop = { tickets: 400, voids: 10, salesMinor: 400_000, discountMinor: 4_000, returnsMinor: -4_000 };

test('who voids twice as often as all others together is worth a look, of enough tickets', () => {
  const own = sums({ tickets: 100, voids: 6, salesMinor: 100_000, discountMinor: 1_000, returnsMinor: -1_000 });
  expect(signalsOf(own, sums(shop))).toEqual([{ id: 'voidShare', own: 0.06, others: 4 / 300 }]);
  const fresh = sums({ tickets: 10, voids: 6, salesMinor: 10_000 });
  expect(signalsOf(fresh, sums(shop))).toEqual([]);
  const once = sums({ tickets: 30, voids: 2, salesMinor: 30_000 });
  expect(signalsOf(once, sums(shop))).toEqual([]);
});

test('who is alone in the shop is compared with nobody', () => {
  const all = sums({ ...shop, tickets: 400 });
  expect(signalsOf(all, all)).toEqual([]);
  expect(othersOf(all, all)).toEqual(noPeopleSums);
});

test('nothing to divide by is no figure', () => {
  expect(peopleMeasured('ticketsPerHour', noPeopleSums)).toBeNull();
  expect(peopleMeasured('backShare', sums({ returnsMinor: -500 }))).toBeNull();
  expect(peopleMeasured('countedPerHour', sums({ countedPieces: 30, countedMinutes: 15 }))).toBe(120);
});
