import { z } from 'zod';
import { entryIdSchema } from '../journal/envelope.ts';
import { basketMemberSchema } from '../members/basket-member.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { linePriceSchema, manualDiscountSchema } from '../pricing/quote-lines.ts';
import { key, text } from '../text.ts';
import { appliedPromotionSchema, gtin14Schema, ticketLines } from '../transaction/retail-transaction.ts';
import { promisedPriceSchema } from './promise.ts';

const ms = z.number().int().min(0);

/** A sale by its receipt, of what comes back. `line`: which of its lines, and what a piece was sold for. */
export const returnedSaleSchema = z.object({
  entryId: entryIdSchema,
  soldAtMs: ms,
  line: z
    .object({
      lineNumber: z.number().int().min(1).max(2_000),
      unitPriceMinor: minorSchema.min(0),
      condition: z.enum(['good', 'damaged']),
      placeId: text(32),
    })
    .nullable(),
});

/**
 * A line of a basket that is not sold yet: what was put in and what was agreed by hand. What it costs is the price lists' to say
 * when it is sold. What speaks against selling a unit is not kept: the books are asked again when it is taken up.
 */
export const parkedLineSchema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  skuId: key(40).nullable(),
  gtin14: gtin14Schema.nullable(),
  serial: key(20).nullable(),
  name: text(200),
  variant: text(200).nullable(),
  taxClass: z.string().max(31),
  categoryIds: z.array(key(40)).max(20),
  brand: text(80).nullable(),
  grams: z.number().int().min(1).max(1_000_000).nullable(),
  quantity: z
    .number()
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .refine((quantity) => quantity !== 0),
  price: linePriceSchema,
  priceOverride: z.object({ priceMinor: minorSchema.min(0), reason: text(200) }).nullable(),
  discount: manualDiscountSchema.nullable(),
  returned: returnedSaleSchema.nullable(),
  /** Why it comes back, or why it is sold as an open item. */
  reason: text(200).optional(),
  note: text(200).nullable(),
  /** What a piece or a kilogram cost when it was parked; null: nothing said so. A quote keeps it. */
  askedMinor: minorSchema.min(0).nullable(),
  /** Of a quote: what it is promised at; absent where nothing is promised. */
  promised: promisedPriceSchema.optional(),
});
export type ParkedLine = z.infer<typeof parkedLineSchema>;

/**
 * Body of `basket-parked`: an open basket is put aside for any till of the store. It moves no goods and no money; the basket keeps
 * the id that its sale will have.
 */
export const basketParkedSchema = z.object({
  transactionId: z.uuid(),
  openedAtMs: ms,
  currency: currencySchema,
  lines: ticketLines(parkedLineSchema),
  ticketDiscount: manualDiscountSchema.nullable(),
  couponIds: z.array(key(40)).max(100),
  /** Whom it is sold to; absent or null: nobody said so. */
  member: basketMemberSchema.nullable().optional(),
  /** Whose it is: what a person looks for in the list. */
  label: text(60).nullable(),
  /** On the ticket. */
  note: text(500).nullable(),
  /** What it came to; null while something has no price. */
  totalMinor: minorSchema.nullable(),
  /** Of a quote: the promotions that its lines were promised, by the names that the customer saw. */
  promotions: z.array(appliedPromotionSchema).max(500).optional(),
  /** The prices are kept through this day of the store. */
  quote: z.object({ validThrough: z.iso.date() }).nullable(),
  /** Of a quote that was opened and is put aside again: the entry that gave it, and when. Absent: this one does. */
  quotedBy: z.object({ entryId: entryIdSchema, atMs: ms }).optional(),
  /** Goods that are put aside for money: by which ticket, that one's own id, so much was to be paid first. Whether it was is that ticket's to say. */
  deposit: z.object({ transactionId: z.uuid(), amountMinor: minorSchema.min(1) }).nullable(),
  /** The rest of it is due on this day of the store; absent: nobody said so. */
  dueOn: z.iso.date().optional(),
  approvals: approvalsSchema,
});
export type BasketParked = z.infer<typeof basketParkedSchema>;

/**
 * Body of `basket-taken`: a parked basket is opened on the till that says so, or thrown away. `fromEntryId`: the entry that parked
 * it, or the `basket-taken` of another till that is taken over.
 */
export const basketTakenSchema = z.object({
  transactionId: z.uuid(),
  fromEntryId: entryIdSchema,
  how: z.enum(['taken-up', 'thrown-away']),
  approvals: approvalsSchema,
});
export type BasketTaken = z.infer<typeof basketTakenSchema>;
