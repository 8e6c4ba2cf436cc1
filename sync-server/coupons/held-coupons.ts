import { type HeldCoupon, mostHeldCoupons } from '#schemas/members/personal-coupon.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { publishStaff } from '../people/staff-revision.ts';
import { usesSql } from './coupon-uses.ts';

/** A grant that no ticket and no order of the web shop used; what a ticket used that was voided is there again (CP4). */
const unused = `not exists (
  select from store s join applied_promotion x on x.store_id = s.store_id and x.coupon_id = g.coupon_id
   where s.merchant_id = g.merchant_id and not exists (
     select from retail_transaction w where w.store_id = x.store_id
        and w.voids_entry_id = lpad(x.till_number::text, 4, '0') || '-' || lpad(x.sequence::text, 9, '0')))
  and not exists (select from coupon_redeemed r where r.merchant_id = g.merchant_id and r.coupon_id = g.coupon_id)`;

/** [CP7] Coupons that these members were given and can use, by the id that they were given to; the soonest to end first. */
export async function readHeldCoupons(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
  nowMs: number,
): Promise<Map<string, HeldCoupon[]>> {
  const { rows } = await database.query<HeldCoupon & { memberId: string }>({
    name: 'held coupons',
    text: `select g.member_id as "memberId", g.coupon_id as "couponId", g.until_ms as "untilMs"
             from coupon_grant g
             join promotion p on p.merchant_id = g.merchant_id and p.promotion_id = g.campaign_id and not p.deleted
            where g.merchant_id = $1 and g.member_id = any($2::text[]) and g.coupon_id is not null and g.until_ms > $3
              and ${unused}
            order by g.until_ms, g.coupon_id`,
    values: [merchantId, memberIds, nowMs],
  });
  return Map.groupBy(rows, ({ memberId }) => memberId);
}

/** Of all who are one person, as the row of a till holds them; null: none. */
export function heldOf(held: Map<string, HeldCoupon[]>, memberIds: readonly string[]): HeldCoupon[] | null {
  const all = memberIds.flatMap((memberId) => held.get(memberId) ?? []);
  if (all.length === 0) return null;
  return all
    .toSorted((a, b) => a.untilMs - b.untilMs || (a.couponId < b.couponId ? -1 : 1))
    .slice(0, mostHeldCoupons)
    .map(({ couponId, untilMs }) => ({ couponId, untilMs }));
}

/** Campaigns whose budget is used up: tills offer their coupons no more [CP8]. */
export async function readOverCampaigns(database: Queryable, merchantId: string): Promise<string[]> {
  const { rows } = await database.query<{ campaignId: string }>(
    `select campaign_id as "campaignId" from coupon_campaign
      where merchant_id = $1 and over_at_ms is not null order by over_at_ms desc, 1 limit 500`,
    [merchantId],
  );
  return rows.map(({ campaignId }) => campaignId);
}

/** [CP8] Ends what has used up its budget, and tells the tills. It stays over, whatever is voided later. */
export async function endOverBudgets(context: ServerContext): Promise<void> {
  const nowMs = context.nowMs();
  const { rows } = await context.database.pool.query<{ merchantId: string; campaignIds: string[] }>(
    `select merchant_id as "merchantId", array_agg(campaign_id) as "campaignIds" from coupon_campaign
      where over_at_ms is null and until_ms > $1 and (budget_uses is not null or budget_minor is not null) group by 1`,
    [nowMs],
  );
  for (const { merchantId, campaignIds } of rows) {
    const { rowCount } = await context.database.pool.query(
      `update coupon_campaign c set over_at_ms = $3
         from (select campaign_id, count(*) as uses, sum(discount_minor) as minor from (${usesSql}) u group by 1) u
        where c.merchant_id = $1 and c.campaign_id = u.campaign_id and c.over_at_ms is null
          and (u.uses >= c.budget_uses or u.minor >= c.budget_minor)`,
      [merchantId, campaignIds, nowMs],
    );
    if ((rowCount ?? 0) > 0) await publishStaff(context, merchantId, null);
  }
}
