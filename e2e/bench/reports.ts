// How long the reports' questions take on a chain's year, made in PostgreSQL itself. Run alone: npm run bench -- reports
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SalesReportQuery } from '#schemas/api/sales-report.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { openTestContext } from '#sync-server/journal/test-journal.ts';
import { readSales } from '#sync-server/reports/read-sales.ts';
import { readToday } from '#sync-server/reports/read-today.ts';
import type { SalesScope } from '#sync-server/reports/sales-source.ts';
import { settleDay } from '#sync-server/reports/settle-sales.ts';
import { percentile } from './figures.ts';
import { askGoods, stockUp } from './goods-questions.ts';

export type ReportsSize = { lines: number; stores: number; skus: number; times: number };
export type ReportsRow = { asked: string; isChain: boolean; p50Ms: number; p95Ms: number };
export type ReportsFigures = { rows: ReportsRow[]; generatedSeconds: number; settleDayMs: number; databaseMb: number };

export const chainYear: ReportsSize = { lines: 10_000_000, stores: 1_000, skus: 50_000, times: 20 };
export const smallYear: ReportsSize = { lines: 60_000, stores: 20, skus: 2_000, times: 3 };

const linesPerTicket = 3;
const year = { from: '2025-12-01', to: '2026-11-30' };
const days = 365;
const nowMs = Date.UTC(2026, 10, 30, 12);

