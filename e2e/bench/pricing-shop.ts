// An invented shop for the pricing rows: three price lists, promotions of every kind. The same each time, in Node and a page.
import { compilePromotions, type Promotions } from '#schemas/pricing/compile-promotions.ts';
import { compilePriceLists, type PriceEntry, type PriceList, type PriceLists } from '#schemas/pricing/price-list.ts';
import type { Promotion, PromotionContext, Target } from '#schemas/pricing/promotion.ts';
import { quote } from '#schemas/pricing/quote.ts';
import type { QuoteLine } from '#schemas/pricing/quote-lines.ts';
import type { TicketTaxRules } from '#schemas/pricing/ticket-tax.ts';

export const categories = 400;
export const brands = 300;
export const nowMs = Date.UTC(2026, 10, 22, 14);

export type PricingShop = { skuIds: readonly string[]; prices: PriceLists; promotions: Promotions };

export function inventedSkuIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `sku-${index}`);
}

export const taxRules: TicketTaxRules = {
  pricesIncludeTax: true,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2_000 },
    { taxClass: 'reduced', rateBasisPoints: 500 },
  ],
  cashStepMinor: 1,
  rounding: 'line',
};

export const context: PromotionContext = {
  channel: 'store',
  storeId: 'camden',
  currency: 'GBP',
  memberTier: 'gold',
  couponIds: ['WELCOME'],
  atMs: nowMs,
  localWeekday: 7,
  localMinute: 840,
  usedByMember: {},
};

/** A linear congruential generator. */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * sides);
  };
}

/** Prices are invented where none is given. */
export function pricingShop(
  skuIds: readonly string[],
  promotions: number,
  pricesMinor?: readonly number[],
): PricingShop {
  const roll = dice(7);
  const list = { storeIds: null, memberTiers: null, currency: 'GBP', validFromMs: null, validUntilMs: null };
  const lists: PriceList[] = [
    { ...list, priceListId: 'online', channel: 'online', precedence: 0, followsOnline: false },
    { ...list, priceListId: 'store', channel: 'store', precedence: 0, followsOnline: true },
    { ...list, priceListId: 'gold', channel: 'member', memberTiers: ['gold'], precedence: 1, followsOnline: false },
  ];
  const entries: PriceEntry[] = [];
  const add = (priceListId: string, skuId: string, minQuantity: number, priceMinor: number) =>
    entries.push({
      priceListId,
      skuId,
      minQuantity,
      priceMinor,
      validFromMs: null,
      validUntilMs: null,
      confirmedAtMs: nowMs,
    });
  skuIds.forEach((skuId, sku) => {
    const priceMinor = pricesMinor?.[sku] ?? 99 + roll(40) * 50 + (roll(20) === 0 ? roll(200) * 100 : 0);
    add('store', skuId, 1, priceMinor);
    if (sku % 2 === 0) add('online', skuId, 1, priceMinor);
    if (sku % 5 === 0) add('store', skuId, 12, Math.floor((priceMinor * 9) / 10));
    if (sku % 10 === 0) add('gold', skuId, 1, Math.floor((priceMinor * 95) / 100));
  });
  const made = Array.from({ length: promotions }, (_, index) => promotionOf(index, { skuIds, ...ownGoods }, roll));
  return { skuIds, prices: compilePriceLists(lists, entries), promotions: compilePromotions(made) };
}

/** What promotions name; `categories` 0: goods have none, and brands stand in their place. */
export type PromotedGoods = {
  skuIds: readonly string[];
  categories: number;
  brands: number;
  brand: (n: number) => string;
};
const ownGoods = { categories, brands, brand: (n: number) => `brand-${n}` };

