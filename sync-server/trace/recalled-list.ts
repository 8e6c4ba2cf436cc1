import type { RecallUnits } from '#schemas/api/recalls.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { ServerContext } from '../context.ts';
import { hitsSql, hitValues, type Named } from './recalled-units.ts';
import { unitColumns, unitItem } from './unit-search.ts';

type Wanted = { of: string; state?: UnitState | undefined; after?: string | undefined; limit: number };
type Row = Parameters<typeof unitItem>[0] & { isCertain: boolean };

/** The recalled units of one store, in order of GTIN, then serial. */
export async function listRecalledUnits(
  { database }: ServerContext,
  named: Named,
  { of, state, after, limit }: Wanted,
): Promise<RecallUnits> {
  const { rows } = await database.pool.query<Row>(
    `with ${hitsSql}
     select ${unitColumns}, h.is_certain as "isCertain"
       from hit h join unit u using (store_id, gtin14, serial) join store s using (store_id)
       left join sku on sku.merchant_id = s.merchant_id and sku.sku_id = u.sku_id
      where ($6::text is null or u.state = $6) and (u.gtin14, u.serial) > ($7, $8)
      order by u.gtin14, u.serial limit $9`,
    [...hitValues([of], named), state ?? null, after?.slice(0, 14) ?? '', after?.slice(15) ?? '', limit + 1],
  );
  const units = rows.slice(0, limit).map((row) => unitItem(row));
  const last = units.at(-1);
  return { units, next: rows.length > limit && last ? unitKey(last.gtin14, last.serial) : null };
}
