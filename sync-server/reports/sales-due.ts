import type { Queryable } from '../db/database.ts';
import { write } from '../db/pipelined.ts';

/** Published after a commit that put a day's sums out of date. No store has this id. */
export const salesScope = '~sales';

/** Says that these days of a store are to be added up anew; the caller holds the store's counter. */
export async function markSalesDays(transaction: Queryable, storeId: string, days: Iterable<string>): Promise<void> {
  await write(transaction, {
    name: 'mark sales days',
    text: `insert into sales_due as d (store_id, business_day) select $1, * from unnest($2::text[])
           on conflict (store_id, business_day) do update set marks = d.marks + 1`,
    values: [storeId, [...new Set(days)].sort()],
  });
}

/** Before a store's tickets are made again: also days whose tickets do not come back. */
export async function markSalesDaysOf(transaction: Queryable, storeId: string): Promise<void> {
  await transaction.query(
    `insert into sales_due as d (store_id, business_day)
     select distinct $1, business_day from sales_sum where store_id = $1 and by = 'total'
     on conflict (store_id, business_day) do update set marks = d.marks + 1`,
    [storeId],
  );
}
