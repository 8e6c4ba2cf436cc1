import { z } from 'zod';
import { unreachable } from '../assert.ts';
import { currencySchema, minorSchema, scaleMinor } from '../money/money.ts';
import type { Right } from './rights.ts';

// A right says what somebody may do at all, a limit how much of it alone. Above it a second person, whose own limit reaches
// that far, says yes.

/** Up to this part of what promotions leave, a discount by hand is a small one. */
export const smallDiscountBasisPoints = 1_000;

const basisPointsSchema = z.number().int().min(0).max(10_000);
const amountSchema = minorSchema.min(0);
const maxCurrencies = 20;
/** By currency, as the stores of a chain need not share one; null: any amount. */
const amountsSchema = z
  .record(currencySchema, amountSchema.nullable())
  .refine((amounts) => Object.keys(amounts).length <= maxCurrencies, 'too many currencies');

type Amounts = z.infer<typeof amountsSchema>;

/** What a chain has set for a role. What it does not say follows from the role's rights (`limitsOfRole`). */
export const roleLimitsSchema = z.strictObject({
  /** A discount by hand on a line or the whole ticket, of what promotions leave. */
  discountBasisPoints: basisPointsSchema.optional(),
  /** So much below the price that was asked. */
  priceCutBasisPoints: basisPointsSchema.optional(),
  /** A line of something that no catalogue knows. */
  openItem: amountsSchema.optional(),
  /** What is given away whole: by a discount, or for no price. */
  freeItem: amountsSchema.optional(),
  /** What comes back without a receipt, in one ticket. */
  noReceipt: amountsSchema.optional(),
  /** An order to a supplier, as it is sent or agreed to. */
  order: amountsSchema.optional(),
});
export type RoleLimits = z.infer<typeof roleLimitsSchema>;

/** How much a person may do alone in a store, amounts in its currency; null: any. */
export const limitsSchema = z.object({
  discountBasisPoints: basisPointsSchema,
  priceCutBasisPoints: basisPointsSchema,
  openItemMinor: amountSchema.nullable(),
  freeItemMinor: amountSchema.nullable(),
  noReceiptMinor: amountSchema.nullable(),
  /** No till asks for it; absent: a row of before. */
  orderMinor: amountSchema.nullable().default(null),
});
export type Limits = z.infer<typeof limitsSchema>;

/** How much of something an entry does. `discount` and `price-cut`: so much off so much. */
export const measureSchema = z.discriminatedUnion('of', [
  z.object({ of: z.enum(['discount', 'price-cut']), offMinor: minorSchema, fromMinor: minorSchema }),
  z.object({ of: z.enum(['open-item', 'free-item', 'no-receipt', 'order']), amountMinor: minorSchema }),
]);
export type Measure = z.infer<typeof measureSchema>;

/** Without one of these rights the limit is nought, whatever was set. */
export const limitRights = {
  discount: ['give-discount', 'change-price'],
  'price-cut': ['change-price'],
  'open-item': ['sell-open-item'],
  'free-item': ['give-discount', 'change-price'],
  'no-receipt': ['return-without-receipt'],
  order: ['order-goods'],
} as const satisfies Record<Measure['of'], readonly Right[]>;

const whole = 10_000;
export const noLimits: Limits = {
  discountBasisPoints: 0,
  priceCutBasisPoints: 0,
  openItemMinor: 0,
  freeItemMinor: 0,
  noReceiptMinor: 0,
  orderMinor: 0,
};

/**
 * What a role with these rights allows alone. Unless the chain says otherwise: who may change prices, any discount and price,
 * who may give discounts, small ones; the rest without limit for whoever has the right. An item for nothing is a discount of
 * all of it, so a role whose discounts end below that gives none away until the chain says up to what.
 */
