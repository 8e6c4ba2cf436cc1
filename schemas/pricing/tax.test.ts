import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateOf, type TaxRules, taxOfLine } from './tax.ts';

const amount = fc.integer({ min: -100_000_000, max: 100_000_000 });
const rate = fc.integer({ min: 0, max: 10_000 });

test('[M1] net + tax = total on every line, and the marked price is one of them', () => {
  fc.assert(
    fc.property(amount, rate, fc.boolean(), (amountMinor, rateBasisPoints, included) => {
      const { netMinor, taxMinor, totalMinor } = taxOfLine(amountMinor, rateBasisPoints, included);
      expect(netMinor + taxMinor).toBe(totalMinor);
      expect(included ? totalMinor : netMinor).toBe(amountMinor);
    }),
  );
});

test('the tax is within half a minor unit of the exact one', () => {
  fc.assert(
    fc.property(amount, rate, fc.boolean(), (amountMinor, rateBasisPoints, included) => {
      const { taxMinor } = taxOfLine(amountMinor, rateBasisPoints, included);
      const divisor = included ? 10_000 + rateBasisPoints : 10_000;
      expect(Math.abs(taxMinor * divisor - amountMinor * rateBasisPoints) * 2).toBeLessThanOrEqual(divisor);
    }),
  );
});

test('a return takes back exactly the tax that the sale took', () => {
  fc.assert(
    fc.property(amount, rate, fc.boolean(), (amountMinor, rateBasisPoints, included) => {
      const sold = taxOfLine(amountMinor, rateBasisPoints, included);
      const returned = taxOfLine(-amountMinor, rateBasisPoints, included);
      expect(returned.taxMinor + sold.taxMinor).toBe(0);
      expect(returned.totalMinor + sold.totalMinor).toBe(0);
    }),
  );
});

test('worked examples: 20 % in the price, 8.25 % on top', () => {
  expect(taxOfLine(1_250, 2_000, true)).toEqual({ netMinor: 1_042, taxMinor: 208, totalMinor: 1_250 });
  expect(taxOfLine(1_999, 825, false)).toEqual({ netMinor: 1_999, taxMinor: 165, totalMinor: 2_164 });
});

test('an unknown tax class is taxed by the first, so that no sale is refused', () => {
  const rules: TaxRules = {
    pricesIncludeTax: true,
    classes: [
      { taxClass: 'standard', rateBasisPoints: 2_000 },
      { taxClass: 'zero', rateBasisPoints: 0 },
    ],
    cashStepMinor: 1,
  };
  expect([rateOf(rules, 'zero'), rateOf(rules, 'nobody-knows')]).toEqual([0, 2_000]);
});
