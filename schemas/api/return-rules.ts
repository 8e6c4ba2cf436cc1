import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { returnRulesSchema } from '../returns/return-rules.ts';

/** Body of `POST …/return-rules`: what holds once a till has heard of it; tickets carry the rules that they were made by. */
export const returnRulesChangeSchema = z.object({ rules: returnRulesSchema });

/** `GET …/return-rules` and its `POST`. */
export const returnRulesAnswerSchema = z.object({ rules: returnRulesSchema, currency: currencySchema });
export type ReturnRulesAnswer = z.infer<typeof returnRulesAnswerSchema>;
