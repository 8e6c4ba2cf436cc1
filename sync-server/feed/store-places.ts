import { type Place, placeKinds } from '#schemas/stock/place.ts';
import { firstPlaces } from '../catalogue/new-store.ts';
import type { Queryable } from '../db/database.ts';

/**
 * The open places of a store, the sales place first, then by kind and id. The sales place is one of them always: a store of
 * an earlier version has no rows of places.
 */
export async function readOpenPlaces(database: Queryable, storeId: string): Promise<Place[]> {
  const { rows } = await database.query<Place & { isSalesPlace: boolean }>(
    `select p.place_id as "placeId", p.names, p.kind, p.place_id = s.sales_place_id as "isSalesPlace"
       from place p join store s using (store_id)
      where p.store_id = $1 and (p.closed_at_ms is null or p.place_id = s.sales_place_id)
      order by p.place_id = s.sales_place_id desc, array_position($2::text[], p.kind), p.place_id limit 2000`,
    [storeId, [...placeKinds]],
  );
  const places = rows.map(({ placeId, names, kind }): Place => ({ placeId, names, kind }));
  if (rows[0]?.isSalesPlace) return places;
  const sales = await database.query<{ placeId: string }>(
    'select sales_place_id as "placeId" from store where store_id = $1',
    [storeId],
  );
  return [...sales.rows.map(({ placeId }) => ({ ...firstPlaces[0], placeId })), ...places].slice(0, 2_000);
}
