import fc from 'fast-check';
import { expect, test } from 'vitest';
import { burnable, earnedPoints, type PointsRules, type PointsStep, pointsAt, reversedPoints } from './points.ts';

const rules: PointsRules = {
  minorPerPoint: 100,
  categories: [{ categoryId: 'books', multiplier: 50 }],
  promotions: [{ promotionId: 'triple', multiplier: 300 }],
  tiers: [{ tier: 'gold', multiplier: 200 }],
  pendingDays: 14,
  expiryDays: 365,
  offlineBurnPoints: 500,
};
const line = (lineNumber: number, totalMinor: number, categoryIds: string[] = [], promotionIds: string[] = []) => ({
  ...{ lineNumber, totalMinor, categoryIds, promotionIds },
});
const step = (stepId: string, atMs: number, points: number, over: Partial<PointsStep> = {}): PointsStep => ({
  ...{ stepId, atMs, points, availableAtMs: atMs, expiresAtMs: null, lotId: null },
  ...over,
});

test('[MP1] the ticket is rounded once, and lines sum to it', () => {
  expect([...earnedPoints([line(1, 150), line(2, 150)], rules, '').values()]).toEqual([1, 2]);
  expect([...earnedPoints([line(1, 1_000, ['books']), line(2, 1_000, ['books'], ['triple'])], rules, 'gold')]).toEqual([
    [1, 10],
    [2, 60],
  ]);
  expect(earnedPoints([line(1, -500)], rules, '').size).toBe(0);
});

test('[MP1] splitting a ticket’s lines never changes what it earns', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 30 }), (totals) => {
      const sum = totals.reduce((total, one) => total + one, 0);
      const points = earnedPoints(
        totals.map((one, at) => line(at, one)),
        rules,
        '',
      );
      expect([...points.values()].reduce((total, one) => total + one, 0)).toBe(Math.floor(sum / 100));
    }),
  );
});

test('[MP2] what comes back takes back exactly what it earned, in however many parts, and never more', () => {
  expect(reversedPoints(10, 3, [1, 1, 1])).toEqual([3, 3, 4]);
  expect(reversedPoints(10, 3, [3, 5])).toEqual([10, 0]);
  // A return that is voided, once and of two.
  expect(reversedPoints(10, 3, [2, -2, 3])).toEqual([6, -6, 10]);
  expect(reversedPoints(10, 1, [1, 1, -1])).toEqual([10, 0, 0]);
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(20)), (earned, sold, returned) => {
      const steps = reversedPoints(earned, sold, returned);
      const sum = steps.reduce((total, one) => total + one, 0);
      expect(sum).toBeLessThanOrEqual(earned);
      if (returned.reduce((total, one) => total + one, 0) >= sold) expect(sum).toBe(earned);
      for (const one of steps) expect(one).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('[MP3] points wait, are spent first in first out, expire, and go below zero when more was spent than there was', () => {
  const earned = [step('a', 10, 100, { expiresAtMs: 100 }), step('b', 20, 50, { expiresAtMs: 200, availableAtMs: 40 })];
  expect(pointsAt(earned, 30)).toEqual({ available: 100, pending: 50, expired: 0, next: { points: 100, atMs: 100 } });
  const spent = [...earned, step('c', 30, -80)];
  expect(pointsAt(spent, 50)).toMatchObject({ available: 70, pending: 0, next: { points: 20, atMs: 100 } });
  expect(pointsAt(spent, 100)).toMatchObject({ available: 50, expired: 20 });
  expect(pointsAt([...spent, step('d', 150, -90)], 150)).toMatchObject({ available: -40, expired: 20 });
  // What is earned next pays it.
  expect(pointsAt([...spent, step('d', 150, -90), step('e', 160, 60)], 160)).toMatchObject({ available: 20 });
});

test('[MP3] a return takes its own sale’s points back, also while they wait, before it touches others', () => {
  const sale = step('b', 20, 50, { availableAtMs: 400 });
  const steps = [step('a', 10, 100), sale, step('c', 30, -50, { lotId: 'b' })];
  expect(pointsAt(steps, 40)).toMatchObject({ available: 100, pending: 0 });
});

const arbitrarySteps = fc
  .array(
    fc.record({
      atMs: fc.nat(100),
      points: fc.integer({ min: -200, max: 200 }),
      waitMs: fc.nat(50),
      expiryMs: fc.option(fc.integer({ min: 1, max: 80 })),
      lot: fc.option(fc.nat(20)),
    }),
    { maxLength: 20 },
  )
  .map((all) =>
    all.map(({ atMs, points, waitMs, expiryMs, lot }, index) =>
      step(`s${index}`, atMs, points, {
        availableAtMs: atMs + waitMs,
        expiresAtMs: expiryMs === null ? null : atMs + expiryMs,
        lotId: lot === null ? null : `s${lot}`,
      }),
    ),
  );

test('[MP3] [P1] the ledger always sums to the balance, in whatever order its steps came', () => {
  fc.assert(
    fc.property(arbitrarySteps, fc.nat(200), (steps, after) => {
      const nowMs = 100 + after;
      const balance = pointsAt(steps, nowMs);
      const sum = steps.reduce((total, { points }) => total + points, 0);
      expect(balance.available + balance.pending + balance.expired).toBe(sum);
      expect(balance.pending).toBeGreaterThanOrEqual(0);
      expect(balance.expired).toBeGreaterThanOrEqual(0);
      expect(pointsAt(steps.toReversed(), nowMs)).toEqual(balance);
    }),
  );
});

test('[MP4] offline no more is spent than the rules allow, and never below zero', () => {
  const balance = { available: 800, pending: 0, expired: 0, next: null };
  expect([burnable(balance, rules, true), burnable(balance, rules, false)]).toEqual([800, 500]);
  expect(burnable({ ...balance, available: -5 }, rules, true)).toBe(0);
});
