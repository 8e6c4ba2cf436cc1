import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { maxLines, maxPieces } from '../pricing/quote-lines.ts';
import { key } from '../text.ts';

/**
 * `POST /feed/:store/online-quote`: a till asks again what the web shop asks for what lies in its basket, each article with its
 * pieces there, once. Errors: `bad-request` 400.
 */
export const onlineQuoteRequestSchema = z.object({
  goods: z
    .array(z.object({ skuId: key(40), quantity: z.number().int().min(1).max(maxPieces) }))
    .min(1)
    .max(maxLines),
});
export type OnlineQuoteRequest = z.infer<typeof onlineQuoteRequestSchema>;

/** In the order of the question, by the server's rows and clock. */
export const onlineQuoteSchema = z.object({
  goods: z.array(
    z.object({
      skuId: key(40),
      /** Of a piece or a kilogram; null: the web shop does not sell it. */
      priceMinor: minorSchema.min(0).nullable(),
      /** When that was last known to be so; null: nobody knows. */
      sinceMs: z.number().int().nullable(),
    }),
  ),
});
export type OnlineQuote = z.infer<typeof onlineQuoteSchema>;
