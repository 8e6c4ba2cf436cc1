import type { Queryable } from '../db/database.ts';

/** Another store of the chain, as goods are sent to it. */
export type OtherStore = { storeId: string; name: string; salesPlaceId: string; receivingPlaceId: string };

/** The store, when it is another one of the same chain; a till may name any text as one. */
export async function findOtherStore(
  database: Queryable,
  storeId: string,
  otherId: string,
): Promise<OtherStore | null> {
  const { rows } = await database.query<OtherStore>(
    `select o.store_id as "storeId", o.name, o.sales_place_id as "salesPlaceId",
            coalesce((select min(p.place_id) from place p
                       where p.store_id = o.store_id and p.kind = 'stock-room' and p.closed_at_ms is null),
                     o.sales_place_id) as "receivingPlaceId"
       from store o join store s using (merchant_id)
      where s.store_id = $1 and o.store_id = $2 and o.store_id <> s.store_id`,
    [storeId, otherId],
  );
  return rows[0] ?? null;
}

export async function readStoreName(database: Queryable, storeId: string): Promise<string> {
  const { rows } = await database.query<{ name: string }>('select name from store where store_id = $1', [storeId]);
  return rows[0]?.name ?? storeId;
}
