import { z } from 'zod';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import { memberIdSchema } from '../members/member-entries.ts';
import { personKeySchema } from '../members/sealed-person.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { key, text } from '../text.ts';

// What a till asks about members beside its rows. Errors of all: `bad-request` 400, `too-many-attempts` 429.

/** As many keys as a till holds: enrolments that it can make without a line. */
export const personKeyStock = 200;

/** [MB7] `POST /feed/:store/person-keys`. `unused`: how many keys the till has left; it gets what is missing to the full stock. */
export const personKeysQuestionSchema = z.object({ unused: z.number().int().min(0).max(1_000_000) });
export const personKeysSchema = z.object({ keys: z.array(personKeySchema).max(personKeyStock) });

/** `POST /feed/:store/members/find`: somebody whom this store does not hold, by anything that members are found by (MB2). */
export const memberQuestionSchema = z.object({ q: text(100, 1) });
/** Masked always (MB3): a till needs no more to sell to them. At most ten. */
export const memberFindingSchema = z.object({
  members: z
    .array(
      z.object({
        memberId: memberIdSchema,
        name: z.string().max(300).nullable(),
        phone: z.string().max(300).nullable(),
        tier: z.string().max(30),
      }),
    )
    .max(10),
});
export type MemberFinding = z.infer<typeof memberFindingSchema>;

/** `POST /feed/:store/members/purchases`: a member's latest sales in this store, all who are one person; latest first, at most twenty. */
export const purchasesQuestionSchema = z.object({ memberId: memberIdSchema });
export const memberPurchasesSchema = z.object({
  purchases: z
    .array(
      z.object({
        entryId: entryIdSchema,
        atMs: z.number().int(),
        totalMinor: minorSchema,
        currency: currencySchema,
      }),
    )
    .max(20),
});
export type MemberPurchases = z.infer<typeof memberPurchasesSchema>;

/** `POST /feed/:store/members/points`: what a member can spend now, by all that the server has. Null: nobody, or the chain gives none. */
export const pointsQuestionSchema = z.object({ memberId: memberIdSchema });
export const memberPointsSchema = z.object({ available: z.number().int().nullable() });
export type MemberPoints = z.infer<typeof memberPointsSchema>;

/** [CP3] `POST /feed/:store/members/coupon`: who used one code of a campaign, in store or web shop, by all that the server has; null: nobody. */
export const couponQuestionSchema = z.object({ couponId: key(40) });
export const couponUseSchema = z.object({
  use: z.object({ storeName: z.string().max(100), reference: z.string().max(64), atMs: z.number().int() }).nullable(),
});
export type CouponUse = z.infer<typeof couponUseSchema>;
/** `POST /feed/:store/members/uses`: how often they used each promotion that is limited per member, in any store of the chain. */
export const usesQuestionSchema = z.object({ memberId: memberIdSchema });
const promotionUseSchema = z.object({
  storeId: idSchema,
  entryId: entryIdSchema,
  promotionId: key(40),
  times: z.number().int().min(1),
});
/** A ticket that was voided whole used nothing. At most 1,000, the latest. */
export const memberUsesSchema = z.object({ uses: z.array(promotionUseSchema).max(1_000) });
export type PromotionUse = z.infer<typeof promotionUseSchema>;
export type MemberUses = z.infer<typeof memberUsesSchema>;
