// What stands on a receipt. `printing` sets it on paper, the server shows it as a page; print jobs and screens carry it about.
import { z } from 'zod';
import { codeTextSchema, fiscalBlockSchema } from '../fiscal/fiscal-block.ts';
import { entryIdSchema, hashSchema } from '../journal/envelope.ts';
import { pointsToldSchema } from '../members/points-told.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { localeCodes, text } from '../text.ts';
import { quantitySchema, serialSchema, tenderSchema } from '../transaction/retail-transaction.ts';
import { receiptLogoSchema } from './receipt-logo.ts';

/** Less to pay, or more if negative, and why. */
const discountSchema = z.object({ name: text(100), amountMinor: minorSchema });
export type ReceiptDiscount = z.infer<typeof discountSchema>;

const receiptLineSchema = z.object({
  /** Name and variant as the customer saw them. */
  name: text(200),
  /** Pieces; negative for a return. */
  quantity: quantitySchema,
  /** Of weighed goods: the price is then of a kilogram, and the quantity 1 or −1. */
  grams: z.number().int().min(1).max(1_000_000).nullable().default(null),
  /** Of a piece or a kilogram. */
  unitPriceMinor: minorSchema,
  /** What the piece would have cost; null: it cost that. */
  listPriceMinor: minorSchema.nullable(),
  serial: serialSchema.nullable(),
  /** The receipt by which it was sold, when it comes back by that. */
  returnedFrom: entryIdSchema.nullable().default(null),
  /** Of the line before its discounts: with tax where prices include it. */
  amountMinor: minorSchema,
  discounts: z.array(discountSchema).max(20),
  /** Why its price was changed, it is sold without a code or comes back; empty: nothing to tell. */
  reason: text(200).default(''),
  /** Typed at the till. */
  note: text(200).default(''),
});
export type ReceiptLine = z.infer<typeof receiptLineSchema>;

export const receiptSchema = z.object({
  /** Language of the words that are not of the data. */
  locale: z.enum(localeCodes),
  logo: receiptLogoSchema.nullable(),
  storeName: text(100),
  /** Empty where it is the store's name. */
  chainName: text(100),
  address: text(300),
  /** The store's first words below its address; line breaks are kept. */
  header: text(500).default(''),
  /** The receipt's number: the entry's, without gap on each till. */
  entryId: z.string().regex(/^\d{4}-\d{9}$/),
  /** The entry's, which ties the receipt to the chain of the till's entries [J3]. */
  hash: hashSchema,
  businessDay: z.iso.date(),
  occurredAtMs: z.number().int().min(0).max(8_640_000_000_000_000),
  timeZone: text(60).refine(isTimeZone, 'no time zone'),
  operatorName: text(200),
  /** The end of the member's id, which says nothing else; absent: sold to no member. */
  memberMark: text(12).optional(),
  /** What this earns them, and what they had before it. */
  pointsTold: pointsToldSchema.optional(),
  /** Nothing of it happened: it says so above all else. */
  isTraining: z.literal(true).optional(),
  /** Not the first that was printed of this sale. */
  isCopy: z.boolean(),
  /** This takes a whole sale back: which, and why. */
  voids: z
    .object({ entryId: entryIdSchema, reason: text(200) })
    .nullable()
    .default(null),
  /** This was taken back as a whole: the entry that did it, as far as is known where the receipt is made. */
  voidedBy: entryIdSchema.nullable().default(null),
  currency: currencySchema,
  pricesIncludeTax: z.boolean(),
  lines: z.array(receiptLineSchema).max(2_000),
  /** Of the whole ticket. */
  discounts: z.array(discountSchema).max(20),
  netMinor: minorSchema,
  taxes: z
    .array(
      z.object({ rateBasisPoints: z.number().int().min(0).max(10_000), netMinor: minorSchema, taxMinor: minorSchema }),
    )
    .max(50),
  roundingMinor: minorSchema,
  /** Of the total, what is put on gift cards: no tax is on it. Absent: nothing is. */
  giftCardsMinor: minorSchema.optional(),
  /** Of the total, what is paid on goods that are put aside; then what is on them, and left to pay by when. Absent: nothing is. */
  deposit: z
    .object({
      amountMinor: minorSchema,
      heldMinor: minorSchema,
      leftMinor: minorSchema.nullable(),
      dueOn: z.iso.date().nullable(),
    })
    .optional(),
  /** Of the total, what a bill of a customer account is paid with: whose, and how much. Absent: none is. */
  accountPayment: z.object({ number: text(64), account: text(100), amountMinor: minorSchema }).optional(),
  /** Negative: the customer got money back. */
  totalMinor: minorSchema,
  /** `reference`: the card's scheme and last digits, an approval code, a voucher's number; empty: nothing to tell. */
  tenders: z
    .array(
      tenderSchema.pick({ type: true, amountMinor: true }).extend({
        reference: text(200).default(''),
        /** Of a store credit or gift card: what is left on it, where that is known. */
        leftMinor: minorSchema.optional(),
        /** Of points: how many, negative given back; and what is left of them, where that is known. */
        points: z.number().int().optional(),
        pointsLeft: z.number().int().optional(),
        /** On account: whose, who signed (empty: nobody had to), and the customer's order (empty: none was named). */
        account: z
          .object({ number: text(64), name: text(100), signedBy: text(80), orderReference: text(40) })
          .optional(),
      }),
    )
    .max(20),
  /** What the shop owes from now on: the bearer of such a slip pays with it. */
  credits: z
    .array(z.object({ kind: z.enum(['store-credit', 'gift-card']), code: text(64), amountMinor: minorSchema }))
    .max(40)
    .default([]),
  changeMinor: minorSchema,
  fiscal: fiscalBlockSchema.nullable(),
  /** Address of the e-receipt. */
  link: codeTextSchema.nullable(),
  /** On the whole ticket, typed at the till; line breaks are kept. */
  note: text(500).default(''),
  /** The store's last words; line breaks are kept. */
  footer: text(1_000),
});
export type Receipt = z.infer<typeof receiptSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // There is no other way to ask for one by name.
    return false;
  }
}
