import type { CountRow } from '#schemas/stock/count-row.ts';
import type { Names } from '#schemas/text.ts';
import type { Queryable } from '../db/database.ts';

export type SkuFacts = { names: Names; variant: Names | null; categoryId: string | null; priceMinor: number | null };
/** What is told of ids: a place, a person or an article that is gone has no name. */
export type CountNames = {
  places: ReadonlyMap<string, Names>;
  people: ReadonlyMap<string, string>;
  skus: ReadonlyMap<string, SkuFacts>;
  categories: ReadonlyMap<string, Names>;
};
type Store = { merchantId: string; storeId: string };

export async function readPlaceNames(database: Queryable, storeId: string): Promise<ReadonlyMap<string, Names>> {
  const { rows } = await database.query<{ placeId: string; names: Names }>(
    'select place_id as "placeId", names from place where store_id = $1',
    [storeId],
  );
  return new Map(rows.map(({ placeId, names }) => [placeId, names]));
}

/** What a stock-take of one place without a plan is called by: its place; null: it has a name of its own. */
export function shelfNamesOf(
  { reason, scope }: Pick<CountRow, 'reason' | 'scope'>,
  places: ReadonlyMap<string, Names>,
): Names | null {
  const [placeId] = scope.placeIds;
  return reason === 'ad-hoc' && placeId !== undefined ? (places.get(placeId) ?? null) : null;
}

export async function readPeople(
  database: Queryable,
  merchantId: string,
  operatorIds: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ operatorId: string; name: string }>(
    'select operator_id as "operatorId", name from operator where merchant_id = $1 and operator_id = any ($2)',
    [merchantId, [...new Set(operatorIds)]],
  );
  return new Map(rows.map(({ operatorId, name }) => [operatorId, name]));
}

/** Prices are what the shelf asks today. */
export async function readCountNames(
  database: Queryable,
  { merchantId, storeId }: Store,
  { skuIds, operatorIds }: { skuIds: Iterable<string>; operatorIds: Iterable<string> },
): Promise<CountNames> {
  const skus = await database.query<SkuFacts & { skuId: string }>(
    `select s.sku_id as "skuId", s.names, s.variant, s.category_id as "categoryId",
            case when not p.deleted then p.price_minor end as "priceMinor"
       from sku s left join price p using (merchant_id, sku_id)
      where s.merchant_id = $1 and s.sku_id = any ($2)`,
    [merchantId, [...new Set(skuIds)]],
  );
  const categories = await database.query<{ categoryId: string; names: Names }>(
    'select category_id as "categoryId", names from category where merchant_id = $1',
    [merchantId],
  );
  return {
    places: await readPlaceNames(database, storeId),
    people: await readPeople(database, merchantId, operatorIds),
    skus: new Map(skus.rows.map(({ skuId, ...facts }) => [skuId, facts])),
    categories: new Map(categories.rows.map(({ categoryId, names }) => [categoryId, names])),
  };
}
