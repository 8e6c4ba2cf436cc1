import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, namesSchema } from '../text.ts';

const countSchema = z.number().int().min(0);
const counts = {
  equal: countSchema,
  lower: countSchema,
  /** The promise is broken. */
  higher: countSchema,
  /** The web shop did not sell it, or the till did not know. */
  unknown: countSchema,
};

export const maxParityDays = 400;

/**
 * `GET /api/stores/:store/price-parity?from=&to=` (right `read-reports`): business days, both included; the last 14 without.
 * `GET …/price-parity/breaks.csv?from=&to=`: all lines that cost more than online, amounts as decimals.
 */
export const priceParityQuerySchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export type PriceParityQuery = z.infer<typeof priceParityQuerySchema>;

/**
 * How often the price asked for a piece, before discounts, was the one that the web shop was known to ask then. Counts are lines
 * of goods that were sold.
 */
export const priceParitySchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  currency: currencySchema,
  ...counts,
  /** Days on which goods were sold, the latest first. */
  days: z.array(z.object({ day: z.iso.date(), ...counts })).max(maxParityDays),
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
