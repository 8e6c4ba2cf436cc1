import type { Queryable } from '../db/database.ts';

const most = 2_000;

/** SKUs whose price tills were told anew since then, the latest first; a SKU's first price is no change. */
export async function readChangedPrices(database: Queryable, merchantId: string, sinceMs: number): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `select v.id from price_version v
      where v.merchant_id = $1 and v.kind = 'sku' and v.told_at_ms >= $2 and v.row is not null
        and exists (select from price_version b where b.merchant_id = $1 and b.kind = 'sku' and b.id = v.id
                       and b.revision < v.revision)
      group by v.id order by max(v.revision) desc, v.id limit ${most}`,
    [merchantId, sinceMs],
  );
  return rows.map(({ id }) => id);
}
