import type { RedeemAnswer, RedeemFault } from '#schemas/api/coupons.ts';
import { readSignedCode } from '#schemas/members/signed-code.ts';
import { campaignCodeOf } from '#schemas/pricing/coupon-id.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { chainKeyOf } from '../members/chain-key.ts';
import { markMembers } from '../members/standing-marks.ts';
import { readUse } from './coupon-uses.ts';

export type Redemption = { code: string; memberId: string | null; reference: string; discountMinor: number };
type Refused = { code: RedeemFault; usedBy: string | null };

/** [CP5] Uses a code in the web shop, once for one reference. What an offline till took meanwhile is found by query. */
export async function redeemCoupon(
  context: ServerContext,
  merchantId: string,
  { code, memberId, reference, discountMinor }: Redemption,
): Promise<Result<RedeemAnswer, Refused>> {
  const nowMs = context.nowMs();
  const presented = await presentedCoupon(context, merchantId, { code: code.trim(), memberId });
  if (!presented.ok) return presented;
  const couponId = presented.value;
  const told = campaignCodeOf(couponId);
  if (told === null) return fail({ code: 'not-a-code', usedBy: null });
  const { campaignId } = told;
  return inTransaction(context.database, async (tx) => {
    // Two orders with one code wait for each other.
    const { rows } = await tx.query<{ isEnded: boolean; channels: string[] | null }>(
      `select p.deleted as "isEnded", nullif(p.row -> 'conditions' -> 'channels', 'null') as channels from coupon_campaign c
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
    if (campaign.channels?.includes('online') === false) return fail({ code: 'wrong-channel', usedBy: null });
    await tx.query(
      `insert into coupon_redeemed (merchant_id, coupon_id, reference, discount_minor, at_ms) values ($1, $2, $3, $4, $5)`,
      [merchantId, couponId, reference, discountMinor, nowMs],
    );
    await markHolder(tx, merchantId, couponId);
    return ok(answer);
  });
}

/** What was signed, or, by its id alone, what the member who is signed in was given [CP9]. */
async function presentedCoupon(
  context: ServerContext,
  merchantId: string,
  { code, memberId }: Pick<Redemption, 'code' | 'memberId'>,
): Promise<Result<string, Refused>> {
  if (memberId === null || campaignCodeOf(code) === null) {
    const key = await chainKeyOf(context, merchantId);
    const read = await readSignedCode('coupon', merchantId, code, key, context.nowMs());
    return read.ok ? ok(read.value.subject) : fail({ code: read.error.code, usedBy: null });
  }
  const { rows } = await context.database.pool.query<{ untilMs: number }>(
    `select g.until_ms as "untilMs" from coupon_grant g
       left join member_account given on given.merchant_id = $1 and given.member_id = g.member_id
       left join member_account asker on asker.merchant_id = $1 and asker.member_id = $3
      where g.merchant_id = $1 and g.coupon_id = $2
        and coalesce(given.survivor_id, g.member_id) = coalesce(asker.survivor_id, $3)`,
    [merchantId, code, memberId],
  );
  const [grant] = rows;
  if (grant === undefined) return fail({ code: 'unknown', usedBy: null });
  return grant.untilMs > context.nowMs() ? ok(code) : fail({ code: 'expired', usedBy: null });
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