export function limitsOfRole(has: (right: Right) => boolean, set: RoleLimits, currency: string): Limits {
  const holds = (of: Measure['of']) => limitRights[of].some(has);
  const mayAll = has('change-price');
  const byRight = mayAll ? whole : smallDiscountBasisPoints;
  const discountBasisPoints = holds('discount') ? (set.discountBasisPoints ?? byRight) : 0;
  const amount = (of: Measure['of'], amounts: Amounts | undefined, unset: number | null) => {
    if (!holds(of)) return 0;
    const own = amounts !== undefined && Object.hasOwn(amounts, currency) ? amounts[currency] : undefined;
    return own === undefined ? unset : own;
  };
  return {
    discountBasisPoints,
    priceCutBasisPoints: mayAll ? (set.priceCutBasisPoints ?? whole) : 0,
    openItemMinor: amount('open-item', set.openItem, null),
    freeItemMinor: amount('free-item', set.freeItem, mayAll && discountBasisPoints === whole ? null : 0),
    noReceiptMinor: amount('no-receipt', set.noReceipt, null),
    orderMinor: amount('order', set.order, null),
  };
}

/** Of who holds several roles: in each thing the widest. */
export function widest(all: readonly Limits[]): Limits {
  const more = (a: number | null, b: number | null) => (a === null || b === null ? null : Math.max(a, b));
  return all.reduce(
    (sum, one) => ({
      discountBasisPoints: Math.max(sum.discountBasisPoints, one.discountBasisPoints),
      priceCutBasisPoints: Math.max(sum.priceCutBasisPoints, one.priceCutBasisPoints),
      openItemMinor: more(sum.openItemMinor, one.openItemMinor),
      freeItemMinor: more(sum.freeItemMinor, one.freeItemMinor),
      noReceiptMinor: more(sum.noReceiptMinor, one.noReceiptMinor),
      orderMinor: more(sum.orderMinor, one.orderMinor),
    }),
    noLimits,
  );
}

/** Whether the first limits let through nothing that the second do not. */
export function isWithinLimits(inner: Limits, outer: Limits): boolean {
  const both = widest([inner, outer]);
  return (Object.keys(outer) as (keyof Limits)[]).every((name) => both[name] === outer[name]);
}

/** All currencies that limits name, and one that none does. */
export function currenciesOf(all: readonly RoleLimits[]): string[] {
  const named = all.flatMap(({ openItem = {}, freeItem = {}, noReceipt = {}, order = {} }) =>
    [openItem, freeItem, noReceipt, order].flatMap((amounts) => Object.keys(amounts)),
  );
  return [...new Set([...named, 'XXX'])];
}

/** Whether somebody with these limits may do so much alone. Rounded as a discount itself is. */
export function isWithinLimit(limits: Limits, measure: Measure): boolean {
  switch (measure.of) {
    case 'discount':
      return isPartWithin(measure, limits.discountBasisPoints);
    case 'price-cut':
      return isPartWithin(measure, limits.priceCutBasisPoints);
    case 'open-item':
      return isAmountWithin(measure.amountMinor, limits.openItemMinor);
    case 'free-item':
      return isAmountWithin(measure.amountMinor, limits.freeItemMinor);
    case 'no-receipt':
      return isAmountWithin(measure.amountMinor, limits.noReceiptMinor);
    case 'order':
      return isAmountWithin(measure.amountMinor, limits.orderMinor);
    default:
      return unreachable(measure);
  }
}

function isPartWithin({ offMinor, fromMinor }: { offMinor: number; fromMinor: number }, basisPoints: number): boolean {
  // What a damaged or forged entry takes off more than there is, is no less than all of it.
  return basisPoints === whole || offMinor <= scaleMinor(fromMinor, basisPoints, whole);
}

function isAmountWithin(amountMinor: number, limitMinor: number | null): boolean {
  return limitMinor === null || amountMinor <= limitMinor;
}

/** A right that something takes, and how much of it. */
export type MeasuredRight = { right: Right; measure?: Measure };

/** Who may change any price may give a small discount too. */
const greaterRight: Partial<Record<Right, Right>> = { 'give-discount': 'change-price' };

/** Whether somebody with these rights has one, or a greater one that holds it. */
export function holdsRight(has: (right: Right) => boolean, right: Right): boolean {
  const greater = greaterRight[right];
  return has(right) || (greater !== undefined && has(greater));
}

/** [A1] Whether somebody with these rights and limits may do it alone. */
export function allows(has: (right: Right) => boolean, limits: Limits, { right, measure }: MeasuredRight): boolean {
  if (measure === undefined) return holdsRight(has, right);
  return limitRights[measure.of].some(has) && isWithinLimit(limits, measure);
}
