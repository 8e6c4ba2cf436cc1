import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BurnRules, isBurnFounded, mostBurn, pointsGivenBack } from './burn.ts';

const rules: BurnRules = { stepPoints: 100, stepMinor: 100, leastPoints: 300, mostShareBasisPoints: 5_000 };
const wish = { points: 1_540, goodsMinor: 5_000, paidMinor: 0, wantedMinor: 5_000 };
const arbitraryRules = fc.record<BurnRules>({
  stepPoints: fc.integer({ min: 1, max: 1_000 }),
  stepMinor: fc.integer({ min: 1, max: 10_000 }),
  leastPoints: fc.nat(5_000),
  mostShareBasisPoints: fc.integer({ min: 1, max: 10_000 }),
});

test('[MP6] points pay in whole steps, up to their share of the goods, and from a least number on', () => {
  expect(mostBurn(wish, rules)).toEqual({ points: 1_500, amountMinor: 1_500 });
  expect(mostBurn({ ...wish, points: 9_000 }, rules)).toEqual({ points: 2_500, amountMinor: 2_500 });
  expect(mostBurn({ ...wish, wantedMinor: 999 }, rules)).toEqual({ points: 900, amountMinor: 900 });
  expect(mostBurn({ ...wish, points: 299 }, rules)).toBeNull();
  expect(mostBurn({ ...wish, wantedMinor: 250 }, rules)).toBeNull();
  // A second part is within the same share.
  expect(mostBurn({ ...wish, points: 9_000, paidMinor: 2_000 }, rules)).toEqual({ points: 500, amountMinor: 500 });
  expect(mostBurn({ ...wish, goodsMinor: -500 }, rules)).toBeNull();
});

test('[MP6] [MP8] whatever is offered is within all limits, and founded by the rule that offered it', () => {
  fc.assert(
    fc.property(
      arbitraryRules,
      fc.nat(100_000),
      fc.nat(1_000_000),
      fc.nat(1_000_000),
      (one, points, goodsMinor, wantedMinor) => {
        const burn = mostBurn({ points, goodsMinor, paidMinor: 0, wantedMinor }, one);
        if (burn === null) return;
        expect(burn.points).toBeLessThanOrEqual(points);
        expect(burn.points).toBeGreaterThanOrEqual(one.leastPoints);
        expect(burn.amountMinor).toBeLessThanOrEqual(Math.min(goodsMinor, wantedMinor));
        expect(burn.amountMinor * 10_000).toBeLessThanOrEqual(goodsMinor * one.mostShareBasisPoints);
        expect(isBurnFounded({ ...burn, reference: 'ann' }, [one])).toBe(true);
        expect(isBurnFounded({ ...burn, amountMinor: burn.amountMinor + 1, reference: 'ann' }, [one])).toBe(false);
        expect(isBurnFounded({ ...burn, reference: null }, [one])).toBe(false);
      },
    ),
  );
});

test('[MP7] all points come back with all that they paid, in whatever parts; never more; each part founded', () => {
  fc.assert(
    fc.property(arbitraryRules, fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(500_000)), (one, steps, parts) => {
      const spent = { points: steps * one.stepPoints, amountMinor: steps * one.stepMinor };
      let backMinor = 0;
      let back = 0;
      for (const wanted of [...parts, spent.amountMinor]) {
        const minor = Math.min(wanted, spent.amountMinor - backMinor);
        const points = pointsGivenBack(spent, backMinor, minor);
        expect(points).toBeGreaterThanOrEqual(0);
        if (points > 0) {
          const tender = { points: 0 - points, amountMinor: 0 - minor, reference: 'ann' };
          expect(isBurnFounded(tender, [one])).toBe(true);
        }
        backMinor += minor;
        back += points;
      }
      expect(back).toBe(spent.points);
    }),
  );
});

test('[MP8] points that no rule makes worth so much are not founded', () => {
  const paid = { points: 1, amountMinor: 5_000, reference: 'ann' };
  expect(isBurnFounded(paid, [rules])).toBe(false);
  expect(isBurnFounded({ ...paid, points: 5_000 }, [])).toBe(false);
  expect(isBurnFounded({ ...paid, points: -900, amountMinor: -100 }, [rules])).toBe(false);
  expect(isBurnFounded({ ...paid, points: 100, amountMinor: -100 }, [rules])).toBe(false);
});