/** A promotion of every kind in turn, most of them open to everybody at `nowMs`. */
export function promotionOf(index: number, goods: PromotedGoods, roll: (sides: number) => number): Promotion {
  const { skuIds } = goods;
  const some = (sort: 'skuIds' | 'categoryIds' | 'brands', ids: string[]): Target => {
    return { kind: 'some', skuIds: [], categoryIds: [], brands: [], except: null, [sort]: ids };
  };
  const skuTarget = () =>
    some(
      'skuIds',
      Array.from({ length: 200 }, () => skuIds[roll(skuIds.length)] ?? ''),
    );
  const brandTarget = () => some('brands', [goods.brand(roll(goods.brands))]);
  const category = () => `category-${roll(goods.categories)}`;
  const categoryTarget = () => (goods.categories === 0 ? brandTarget() : some('categoryIds', [category(), category()]));
  const target = [skuTarget, categoryTarget, brandTarget][index % 3]?.() ?? brandTarget();
  const base = {
    promotionId: `promotion-${String(index).padStart(4, '0')}`,
    names: { en: `Promotion ${index}` },
    currency: 'GBP',
    conditions: {
      channels: index % 4 === 0 ? ['store' as const] : null,
      storeIds: index % 5 === 0 ? ['camden', 'ancoats'] : null,
      members: index % 6 === 0 ? { kind: 'members' as const } : { kind: 'anyone' as const },
      couponIds: index % 50 === 0 ? ['WELCOME'] : null,
      validFromMs: nowMs - 86_400_000,
      validUntilMs: nowMs + 86_400_000,
      weekdays: index % 7 === 0 ? [6, 7] : null,
      timeWindows: index % 9 === 0 ? [{ fromMinute: 540, untilMinute: 1_080 }] : null,
    },
    limits: { perTicket: index % 8 === 0 ? 3 : null, perMember: null },
    priority: 0,
    combination: index % 40 === 0 ? ('exclusive' as const) : ('single' as const),
  };
  const basisPoints = 500 + roll(6) * 500;
  const all: Target = { kind: 'all', except: null };
  switch (index % 10) {
    case 5:
      return { ...base, kind: 'nth-item', target, nth: 3, basisPoints: 10_000 };
    case 6:
      return {
        ...base,
        kind: 'buy-get',
        buy: { target, pieces: 2 },
        get: { target: brandTarget(), pieces: 1, basisPoints },
      };
    case 7: {
      const parts = [target, categoryTarget(), brandTarget()].map((part) => ({ target: part, pieces: 1 }));
      return { ...base, kind: 'set', parts, off: { kind: 'percentage', basisPoints } };
    }
    case 8: {
      const get = { target: brandTarget(), pieces: 1, basisPoints: 5_000 };
      return { ...base, kind: 'spend-get', target: all, spendMinor: 3_000 + roll(50) * 100, everySpend: false, get };
    }
    case 9: {
      const off = { kind: 'amount' as const, amountMinor: 200 + roll(10) * 50, everySpend: index % 20 === 9 };
      return { ...base, kind: 'ticket-discount', target: index % 30 === 9 ? all : target, spendMinor: 5_000, off };
    }
    default: {
      const off =
        index % 2 === 0 ? { kind: 'percentage' as const, basisPoints } : { kind: 'amount' as const, amountMinor: 50 };
      return { ...base, kind: 'discount', target, off };
    }
  }
}

/** Lines as a basket holds them: mostly one of a kind. */
export function basket(shop: PricingShop, lines: number, seed: number): QuoteLine[] {
  const roll = dice(seed);
  return Array.from({ length: lines }, (_, index) => {
    const sku = roll(shop.skuIds.length);
    return lineOf(index + 1, shop.skuIds[sku] ?? '', sku, 1 + (roll(4) === 0 ? roll(6) : 0));
  });
}

/** The `sku`-th SKU as a line. */
export function lineOf(lineNumber: number, skuId: string, sku: number, quantity: number): QuoteLine {
  return {
    lineNumber,
    skuId,
    categoryIds: [`category-${sku % categories}`, `department-${sku % 12}`],
    brand: `brand-${sku % brands}`,
    taxClass: sku % 4 === 0 ? 'reduced' : 'standard',
    isTaxExempt: false,
    quantity,
    grams: null,
    price: { from: 'list' },
    discount: null,
  };
}

/** Milliseconds for each of `times` tickets of so many lines to be priced, in a program that has been running for a while. */
export function timeTickets(shop: PricingShop, lines: number, times: number): number[] {
  const warmUp = Math.max(3, Math.ceil(times / 4));
  const taken: number[] = [];
  for (let run = 0; run < times + warmUp; run += 1) {
    const ticket = basket(shop, lines, run * 31 + 1);
    const startedAtMs = performance.now();
    const { ok } = quote({ ...shop, taxRules, context, lines: ticket, ticketDiscount: null });
    const tookMs = performance.now() - startedAtMs;
    if (!ok) throw new Error('the invented shop has a price for everything');
    if (run >= warmUp) taken.push(tookMs);
  }
  return taken;
}
