import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exceptionListSchema } from '#schemas/api/exceptions.ts';
import { transactionDetailSchema } from '#schemas/api/transactions.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { goods, sent } from '../journal/test-goods.ts';
import { line, makeStore, makeTill, openTestContext, saleBody } from '../journal/test-journal.ts';
import { createOperator } from '../people/new-operator.ts';
import { exceptionRoutes } from './exceptions.ts';
import { transactionRoutes } from './transactions.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let app: Hono;
let storeId: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const [{ merchant_id: merchantId }] = rows;
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights: ['read-reports' as const] }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono()
    .route('/:store/exceptions', exceptionRoutes(context, office))
    .route('/:store/transactions', transactionRoutes(context, office));
});
afterAll(async () => {
  await context.close();
  await drop();
});

test('who did or approved what they may not is named by their name, or by their id when nobody knows them', async () => {
  await createOperator(context, { storeId, operatorId: 'stan', name: 'Stan', role: 'stock-clerk' });
  const till = await makeTill(context, storeId, 1);
  const approval = { right: 'sell', operatorId: 'ghost', method: 'pin', approvedAtMs: 1, staffListAgeMs: 0 } as const;
  const body = { ...saleBody([line('phone', 1, 'x')]), approvals: [{ ...approval, reason: '' }] };
  await post(context, till, [await till.next('retail-transaction', body, { operatorId: 'stan' })]);
  const expected = [
    { code: 'approval-void', subject: 'sell ghost', detail: 'ghost', operatorName: null },
    { code: 'right-lacking', subject: 'sell', detail: 'stan', operatorName: 'Stan' },
    { code: 'unit-unknown', subject: '05012345678900.x', operatorName: null },
  ];
  const listed = exceptionListSchema.parse(await (await app.request(`/${storeId}/exceptions`)).json());
  expect(listed.exceptions).toMatchObject(expected);
  const shown = await app.request(`/${storeId}/transactions/0001-000000001`);
  expect(transactionDetailSchema.parse(await shown.json()).exceptions).toMatchObject(expected);
});

test('what another store should have heard of and has not is told, once a few attempts have failed', async () => {
  const till = await makeTill(context, storeId, 2);
  await post(context, till, [await till.next('transfer-sent', sent('nowhere', [goods('tea', 1)]))]);
  const untold = async () =>
    exceptionListSchema.parse(await (await app.request(`/${storeId}/exceptions`)).json()).untold;
  const fail = (attempts: number, doneAtMs: number | null) =>
    context.database.pool.query(`update outbox set attempts = $1, trouble = 'no such store', done_at_ms = $2`, [
      attempts,
      doneAtMs,
    ]);
  expect(await untold()).toEqual([]);
  await fail(3, null);
  expect(await untold()).toEqual([]);
  await fail(4, null);
  const item = { entryId: '0002-000000001', kind: 'transfer-sent', detail: 'no such store' };
  expect(await untold()).toMatchObject([{ ...item, attempts: 4, isGivenUp: false }]);
  await fail(1, 5);
  expect(await untold()).toMatchObject([{ ...item, isGivenUp: true }]);
});
