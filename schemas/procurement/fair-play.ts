import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, text } from '../text.ts';

/** One rule, and the most that one breach of it costs; 0: it is said, and costs nothing. */
export const fairRuleSchema = z.object({
  ruleId: key(20),
  title: text(120, 1),
  text: text(2_000),
  mostMinor: minorSchema.min(0),
});
export type FairRule = z.infer<typeof fairRuleSchema>;

const daysSchema = z.number().int().min(1).max(90);

/** What the merchant publishes for itself and all its suppliers (SPEC.md, FP1). A later version says nothing of what came before. */
export const fairRulesSchema = z
  .object({
    currency: currencySchema,
    /** Who is complained about has so many days to be heard. */
    answerDays: daysSchema,
    /** Who lost may appeal for so many days. */
    appealDays: daysSchema,
    /** An order is to be answered within so many hours. */
    orderHours: z.number().int().min(1).max(720),
    rules: z.array(fairRuleSchema).max(50),
  })
  .refine(
    ({ rules }) => new Set(rules.map(({ ruleId }) => ruleId)).size === rules.length,
    'a rule has an id of its own',
  );
export type FairRules = z.infer<typeof fairRulesSchema>;
