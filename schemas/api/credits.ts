import { z } from 'zod';
import { entryIdSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { text } from '../text.ts';

const kindSchema = z.enum(['store-credit', 'gift-card']);
/** The step by which it was first given out: it names a credit without its number, which is as good as money. */
const firstStepSchema = z.object({ entryId: entryIdSchema, stepNumber: z.number().int().min(1).max(2_100) });

const creditSummarySchema = firstStepSchema.extend({
  kind: kindSchema,
  /** The last characters of its number. */
  shownCode: text(64),
  balanceMinor: minorSchema,
  currency: currencySchema,
  issuedAtMs: z.number().int(),
  /** When something was last put on or taken. */
  usedAtMs: z.number().int(),
  blockedAtMs: z.number().int().nullable(),
});
export type CreditSummary = z.infer<typeof creditSummarySchema>;

/** `GET …/credits`: what the store owes the bearers of its store credits and gift cards, the latest used first, up to 200. */
export const creditListSchema = z.object({
  totals: z.array(
    z.object({
      kind: kindSchema,
      currency: currencySchema,
      owedMinor: minorSchema,
      /** Credits with something left. */
      count: z.number().int().min(0),
    }),
  ),
  credits: z.array(creditSummarySchema),
});
export type CreditList = z.infer<typeof creditListSchema>;

/** Body of `POST …/credits/find`: a whole number of a credit, or the number of the receipt that gave it out or took of it. */
export const findCreditSchema = z.object({ text: text(64) });

const creditDetailSchema = creditSummarySchema.extend({
  blockReason: text(200).nullable(),
  /** Oldest first. Positive: put on. */
  steps: z.array(firstStepSchema.extend({ amountMinor: minorSchema, atMs: z.number().int() })),
});
export type CreditDetail = z.infer<typeof creditDetailSchema>;

/** Answer to `find` and `block`. Empty: there is none. */
export const creditsFoundSchema = z.object({ credits: z.array(creditDetailSchema) });
export type CreditsFound = z.infer<typeof creditsFoundSchema>;

/** Body of `POST …/credits/block`; it takes the right `block-credit`. `credit-unknown` 404. */
export const blockCreditSchema = firstStepSchema.extend({ isBlocked: z.boolean(), reason: text(200).min(1) });
export type BlockCredit = z.infer<typeof blockCreditSchema>;
