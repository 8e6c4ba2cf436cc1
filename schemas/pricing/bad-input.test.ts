import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lines, promotions, promotionsOf, shop } from './arbitrary-tickets.ts';
import { compilePriceLists, type PriceEntry } from './price-list.ts';
import type { Promotion } from './promotion.ts';
import { type Quote, quote } from './quote.ts';
import { unwind } from './unwind.ts';
import { context, entry, line, promotion, skus, storeList } from './worked-examples/shorthand.ts';

// What a shop's own data and its customers' hands bring by mistake or on purpose. More of it: quote.test.ts [QT5],
// price-list.test.ts [PL1], payment/credit.test.ts [TE10], payment-desk.test.ts [PY9], returns.test.ts [RT12].

function quoted(input: Parameters<typeof quote>[0]): Quote {
  const result = quote(input);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const gives = fc.constantFrom('tea', 'mug', 'pot', 'scarf', 'cocoa');
const reward = fc.record({
  on: fc.uniqueArray(gives, { minLength: 1, maxLength: 3 }),
  got: fc.uniqueArray(gives, { minLength: 1, maxLength: 3 }),
  spendMinor: fc.integer({ min: 1, max: 3_000 }),
  everySpend: fc.boolean(),
  pieces: fc.integer({ min: 1, max: 3 }),
});
const rewards = fc.array(reward, { minLength: 2, maxLength: 5 }).map((given) =>
  given.map(({ on, got, spendMinor, everySpend, pieces }, index) =>
    promotion(`r${index}`, {
      ...{ kind: 'spend-get', target: skus(...on), spendMinor, everySpend },
      get: { target: skus(...got), pieces, basisPoints: 10_000 },
    }),
  ),
);
const basket = fc
  .array(fc.record({ skuId: gives, quantity: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 6 })
  .map((given) => given.map(({ skuId, quantity }, index) => line(index + 1, skuId, quantity)));

test('[PR11] two promotions that each give what the other counts as spent give one of them, not all for nothing', () => {
  const gift = (id: string, on: string, got: string) =>
    promotion(id, {
      ...{ kind: 'spend-get', target: skus(on), spendMinor: 1, everySpend: true },
      get: { target: skus(got), pieces: 9, basisPoints: 10_000 },
    });
  const both = shop([gift('a', 'mug', 'tea'), gift('b', 'tea', 'mug')]);
  expect(quoted({ ...both, lines: [line(1, 'mug'), line(2, 'tea')] }).dueMinor).toBe(499);
});

test('[PR11] however rewards feed on each other, something is paid, and no less than one of them alone leaves', () => {
  fc.assert(
    fc.property(rewards, basket, (given, own) => {
      const together = quoted({ ...shop(given), lines: own });
      expect(together.dueMinor).toBeGreaterThan(0);
      for (const one of given) {
        const alone = quoted({ ...shop([one]), lines: own }).discountMinor;
        expect(together.discountMinor).toBeGreaterThanOrEqual(alone);
      }
    }),
    { numRuns: 400 },
  );
});

test('[PR11] rewards and groups of all priorities together: nobody goes out with everything for nothing', () => {
  const feeding = promotionsOf([0, 1, 2]).map((all) =>
    all.filter(({ kind }) => kind === 'spend-get' || kind === 'buy-get' || kind === 'nth-item'),
  );
  fc.assert(
    fc.property(feeding, rewards, basket, (some, more, own) => {
      expect(quoted({ ...shop([...some, ...more]), lines: own }).dueMinor).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
});

test('[QT2] goods that cost nothing stay at nothing: no promotion pays for them, and their return pays nothing back', () => {
  const free = ['tea', 'mug'];
  const entries = (['tea', 'mug', 'pot', 'bag', 'scarf', 'cocoa'] as const).map((skuId) =>
    entry(skuId, free.includes(skuId) ? 0 : 700),
  );
  const prices = compilePriceLists([storeList], entries);
  fc.assert(
    fc.property(promotions, lines, (given: Promotion[], own) => {
      const sold = quoted({ ...shop(given), prices, lines: own });
      for (const [index, { totalMinor, taxMinor, netMinor }] of sold.lines.entries()) {
        if (free.includes(own[index]?.skuId ?? '')) expect([totalMinor, taxMinor, netMinor]).toEqual([0, 0, 0]);
      }
      const back = sold.lines.flatMap((one, index) =>
        free.includes(own[index]?.skuId ?? '') && one.quantity > 0 ? [{ ...one, returnedQuantity: 0 }] : [],
      );
      const refund = unwind({ currency: 'GBP', pricesIncludeTax: true, cashStepMinor: 1, lines: back }, 'GBP', back);
      if (back.length > 0) expect(refund.ok && refund.value.totalMinor).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test('[PL2] [QT5] prices and promotions in other currencies are none: whatever stands beside them, the ticket costs the same', () => {
  const other = { ...storeList, priceListId: 'francs', currency: 'CHF', precedence: 900 };
  const foreign = fc.array(fc.record({ skuId: gives, priceMinor: fc.integer({ min: 0, max: 1_000_000 }) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(foreign, lines, (given, own) => {
      const plain = shop([]);
      const at = ({ skuId, priceMinor }: { skuId: string; priceMinor: number }): PriceEntry => ({
        ...entry(skuId, priceMinor),
        priceListId: 'francs',
      });
      const all = [...plain.prices.entriesOf.values()].flatMap((some) => some.map((one) => one.entry));
      const mixed = compilePriceLists([storeList, other], [...all, ...given.map(at)]);
      expect(quoted({ ...plain, prices: mixed, lines: own })).toEqual(quoted({ ...plain, lines: own }));
      // A ticket in francs knows no pounds: what has no price in francs is said, and nothing is converted.
      const francs = quote({ ...plain, prices: mixed, context: { ...context, currency: 'CHF' }, lines: own });
      const isPriced = own.every(({ skuId }) => given.some((one) => one.skuId === skuId));
      expect(francs.ok).toBe(isPriced);
      if (!francs.ok) expect(francs.error.code).toMatch(/no-price|other-currency/);
    }),
    { numRuns: 200 },
  );
});
