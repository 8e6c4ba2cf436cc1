import type { GoodsItem, OnlineAges, SkuPrices } from '#schemas/api/goods.ts';
import type { PriceRow, SkuPriceRow } from '#schemas/rows/rows.ts';
import type { Queryable } from '../db/database.ts';

/** What all lists ask for a SKU; null: the chain does not have it. */
export async function readSkuPrices(database: Queryable, merchantId: string, skuId: string): Promise<SkuPrices | null> {
  const { rows } = await database.query<{
    sku: GoodsItem;
    base: PriceRow | null;
    entries: SkuPriceRow['entries'] | null;
  }>(
    `select jsonb_build_object('skuId', k.sku_id, 'names', k.names, 'variant', k.variant) as sku,
            case when p.sku_id is not null then jsonb_build_object('skuId', p.sku_id, 'priceMinor', p.price_minor,
              'onlinePriceMinor', p.online_price_minor,
              'onlineConfirmedAtMs', greatest(p.online_seen_at_ms, p.online_confirmed_at_ms)) end as base,
            s.row -> 'entries' as entries
       from sku k
       left join price p on p.merchant_id = k.merchant_id and p.sku_id = k.sku_id and not p.deleted
       left join sku_price s on s.merchant_id = k.merchant_id and s.sku_id = k.sku_id and not s.deleted
      where k.merchant_id = $1 and k.sku_id = $2 and not k.deleted`,
    [merchantId, skuId],
  );
  const [row] = rows;
  return row ? { ...row, entries: row.entries ?? [] } : null;
}

const hourMs = 3_600_000;

/** How old the chain's online prices are, and how the last changes of them came. */
export async function readOnlineAges(database: Queryable, merchantId: string, nowMs: number): Promise<OnlineAges> {
  const [ages, received] = await Promise.all([
    database.query<Omit<OnlineAges, 'received'>>(
      `with seen as (
         select online_price_minor is not null as is_online,
                case when online_price_minor is not null then greatest(online_seen_at_ms, online_confirmed_at_ms) end as at_ms
           from price where merchant_id = $1 and not deleted)
       select count(*)::int as "pricedCount", (count(*) filter (where is_online))::int as "onlineCount",
              min(at_ms) as "oldestAtMs", max(at_ms) as "newestAtMs",
              jsonb_build_object(
                'hour', count(*) filter (where at_ms > $2::int8 - $3::int8),
                'day', count(*) filter (where at_ms <= $2::int8 - $3::int8 and at_ms > $2::int8 - 24 * $3::int8),
                'week', count(*) filter (where at_ms <= $2::int8 - 24 * $3::int8 and at_ms > $2::int8 - 168 * $3::int8),
                'older', count(*) filter (where at_ms <= $2::int8 - 168 * $3::int8),
                'unknown', count(*) filter (where is_online and at_ms is null)) as ages
         from seen`,
      [merchantId, nowMs, hourMs],
    ),
    database.query<OnlineAges['received'][number]>(
      `select at_ms as "atMs", actor_type as "actorType", coalesce((after ->> 'changed')::int, 0) as "changedCount"
         from audit_entry where merchant_id = $1 and action = 'online-prices-received'
        order by audit_id desc limit 20`,
      [merchantId],
    ),
  ]);
  const none = { hour: 0, day: 0, week: 0, older: 0, unknown: 0 };
  const found = ages.rows[0] ?? { pricedCount: 0, onlineCount: 0, ages: none, newestAtMs: null, oldestAtMs: null };
  return { ...found, received: received.rows };
}
