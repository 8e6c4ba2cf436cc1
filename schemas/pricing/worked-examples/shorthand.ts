import { minorDigits } from '../../money/money.ts';
import type { PriceEntry, PriceList } from '../price-list.ts';
import {
  type OffPiece,
  type Promotion,
  type PromotionContext,
  type PromotionOf,
  promotionSchema,
  type Target,
} from '../promotion.ts';
import type { QuoteLine } from '../quote-lines.ts';

// Short ways to write lists, promotions and lines, for examples and tests.

export const all: Target = { kind: 'all', except: null };

export function some(articles: { skuIds?: string[]; categoryIds?: string[]; brands?: string[] }): Target {
  return { kind: 'some', skuIds: [], categoryIds: [], brands: [], except: null, ...articles };
}

export function skus(...skuIds: string[]): Target {
  return some({ skuIds });
}

const anyoneAnyTime: Promotion['conditions'] = {
  channels: null,
  storeIds: null,
  members: { kind: 'anyone' },
  couponIds: null,
  validFromMs: null,
  validUntilMs: null,
  weekdays: null,
  timeWindows: null,
};

/** What a kind of promotion must say; the rest has a default. */
export type Given<Kind extends Promotion['kind']> = { kind: Kind } & Omit<
  PromotionOf<Kind>,
  'promotionId' | 'names' | 'currency' | 'conditions' | 'limits' | 'priority' | 'combination'
> & { combination?: Promotion['combination']; priority?: number; currency?: string } & {
    limits?: Partial<Promotion['limits']>;
    conditions?: Partial<Promotion['conditions']>;
  };

/** A promotion for anyone at any time, but for what is given. It passes the schema. */
export function promotion<Kind extends Promotion['kind']>(promotionId: string, given: Given<Kind>): Promotion {
  return promotionSchema.parse({
    promotionId,
    names: { en: promotionId },
    currency: 'GBP',
    priority: 0,
    combination: 'single',
    ...given,
    limits: { perTicket: null, perMember: null, ...given.limits },
    conditions: { ...anyoneAnyTime, ...given.conditions },
  });
}

export function percentOff(percent: number): Extract<OffPiece, { kind: 'percentage' }> {
  return { kind: 'percentage', basisPoints: percent * 100 };
}

export function amountOff(amountMinor: number): OffPiece {
  return { kind: 'amount', amountMinor };
}

export const threeForTwo = promotion('3for2', { kind: 'nth-item', target: all, nth: 3, basisPoints: 10_000 });

/** A Monday at ten, at the counter, by nobody known. */
export const context: PromotionContext = {
  channel: 'store',
  storeId: 'camden',
  currency: 'GBP',
  memberTier: null,
  couponIds: [],
  atMs: 1_790_000_000_000,
  localWeekday: 1,
  localMinute: 600,
  usedByMember: {},
};

export const storeList: PriceList = {
  priceListId: 'store',
  channel: 'store',
  storeIds: null,
  memberTiers: null,
  currency: 'GBP',
  precedence: 0,
  validFromMs: null,
  validUntilMs: null,
  followsOnline: false,
};

export function entry(skuId: string, priceMinor: number, given: Partial<PriceEntry> = {}): PriceEntry {
  const always = { validFromMs: null, validUntilMs: null, confirmedAtMs: null };
  return { priceListId: 'store', skuId, minQuantity: 1, priceMinor, ...always, ...given };
}

export function line(lineNumber: number, skuId: string, quantity = 1, given: Partial<QuoteLine> = {}): QuoteLine {
  const plain = { categoryIds: [], brand: null, taxClass: 'standard', isTaxExempt: false, grams: null, discount: null };
  return { lineNumber, skuId, quantity, ...plain, price: { from: 'list' }, ...given };
}

/** Lines of open items, from 1 on: amount in the currency's decimals, tax class, pieces. */
export function amounts(
  currency: string,
  ...lines: [price: number, taxClass: string, quantity?: number][]
): QuoteLine[] {
  return lines.map(([price, taxClass, quantity = 1], index) => {
    const priceMinor = Math.round(price * 10 ** minorDigits(currency));
    return line(index + 1, 'open', quantity, { skuId: null, taxClass, price: { from: 'open', priceMinor } });
  });
}
