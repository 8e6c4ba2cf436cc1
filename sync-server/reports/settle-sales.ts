import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { salesDue } from '../db/tables-reports.ts';
import { lineSumsSql, promotionSumsSql, summed, sumNames, tenderSumsSql, ticketsSql } from './sales-sql.ts';

/** A day of a store that is out of date. */
export type DueDay = Pick<typeof salesDue.$inferSelect, 'storeId' | 'businessDay'>;

const byTicket = {
  total: `''`,
  hour: 'hour',
  operator: 'operator_id',
  channel: 'channel',
  tier: 'tier',
  till: 'till_number::text',
};
const names = sumNames.join(', ');
const lines = 't join line_item l using (store_id, till_number, sequence)';

/**
 * The day of $2 in the store $1 along each dimension, from the tables of posting alone. Tenders are less the change, which is
 * cash; what no promotion gave is taken off by hand, under the empty key.
 */
const daySums = `t as materialized (${ticketsSql('t.store_id = $1 and t.business_day = $2')}),
  new as materialized (
    ${Object.entries(byTicket)
      .map(([by, key]) => `select '${by}' as by, ${key} as key, currency, ${summed()} from t group by 2, 3`)
      .join(' union all ')}
    union all select 'sku', coalesce(l.sku_id, ''), t.currency, ${lineSumsSql} from ${lines} group by 2, 3
    union all select 'tax', l.tax_rate_basis_points::text, t.currency, ${lineSumsSql} from ${lines} group by 2, 3
    union all select 'tender', p.* from (${tenderSumsSql}) p
    union all select 'promotion', p.* from (${promotionSumsSql}) p)`;

/** One statement, and so one state of the tables: the rows that differ are written, and the month of the chain moves by as much. */
const settleSql = `with ${daySums},
  old as materialized (select by, key, currency, ${names} from sales_sum where store_id = $1 and business_day = $2),
  gone as (
    delete from sales_sum s using old o
     where s.store_id = $1 and s.business_day = $2 and s.by = o.by and s.key = o.key and s.currency = o.currency
       and not exists (select from new n where n.by = o.by and n.key = o.key and n.currency = o.currency)),
  put as (
    insert into sales_sum as s (store_id, business_day, by, key, currency, ${names})
    select $1, $2, by, key, currency, ${names} from new
    on conflict (store_id, by, business_day, key, currency) do update
       set (${names}) = (${sumNames.map((name) => `excluded.${name}`).join(', ')})
     where (${sumNames.map((name) => `s.${name}`).join(', ')}) is distinct from
           (${sumNames.map((name) => `excluded.${name}`).join(', ')}))
  insert into sales_chain as m (merchant_id, month, by, key, currency, ${names})
  select $3, left($2, 7), d.by, d.key, d.currency, ${summed('d.')}
    from (select p.by, p.key, c.currency, ${names}
            from (select by, key, currency, ${names} from new
                  union all select by, key, currency, ${sumNames.map((name) => `-${name}`).join(', ')} from old) c
           cross join lateral (
             select c.by, c.key where c.by <> 'total'
             union all select 'store', $1 where c.by = 'total' union all select 'day', $2 where c.by = 'total') p) d
   group by d.by, d.key, d.currency
  having (${sumNames.map((name) => `sum(d.${name})`).join(', ')}) is distinct from (${sumNames.map(() => '0').join(', ')})
   order by d.by, d.key, d.currency
  on conflict (merchant_id, by, month, key, currency) do update
     set ${sumNames.map((name) => `${name} = m.${name} + excluded.${name}`).join(', ')}`;

/** Adds a day up anew. Servers take turns at it; what is posted meanwhile marks the day again. */
export async function settleDay(context: ServerContext, { storeId, businessDay }: DueDay): Promise<void> {
  await inTransaction(context.database, async (tx) => {
    // What a crash takes back is due again: it need not be on the disk before posting may mark the day once more.
    await tx.query('set local synchronous_commit = off');
    await tx.query(`select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 9))`, [storeId, businessDay]);
    const { rows } = await tx.query<{ marks: number; merchantId: string }>(
      `select d.marks, s.merchant_id as "merchantId" from sales_due d join store s using (store_id)
        where d.store_id = $1 and d.business_day = $2`,
      [storeId, businessDay],
    );
    const [due] = rows;
    if (due === undefined) return;
    await tx.query({ name: 'settle sales', text: settleSql, values: [storeId, businessDay, due.merchantId] });
    await tx.query('delete from sales_due where store_id = $1 and business_day = $2 and marks = $3', [
      storeId,
      businessDay,
      due.marks,
    ]);
  });
}

const batchDays = 100;

/**
 * Settles what is due, the latest days first; days that fail wait, and hold up no others. Answers how many are left.
 * `rest` is waited for after each day, given how long it took.
 */
export async function settleSales(
  context: ServerContext,
  signal?: AbortSignal,
  rest: (tookMs: number) => Promise<void> = async () => undefined,
): Promise<number> {
  const failed = new Set<string>();
  for (;;) {
    const due = await readDue(context.database.pool, batchDays + failed.size);
    const days = due.filter((day) => !failed.has(nameOf(day)));
    if (days.length === 0 || signal?.aborted) return due.length;
    for (const day of days) {
      if (signal?.aborted) break;
      const startedAtMs = performance.now();
      try {
        await settleDay(context, day);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        failed.add(nameOf(day));
        context.log.warn({ ...day, error: error.message }, 'a day could not be added up');
      }
      await rest(performance.now() - startedAtMs);
    }
  }
}

const nameOf = ({ storeId, businessDay }: DueDay) => `${storeId} ${businessDay}`;

async function readDue(database: Queryable, limit: number): Promise<DueDay[]> {
  const { rows } = await database.query<DueDay>(
    `select store_id as "storeId", business_day as "businessDay" from sales_due
      order by business_day desc, store_id limit $1`,
    [limit],
  );
  return rows;
}

/** So many days that are out of date are added up before somebody is answered; of more, the worker is on its way. */
const settledAtOnce = 10;

/** Before a store's report is read: its days are brought up to date. Answers how many are still behind. */
export async function settleStore(
  context: ServerContext,
  storeId: string,
  { from, to }: { from: string; to: string },
): Promise<number> {
  const { rows } = await context.database.pool.query<DueDay>(
    `select store_id as "storeId", business_day as "businessDay" from sales_due
      where store_id = $1 and business_day between $2 and $3 order by business_day desc limit $4`,
    [storeId, from, to, settledAtOnce + 1],
  );
  for (const day of rows.slice(0, settledAtOnce)) await settleDay(context, day);
  return Math.max(0, rows.length - settledAtOnce);
}

/** How many days of a chain's stores are out of date. */
export async function countDue(
  database: Queryable,
  merchantId: string,
  { from, to }: { from: string; to: string },
): Promise<number> {
  const { rows } = await database.query<{ due: number }>(
    `select count(*)::int as due from sales_due join store using (store_id)
      where merchant_id = $1 and business_day between $2 and $3`,
    [merchantId, from, to],
  );
  return rows[0]?.due ?? 0;
}
