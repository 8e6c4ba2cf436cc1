import type { AnnouncementWarning } from '#schemas/api/deliveries.ts';
import type { Queryable } from '../db/database.ts';
import type { Resolved } from './resolve-rows.ts';

export type NamedSupplier = { supplierId: string; name: string };
type Counted = { count: number; example: string | null };
type Asked = {
  reference: string;
  /** Null: not said yet. */
  supplier: NamedSupplier | null;
  resolved: Resolved;
  today: string;
  /** [A1] A supplier asks: which codes are in the store, or come to it from others, is none of its business. */
  isBySupplier: boolean;
};

/** What a person should look at before they announce: it may be a mistake, and it may be right. */
export async function warningsOf(
  database: Queryable,
  storeId: string,
  { reference, supplier, resolved, today, isBySupplier }: Asked,
): Promise<AnnouncementWarning[]> {
  const used = await usedReferences(database, storeId, reference, supplier);
  const known = isBySupplier ? [] : await knownCodes(database, storeId, resolved);
  const expired = resolved.rows.filter(({ expiresOn }) => expiresOn !== null && expiresOn < today);
  const unlabelled = resolved.rows.filter(
    ({ skuId, serials }) => serials.length === 0 && resolved.skus.get(skuId)?.tracking === 'item',
  );
  const pieces = (rows: Resolved['rows']) => rows.reduce((sum, { quantity }) => sum + quantity, 0);
  const all: AnnouncementWarning[] = [
    { code: 'reference-used', ...counted(used) },
    ...known,
    { code: 'expired', count: pieces(expired), example: expired[0]?.expiresOn ?? '' },
    { code: 'units-without-serial', count: pieces(unlabelled), example: unlabelled[0]?.skuId ?? '' },
  ];
  return all.filter(({ count }) => count > 0);
}

/** Deliveries of the supplier with the reference; also those in its name of before it was on the list. */
async function usedReferences(
  database: Queryable,
  storeId: string,
  reference: string,
  supplier: NamedSupplier | null,
): Promise<Counted | undefined> {
  if (reference === '' || supplier === null) return undefined;
  const { rows } = await database.query<Counted>(
    `select count(*)::int as count, min(row->>'reference') as example from delivery
      where store_id = $1 and coalesce(row->'source'->>'supplierId' = $3, row->'source'->>'name' = $4)
        and (row->>'reference' = $2 or starts_with(row->>'reference', $2 || ' ('))`,
    [storeId, reference, supplier.supplierId, supplier.name],
  );
  return rows[0];
}

/** Codes of the notice that the store has already, or awaits. */
async function knownCodes(database: Queryable, storeId: string, resolved: Resolved): Promise<AnnouncementWarning[]> {
  const units = resolved.rows.flatMap(({ gtin14, serials }) => serials.map((serial) => ({ gtin14, serial })));
  const unitsIn = (...states: string[]) =>
    database.query<Counted>(
      `select count(*)::int as count, min(u.serial) as example
         from unnest($2::text[], $3::text[]) n (gtin14, serial)
         join unit u on u.store_id = $1 and u.gtin14 = n.gtin14 and u.serial = n.serial
        where u.state = any ($4)`,
      [storeId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial), states],
    );
  const [here, expected, cartons] = await Promise.all([
    unitsIn('in-stock', 'reserved', 'set-aside'),
    unitsIn('expected'),
    database.query<Counted>(
      `select count(distinct c.sscc)::int as count, min(c.sscc) as example from carton c
        where c.store_id = $1 and c.sscc = any ($2) and not exists (
          select 1 from receipt r where r.store_id = c.store_id and r.delivery_id = c.delivery_id
             and (r.row->>'closes')::boolean)`,
      [storeId, [...new Set(resolved.rows.map(({ sscc }) => sscc))]],
    ),
  ]);
  return [
    { code: 'units-here', ...counted(here.rows[0]) },
    { code: 'units-expected', ...counted(expected.rows[0]) },
    { code: 'cartons-expected', ...counted(cartons.rows[0]) },
  ];
}

function counted(row: Counted | undefined) {
  return { count: row?.count ?? 0, example: row?.example ?? '' };
}
