import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { salesChannels } from '../pricing/price-list.ts';
import { linePriceSchema, manualDiscountSchema, maxLines, quoteLineSchema } from '../pricing/quote-lines.ts';
import { apiErrorSchema } from '../sync/protocol.ts';
import { key, text } from '../text.ts';

const lineShape = quoteLineSchema.shape;

/** A line to be priced. It names its goods by SKU or by GTIN in any length; category, brand and tax class are the server's. */
export const askedLineSchema = z.object({
  skuId: key(40).nullable().default(null),
  gtin: text(20).nullable().default(null),
  quantity: lineShape.quantity,
  grams: lineShape.grams.default(null),
  isTaxExempt: z.boolean().default(false),
  /** Neither SKU nor GTIN: an `open` item. Only for that is `taxClass` asked; unknown ones are taxed by the store's first. */
  price: linePriceSchema.default({ from: 'list' }),
  taxClass: lineShape.taxClass.default(''),
  discount: manualDiscountSchema.nullable().default(null),
});
export type AskedLine = z.infer<typeof askedLineSchema>;

/** `POST /api/stores/:store/quote` (right `read-reports`): what the till would ask, by the same function [M2]. */
export const quoteRequestSchema = z.object({
  channel: z.enum(salesChannels).default('store'),
  /** null: no member. */
  memberTier: z.string().max(30).nullable().default(null),
  couponIds: z.array(key(40)).max(100).default([]),
  /** How often this member has had a promotion before. */
  usedByMember: z.record(key(40), z.number().int().min(0)).default({}),
  /** Now, if not said. */
  atMs: z.number().int().min(0).max(8_640_000_000_000_000).optional(),
  /** Line numbers of the answer are places in this list, from 1. */
  lines: z.array(askedLineSchema).min(1).max(maxLines),
  ticketDiscount: manualDiscountSchema.nullable().default(null),
});
export type QuoteRequest = z.infer<typeof quoteRequestSchema>;

const discountSchema = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('promotion'),
    promotionId: key(40),
    /** 0: on the whole ticket. */
    pieces: z.number().int().min(0),
    discountMinor: minorSchema,
  }),
  z.object({ by: z.literal('line'), discountMinor: minorSchema }),
  z.object({ by: z.literal('ticket'), discountMinor: minorSchema }),
]);

const quotedLineSchema = z.object({
  lineNumber: lineShape.lineNumber,
  skuId: lineShape.skuId,
  quantity: lineShape.quantity,
  listPriceMinor: minorSchema.nullable(),
  priceListId: key(40).nullable(),
  online: z
    .object({ priceMinor: minorSchema, sinceMs: z.number().int().nullable(), ageMs: z.number().int().nullable() })
    .nullable(),
  unitPriceMinor: minorSchema,
  shelfMinor: minorSchema,
  discounts: z.array(discountSchema),
  amountMinor: minorSchema,
  taxRateBasisPoints: z.number().int(),
  netMinor: minorSchema,
  taxMinor: minorSchema,
  totalMinor: minorSchema,
});

/** The fields are those of `Quote` (pricing/quote.ts). */
export const quoteAnswerSchema = z.object({
  storeId: idSchema,
  atMs: z.number().int(),
  currency: currencySchema,
  lines: z.array(quotedLineSchema),
  promotions: z.array(
    z.object({
      promotionId: key(40),
      couponId: key(40).nullable(),
      times: z.number().int(),
      discountMinor: minorSchema,
    }),
  ),
  taxes: z.array(
    z.object({
      rateBasisPoints: z.number().int(),
      isExempt: z.boolean(),
      netMinor: minorSchema,
      taxMinor: minorSchema,
    }),
  ),
  discountMinor: minorSchema,
  netMinor: minorSchema,
  taxMinor: minorSchema,
  /** Before cash rounding. */
  dueMinor: minorSchema,
  isSearchComplete: z.boolean(),
});
export type QuoteAnswer = z.infer<typeof quoteAnswerSchema>;

export const quoteProblemCodes = [
  'sku-unknown',
  'gtin-unknown',
  /** SKU and GTIN of a line are of two articles. */
  'sku-not-of-gtin',
  'no-price',
  'other-currency',
  'bad-quantity',
  'bad-price',
  'bad-discount',
  'bad-measure',
  'no-sku',
  'line-twice',
  'amount-too-large',
  'discount-on-return',
  'ticket-too-large',
  'too-many-lines',
  'bad-discount-of-ticket',
] as const;

export const quoteProblemSchema = z.object({
  code: z.enum(quoteProblemCodes),
  /** Null: of the whole ticket. */
  lineNumber: z.number().int().nullable(),
});
export type QuoteProblem = z.infer<typeof quoteProblemSchema>;

/** 422: the ticket cannot be priced; `error.code` is `bad-request`. */
export const quoteRefusedSchema = apiErrorSchema.extend({ problems: z.array(quoteProblemSchema).max(maxLines) });
export type QuoteRefused = z.infer<typeof quoteRefusedSchema>;
