import fc from 'fast-check';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PeopleReport, peopleReportSchema, peopleTicketsSchema } from '#schemas/api/people-report.ts';
import { peopleSumIds } from '#schemas/reports/people-measures.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { settleSales } from '../reports/settle-sales.ts';
import { atMsOf, bodyOf, entryOf, type TestSale, testSale } from '../reports/test-sales.ts';
import { peopleReportRoutes } from './people-report.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let app: Hono;
let storeId: string;
const sales: TestSale[] = fc
  .sample(testSale, { numRuns: 80, seed: 4 })
  .map((sale) => ({ ...sale, day: sale.day > '2026-11-01' ? sale.day : '2026-11-02' }));
const period = 'from=2026-11-01&to=2026-11-22';

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const actor: Actor = {
    ...{ type: 'key', merchantId: rows[0].merchant_id, keyId: 'key', name: 'Key' },
    grants: [{ scope: { type: 'merchant', merchantId: rows[0].merchant_id }, rights: ['read-reports'] }],
  };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono()
    .onError((error) => {
      throw error;
    })
    .route('/stores/:store/reports', peopleReportRoutes(context, office));
});
afterAll(async () => {
  await context.close();
  await drop();
});

const ask = (path: string) => app.request(`/stores/${storeId}/reports/${path}`);
async function report(query = period): Promise<PeopleReport> {
  const answer = await ask(`people?${query}`);
  if (!answer.ok) throw new Error(await answer.text());
  return peopleReportSchema.parse(await answer.json());
}

test('where nobody did anything nobody is told of', async () => {
  expect(await report()).toMatchObject({ rows: [], total: { tickets: 0 } });
});

test('what each person did is what a slow sum of their tickets gives, and the whole is the sum of all', async () => {
  const till = await makeTill(context, storeId, 1);
  const entries = [];
  for (const sale of sales) entries.push(await entryOf(till, sale));
  await post(context, till, entries);
  await settleSales(context);
  const told = await report();
  expect(told.rows.map(({ operatorId }) => operatorId)).toEqual(['amy', 'mia']);
  for (const { operatorId, sums } of told.rows) {
    const own = sales.filter(({ operator }) => operator === operatorId);
    const inPounds = own.filter(({ currency }) => currency === 'GBP').flatMap((sale) => bodyOf(sale).lines);
    const discounts = inPounds.flatMap((line) => line.discounts);
    expect(sums).toMatchObject({
      tickets: own.length,
      units: own.flatMap(({ lines }) => lines).reduce((all, { quantity }) => all + Math.max(0, quantity), 0),
      netMinor: inPounds.reduce((all, line) => all + line.netMinor, 0),
      discountMinor: discounts.reduce((all, { discountMinor }) => all + discountMinor, 0),
      returnsMinor: inPounds.reduce((all, { quantity, totalMinor }) => all + (quantity < 0 ? totalMinor : 0), 0),
      hours: new Set(own.map((sale) => Math.floor(atMsOf(sale) / 3_600_000))).size,
    });
  }
  for (const id of peopleSumIds)
    expect(told.rows.reduce((all, { sums }) => all + sums[id], 0)).toBeCloseTo(told.total[id], 6);
});

test('the tickets behind a figure come to it', async () => {
  const [amy] = (await report()).rows;
  const tickets = async (kind: string) =>
    peopleTicketsSchema.parse(await (await ask(`people/tickets?operator=amy&kind=${kind}&${period}`)).json()).tickets;
  const sum = (of: { amountMinor: number }[]) => of.reduce((all, { amountMinor }) => all + amountMinor, 0);
  expect(sum(await tickets('discount'))).toBe(amy?.sums.discountMinor);
  expect(sum(await tickets('back'))).toBe(-(amy?.sums.returnsMinor ?? 0));
  expect(await tickets('void')).toEqual([]);
});

test('drawers that did not agree and counts stand beside the sales of whoever did them', async () => {
  const { pool } = context.database;
  const nowMs = Date.parse('2026-11-20T10:00:00Z');
  await pool.query(
    `insert into shift (store_id, till_number, opened_sequence, shift_number, business_day, currency, opened_at_ms, opened_by,
       float_minor, state, ended_sequence, ended_at_ms, ended_by, difference_minor, missing_entries)
     select $1, 9, n, n, '2026-11-20', 'GBP', $2, 'amy', 0, 'closed', n + 1, $2, 'amy', case n when 1 then -500 else 300 end, 0
       from generate_series(1, 2) n`,
    [storeId, nowMs],
  );
  await pool.query(
    `insert into stock_count (store_id, count_id, state, opened_at_ms, row, revision) values ($1, 'c', 'open', $2, '{}', 1)`,
    [storeId, nowMs],
  );
  await pool.query(
    `insert into count_batch (store_id, count_id, entry_id, place_id, pass, ordered_at_ms, operator_id, first_at_ms, last_at_ms, pieces)
     values ($1, 'c', 'e', 'p', 1, $2::int8, 'zoe', $2::int8, $2::int8 + 600000, 40)`,
    [storeId, nowMs],
  );
  const { rows } = await report();
  expect(rows.find(({ operatorId }) => operatorId === 'amy')?.sums).toMatchObject({
    ...{ shifts: 2, differenceMinor: -200, differencesMinor: 800 },
  });
  expect(rows.find(({ operatorId }) => operatorId === 'zoe')?.sums).toMatchObject({
    ...{ tickets: 0, countedPieces: 40, countedMinutes: 10 },
  });
});

test('more than a quarter is not read from tickets; files hold everybody', async () => {
  expect((await ask('people?from=2026-01-01&to=2026-11-22')).status).toBe(400);
  const csv = await (await ask(`people/file?format=csv&${period}`)).text();
  expect(csv.trim().split('\n')).toHaveLength((await report()).rows.length + 1);
});
