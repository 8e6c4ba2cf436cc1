import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { text } from '../text.ts';

/**
 * `POST /feed/:store/credits`: a till asks what is left on a store credit or gift card, by its number as it was typed or scanned.
 * Errors: `bad-request` 400, `too-many-attempts` 429.
 */
export const creditQuestionSchema = z.object({ code: text(64) });

/** The same answer, null, to what is no number, of another store, or was never given out: who guesses learns nothing. */
export const creditLookupSchema = z.object({
  credit: z
    .object({
      kind: z.enum(['store-credit', 'gift-card']),
      /** By all tickets that the server has. Below nothing: more was taken than put on. */
      balanceMinor: minorSchema,
      currency: currencySchema,
      /** The office has stopped it. */
      isBlocked: z.boolean(),
      /** Something was taken of it at some time; absent: that is not known. */
      isUsed: z.boolean().optional(),
    })
    .nullable(),
});
export type CreditLookup = z.infer<typeof creditLookupSchema>;
