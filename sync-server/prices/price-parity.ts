import type { PriceParity, PriceParityQuery } from '#schemas/api/price-parity.ts';
import type { Queryable } from '../db/database.ts';

const listed = 500;

type Store = { merchantId: string; storeId: string; currency: string };

/**
 * Lines of goods sold in store $1 of chain $4 on business days $2 to $3, beside what the web shop was known to ask. A label of the
 * scales has the price of its whole line, which is not compared with that of a kilogram.
 */
const soldLines = `
  select l.till_number, l.sequence, l.line_number, l.sku_id, l.quantity, l.unit_price_minor, l.discount_minor,
         l.online_since_ms, t.occurred_at_ms, k.names,
         case when k.tracking = 'weight' and l.grams is null then null else l.online_price_minor end as online_price_minor
    from retail_transaction t
    join line_item l on l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence
    left join sku k on k.merchant_id = $4 and k.sku_id = l.sku_id
   where t.store_id = $1 and t.business_day between $2 and $3 and l.quantity > 0 and l.sku_id is not null`;

/** How often goods cost in the shop what they cost online, and each line that cost more. */
export async function readPriceParity(
  database: Queryable,
  { merchantId, storeId, currency }: Store,
  { from, to }: PriceParityQuery,
): Promise<PriceParity> {
  const values = [storeId, from, to, merchantId];
  const [counted, breaks] = await Promise.all([
    database.query<Pick<PriceParity, 'equal' | 'lower' | 'higher' | 'unknown'>>(
      `select count(*) filter (where unit_price_minor = online_price_minor)::int as equal,
              count(*) filter (where unit_price_minor < online_price_minor)::int as lower,
              count(*) filter (where unit_price_minor > online_price_minor)::int as higher,
              count(*) filter (where online_price_minor is null)::int as unknown
         from (${soldLines}) s`,
      values,
    ),
    database.query<PriceParity['breaks'][number]>(
      `select lpad(s.till_number::text, 4, '0') || '-' || lpad(s.sequence::text, 9, '0') as "entryId",
              s.line_number as "lineNumber", s.occurred_at_ms as "atMs", s.sku_id as "skuId", s.names, s.quantity,
              s.unit_price_minor as "unitPriceMinor", s.online_price_minor as "onlinePriceMinor",
              case when s.online_since_ms is not null then greatest(0, s.occurred_at_ms - s.online_since_ms) end
                as "onlineAgeMs", s.discount_minor as "discountMinor"
         from (${soldLines}) s
        where s.unit_price_minor > s.online_price_minor
        order by s.occurred_at_ms desc, s.till_number, s.sequence, s.line_number limit ${listed}`,
      values,
    ),
  ]);
  const counts = counted.rows[0] ?? { equal: 0, lower: 0, higher: 0, unknown: 0 };
  return { currency, ...counts, breaks: breaks.rows };
}
