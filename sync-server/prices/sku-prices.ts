import { maxSkuEntries } from '#schemas/rows/rows.ts';
import type { Queryable } from '../db/database.ts';

/**
 * Makes the feed's rows of these SKUs anew from the entries of lists that have not ended. Answers SKUs that would have more
 * entries than a row may: the caller undoes its change.
 */
export async function refreshSkuPrices(
  tx: Queryable,
  merchantId: string,
  skuIds: readonly string[],
  revision: number,
): Promise<string[]> {
  const { rows } = await tx.query<{ skuId: string; count: number }>(
    `insert into sku_price (merchant_id, sku_id, row, deleted, revision)
     select $1, s.sku_id, jsonb_build_object('skuId', s.sku_id, 'entries', coalesce(e.entries, '[]')),
            e.entries is null, $3
       from unnest($2::text[]) s (sku_id)
       left join lateral (
         select jsonb_agg(jsonb_build_object('priceListId', p.price_list_id, 'skuId', p.sku_id,
                  'minQuantity', p.min_quantity, 'priceMinor', p.price_minor,
                  'validFromMs', nullif(p.valid_from_ms, -1), 'validUntilMs', p.valid_until_ms,
                  'confirmedAtMs', p.confirmed_at_ms)
                order by p.price_list_id, p.min_quantity, p.valid_from_ms) as entries
           from price_entry p
           join price_list l on l.merchant_id = $1 and l.price_list_id = p.price_list_id and not l.deleted
          where p.merchant_id = $1 and p.sku_id = s.sku_id) e on true
     on conflict (merchant_id, sku_id) do update set row = excluded.row, deleted = excluded.deleted,
       revision = excluded.revision
     returning sku_id as "skuId", jsonb_array_length(row -> 'entries') as count`,
    [merchantId, [...new Set(skuIds)], revision],
  );
  return rows.filter(({ count }) => count > maxSkuEntries).map(({ skuId }) => skuId);
}
