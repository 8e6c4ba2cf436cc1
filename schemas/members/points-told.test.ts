import { expect, test } from 'vitest';
import { plainLine, plainTender, type RetailTransaction } from '../transaction/retail-transaction.ts';
import type { PointsRules } from './points.ts';
import { pointsToldOf, pointsToldSchema } from './points-told.ts';

const rules: PointsRules = {
  ...{ minorPerPoint: 100, categories: [{ categoryId: 'wine', multiplier: 300 }] },
  ...{ promotions: [{ promotionId: 'half', multiplier: 0 }], tiers: [{ tier: 'gold', multiplier: 200 }] },
  ...{ pendingDays: 0, expiryDays: null, offlineBurnPoints: 0 },
};
const lineOf = (lineNumber: number, quantity: number, totalMinor: number): RetailTransaction['lines'][number] => ({
  ...{ ...plainLine, lineNumber, skuId: `sku-${lineNumber}`, gtin14: null, serial: null, name: 'x', quantity },
  ...{ unitPriceMinor: 1, taxClass: 'standard', taxRateBasisPoints: 0, netMinor: totalMinor, taxMinor: 0, totalMinor },
  ...{ discounts: [], placeId: 'floor' },
});
const ticket = {
  ...{ memberId: 'ann', memberTier: 'gold', voids: null, tenders: [] },
  lines: [lineOf(1, 1, 1_000), lineOf(2, 2, 500), lineOf(3, -1, -700)],
};
const categoriesOf = (skuId: string) => (skuId === 'sku-1' ? ['wine'] : []);
const online = { balance: { points: 40, atMs: 5 }, isOnline: true };

test('[MP9] what is sold earns as posting will book it; what comes back is not told', () => {
  expect(pointsToldOf(ticket, rules, categoriesOf, online, 9)).toEqual({
    earned: 70,
    balance: { points: 40, atMs: 5 },
  });
  const waits = pointsToldOf(ticket, { ...rules, pendingDays: 14 }, categoriesOf, { ...online, isOnline: false }, 9);
  expect(waits).toMatchObject({ earned: 70, isAbout: true, spendableAtMs: 9 + 14 * 86_400_000 });
  expect(pointsToldSchema.parse(waits)).toEqual(waits);
});

test('[MP9] points pay no points; nothing is told to nobody, without rules, and of a return alone', () => {
  const byPoints = { ...ticket, tenders: [plainTender('points', 1_500)] };
  expect(pointsToldOf(byPoints, rules, categoriesOf, { balance: null, isOnline: true }, 9)).toEqual({ earned: 0 });
  expect(pointsToldOf({ ...ticket, memberId: null }, rules, categoriesOf, online, 9)).toBeNull();
  expect(pointsToldOf(ticket, undefined, categoriesOf, online, 9)).toBeNull();
  expect(pointsToldOf({ ...ticket, lines: [lineOf(3, -1, -700)] }, rules, categoriesOf, online, 9)).toBeNull();
});
