import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { key, text } from '../text.ts';
import type { LineDiscount } from './promote.ts';

/** The largest amount of a line or a ticket either way, in minor units. */
export const maxAmountMinor = 1_000_000_000_000;
export const maxPieces = 1_000_000;
/** A ton. */
export const maxGrams = 1_000_000;
export const maxLines = 2_000;

const offSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('percentage'), basisPoints: z.number().int().min(1).max(10_000) }),
  z.object({ kind: z.literal('amount'), amountMinor: minorSchema.min(1) }),
]);
/** A discount that somebody gives by hand: off what the promotions leave. 10,000 basis points make an item free. */
export const manualDiscountSchema = z.object({ off: offSchema, reason: text(200) });
export type ManualDiscount = z.infer<typeof manualDiscountSchema>;

/** Where the price of a line comes from. */
export const linePriceSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('list') }),
  /** Of the whole line, out of an in-store code. */
  z.object({ from: z.literal('label'), priceMinor: minorSchema.min(0) }),
  /** Of a piece or a kilogram, set by hand: promotions leave the line alone. */
  z.object({ from: z.literal('override'), priceMinor: minorSchema.min(0), reason: text(200) }),
  /** Of a piece of something that no list knows. */
  z.object({ from: z.literal('open'), priceMinor: minorSchema.min(0) }),
  /** A refund as `unwind` reckons it, with its signs turned: nothing is priced or taxed anew. */
  z.object({
    from: z.literal('receipt'),
    taxRateBasisPoints: z.number().int().min(0).max(10_000),
    taxMinor: minorSchema.max(0),
    totalMinor: minorSchema.max(0),
  }),
]);

/** A line to be priced, as the till, the web shop and the API all say it. */
export const quoteLineSchema = z.object({
  lineNumber: z.number().int().min(1).max(maxLines),
  /** null for an open item. */
  skuId: key(40).nullable(),
  /** Its category and all above it. */
  categoryIds: z.array(key(40)).max(20),
  brand: text(80).nullable(),
  taxClass: z.string().max(31),
  isTaxExempt: z.boolean(),
  /** Pieces, negative for a return; 1 or −1 for what is weighed or priced by its label. */
  quantity: z.number().int().min(-maxPieces).max(maxPieces),
  /** Of weighed goods, ≥ 1: the price is of a kilogram. */
  grams: z.number().int().min(1).max(maxGrams).nullable(),
  price: linePriceSchema,
  discount: manualDiscountSchema.nullable(),
});
export type QuoteLine = z.infer<typeof quoteLineSchema> & {
  /** A quote of before promised it: nothing is priced anew but the tax. No message holds one. */
  promised?: PromisedLinePrice;
};
export type PromisedLinePrice = {
  unitPriceMinor: number;
  listPriceMinor: number | null;
  priceListId: string | null;
  discounts: readonly QuoteDiscount[];
};

/** Who took how much off a line, in the order in which it comes off. */
export type QuoteDiscount =
  | ({ by: 'promotion' } & LineDiscount)
  | { by: 'line'; discountMinor: number }
  | { by: 'ticket'; discountMinor: number };

export type QuotedLine = {
  lineNumber: number;
  skuId: string | null;
  quantity: number;
  /** What the price list asks; null when none does or nobody asked it. */
  listPriceMinor: number | null;
  priceListId: string | null;
  /** What the web shop asks, since when that is known, and how old that is. */
  online: { priceMinor: number; sinceMs: number | null; ageMs: number | null } | null;
  /** What is asked for a piece, a kilogram, or a labelled or returned line as a whole, before discounts. */
  unitPriceMinor: number;
  /** The line before discounts. */
  shelfMinor: number;
  discounts: QuoteDiscount[];
  /** The line after them: with tax if prices hold it. */
  amountMinor: number;
  taxRateBasisPoints: number;
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
  /** As an earlier quote promised it. */
  isPromised?: true;
};

export type QuoteFailure =
  | { code: 'no-price' | 'other-currency'; lineNumber: number; skuId: string }
  | {
      code:
        | 'bad-quantity'
        | 'bad-price'
        | 'bad-discount'
        | 'bad-measure'
        | 'no-sku'
        | 'line-twice'
        | 'amount-too-large'
        | 'discount-on-return';
      lineNumber: number;
    }
  | { code: 'ticket-too-large' | 'too-many-lines' | 'bad-discount-of-ticket' };

/** What is wrong with a line in itself, or null. */
export function lineFault(line: QuoteLine): QuoteFailure | null {
  const fault = (
    code: 'bad-quantity' | 'bad-price' | 'bad-discount' | 'bad-measure' | 'no-sku' | 'discount-on-return',
  ) => ({
    code,
    lineNumber: line.lineNumber,
  });
  const { quantity, grams, price, discount } = line;
  if (!isWithin(quantity, -maxPieces, maxPieces) || quantity === 0) return fault('bad-quantity');
  const isOne = Math.abs(quantity) === 1;
  if (grams !== null && (!isWithin(grams, 1, maxGrams) || !isOne)) return fault('bad-measure');
  if (price.from === 'label' && (!isOne || grams !== null)) return fault('bad-measure');
  if (price.from === 'receipt') {
    const isRefund = isWithin(price.totalMinor, -maxAmountMinor, 0) && isWithin(price.taxMinor, price.totalMinor, 0);
    if (!isRefund || quantity > 0) return fault('bad-price');
  } else if (price.from !== 'list' && !isWithin(price.priceMinor, 0, maxAmountMinor)) return fault('bad-price');
  if (line.skuId === null && (price.from === 'list' || price.from === 'label')) return fault('no-sku');
  if (discount !== null && quantity < 0) return fault('discount-on-return');
  return discount !== null && isBadDiscount(discount) ? fault('bad-discount') : null;
}

export function isBadDiscount({ off }: ManualDiscount): boolean {
  return off.kind === 'percentage'
    ? !isWithin(off.basisPoints, 1, 10_000)
    : !isWithin(off.amountMinor, 1, maxAmountMinor);
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}
