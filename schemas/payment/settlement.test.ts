import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCovered, isInSteps, type Share, settle } from './settlement.ts';

const cash = (amountMinor: number): Share => ({ isCash: true, amountMinor });
const card = (amountMinor: number): Share => ({ isCash: false, amountMinor });
const step = fc.constantFrom(1, 5, 10, 100);

test('[TE1] a ticket that a card pays whole is not rounded; one that cash pays is', () => {
  expect(settle(1_003, [card(1_003)], 5)).toMatchObject({ leftMinor: 0, roundingMinor: 0, totalMinor: 1_003 });
  expect(settle(1_003, [cash(1_005)], 5)).toMatchObject({ roundingMinor: 2, totalMinor: 1_005, changeMinor: 0 });
  expect(isCovered(1_003, [cash(1_000)], 5)).toBe(false);
  expect(isCovered(1_003, [card(1_000)], 5)).toBe(false);
});

test('[TE2] of a split ticket, only the share that cash pays is rounded', () => {
  const split = [card(600), cash(410)];
  expect(settle(1_003, split, 5)).toMatchObject({ roundingMinor: 2, totalMinor: 1_005, changeMinor: 5 });
  expect(settle(1_003, [card(600)], 5)).toMatchObject({ leftMinor: 403, cashLeftMinor: 405 });
});

test('[TE3] a rest smaller than the smallest coin is paid by no coins, and as cash', () => {
  expect(settle(1_002, [card(1_000)], 5)).toMatchObject({ leftMinor: 2, cashLeftMinor: 0 });
  expect(isCovered(1_002, [card(1_000)], 5)).toBe(false);
  expect(isCovered(1_002, [card(1_000), cash(0)], 5)).toBe(true);
  expect([isInSteps(1_003, 5), isInSteps(1_005, 5)]).toEqual([false, true]);
});

test('[TE4] change comes out of the drawer, in coins that there are, whatever brought more than was due', () => {
  expect(settle(4_297, [card(5_000)], 5)).toMatchObject({ changeMinor: 705, roundingMinor: -2, totalMinor: 4_295 });
});

test('[TE4] a refund is given back whole and no more', () => {
  expect(isCovered(-1_000, [card(-600)], 1)).toBe(false);
  expect(isCovered(-1_000, [card(-600), cash(-400)], 1)).toBe(true);
  expect(isCovered(-1_000, [card(-1_200)], 1)).toBe(false);
  expect(settle(-1_003, [card(-600), cash(-405)], 5)).toMatchObject({ totalMinor: -1_005, changeMinor: 0 });
});

test('[M1] whatever pays a ticket: due + rounding = tenders − change, and rounding is half a step at most', () => {
  const share = fc.record({ isCash: fc.boolean(), amountMinor: fc.integer({ min: 0, max: 20_000 }) });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50_000 }),
      fc.array(share, { maxLength: 6 }),
      step,
      (due, shares, stepMinor) => {
        const end = settle(due, shares, stepMinor);
        expect(Math.abs(end.roundingMinor) * 2).toBeLessThanOrEqual(stepMinor);
        if (!isCovered(due, shares, stepMinor)) return;
        const paid = shares.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
        expect(paid - end.changeMinor).toBe(end.totalMinor);
        expect(end.totalMinor).toBe(due + end.roundingMinor);
      },
    ),
  );
});

test('[M1] paying what is left, in any way, covers the ticket', () => {
  const parts = fc.array(fc.tuple(fc.boolean(), fc.nat(9_999)), { maxLength: 4 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50_000 }), parts, fc.boolean(), step, (due, earlier, inCash, stepMinor) => {
      const shares: Share[] = [];
      for (const [isCash, wished] of earlier) {
        const { leftMinor } = settle(due, shares, stepMinor);
        const wishedMinor = isCash ? wished - (wished % stepMinor) : wished;
        if (wishedMinor <= leftMinor) shares.push({ isCash, amountMinor: wishedMinor });
      }
      const { leftMinor, cashLeftMinor } = settle(due, shares, stepMinor);
      shares.push(inCash ? cash(Math.max(0, cashLeftMinor)) : card(leftMinor));
      expect(isCovered(due, shares, stepMinor)).toBe(true);
    }),
  );
});
