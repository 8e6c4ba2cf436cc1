import { z } from 'zod';
import { entryIdSchema, sequenceSchema, tillNumberSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { approvalSchema } from '../policy/approval.ts';
import { key, namesSchema, text } from '../text.ts';
import { gtin14Schema, priceOverrideSchema } from '../transaction/retail-transaction.ts';
import { exceptionItemSchema } from './exceptions.ts';

export const transactionSummarySchema = z.object({
  entryId: z.string().regex(/^\d{4}-\d{9}$/),
  tillNumber: tillNumberSchema,
  sequence: sequenceSchema,
  operatorId: key(40),
  /** Null when the store does not know the operator. */
  operatorName: text(80).nullable(),
  businessDay: z.iso.date(),
  occurredAtMs: z.number().int(),
  currency: currencySchema,
  lineCount: z.number().int().min(0),
  totalMinor: minorSchema,
});
export type TransactionSummary = z.infer<typeof transactionSummarySchema>;

/** Where a list goes on: the last row's `occurredAtMs` and entry id. */
export const pageMarkSchema = z.string().regex(/^-?\d{1,16}_\d{4}-\d{9}$/);

/** `GET /api/stores/:store/transactions?day=2026-11-22&limit=50&before=<mark>`; today without `day`. */
export const transactionsQuerySchema = z.object({
  day: z.iso.date().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: pageMarkSchema.optional(),
});

/** Latest first. */
export const transactionListSchema = z.object({
  businessDay: z.iso.date(),
  transactions: z.array(transactionSummarySchema),
  /** `before` of the next page; null at the end. */
  next: pageMarkSchema.nullable(),
});
export type TransactionList = z.infer<typeof transactionListSchema>;

/** `GET /api/stores/:store/transactions/:entryId`. */
export const transactionDetailSchema = transactionSummarySchema.extend({
  transactionId: z.string(),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  roundingMinor: minorSchema,
  changeMinor: minorSchema,
  memberId: key(40).nullable(),
  /** It takes a whole ticket back: which, and why. */
  voids: z.object({ entryId: entryIdSchema, reason: text(200) }).nullable(),
  /** The entry that took this one back as a whole. */
  voidedBy: entryIdSchema.nullable(),
  /** Typed at the till for the whole ticket. */
  note: text(500).nullable(),
  lines: z.array(
    z.object({
      lineNumber: z.number().int(),
      /** null: an open item. */
      skuId: key(40).nullable(),
      /** As the customer saw it; null in a line that its entry does not tell. */
      name: text(200).nullable(),
      /** Of the catalogue today; null when the SKU is unknown. */
      names: namesSchema.nullable(),
      gtin14: gtin14Schema.nullable(),
      serial: z.string().nullable(),
      quantity: z.number().int(),
      /** Of weighed goods: the price is then of a kilogram. */
      grams: z.number().int().nullable(),
      unitPriceMinor: minorSchema,
      taxClass: z.string(),
      taxRateBasisPoints: z.number().int(),
      netMinor: minorSchema,
      taxMinor: minorSchema,
      totalMinor: minorSchema,
      priceOverride: priceOverrideSchema.nullable(),
      /** The receipt by which it was sold, when it came back by that. */
      returnedFrom: entryIdSchema.nullable(),
      /** Why it was sold as an open item, or came back; null: nobody said. */
      reason: text(200).nullable(),
      note: text(200).nullable(),
      /** What came off it, by name. */
      discounts: z.array(z.object({ name: text(100), amountMinor: minorSchema })),
    }),
  ),
  /** What a second person said yes to; `operatorName` is null when nobody knows them. */
  approvals: z.array(approvalSchema.extend({ operatorName: text(80).nullable() })),
  /** `reference`: the card, an approval code, a voucher's number; empty: nothing to tell. */
  tenders: z.array(z.object({ type: z.string(), amountMinor: minorSchema, reference: z.string() })),
  exceptions: z.array(exceptionItemSchema.pick({ code: true, subject: true, detail: true, operatorName: true })),
});
export type TransactionDetail = z.infer<typeof transactionDetailSchema>;
