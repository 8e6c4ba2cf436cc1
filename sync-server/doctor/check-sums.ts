import { entryId } from '#schemas/journal/envelope.ts';
import type { ServerContext } from '../context.ts';
import { type Finding, some, trouble, well } from './finding.ts';

const rebuild = 'Run "npm run doctor -- --rebuild": the tables are made again from the journal.';

/**
 * [S1] What the books have of an item-coded SKU at a place is the number of its units there, and each column of the stock is no
 * less than nothing.
 */
export async function checkStock({ database }: ServerContext, storeId: string): Promise<Finding> {
  const { rows } = await database.pool.query<{ place: string; sku: string; books: number; units: number }>(
    `with books as (select place_id, sku_id, received + returned + moved_in - sold - moved_out + adjusted as pieces
                      from stock where store_id = $1),
          there as (select place_id, sku_id, count(*)::int8 as pieces from unit
                     where store_id = $1 and state in ('in-stock', 'reserved', 'set-aside') group by 1, 2),
          coded as (select k.sku_id from store s join sku k on k.merchant_id = s.merchant_id
                     where s.store_id = $1 and k.tracking = 'item')
     select place_id as place, sku_id as sku, coalesce(books.pieces, 0) as books, coalesce(there.pieces, 0) as units
       from books full join there using (place_id, sku_id)
      where sku_id in (select sku_id from coded) and coalesce(books.pieces, 0) <> coalesce(there.pieces, 0)
      order by 2, 1 limit 100`,
    [storeId],
  );
  if (rows.length === 0) return well('stock', 'Item-coded stock equals its units, at every place.');
  const names = rows.map(
    ({ place, sku, books, units }) => `${sku} at ${place} has ${books} in the books and ${units} units`,
  );
  return trouble('stock', `${some(names, 3)}.`, rebuild);
}

/** [S2] Where a unit stands, an entry of the journal put it, and it is among the steps of its life. */
export async function checkUnits({ database }: ServerContext, storeId: string): Promise<Finding> {
  const { rows } = await database.pool.query<{ unit: string }>(
    `select gtin14 || '.' || serial as unit from unit u
      where store_id = $1 and (not exists (select from unit_step s where s.store_id = u.store_id and s.gtin14 = u.gtin14
                                             and s.serial = u.serial and s.entry_id = u.entry_id)
         or not exists (select from journal j where j.store_id = u.store_id
                           and j.till_number = left(u.entry_id, 4)::int and j.sequence = right(u.entry_id, 9)::int8))
      order by 1 limit 100`,
    [storeId],
  );
  if (rows.length === 0) return well('units', 'Every unit stands where an entry put it.');
  return trouble(
    'units',
    `${rows.length} units stand where no entry put them: ${some(
      rows.map(({ unit }) => unit),
      3,
    )}.`,
    rebuild,
  );
}

/** [M1] Lines + rounding = total = net + tax + rounding = tenders − change, of every ticket. */
export async function checkMoney({ database }: ServerContext, storeId: string): Promise<Finding> {
  const { rows } = await database.pool.query<{ till: number; sequence: number }>(
    `with lines as (select till_number, sequence, sum(total_minor)::int8 as total, count(*)::int as lines from line_item
                     where store_id = $1 group by 1, 2),
          paid as (select till_number, sequence, sum(amount_minor)::int8 as total from tender where store_id = $1 group by 1, 2)
     select till_number as till, sequence from retail_transaction t
       left join lines using (till_number, sequence) left join paid using (till_number, sequence)
      where store_id = $1
        and (t.total_minor <> coalesce(lines.total, 0) + t.rounding_minor
          or t.total_minor <> t.net_minor + t.tax_minor + t.rounding_minor
          or t.total_minor <> coalesce(paid.total, 0) - t.change_minor
          or t.line_count <> coalesce(lines.lines, 0))
      order by 1, 2 limit 100`,
    [storeId],
  );
  if (rows.length === 0) return well('money', 'Every ticket adds up.');
  const ids = rows.map(({ till, sequence }) => entryId(till, sequence));
  return trouble('money', `${rows.length} tickets do not add up: ${some(ids)}.`, rebuild);
}
