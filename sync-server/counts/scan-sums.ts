import type { Queryable } from '../db/database.ts';

/** Pieces that were scanned: `byPlace` in the latest pass of each place, `byPerson` in all. A unit counts once. */
export type ScanSums = { byPlace: ReadonlyMap<string, number>; byPerson: ReadonlyMap<string, number> };

type Kept = { batches: number; sums: Promise<ScanSums> };
/** Of the stock-takes that somebody looked at last, on each connection pool. */
const keptByDatabase = new WeakMap<Queryable, Map<string, Kept>>();
const mostKept = 50;

/**
 * Adds up the scans of a stock-take once for each batch that comes: batches are only ever added [J2], so as many as before are the
 * same as before. Progress is polled, by several people at once, and a store has a hundred thousand scans.
 */
export async function scanSumsOf(database: Queryable, storeId: string, countId: string): Promise<ScanSums> {
  const kept = keptByDatabase.get(database) ?? new Map<string, Kept>();
  keptByDatabase.set(database, kept);
  const name = `${storeId}/${countId}`;
  const { rows } = await database.query<{ batches: number }>({
    name: 'batches of a count',
    text: 'select count(*)::int as batches from count_batch where store_id = $1 and count_id = $2',
    values: [storeId, countId],
  });
  const batches = rows[0]?.batches ?? 0;
  const known = kept.get(name);
  if (known !== undefined && known.batches === batches) return known.sums;
  const sums = addUp(database, storeId, countId);
  kept.delete(name);
  kept.set(name, { batches, sums });
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  // What failed is asked again.
  sums.catch(() => kept.delete(name));
  return sums;
}

async function addUp(database: Queryable, storeId: string, countId: string): Promise<ScanSums> {
  const places = await database.query<{ placeId: string; pieces: number }>(
    `select distinct on (place_id) place_id as "placeId", sum(pieces)::int8 as pieces
       from (select place_id, pass, count(*)::int8 as pieces
               from (select distinct on (place_id, pass, gtin14, serial) place_id, pass, is_taken_back from count_unit
                      where store_id = $1 and count_id = $2
                      order by place_id, pass, gtin14, serial, seen_at_ms desc) u
              where not is_taken_back group by 1, 2
             union all
             select place_id, pass, sum(quantity)::int8 from count_quantity
              where store_id = $1 and count_id = $2 group by 1, 2) s
      group by place_id, pass order by place_id, pass desc`,
    [storeId, countId],
  );
  const people = await database.query<{ operatorId: string; pieces: number }>(
    `select operator_id as "operatorId", sum(pieces)::int8 as pieces
       from (select operator_id, count(*)::int8 as pieces
               from (select distinct operator_id, gtin14, serial from count_unit
                      where store_id = $1 and count_id = $2 and not is_taken_back) u group by 1
             union all
             select operator_id, sum(quantity)::int8 from count_quantity
              where store_id = $1 and count_id = $2 group by 1) s
      group by operator_id`,
    [storeId, countId],
  );
  return {
    byPlace: new Map(places.rows.map(({ placeId, pieces }) => [placeId, pieces])),
    byPerson: new Map(people.rows.map(({ operatorId, pieces }) => [operatorId, pieces])),
  };
}
