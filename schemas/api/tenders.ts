import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { tenderRulesSchema } from '../payment/tender-rules.ts';

/** Body of `POST …/tenders`: what holds once a till has heard of it. A way to pay that is not named is not taken. */
export const tenderRulesChangeSchema = z.object({ rules: tenderRulesSchema });

/** `GET …/tenders` and its `POST`. */
export const tenderRulesAnswerSchema = z.object({
  rules: tenderRulesSchema,
  /** The store's, in which the limits are. */
  currency: currencySchema,
});
export type TenderRulesAnswer = z.infer<typeof tenderRulesAnswerSchema>;
