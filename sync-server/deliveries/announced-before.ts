import type { OfficeStore } from '../auth/office-auth.ts';
import type { Queryable } from '../db/database.ts';
import { keep, type ReadNotice } from './announcement-csv.ts';
import { RowProblems } from './announcement-row.ts';
import type { Resolved } from './resolve-rows.ts';

/**
 * [SH6] Cartons and items that another open notice of the same supplier says are on their way, to any store of the chain: a problem
 * of their row. [A1] Nobody else's notices are looked at.
 */
export async function refuseAnnounced(
  database: Queryable,
  { merchantId }: OfficeStore,
  supplierId: string,
  { rows }: Resolved,
  notice: ReadNotice,
): Promise<void> {
  const units = rows.flatMap(({ gtin14, serials }) => serials.map((serial) => ({ gtin14, serial })));
  const theirs = `d.store_id = s.store_id and (d.row -> 'source' ->> 'supplierId') = $2 and not exists (
    select 1 from receipt r where r.store_id = d.store_id and r.delivery_id = d.delivery_id and (r.row->>'closes')::boolean)`;
  const cartons = await database.query<{ sscc: string; reference: string }>(
    `select c.sscc, min(d.row->>'reference') as reference
       from store s join carton c on c.store_id = s.store_id and c.sscc = any ($3)
       join delivery d on d.delivery_id = c.delivery_id and ${theirs}
      where s.merchant_id = $1 group by c.sscc`,
    [merchantId, supplierId, [...new Set(rows.map(({ sscc }) => sscc))]],
  );
  const items = await database.query<{ gtin14: string; serial: string; reference: string }>(
    `select u.gtin14, u.serial, min(d.row->>'reference') as reference
       from store s cross join unnest($3::text[], $4::text[]) n (gtin14, serial)
       join unit u on u.store_id = s.store_id and u.gtin14 = n.gtin14 and u.serial = n.serial and u.state = 'expected'
       join delivery d on d.delivery_id = u.entry_id and ${theirs}
      where s.merchant_id = $1 group by u.gtin14, u.serial`,
    [merchantId, supplierId, units.map(({ gtin14 }) => gtin14), units.map(({ serial }) => serial)],
  );
  const byCarton = new Map(cartons.rows.map(({ sscc, reference }) => [sscc, reference]));
  const byItem = new Map(items.rows.map(({ gtin14, serial, reference }) => [`${gtin14}.${serial}`, reference]));
  for (const { line, sscc, gtin14, serials } of rows) {
    const problems = new RowProblems(line);
    const inNotice = sscc === null ? undefined : byCarton.get(sscc);
    if (inNotice !== undefined) problems.add('sscc', sscc ?? '', 'carton-announced', inNotice);
    for (const serial of serials) {
      const other = byItem.get(`${gtin14}.${serial}`);
      if (other !== undefined) problems.add('serial', serial, 'serial-announced', other);
    }
    keep(notice, problems.found);
  }
}
