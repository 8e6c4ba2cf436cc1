import type { RedeemAnswer, RedeemFault } from '#schemas/api/coupons.ts';
import { readSignedCode } from '#schemas/members/signed-code.ts';
import { campaignCodeOf } from '#schemas/pricing/coupon-id.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { chainKeyOf } from '../members/chain-key.ts';
import { markMembers } from '../members/standing-marks.ts';
import { readUse } from './coupon-uses.ts';

export type Redemption = { code: string; reference: string; discountMinor: number };
type Refused = { code: RedeemFault; usedBy: string | null };

/** [CP5] Uses a code in the web shop, once for one reference. What an offline till took meanwhile is found by query. */
export async function redeemCoupon(
  context: ServerContext,
  merchantId: string,
  { code, reference, discountMinor }: Redemption,
): Promise<Result<RedeemAnswer, Refused>> {
  const nowMs = context.nowMs();
  const key = await chainKeyOf(context, merchantId);
  const read = await readSignedCode('coupon', merchantId, code.trim(), key, nowMs);
  if (!read.ok) return fail({ code: read.error.code, usedBy: null });
  const couponId = read.value.subject;
  const told = campaignCodeOf(couponId);
  if (told === null) return fail({ code: 'not-a-code', usedBy: null });
  const { campaignId } = told;
  return inTransaction(context.database, async (tx) => {
    // Two orders with one code wait for each other.
    const { rows } = await tx.query<{ isEnded: boolean }>(
      `select p.deleted as "isEnded" from coupon_campaign c
         join promotion p on p.merchant_id = c.merchant_id and p.promotion_id = c.campaign_id
        where c.merchant_id = $1 and c.campaign_id = $2 for no key update of c`,
      [merchantId, campaignId],
    );
    const [campaign] = rows;
    if (campaign === undefined) return fail({ code: 'unknown', usedBy: null });
    const use = await readUse(tx, merchantId, couponId);
    const answer = { couponId, promotionId: campaignId };
    if (use !== null && use.storeName === '' && use.reference === reference) return ok(answer);
    if (use !== null) return fail({ code: 'used', usedBy: use.reference });
    if (campaign.isEnded) return fail({ code: 'ended', usedBy: null });
    await tx.query(
      `insert into coupon_redeemed (merchant_id, coupon_id, reference, discount_minor, at_ms) values ($1, $2, $3, $4, $5)`,
      [merchantId, couponId, reference, discountMinor, nowMs],
    );
    await markHolder(tx, merchantId, couponId);
    return ok(answer);
  });
}

/** Whose coupon it was has it no more. */
async function markHolder(tx: Queryable, merchantId: string, couponId: string): Promise<void> {
  const { rows } = await tx.query<{ memberId: string }>(
    'select member_id as "memberId" from coupon_grant where merchant_id = $1 and coupon_id = $2',
    [merchantId, couponId],
  );
  await markMembers(
    tx,
    merchantId,
    rows.map(({ memberId }) => memberId),
  );
}
