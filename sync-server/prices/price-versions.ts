import type { Queryable } from '../db/database.ts';

const changedSkus = `
  with touched as (
    select sku_id from sku where merchant_id = $1 and revision = $2
    union select sku_id from price where merchant_id = $1 and revision = $2
    union select sku_id from sku_price where merchant_id = $1 and revision = $2),
  told as (
    select s.sku_id as id,
           jsonb_build_object('shelf', p.price_minor, 'online', p.online_price_minor,
             'entries', coalesce((select jsonb_agg(e - 'confirmedAtMs') from jsonb_array_elements(o.row -> 'entries') e), '[]'),
             'categoryId', s.category_id, 'brand', s.brand, 'isWeighed', s.tracking = 'weight') as row
      from touched t
      join sku s on s.merchant_id = $1 and s.sku_id = t.sku_id
      left join price p on p.merchant_id = $1 and p.sku_id = s.sku_id and not p.deleted
      left join sku_price o on o.merchant_id = $1 and o.sku_id = s.sku_id and not o.deleted)`;

/**
 * Writes down what the rows of this revision tell tills of prices. In the transaction of the change and after it, once, by
 * everything that changes prices, lists or promotions: posting judges tickets by it. What says the same as before is not repeated.
 */
export async function keepPriceVersions(
  tx: Queryable,
  merchantId: string,
  revision: number,
  nowMs: number,
): Promise<void> {
  await tx.query(
    `${changedSkus}
     insert into price_version (merchant_id, kind, id, revision, told_at_ms, row)
     select $1, 'sku', t.id, $2, $3::int8, t.row from told t
      where t.row is distinct from (
        select v.row from price_version v where v.merchant_id = $1 and v.kind = 'sku' and v.id = t.id
         order by v.revision desc limit 1)`,
    [merchantId, revision, nowMs],
  );
  await tx.query(
    `insert into price_version (merchant_id, kind, id, revision, told_at_ms, row)
     select $1, 'list', price_list_id, $2::int8, $3::int8, case when deleted then null else row end
       from price_list where merchant_id = $1 and revision = $2
     union all
     select $1, 'promotion', promotion_id, $2, $3, case when deleted then null else row end
       from promotion where merchant_id = $1 and revision = $2`,
    [merchantId, revision, nowMs],
  );
}
