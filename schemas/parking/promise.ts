import { z } from 'zod';
import { canonicalJson } from '../journal/canonical-json.ts';
import { entryIdSchema } from '../journal/envelope.ts';
import { minorSchema } from '../money/money.ts';
import { type ManualDiscount, manualDiscountSchema } from '../pricing/quote-lines.ts';
import { key } from '../text.ts';
import {
  appliedPromotionSchema,
  lineDiscountSchema,
  type RetailTransaction,
} from '../transaction/retail-transaction.ts';

/** What a line of a quote is promised at: its price, the list that it is of, and all that comes off it (SPEC.md PK10). */
export const promisedPriceSchema = z.object({
  unitPriceMinor: minorSchema.min(0),
  listPriceMinor: minorSchema.min(0).nullable(),
  priceListId: key(40).nullable(),
  discounts: z.array(lineDiscountSchema).max(200),
});
export type PromisedPrice = z.infer<typeof promisedPriceSchema>;

const byHandSchema = z.object({ priceMinor: minorSchema.min(0), reason: z.string() });

/** The same, beside the line as it was promised: a line that is another by now is not promised. */
export const promisedLineSchema = promisedPriceSchema.extend({
  lineNumber: z.number().int().min(1),
  quantity: z.number().int().min(1),
  priceOverride: byHandSchema.nullable(),
  discount: manualDiscountSchema.nullable(),
});
export type PromisedLine = z.infer<typeof promisedLineSchema>;

/** What an open basket has of the quote that it was. */
export const basketPromiseSchema = z.object({
  /** The entry that gave it. */
  entryId: entryIdSchema,
  quotedAtMs: z.number().int().min(0),
  validThrough: z.iso.date(),
  ticketDiscount: manualDiscountSchema.nullable(),
  promotions: z.array(appliedPromotionSchema).max(500),
  /** All lines that are promised, with what ties each to others: those are kept together or not at all. */
  lines: z.array(z.object({ lineNumber: z.number().int().min(1), ties: z.array(z.string()) })),
  /** A person who may has said that it counts although its day is over. */
  isHeldLate: z.boolean(),
});
export type BasketPromise = z.infer<typeof basketPromiseSchema>;

/** A promotion, or a discount on the whole ticket, is of several lines: each by itself might not have had it. */
export function tiesOf({ discounts }: Pick<PromisedPrice, 'discounts'>): string[] {
  const ties = discounts.map((discount) =>
    discount.by === 'promotion' ? `promotion ${discount.promotionId}` : discount.by,
  );
  return [...new Set(ties)].filter((tie) => tie !== 'line' && tie !== 'receipt');
}

type OpenLine = {
  quantity: number;
  grams: number | null;
  priceOverride: { priceMinor: number; reason: string } | null;
  discount: ManualDiscount | null;
  promised?: PromisedLine | undefined;
};

/**
 * The lines of an open basket that stand as they were promised, by their number in the quote (PK11). Fewer pieces are as promised
 * where nothing comes off them; lines that share a promotion are so together. Another discount on the ticket ends the promise. Pure.
 */
export function keptPromises(
  promise: BasketPromise,
  lines: readonly OpenLine[],
  ticketDiscount: ManualDiscount | null,
): Set<number> {
  if (!isSame(promise.ticketDiscount, ticketDiscount)) return new Set();
  const kept = new Map<number, OpenLine>();
  for (const line of lines)
    if (line.promised && isAsPromised(line, line.promised)) kept.set(line.promised.lineNumber, line);
  const isWhole = ({ quantity, promised }: OpenLine) => quantity === promised?.quantity;
  let broken = new Set<string>();
  for (;;) {
    const gone = promise.lines.filter(({ lineNumber }) => {
      const line = kept.get(lineNumber);
      return line === undefined || !isWhole(line);
    });
    const torn = new Set(gone.flatMap(({ ties }) => ties));
    if (torn.size === broken.size) return new Set(kept.keys());
    broken = torn;
    for (const { lineNumber, ties } of promise.lines) if (ties.some((tie) => torn.has(tie))) kept.delete(lineNumber);
  }
}

function isAsPromised({ quantity, grams, priceOverride, discount }: OpenLine, promised: PromisedLine): boolean {
  if (!isSame(promised.priceOverride, priceOverride) || !isSame(promised.discount, discount)) return false;
  if (quantity === promised.quantity) return true;
  return grams === null && quantity >= 1 && quantity < promised.quantity && promised.discounts.length === 0;
}

function isSame(one: object | null, other: object | null): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

type Ticket = Pick<RetailTransaction, 'lines' | 'promotions'>;

/** The part of a ticket that was promised, or the rest of it, with what its promotions gave to that part alone. */
export function partOf<T extends Ticket>(ticket: T, isPromised: boolean): T {
  const lines = ticket.lines.filter((line) => (line.isPromised === true) === isPromised);
  const given = new Map<string, number>();
  for (const discount of lines.flatMap(({ discounts }) => discounts)) {
    if (discount.by !== 'promotion') continue;
    given.set(discount.promotionId, (given.get(discount.promotionId) ?? 0) + discount.discountMinor);
  }
  const promotions = ticket.promotions.flatMap((applied) => {
    const discountMinor = given.get(applied.promotionId);
    return discountMinor === undefined ? [] : [{ ...applied, discountMinor }];
  });
  return { ...ticket, lines, promotions };
}
