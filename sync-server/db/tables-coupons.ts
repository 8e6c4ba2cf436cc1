import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

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
