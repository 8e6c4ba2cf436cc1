import type { Queryable } from '../db/database.ts';

const among: Readonly<Record<'sku' | 'category' | 'brand' | 'store', string>> = {
  sku: 'select 1 from sku where merchant_id = $1 and sku_id = g.id and not deleted',
  category: 'select 1 from category where merchant_id = $1 and category_id = g.id',
  brand: 'select 1 from sku where merchant_id = $1 and brand = g.id and not deleted',
  store: 'select 1 from store where merchant_id = $1 and store_id = g.id',
};

/** Which of these the chain does not have. */
export async function unknownOf(
  database: Queryable,
  merchantId: string,
  kind: keyof typeof among,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.query<{ id: string }>(
    `select distinct g.id from unnest($2::text[]) g (id) where not exists (${among[kind]}) order by g.id`,
    [merchantId, ids],
  );
  return rows.map(({ id }) => id);
}
