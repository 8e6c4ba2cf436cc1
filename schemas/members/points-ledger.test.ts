import { expect, test } from 'vitest';
import { plainLine, plainTender, type Tender } from '../transaction/retail-transaction.ts';
import type { PointsRules } from './points.ts';
import {
  adjustedStep,
  type EarnedLine,
  type LineBack,
  stepsBack,
  stepsOfTenders,
  stepsOfTicket,
  tierEventsOf,
} from './points-ledger.ts';

const dayMs = 86_400_000;
const rules: PointsRules = {
  ...{ minorPerPoint: 100, categories: [{ categoryId: 'books', multiplier: 200 }], promotions: [], tiers: [] },
  ...{ pendingDays: 14, expiryDays: 365, offlineBurnPoints: 0 },
};
const line = (lineNumber: number, quantity: number, totalMinor: number, skuId = 'tea') => ({
  ...plainLine,
  ...{ lineNumber, skuId, quantity, totalMinor, gtin14: null, serial: null, name: skuId, unitPriceMinor: 100 },
  ...{ taxClass: '', taxRateBasisPoints: 0, netMinor: totalMinor, taxMinor: 0, placeId: 'floor', discounts: [] },
});
const ticket = (lines: ReturnType<typeof line>[], tenders: Tender[] = []) => ({
  ...{ entryId: '0001-000000001', memberId: 'ann', atMs: 0, body: { lines, memberTier: null, voids: null, tenders } },
});
const categoriesOf = (skuId: string) => (skuId === 'novel' ? ['books'] : []);
const pointsOf = (steps: readonly { points: number }[]) => steps.map(({ points }) => points);

test('[MP1] lines earn by their category, wait and expire; a visit is counted once a ticket', () => {
  const steps = stepsOfTicket(ticket([line(1, 1, 150), line(2, 1, 150, 'novel')]), rules, categoriesOf);
  expect(steps).toMatchObject([
    { stepNumber: 1, points: 1, visits: 1, spendMinor: 150, availableAtMs: 14 * dayMs, expiresAtMs: 365 * dayMs },
    { stepNumber: 2, points: 3, visits: 0, spendMinor: 150 },
  ]);
  expect(pointsOf(stepsOfTicket(ticket([line(1, 1, 150)]), null, categoriesOf))).toEqual([0]);
});

test('[MP2] without a receipt the same is taken back as it would earn; it is no visit', () => {
  const steps = stepsOfTicket(ticket([line(1, -2, -400)]), rules, categoriesOf);
  expect(steps).toMatchObject([{ points: -4, spendMinor: -400, visits: 0 }]);
});

test('[P1] [MP2] what comes back is the same in any order; a void takes the visit too', () => {
  const [step] = stepsOfTicket(ticket([line(1, 3, 1_000)]), rules, categoriesOf);
  if (step === undefined) throw new Error('a line earns');
  const sold: EarnedLine[] = [{ ...step, quantity: 3 }];
  const back = (sequence: number, pieces: number, isVoid = false): LineBack => ({
    ...{ entryId: `0001-00000000${sequence}`, lineNumber: 1, soldNumber: 1, pieces, isVoid },
    ...{ orderedAtMs: sequence, atMs: sequence },
  });
  const backs = [back(2, 1), back(3, 3, true), back(4, -1)];
  const steps = stepsBack(sold, backs);
  expect(pointsOf(steps)).toEqual([-3, -7, 0]);
  expect(steps.map(({ visits }) => visits)).toEqual([0, -1, 0]);
  expect(stepsBack(sold, backs.toReversed())).toEqual(steps);
});

test('[MT5] what is given by hand counts for no tier', () => {
  const given = adjustedStep({ entryId: '0000-000000001', atMs: 5 }, { memberId: 'ann', points: 50 }, rules);
  expect(given).toMatchObject({ points: 50, availableAtMs: 5, expiresAtMs: 5 + 365 * dayMs });
  expect(tierEventsOf([{ ...given, storeId: 'west' }])).toEqual([]);
});

test('[MP6] [MP7] what points pay earns none and is taken from whose they are; it counts for no tier', () => {
  const paid: Tender = { ...plainTender('points', 250), reference: 'bob', points: 500 };
  const sale = ticket([line(1, 1, 500), line(2, 1, 500)], [paid, plainTender('cash', 750)]);
  expect(pointsOf(stepsOfTicket(sale, rules, categoriesOf))).toEqual([3, 4]);
  const [spent] = stepsOfTenders(sale, rules);
  expect(spent).toMatchObject({ memberId: 'bob', kind: 'spent', points: -500, stepNumber: 3_001, spendMinor: 0 });
  const back: Tender = { ...paid, amountMinor: -250, points: -500 };
  expect(stepsOfTenders(ticket([], [plainTender('cash', -1), back]), rules)).toMatchObject([
    { kind: 'given-back', points: 500, stepNumber: 3_002, availableAtMs: 0 },
  ]);
  expect(tierEventsOf(spent === undefined ? [] : [{ ...spent, storeId: 'west' }])).toEqual([]);
  expect(stepsOfTenders(ticket([], [plainTender('points', 5)]), rules)).toEqual([]);
});
