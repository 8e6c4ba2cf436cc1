import { afterAll, beforeAll, expect, test } from 'vitest';
import { post } from '../journal/derived-rows.ts';
import { line, makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { settleSales } from '../reports/settle-sales.ts';
import { urlOfRole } from './app-role.ts';
import { type Database, openDatabase } from './database.ts';
import { dropReportViews, makeReportRole, remakeReportViews, reportRoleName, reportViews } from './report-views.ts';
import { createTestDatabase } from './test-database.ts';

let context: ReturnType<typeof openTestContext>;
let owner: Database;
let reader: Database;
let drop: () => Promise<void>;
let role: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  context = openTestContext(made.url);
  const till = await makeTill(context, await makeStore(context), 1);
  await post(context, till, [await till.sale([line('tea', 2)])]);
  await settleSales(context);
  owner = openDatabase(made.ownerUrl, { poolSize: 1 });
  role = reportRoleName(made.ownerUrl);
  await makeReportRole(owner, role, 'first');
  await makeReportRole(owner, role, 'second');
  reader = openDatabase(urlOfRole(made.ownerUrl, role, 'second'), { poolSize: 1 });
  drop = made.drop;
});
afterAll(async () => {
  await reader.close();
  await owner.pool.query(`drop owned by "${role}"; drop role "${role}"`);
  await owner.close();
  await context.close();
  await drop();
});

test('the role reads every view, and each column says what it is', async () => {
  for (const name of Object.keys(reportViews)) await reader.pool.query(`select * from ${name}`);
  const { rows } = await reader.pool.query(
    'select tickets, units::int, sales, net, tax, business_day::text as day from sales_by_day',
  );
  expect(rows).toEqual([{ tickets: 1, units: 2, sales: '25.000', net: '20.830', tax: '4.170', day: '2026-11-22' }]);
  const { rows: silent } = await reader.pool.query(
    `select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relnamespace = 'reports'::regnamespace and col_description(c.oid, a.attnum) is null`,
  );
  expect(silent).toEqual([]);
});

test('a migration meets no view, and the role has them again afterwards', async () => {
  await dropReportViews(owner);
  await expect(reader.pool.query('select * from stores')).rejects.toThrow(/does not exist/);
  await remakeReportViews(owner, role);
  await reader.pool.query('select * from stores');
});

test.each([
  'select * from public.retail_transaction',
  'select * from public.journal',
  'select * from public.member_account',
  'select * from public.account_credential',
  'insert into public.sales_target values ($$a$$, $$b$$, 1)',
  'set default_transaction_read_only = off; create table x (y int)',
  'set default_transaction_read_only = off; create temp table x (y int)',
  'set default_transaction_read_only = off; drop view reports.lines',
  'create role y',
  'set role onecode',
])('it can do nothing else: %s', async (sql) => {
  await expect(reader.pool.query(sql)).rejects.toThrow(/permission denied|read-only|must be owner/);
});
