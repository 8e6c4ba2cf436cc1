import { z } from 'zod';
import { entryIdSchema, idSchema } from '../journal/envelope.ts';
import { memberIdSchema } from '../members/member-entries.ts';
import { grantRuleSchema } from '../members/personal-coupon.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { campaignIdSchema, mostCodes } from '../pricing/coupon-id.ts';
import { salesChannels } from '../pricing/price-list.ts';
import { key, namesSchema, text } from '../text.ts';
import { priceStateSchema } from './prices.ts';

// Campaigns of coupons with single-use codes [CP1]; the offer is a promotion, kept at …/promotions. Reading takes `read-reports`, the rest
// `edit-promotions`.

const countSchema = z.number().int().min(0);
const timeSchema = z.number().int();

/** `GET /api/stores/:store/coupons`: the latest made first, at most 200. */
export const campaignListSchema = z.object({
  currency: currencySchema,
  campaigns: z.array(
    z.object({
      campaignId: campaignIdSchema,
      names: namesSchema,
      state: priceStateSchema,
      untilMs: timeSchema,
      issued: countSchema,
      used: countSchema,
      discountMinor: minorSchema,
      /** Codes that were used more than once, whatever the tills knew. */
      twice: countSchema,
      /** Given to a member and used by somebody else [CP9]. */
      notTheirs: countSchema,
      /** Given to members, and members who were held out. */
      granted: countSchema,
      heldOut: countSchema,
      grantRule: grantRuleSchema.nullable(),
      budgetUses: countSchema.nullable(),
      budgetMinor: minorSchema.nullable(),
      /** Since when its budget is used up. */
      overAtMs: timeSchema.nullable(),
    }),
  ),
});
export type CampaignList = z.infer<typeof campaignListSchema>;

export const campaignGrantSchema = z.object({
  /** [CP6] Whom it gives coupons by itself; null: nobody, it is issued as codes or given by hand. */
  grantRule: grantRuleSchema.nullable().default(null),
  /** So long a granted one is good, and no longer than the campaign. */
  grantDays: z.number().int().min(1).max(3_660).nullable().default(null),
  /** [CP8] Tickets, or money taken off, after which members are given and offered no more. */
  budgetUses: z.number().int().min(1).max(1_000_000_000).nullable().default(null),
  budgetMinor: minorSchema.min(1).nullable().default(null),
});

/** `POST …/coupons`: makes a campaign with its promotion: so much off a ticket. All else is set on the promotion. */
export const makeCampaignSchema = z
  .object({
    campaignId: campaignIdSchema,
    names: namesSchema,
    off: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('percentage'), basisPoints: z.number().int().min(1).max(10_000) }),
      z.object({ kind: z.literal('amount'), amountMinor: minorSchema.min(1) }),
    ]),
    /** Least spend. */
    spendMinor: minorSchema.min(1),
    /** Where its codes are good; null: everywhere. */
    channels: z.array(z.enum(salesChannels)).min(1).max(salesChannels.length).nullable().default(null),
    fromMs: z.number().int().min(0).multipleOf(1_000),
    untilMs: z.number().int().min(0).max(8_640_000_000_000_000).multipleOf(1_000),
    ...campaignGrantSchema.shape,
  })
  .refine(({ fromMs, untilMs }) => fromMs < untilMs, 'it ends after it begins');
export type MakeCampaign = z.infer<typeof makeCampaignSchema>;
/** As it is sent: what is absent is null. */
export type CampaignWish = z.input<typeof makeCampaignSchema>;

/**
 * `POST …/coupons/:campaign/codes`: so many new codes, as CSV in a stream; header `number,code`. Answers 404 of a campaign that has ended,
 * and `full` 409 beyond a million in all.
 */
export const issueCodesSchema = z.object({ count: z.number().int().min(1).max(mostCodes) });

/** `GET …/coupons/:campaign/twice`: codes that were used more than once, or by somebody else than they were given to, with all their tickets; at most 100. */
export const couponsTwiceSchema = z.object({
  codes: z.array(
    z.object({
      couponId: key(40),
      /** Null: anybody's. Given to a member, and used with nobody's or somebody else's membership. */
      givenTo: memberIdSchema.nullable(),
      uses: z.array(
        z.object({
          memberId: memberIdSchema.nullable(),
          /** Null: in the web shop, by its reference. */
          storeId: idSchema.nullable(),
          storeName: text(100),
          reference: text(64),
          atMs: timeSchema,
        }),
      ),
    }),
  ),
});
export type CouponsTwice = z.infer<typeof couponsTwiceSchema>;

/**
 * `POST …/coupons/redeem` (for the web shop): uses a code once. The same reference again is answered as before. Errors: 422 with why:
 * a code that is not ours or was changed, not of its time, or used.
 */
export const redeemCouponSchema = z.object({
  /** As it was scanned, or typed by the shopper. Of a coupon that a member was given: its id, which only they use. */
  code: text(400, 1),
  /** Who is signed in in the web shop. */
  memberId: memberIdSchema.nullable().default(null),
  /** The order, of the caller's own. */
  reference: text(64, 1),
  discountMinor: minorSchema.min(0),
});
export const redeemFaults = [
  'not-a-code',
  'forged',
  'expired',
  'too-early',
  'unknown',
  'ended',
  'used',
  'wrong-channel',
] as const;
export type RedeemFault = (typeof redeemFaults)[number];
export const redeemAnswerSchema = z.object({ couponId: key(40), promotionId: key(40) });
export type RedeemAnswer = z.infer<typeof redeemAnswerSchema>;
export const redeemRefusedSchema = z.object({
  error: z.object({ code: z.literal('bad-request') }),
  why: z.enum(redeemFaults),
  /** Of a code that was used: the ticket, or the other reference. */
  usedBy: z.union([entryIdSchema, text(64)]).nullable(),
});
export type RedeemRefused = z.infer<typeof redeemRefusedSchema>;
