import type { MemberHabits } from '#schemas/api/member-habits.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { ServerContext } from '../context.ts';

type Buyer = { merchantId: string; memberIds: readonly string[]; averageMinor: number; currency: string };

/**
 * [CP10] Of the campaigns that run and of which they were given nothing, the one that would take most off their average basket. Offers of
 * a whole ticket alone, as campaigns are made; null: none would take anything off.
 */
export async function nextCoupon(
  context: ServerContext,
  { merchantId, memberIds, averageMinor, currency }: Buyer,
): Promise<MemberHabits['nextCoupon']> {
  const { rows } = await context.database.pool.query<{ promotion: Promotion }>(
    `select p.row as promotion from coupon_campaign c
       join promotion p on p.merchant_id = c.merchant_id and p.promotion_id = c.campaign_id and not p.deleted
      where c.merchant_id = $1 and c.from_ms <= $2 and c.until_ms > $2 and c.over_at_ms is null and not exists (
        select from coupon_grant g where g.merchant_id = $1 and g.campaign_id = c.campaign_id and g.member_id = any($3::text[]))
      order by c.until_ms, c.campaign_id limit 500`,
    [merchantId, context.nowMs(), memberIds],
  );
  let best: MemberHabits['nextCoupon'] = null;
  for (const { promotion } of rows) {
    const savingMinor = promotion.currency === currency ? savingOn(promotion, averageMinor) : 0;
    if (savingMinor <= (best?.savingMinor ?? 0)) continue;
    best = { campaignId: promotion.promotionId, names: promotion.names as Record<string, string>, savingMinor };
  }
  return best;
}

function savingOn(promotion: Promotion, basketMinor: number): number {
  if (promotion.kind !== 'ticket-discount' || promotion.target.kind !== 'all') return 0;
  if (basketMinor < promotion.spendMinor) return 0;
  const { off } = promotion;
  if (off.kind === 'percentage') return Math.round((basketMinor * off.basisPoints) / 10_000);
  return off.kind === 'amount' ? Math.min(basketMinor, off.amountMinor) : 0;
}
