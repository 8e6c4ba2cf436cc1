import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { GrantRule } from '#schemas/members/personal-coupon.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

// Campaigns of single-use coupons. Codes are not kept: they are the numbers of a batch, signed by the chain's key [CP2].

/** A campaign; its offer is the promotion of the same id. */
export const couponCampaign = pgTable(
  'coupon_campaign',
  {
    merchantId: text('merchant_id').notNull(),
    campaignId: text('campaign_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    untilMs: ms('until_ms').notNull(),
    createdAtMs: ms('created_at_ms').notNull(),
    /** To whom it gives coupons by itself; null: to nobody. */
    grantRule: jsonb('grant_rule').$type<GrantRule>(),
    /** So long a granted one is good, no longer than the campaign; null: as long as that. */
    grantDays: integer('grant_days'),
    /** Most tickets, and most taken off on all of them; null: no bound. */
    budgetUses: integer('budget_uses'),
    budgetMinor: ms('budget_minor'),
    /** Since when one of them is used up: it grants no more, and tills offer none. Null: it is not. */
    overAtMs: ms('over_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.campaignId] })],
);

/** Numbers that were given out together. Append-only: a ticket's code is judged by what was given out until then (P2). */
export const couponBatch = pgTable(
  'coupon_batch',
  {
    merchantId: text('merchant_id').notNull(),
    campaignId: text('campaign_id').notNull(),
    firstSerial: integer('first_serial').notNull(),
    lastSerial: integer('last_serial').notNull(),
    issuedAtMs: ms('issued_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.campaignId, t.firstSerial] })],
);

/**
 * [CP6] Whom a campaign gave a coupon, once for an occasion. Neither derived nor taken back: what was used is in the tickets. Without a
 * coupon: held out, to see what the campaign does.
 */
export const couponGrant = pgTable(
  'coupon_grant',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    campaignId: text('campaign_id').notNull(),
    /** `everyone`, `tier:<since>`, `birthday:<year>`, `segment`. */
    occasion: text('occasion').notNull(),
    couponId: text('coupon_id'),
    grantedAtMs: ms('granted_at_ms').notNull(),
    untilMs: ms('until_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.memberId, t.campaignId, t.occasion] }),
    index('coupon_grant_campaign').on(t.merchantId, t.campaignId),
    index('coupon_grant_coupon').on(t.merchantId, t.couponId),
  ],
);

/** Codes that the web shop used. Not derived: what stores used is in their tickets. */
export const couponRedeemed = pgTable(
  'coupon_redeemed',
  {
    merchantId: text('merchant_id').notNull(),
    couponId: text('coupon_id').notNull(),
    reference: text('reference').notNull(),
    discountMinor: ms('discount_minor').notNull(),
    atMs: ms('at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.couponId] }),
    index('coupon_redeemed_reference').on(t.merchantId, t.reference),
  ],
);