export async function benchReports(size: ReportsSize = chainYear): Promise<ReportsFigures> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-reports-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const opened = openTestContext(postgres.url);
  const context = { ...opened, nowMs: () => nowMs };
  try {
    await migrate(context.database);
    const run = (sql: string, values: unknown[] = []) => context.database.pool.query(sql, values);
    const startedMs = performance.now();
    await generate(run, size);
    const generatedSeconds = Math.round((performance.now() - startedMs) / 1_000);
    const settleDayMs = await timeSettling(context, run);
    const { rows: sizes } = await run('select pg_database_size(current_database()) as bytes');
    const storeIds = Array.from({ length: size.stores }, (_, at) => `s${at}`);
    const scopeOf = (at: number, isChain: boolean): SalesScope =>
      isChain
        ? { merchantId: 'chain', storeIds, isChain }
        : { merchantId: 'chain', storeIds: [storeIds[at % size.stores] ?? 's0'], isChain };
    const rows: ReportsRow[] = [];
    for (const [isChain, asked, query] of questions) {
      const samples: number[] = [];
      for (let at = 0; at < size.times; at += 1) {
        const { period = year, ...rest } = query;
        const full = {
          compare: 'none',
          limit: 50,
          offset: 0,
          locale: 'en',
          storeCurrency: 'GBP',
          period,
          ...rest,
        } as const;
        const fromMs = performance.now();
        await readSales(context.database.pool, scopeOf(at * 7, isChain), full);
        samples.push(performance.now() - fromMs);
      }
      rows.push({ asked, isChain, ...spreadOf(samples) });
    }
    const samples: number[] = [];
    for (let at = 0; at < size.times; at += 1) {
      const fromMs = performance.now();
      const store = {
        storeId: storeIds[(at * 7) % size.stores] ?? 's0',
        merchantId: 'chain',
        currency: 'GBP',
        timeZone: 'UTC',
      };
      await readToday(context, store);
      samples.push(performance.now() - fromMs);
    }
    rows.push({ asked: 'today', isChain: false, ...spreadOf(samples) });
    const asking = [
      ...new Set(Array.from({ length: size.times }, (_, at) => storeIds[(at * 7) % size.stores] ?? 's0')),
    ];
    await stockUp(context, asking, nowMs);
    for (const { asked, samples: of } of await askGoods(context, asking))
      rows.push({ asked, isChain: false, ...spreadOf(of) });
    return { rows, generatedSeconds, settleDayMs, databaseMb: Math.round(Number(sizes[0]?.bytes) / 1e6) };
  } finally {
    await opened.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

function spreadOf(samples: readonly number[]): { p50Ms: number; p95Ms: number } {
  return { p50Ms: Math.round(percentile(samples, 0.5)), p95Ms: Math.round(percentile(samples, 0.95)) };
}

type Asked = Pick<SalesReportQuery, 'by'> & Partial<SalesReportQuery> & { period?: { from: string; to: string } };
const month = { from: '2026-11-03', to: '2026-11-30' };
const questions: readonly (readonly [isChain: boolean, asked: string, query: Asked])[] = [
  [false, 'a year by day, compared', { by: 'day', compare: 'before' }],
  [false, 'a year by hour', { by: 'hour' }],
  [false, 'a year by article', { by: 'sku' }],
  [false, 'a year by category, compared', { by: 'category', compare: 'year' }],
  [false, 'a year by operator', { by: 'operator' }],
  [false, 'a year by tender', { by: 'tender' }],
  [false, 'a year of a category by day', { by: 'day', category: 'c7' }],
  [false, 'a year of an operator by category, from tickets', { by: 'category', operator: 'o1' }],
  [true, 'a year by day', { by: 'day' }],
  [true, 'a year by store', { by: 'store' }],
  [true, 'a year by category', { by: 'category' }],
  [true, 'a year by article', { by: 'sku' }],
  [true, 'a year by hour', { by: 'hour' }],
  [true, '28 days by store', { by: 'store', period: month }],
  [true, '28 days by category', { by: 'category', period: month }],
];

type Run = (sql: string, values?: unknown[]) => Promise<unknown>;

/** Tickets come day after day, and those of a day from all stores in turn, as they do. */
async function generate(run: Run, { lines, stores, skus }: ReportsSize): Promise<void> {
  const tickets = Math.round(lines / linesPerTicket);
  await run(
    `insert into store (store_id, merchant_id, name, address, currency, time_zone, tax_rules, sales_place_id, created_at_ms)
    select 's' || n, 'chain', 'Store ' || n, '', 'GBP', 'UTC', '{}', 'p', 0 from generate_series(0, $1 - 1) n`,
    [stores],
  );
  await run(
    `insert into store_counter (store_id, journal_uuid) select 's' || n, n::text from generate_series(0, $1 - 1) n`,
    [stores],
  );
  await run(
    `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, revision)
    select 'chain', 'k' || n, jsonb_build_object('en', 'Article ' || n), 'c' || n % 200, 'b' || n % 500, 'standard', 'quantity', 1
      from generate_series(0, $1 - 1) n`,
    [skus],
  );
  await run(
    `insert into retail_transaction (store_id, till_number, sequence, transaction_id, operator_id, business_day, occurred_at_ms, currency,
       line_count, net_minor, tax_minor, rounding_minor, total_minor, change_minor, member_tier)
     select 's' || n % $2, 1, n, '', 'o' || n % 7, to_char(d.day, 'YYYY-MM-DD'), extract(epoch from d.day) * 1000 + (8 + n % 12) * 3600000,
            'GBP', ${linesPerTicket}, 3000, 600, 0, 3600, 0, case when n % 3 = 0 then 'gold' end
       from generate_series(0, $1 - 1) n,
            lateral (select date '${year.from}' + (n::int8 * ${days} / $1)::int as day) d`,
    [tickets, stores],
  );
  await run(
    `insert into line_item (store_id, till_number, sequence, line_number, sku_id, quantity, unit_price_minor, tax_class,
       tax_rate_basis_points, net_minor, tax_minor, total_minor)
     select 's' || n % $2, 1, n, l, 'k' || (n::int8 * 7919 + l * 104729) % $3, 1, 1200, 'standard', 2000, 1000, 200, 1200
       from generate_series(0, $1 - 1) n, generate_series(1, ${linesPerTicket}) l`,
    [tickets, stores, skus],
  );
  await run(
    `insert into tender (store_id, till_number, sequence, tender_number, type, amount_minor)
     select store_id, till_number, sequence, 1, case when sequence % 4 = 0 then 'cash' else 'card' end, total_minor from retail_transaction`,
  );
  await addUp(run);
  for (const table of ['retail_transaction', 'line_item', 'tender', 'sales_sum', 'sales_chain'])
    await run(`vacuum analyze ${table}`);
}

/** The sums of all days at once; those of one day are settled anew and timed, and must come out the same. */
async function addUp(run: Run): Promise<void> {
  const columns = 'tickets, units, sales_minor, net_minor, tax_minor, paid_minor';
  const byTicket = {
    total: `''`,
    hour: `lpad((8 + sequence % 12)::text, 2, '0')`,
    operator: 'operator_id',
    channel: 'channel',
    tier: `coalesce(member_tier, '')`,
    till: 'till_number::text',
  };
  for (const [by, key] of Object.entries(byTicket)) {
    await run(`insert into sales_sum (store_id, by, business_day, key, currency, ${columns})
      select store_id, '${by}', business_day, ${key}, currency, count(*), sum(line_count), sum(total_minor), sum(net_minor), sum(tax_minor), sum(total_minor)
        from retail_transaction group by 1, 3, 4, 5 order by 3, 1`);
  }
  await run(`insert into sales_sum (store_id, by, business_day, key, currency, tickets, paid_minor)
    select r.store_id, 'tender', t.business_day, r.type, t.currency, count(*), sum(r.amount_minor)
      from tender r join retail_transaction t using (store_id, till_number, sequence) group by 1, 3, 4, 5 order by 3, 1`);
  for (const [by, key] of [
    ['sku', 'l.sku_id'],
    ['tax', 'l.tax_rate_basis_points::text'],
  ] as const) {
    await run(`insert into sales_sum (store_id, by, business_day, key, currency, tickets, units, sales_minor, net_minor, tax_minor)
      select l.store_id, '${by}', t.business_day, ${key}, t.currency, count(distinct l.sequence), sum(l.quantity), sum(l.total_minor), sum(l.net_minor), sum(l.tax_minor)
        from line_item l join retail_transaction t using (store_id, till_number, sequence) group by 1, 3, 4, 5 order by 3, 1`);
  }
  await run(`insert into sales_chain (merchant_id, by, month, key, currency, ${columns})
    select 'chain', p.by, left(business_day, 7), p.key, currency, ${columns
      .split(', ')
      .map((name) => `sum(${name})`)
      .join(', ')}
      from sales_sum x cross join lateral (
        select x.by, x.key where x.by <> 'total' union all select 'store', x.store_id where x.by = 'total'
        union all select 'day', x.business_day where x.by = 'total') p
     group by 2, 3, 4, 5`);
}

async function timeSettling(context: ReturnType<typeof openTestContext>, run: Run): Promise<number> {
  const sum = async () => {
    const { rows } = await context.database.pool.query(
      `select md5(string_agg(to_jsonb(s)::text, ',' order by by, key)) as sum from sales_sum s where store_id = 's1' and business_day = $1`,
      [month.from],
    );
    return rows[0]?.sum;
  };
  const before = await sum();
  await run(`insert into sales_due (store_id, business_day) values ('s1', $1)`, [month.from]);
  const fromMs = performance.now();
  await settleDay(context, { storeId: 's1', businessDay: month.from });
  const tookMs = performance.now() - fromMs;
  if ((await sum()) !== before) throw new Error('the sums of the bench are not those of settling');
  return Math.round(tookMs);
}

if (import.meta.main)
  console.table((await benchReports(process.argv.includes('--small') ? smallYear : chainYear)).rows);
