import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultReturnRules } from '#schemas/returns/return-rules.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { makeStore, openTestContext } from '../journal/test-journal.ts';
import { returnRulesRoutes } from './return-rules.ts';

let drop: () => Promise<void>;
let context: ReturnType<typeof openTestContext>;
let app: Hono;
let storeId: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const merchantId = rows[0].merchant_id;
  const rights = ['read-reports' as const, 'edit-tenders' as const];
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  app = new Hono().route('/:store/returns', returnRulesRoutes(context, new OfficeAuth(context, async () => actor)));
});
afterAll(async () => {
  await context.close();
  await drop();
});

const post = (rules: unknown) =>
  app.request(`/${storeId}/returns`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules }),
  });
const read = async () => (await app.request(`/${storeId}/returns`)).json();

test('[RT13] a store has no rules of returns until somebody sets them, which is on record once', async () => {
  expect(await read()).toEqual({ rules: defaultReturnRules, currency: 'GBP' });
  const rules = { days: 30, withoutReceipt: 'store-credit', withoutReceiptLimitMinor: 5_000 };
  for (let times = 2; times > 0; times -= 1) expect((await post(rules)).status).toBe(200);
  expect(await read()).toEqual({ rules, currency: 'GBP' });
  const { rows } = await context.database.pool.query(
    "select before, after from audit_entry where action = 'return-rules-changed'",
  );
  expect(rows).toEqual([{ before: defaultReturnRules, after: rules }]);
  for (const bad of [{ days: -1 }, { days: 1.5 }, { withoutReceipt: 'cash' }, { withoutReceiptLimitMinor: -1 }]) {
    expect((await post({ ...rules, ...bad })).status).toBe(400);
  }
});
