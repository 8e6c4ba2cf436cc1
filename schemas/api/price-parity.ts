import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, namesSchema } from '../text.ts';

const countSchema = z.number().int().min(0);

/** `GET /api/stores/:store/price-parity?from=&to=` (right `read-reports`): business days, both included. */
export const priceParityQuerySchema = z
  .object({ from: z.iso.date(), to: z.iso.date() })
  .refine(({ from, to }) => from <= to, 'ends after it begins');
export type PriceParityQuery = z.infer<typeof priceParityQuerySchema>;

/**
 * How often the price asked for a piece, before discounts, was the one that the web shop was known to ask then. Counts are lines
 * of goods that were sold.
 */
export const priceParitySchema = z.object({
  currency: currencySchema,
  equal: countSchema,
  lower: countSchema,
  /** The promise is broken. */
  higher: countSchema,
  /** The web shop did not sell it, or the till did not know. */
  unknown: countSchema,
  /** Lines that cost more than online, the latest first; at most 500. */
  breaks: z
    .array(
      z.object({
        entryId: z.string().regex(/^\d{4}-\d{9}$/),
        lineNumber: z.number().int(),
        atMs: z.number().int(),
        skuId: key(40),
        names: namesSchema.nullable(),
        quantity: z.number().int(),
        unitPriceMinor: minorSchema,
        onlinePriceMinor: minorSchema,
        /** How old the online price was at the sale; null: nobody knows. */
        onlineAgeMs: countSchema.nullable(),
        discountMinor: minorSchema,
      }),
    )
    .max(500),
});
export type PriceParity = z.infer<typeof priceParitySchema>;
