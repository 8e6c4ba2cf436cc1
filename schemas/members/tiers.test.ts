import fc from 'fast-check';
import { expect, test } from 'vitest';
import { missingToNext, type TierEvent, type TierRules, tierAt } from './tiers.ts';

const day = 86_400_000;
const rules: TierRules = {
  firstTier: 'basic',
  windowDays: 365,
  reviewDays: 365,
  tiers: [
    { tier: 'silver', spendMinor: 50_000, visits: 10, points: null },
    { tier: 'gold', spendMinor: 200_000, visits: null, points: null },
  ],
};
const bought = (onDay: number, spendMinor: number, visits = 1): TierEvent => ({
  ...{ eventId: `e${onDay}`, atMs: onDay * day, spendMinor, visits, points: 0 },
});

test('[MT1] a tier is reached at once, by spend or by visits', () => {
  const events = [bought(1, 30_000), bought(2, 20_000)];
  expect(tierAt(0, events, rules, day).tier).toBe('basic');
  expect(tierAt(0, events, rules, 2 * day)).toMatchObject({ tier: 'silver', sinceMs: 2 * day, spendMinor: 50_000 });
  const visits = Array.from({ length: 10 }, (_, at) => bought(at + 1, 100));
  expect(tierAt(0, visits, rules, 10 * day).tier).toBe('silver');
});

test('[MT2] who spends less stays until the review, and then has what the window holds', () => {
  const events = [bought(1, 60_000)];
  expect(tierAt(0, events, rules, 364 * day).tier).toBe('silver');
  expect(tierAt(0, events, rules, 365 * day).tier).toBe('silver');
  expect(tierAt(0, events, rules, 729 * day).tier).toBe('silver');
  expect(tierAt(0, events, rules, 730 * day)).toMatchObject({ tier: 'basic', sinceMs: 730 * day });
});

test('[MT2] a return counts back: what it takes is missing at the review', () => {
  const events = [bought(300, 60_000), bought(310, -20_000, 0)];
  expect(tierAt(0, events, rules, 320 * day)).toMatchObject({ tier: 'silver', spendMinor: 40_000 });
  expect(tierAt(0, events, rules, 366 * day).tier).toBe('basic');
});

test('[MT3] what is missing to the next tier', () => {
  const standing = tierAt(0, [bought(1, 30_000)], rules, day);
  expect(missingToNext(standing, rules)).toEqual({ tier: 'silver', spendMinor: 20_000, visits: 9 });
  const gold = tierAt(0, [bought(1, 300_000)], rules, day);
  expect(missingToNext(gold, rules)).toBeNull();
});

test('[P1] [MT1] a tier follows from the history, not from the order in which it came or when it was asked before', () => {
  const events = fc.uniqueArray(
    fc.record({ onDay: fc.nat(1_500), spendMinor: fc.integer({ min: -60_000, max: 120_000 }) }),
    { maxLength: 15, selector: ({ onDay }) => onDay },
  );
  fc.assert(
    fc.property(events, fc.nat(1_600), (all, today) => {
      const history = all.map(({ onDay, spendMinor }) => bought(onDay, spendMinor));
      const standing = tierAt(0, history, rules, today * day);
      expect(tierAt(0, history.toReversed(), rules, today * day)).toEqual(standing);
      // What comes later changes nothing of today.
      expect(
        tierAt(
          0,
          history.filter(({ atMs }) => atMs <= today * day),
          rules,
          today * day,
        ),
      ).toEqual(standing);
    }),
  );
});
