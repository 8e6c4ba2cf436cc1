import fc from 'fast-check';
import { compilePromotions } from './compile-promotions.ts';
import { compilePriceLists } from './price-list.ts';
import type { OffPiece, Promotion } from './promotion.ts';
import type { QuoteInput } from './quote.ts';
import { all, context, entry, type Given, line, promotion, some, storeList } from './worked-examples/shorthand.ts';

/** SKUs of the shop that arbitrary tickets buy from. */
const prices: Readonly<Record<string, number>> = {
  tea: 499,
  mug: 850,
  pot: 2_500,
  bag: 5,
  scarf: 1_999,
  cocoa: 333,
};

/** A shop in the UK with these promotions, a ticket still to be filled in. */
export function shop(promotions: readonly Promotion[]): Omit<QuoteInput, 'lines'> {
  return {
    prices: compilePriceLists(
      [storeList],
      Object.entries(prices).map(([skuId, priceMinor]) => entry(skuId, priceMinor)),
    ),
    promotions: compilePromotions(promotions),
    taxRules: {
      pricesIncludeTax: true,
      classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
      cashStepMinor: 1,
      rounding: 'line',
    },
    context,
    ticketDiscount: null,
  };
}

const percentage = (basisPoints: number) => ({ kind: 'percentage' as const, basisPoints });
const basisPoints = fc.constantFrom(500, 1_000, 2_500, 3_333, 5_000, 10_000);
const skuTarget = fc
  .uniqueArray(fc.constantFrom(...Object.keys(prices)), { minLength: 1, maxLength: 4 })
  .map((skuIds) => some({ skuIds }));
const target = fc.oneof(
  { weight: 4, arbitrary: skuTarget },
  { weight: 1, arbitrary: fc.constant(all) },
  { weight: 1, arbitrary: fc.constant(some({ categoryIds: ['drinks'] })) },
);
const offPiece = fc.oneof(
  basisPoints.map(percentage),
  fc.integer({ min: 1, max: 900 }).map((amountMinor): OffPiece => ({ kind: 'amount', amountMinor })),
  fc.integer({ min: 0, max: 1_000 }).map((priceMinor): OffPiece => ({ kind: 'fixed-price', priceMinor })),
);
const pieces = fc.integer({ min: 1, max: 3 });
const limits = fc.record({ perTicket: fc.constantFrom(null, null, 1, 2, 5), perMember: fc.constant(null) });

/** A discount on goods or on the ticket: what pieces compete for without forming groups. */
export const plainPromotion = fc.oneof(
  fc.record({ target, off: offPiece }).map((given) => ({ kind: 'discount' as const, ...given })),
  fc.record({ spendMinor: fc.integer({ min: 1, max: 6_000 }), off: basisPoints.map(percentage) }).map((given) => {
    return { kind: 'ticket-discount' as const, target: all, spendMinor: given.spendMinor, off: given.off };
  }),
);
const groupPromotion = fc.oneof(
  fc.record({ target, nth: fc.integer({ min: 2, max: 4 }), basisPoints }).map((given) => {
    return { kind: 'nth-item' as const, ...given };
  }),
  fc.record({ buy: target, bought: pieces, get: fc.option(target), got: pieces, basisPoints }).map((given) => ({
    kind: 'buy-get' as const,
    buy: { target: given.buy, pieces: given.bought },
    get: { target: given.get, pieces: given.got, basisPoints: given.basisPoints },
  })),
  fc
    .record({ parts: fc.array(fc.record({ target, pieces }), { minLength: 1, maxLength: 3 }), basisPoints })
    .map((given) => ({
      kind: 'set' as const,
      parts: given.parts,
      off: percentage(given.basisPoints),
    })),
  fc.record({ parts: fc.array(fc.record({ target, pieces }), { minLength: 1, maxLength: 3 }) }).map(({ parts }) => ({
    kind: 'set' as const,
    parts,
    off: { kind: 'price' as const, priceMinor: 900 },
  })),
  fc
    .record({ target, reward: target, spendMinor: fc.integer({ min: 1, max: 5_000 }), pieces, basisPoints })
    .map((given) => ({
      kind: 'spend-get' as const,
      target: given.target,
      spendMinor: given.spendMinor,
      everySpend: given.pieces === 1,
      get: { target: given.reward, pieces: given.pieces, basisPoints: given.basisPoints },
    })),
);

/** Arbitrary promotions of all kinds and combinations, with priorities out of these. */
export function promotionsOf(priorities: readonly number[]): fc.Arbitrary<Promotion[]> {
  const combinations = ['single', 'single', 'exclusive'] as const;
  const rest = { limits, priority: fc.constantFrom(...priorities) };
  const plain = fc.tuple(
    plainPromotion,
    fc.record({ ...rest, combination: fc.constantFrom(...combinations, 'stacking') }),
  );
  const group = fc.tuple(groupPromotion, fc.record({ ...rest, combination: fc.constantFrom(...combinations) }));
  return fc.array(fc.oneof(plain, group), { maxLength: 7 }).map((given) => {
    return given.map(([kind, more], index) => promotion(`p${index}`, { ...kind, ...more } as Given<'discount'>));
  });
}

/** As merchants mostly have them: none has priority. */
export const promotions = promotionsOf([0]);
export const rankedPromotions = promotionsOf([0, 1, 2]);

const arbitraryLine = fc.record({
  skuId: fc.constantFrom(...Object.keys(prices)),
  quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(-2, 40)),
});

/** Arbitrary lines, numbered from 1. */
export const lines = fc.array(arbitraryLine, { minLength: 1, maxLength: 9 }).map((given) =>
  given.map(({ skuId, quantity }, index) => {
    const categoryIds = ['tea', 'cocoa'].includes(skuId) ? ['drinks'] : [];
    return line(index + 1, skuId, quantity, { categoryIds });
  }),
);
