import { z } from 'zod';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import { memberIdSchema } from '../members/member-entries.ts';
import { memberRulesSchema } from '../members/member-rules.ts';
import { pointsAdjustedSchema } from '../members/points-adjusted.ts';
import { ledgerKinds } from '../members/points-ledger.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, text } from '../text.ts';

// Points and tiers in the office; what the words mean: ../members/SPEC.md. Points are whole and may be below zero.

const pointsSchema = z.number().int();
const timeSchema = z.number().int();
const sums = { spendMinor: minorSchema, visits: z.number().int(), points: pointsSchema };

/** Of all stores of the chain, from the ledger as it is now. */
export const memberStandingSchema = z.object({
  /** Null: the chain gives no points. */
  points: z
    .object({
      available: pointsSchema,
      pending: pointsSchema,
      /** The next that expire. */
      next: z.object({ points: pointsSchema, atMs: timeSchema }).nullable(),
    })
    .nullable(),
  /** Null: the chain has no tiers. */
  tier: z
    .object({
      tier: z.string().max(30),
      sinceMs: timeSchema,
      /** Null of somebody whom an import brought: they only go up. */
      nextReviewAtMs: timeSchema.nullable(),
      ...sums,
      /** What is missing to the next, any one of it; null: there is none above. */
      missing: z.object({ tier: z.string().max(30), ...z.object(sums).partial().shape }).nullable(),
    })
    .nullable(),
  /** By entry, the latest first; at most 50. */
  ledger: z.array(
    z.object({
      storeId: idSchema,
      entryId: entryIdSchema,
      kind: z.enum(ledgerKinds),
      points: pointsSchema,
      atMs: timeSchema,
      /** When the points of a sale can be spent, and until when. */
      availableAtMs: timeSchema,
      expiresAtMs: timeSchema.nullable(),
    }),
  ),
});
export type MemberStanding = z.infer<typeof memberStandingSchema>;

/** A ticket of a member in any store of the chain. */
export const memberTicketSchema = z.object({
  storeId: idSchema,
  storeName: text(100),
  entryId: entryIdSchema,
  atMs: timeSchema,
  currency: currencySchema,
  totalMinor: minorSchema,
});

/** `POST …/members/:member/points` (right `adjust-points`): by hand, with a reason. */
export const adjustPointsSchema = pointsAdjustedSchema.pick({ points: true, reason: true });
export type AdjustPoints = z.infer<typeof adjustPointsSchema>;

/** `GET …/member-rules` and its `POST` (right `edit-member-rules`): of the chain, from now on. `sinceMs`: null before the first. */
export const saveMemberRulesSchema = z.object({ rules: memberRulesSchema });
export const memberRulesAnswerSchema = z.object({
  rules: memberRulesSchema,
  sinceMs: timeSchema.nullable(),
  currency: currencySchema,
  categories: z.array(z.object({ categoryId: key(40), names: z.record(z.string(), z.string()) })),
  /** Those that are not ended, and those that the rules name. */
  promotions: z.array(z.object({ promotionId: key(40), names: z.record(z.string(), z.string()) })),
});
export type MemberRulesAnswer = z.infer<typeof memberRulesAnswerSchema>;

/** `GET …/member-rules/attention`: whose points are below zero, and ids that nobody enrolled and that were sold to (MB13); at most 100. */
export const memberAttentionSchema = z.object({
  members: z.array(
    z.object({
      memberId: memberIdSchema,
      /** Masked; null: nobody enrolled them. */
      name: z.string().max(300).nullable(),
      why: z.enum(['below-zero', 'unknown']),
      points: pointsSchema,
    }),
  ),
});
export type MemberAttention = z.infer<typeof memberAttentionSchema>;
