import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shop } from './arbitrary-tickets.ts';
import { compilePromotions } from './compile-promotions.ts';
import { compilePriceLists } from './price-list.ts';
import type { Promotion, Target } from './promotion.ts';
import { quote } from './quote.ts';
import { entry, line, promotion, skus, storeList } from './worked-examples/shorthand.ts';

const prices = { a: 950, b: 700, c: 650, d: 400, e: 250 };
type Sku = keyof typeof prices;
const skuIds = Object.keys(prices) as Sku[];
const target = fc.subarray(skuIds, { minLength: 1 }).map((ids) => skus(...ids));
const basisPoints = fc.constantFrom(1_000, 2_000, 5_000, 10_000);
const given = fc.oneof(
  fc.record({ kind: fc.constant('nth-item' as const), target, nth: fc.integer({ min: 2, max: 4 }), basisPoints }),
  fc.record({ target, basisPoints }).map(({ target, basisPoints }) => {
    return { kind: 'discount' as const, target, off: { kind: 'percentage' as const, basisPoints } };
  }),
  fc.record({ parts: fc.array(target, { minLength: 1, maxLength: 3 }), basisPoints }).map(({ parts, basisPoints }) => {
    const off = { kind: 'percentage' as const, basisPoints };
    return { kind: 'set' as const, parts: parts.map((part) => ({ target: part, pieces: 1 })), off };
  }),
);
const promotions = fc
  .array(given, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((one, index) => promotion(`p${index}`, one)));

function isIn(target: Target, sku: Sku): boolean {
  return target.kind === 'all' || target.skuIds.includes(sku);
}

function percent(amountMinor: number, basisPoints: number): number {
  return Math.floor((amountMinor * basisPoints * 2 + 10_000) / 20_000);
}

/** What the promotion gives to exactly these pieces, as its rule reads. */
function savingOn(promotion: Promotion, pieces: readonly Sku[]): number {
  const costs = pieces.map((sku) => prices[sku]);
  const sumMinor = costs.reduce((sum, costMinor) => sum + costMinor, 0);
  if (promotion.kind === 'nth-item') {
    const isGroup = pieces.length === promotion.nth && pieces.every((sku) => isIn(promotion.target, sku));
    return isGroup ? percent(Math.min(...costs), promotion.basisPoints) : 0;
  }
  if (promotion.kind === 'discount' && promotion.off.kind === 'percentage') {
    return pieces.length === 1 && pieces.every((sku) => isIn(promotion.target, sku))
      ? percent(sumMinor, promotion.off.basisPoints)
      : 0;
  }
  if (promotion.kind !== 'set' || promotion.off.kind !== 'percentage' || pieces.length !== promotion.parts.length)
    return 0;
  const fill = (open: readonly Sku[], parts: readonly { target: Target }[]): boolean => {
    const [first, ...rest] = parts;
    return (
      first === undefined || open.some((sku, index) => isIn(first.target, sku) && fill(open.toSpliced(index, 1), rest))
    );
  };
  return fill(pieces, promotion.parts) ? percent(sumMinor, promotion.off.basisPoints) : 0;
}

/** The best of all ways to deal the pieces out to groups, by trying every one. */
function optimumMinor(given: readonly Promotion[], pieces: readonly Sku[]): number {
  const size = 1 << pieces.length;
  const best = Array.from({ length: size }, () => 0);
  const gains = Array.from({ length: size }, (_, mask) => {
    const group = pieces.filter((_, index) => (mask >> index) & 1);
    return Math.max(0, ...given.map((one) => savingOn(one, group)));
  });
  for (let mask = 1; mask < size; mask += 1) {
    for (let part = mask; part > 0; part = (part - 1) & mask) {
      best[mask] = Math.max(best[mask] ?? 0, (gains[part] ?? 0) + (best[mask ^ part] ?? 0));
    }
  }
  return best[size - 1] ?? 0;
}

test('[PR8] never more is given than any way to deal out the pieces gives, and in nearly all tickets no less', () => {
  let [tickets, below] = [0, 0];
  fc.assert(
    fc.property(promotions, fc.array(fc.constantFrom(...skuIds), { minLength: 1, maxLength: 6 }), (all, pieces) => {
      const lists = compilePriceLists(
        [storeList],
        skuIds.map((skuId) => entry(skuId, prices[skuId])),
      );
      const lines = pieces.map((skuId, index) => line(index + 1, skuId));
      const result = quote({ ...shop([]), prices: lists, promotions: compilePromotions(all), lines });
      const savedMinor = result.ok ? result.value.discountMinor : Number.NaN;
      // A discount is rounded once for like pieces: half a penny either way for each.
      expect(savedMinor).toBeLessThanOrEqual(optimumMinor(all, pieces) + pieces.length);
      tickets += 1;
      if (savedMinor < optimumMinor(all, pieces) - pieces.length) below += 1;
    }),
    { seed: 8, numRuns: 400 },
  );
  expect(below).toBeLessThanOrEqual(tickets / 20);
});
