import { parse } from 'csv-parse/sync';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exceptionListSchema } from '#schemas/api/exceptions.ts';
import { shiftDetailSchema, shiftListSchema } from '#schemas/api/shifts.ts';
import { defaultShiftRules } from '#schemas/shift/shift-rules.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { StoreConfigs } from '../feed/store-config.ts';
import { post } from '../journal/derived-rows.ts';
import { TestDrawer } from '../journal/test-drawer.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { exceptionRoutes } from './exceptions.ts';
import { shiftRoutes } from './shifts.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let app: Hono;
let storeId: string;
let merchantId: string;
let till: TestTill;
let drawer: TestDrawer;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  const rights = ['read-reports' as const, 'edit-shift-rules' as const];
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono()
    .route('/:store/shifts', shiftRoutes(context, office))
    .route('/:store/exceptions', exceptionRoutes(context, office));
  till = await makeTill(context, storeId, 1);
  drawer = new TestDrawer(till);
  await drawer.open(10_000, '2026-11-20');
  await drawer.close(-50, { differenceReason: 'wrong-change', note: 'a coin' });
  await drawer.open(10_000, '2026-11-22');
  await drawer.close(0);
  await drawer.open(10_000, '2026-11-22');
  await drawer.close(400, { toleranceMinor: 500 });
  await drawer.open(5_000, '2026-11-22');
  await drawer.sell([line('tea', 2)]);
  await drawer.move({ direction: 'in', reason: 'float', amountMinor: 700, note: 'coins' });
  await post(context, till, drawer.entries);
});
afterAll(async () => {
  await context.close();
  await drop();
});

const get = async (path: string) => {
  const answer = await app.request(`/${storeId}/${path}`);
  return { status: answer.status, body: await answer.json() };
};

test('shifts are listed by day, the latest first, and within a day the largest difference first', async () => {
  const listed = shiftListSchema.parse((await get('shifts')).body);
  expect(listed).toMatchObject({ from: '2026-11-09', to: '2026-11-22', total: 4, currency: 'GBP' });
  expect(listed.shifts.map(({ businessDay, differenceMinor }) => [businessDay, differenceMinor])).toEqual([
    ['2026-11-22', 400],
    ['2026-11-22', null],
    ['2026-11-22', 0],
    ['2026-11-20', -50],
  ]);
  const some = shiftListSchema.parse((await get('shifts?from=2026-11-20&to=2026-11-21')).body);
  expect(some.shifts).toMatchObject([{ shiftId: '0001-000000001', tillNumber: 1, openedBy: { operatorId: 'amy' } }]);
});

test.each(['from=2026-13-01', 'from=2026-11-22&to=2026-11-21', 'from=2001-01-01', 'to=now'])(
  'days that are none, or too many, are refused: %s',
  async (query) => {
    expect((await get(`shifts?${query}`)).status).toBe(400);
    expect((await app.request(`/${storeId}/shifts/export?${query}`)).status).toBe(400);
  },
);

test('a closed shift tells its Z, what was counted and why it differs; its closing names it too', async () => {
  const shift = shiftDetailSchema.parse((await get('shifts/0001-000000001')).body);
  expect(shift).toMatchObject({
    state: 'closed',
    closingId: '0001-000000002',
    expectedMinor: 10_000,
    countedMinor: 9_950,
    differenceReason: 'wrong-change',
    note: 'a coin',
    firstCountedMinor: 9_950,
  });
  expect(shiftDetailSchema.parse((await get('shifts/0001-000000002')).body).shiftId).toBe('0001-000000001');
  for (const id of ['0001-000000099', '0000-000000001', 'x', '0001-000000008']) {
    expect((await get(`shifts/${id}`)).status).toBe(404);
  }
});

test('an open shift tells its figures so far', async () => {
  const shift = shiftDetailSchema.parse((await get('shifts/0001-000000007')).body);
  expect(shift).toMatchObject({ state: 'open', countedMinor: null, counted: null, closingId: null });
  expect(shift.report).toMatchObject({ transactionCount: 1, totalMinor: 2_500, expectedMinor: 8_200 });
  expect(shift.movements).toMatchObject([{ direction: 'in', reason: 'float', note: 'coins', amountMinor: 700 }]);
});

test('the CSV has a row a shift, amounts as decimals that add up', async () => {
  const answer = await app.request(`/${storeId}/shifts/export`);
  expect(answer.headers.get('content-disposition')).toContain('shifts-2026-11-09-2026-11-22.csv');
  const rows = parse(await answer.text(), { columns: true, bom: true }) as Record<string, string>[];
  expect(rows.map((row) => [row['business day'], row.expected, row.counted, row.difference])).toEqual([
    ['2026-11-22', '100', '104', '4'],
    ['2026-11-22', '', '', ''],
    ['2026-11-22', '100', '100', '0'],
    ['2026-11-20', '100', '99.5', '-0.5'],
  ]);
});

test('the manager sees the difference as an exception that names the shift', async () => {
  const { exceptions } = exceptionListSchema.parse((await get('exceptions')).body);
  expect(exceptions).toMatchObject([
    { code: 'drawer-difference', entryId: '0001-000000002', subject: '0001-000000001', detail: '-50 GBP' },
  ]);
});

test('rules are the defaults until somebody sets them; tills are told, and the change is on record', async () => {
  const rulesAtTill = async () => {
    const found = await new StoreConfigs(context).of({ merchantId, storeId, tillNumber: 1, publicKey: till.publicKey });
    return found.config.shiftRules;
  };
  await context.database.pool.query(`update till set pin_key = 'AAAA' where store_id = $1`, [storeId]);
  expect(await rulesAtTill()).toEqual(defaultShiftRules);
  expect(shiftListSchema.parse((await get('shifts')).body).rules).toEqual(defaultShiftRules);
  const rules = { mode: 'required', toleranceMinor: 200, cashLimitMinor: 5_000 };
  const set = (body: object) =>
    app.request(`/${storeId}/shifts/rules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const told = context.changes.wait([storeId], 5_000);
  expect((await set(rules)).status).toBe(200);
  expect(await told).toBe('changed');
  expect((await set(rules)).status).toBe(200);
  expect(await rulesAtTill()).toEqual(rules);
  for (const wrong of [{ mode: 'maybe' }, { toleranceMinor: -1 }, { cashLimitMinor: 0.5 }]) {
    expect((await set({ ...rules, ...wrong })).status).toBe(400);
  }
  const { rows } = await context.database.pool.query(
    `select before, after from audit_entry where action = 'shift-rules-changed'`,
  );
  expect(rows).toMatchObject([{ before: defaultShiftRules, after: rules }]);
});
