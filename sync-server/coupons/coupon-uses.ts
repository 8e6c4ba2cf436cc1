import type { CouponsTwice } from '#schemas/api/coupons.ts';
import type { Queryable } from '../db/database.ts';

/**
 * Uses of a campaign's codes in all stores of the chain and in the web shop; `$1` the merchant, `$2` the campaigns. A ticket that was
 * voided used nothing. Found by query: no store writes another's exceptions (D1).
 */
export const usesSql = `
  select a.promotion_id as campaign_id, a.coupon_id, a.store_id, s.name as store_name,
         lpad(a.till_number::text, 4, '0') || '-' || lpad(a.sequence::text, 9, '0') as reference,
         j.ordered_at_ms as at_ms, a.discount_minor, t.member_id
    from store s
    join applied_promotion a on a.store_id = s.store_id and a.promotion_id = any($2::text[])
                            and a.coupon_id like a.promotion_id || '/%'
    join journal j on j.store_id = a.store_id and j.till_number = a.till_number and j.sequence = a.sequence
    join retail_transaction t on t.store_id = a.store_id and t.till_number = a.till_number and t.sequence = a.sequence
   where s.merchant_id = $1 and not exists (
     select from retail_transaction w where w.store_id = a.store_id
        and w.voids_entry_id = lpad(a.till_number::text, 4, '0') || '-' || lpad(a.sequence::text, 9, '0'))
  union all
  select split_part(r.coupon_id, '/', 1), r.coupon_id, null, '', r.reference, r.at_ms, r.discount_minor, null
    from coupon_redeemed r where r.merchant_id = $1 and split_part(r.coupon_id, '/', 1) = any($2::text[])`;

/** [CP9] Of those, coupons that a member was given and that somebody else's ticket took, or nobody's: a merge that comes later makes it theirs. */
export const strangersSql = `
  select distinct u.campaign_id, u.coupon_id, g.member_id
    from (${usesSql}) u
    join coupon_grant g on g.merchant_id = $1 and g.coupon_id = u.coupon_id
    left join member_account given on given.merchant_id = $1 and given.member_id = g.member_id
    left join member_account taker on taker.merchant_id = $1 and taker.member_id = u.member_id
   where u.store_id is not null
     and coalesce(given.survivor_id, g.member_id) is distinct from coalesce(taker.survivor_id, u.member_id)`;

/** Who used one code: in whichever store, or the web shop; null: nobody whom the server has heard of. */
export async function readUse(
  database: Queryable,
  merchantId: string,
  couponId: string,
): Promise<{ storeName: string; reference: string; atMs: number } | null> {
  const { rows } = await database.query<{ storeName: string; reference: string; atMs: number }>({
    name: 'use of a coupon',
    text: `select s.name as "storeName",
                  lpad(a.till_number::text, 4, '0') || '-' || lpad(a.sequence::text, 9, '0') as reference,
                  j.ordered_at_ms as "atMs"
             from store s
             join applied_promotion a on a.store_id = s.store_id and a.coupon_id = $2
             join journal j on j.store_id = a.store_id and j.till_number = a.till_number and j.sequence = a.sequence
            where s.merchant_id = $1 and not exists (
              select from retail_transaction w where w.store_id = a.store_id
                 and w.voids_entry_id = lpad(a.till_number::text, 4, '0') || '-' || lpad(a.sequence::text, 9, '0'))
           union all
           select '', reference, at_ms from coupon_redeemed where merchant_id = $1 and coupon_id = $2
            order by 3 limit 1`,
    values: [merchantId, couponId],
  });
  return rows[0] ?? null;
}

/** [CP4] [CP9] Codes that were used more than once or by somebody else, with all tickets that have them. */
export async function readTwice(database: Queryable, merchantId: string, campaignId: string): Promise<CouponsTwice> {
  const { rows } = await database.query<CouponsTwice['codes'][number]>(
    `select u.coupon_id as "couponId", x.member_id as "givenTo",
            jsonb_agg(jsonb_build_object('storeId', u.store_id, 'storeName', u.store_name, 'reference', u.reference, 'atMs', u.at_ms,
                                         'memberId', u.member_id) order by u.at_ms, u.reference) as uses
       from (${usesSql}) u left join (${strangersSql}) x on x.coupon_id = u.coupon_id
      group by 1, 2 having count(*) > 1 or x.member_id is not null order by 1 limit 100`,
    [merchantId, [campaignId]],
  );
  return { codes: rows };
}
