import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tenderRulesAnswerSchema } from '#schemas/api/tenders.ts';
import { defaultTenderRules } from '#schemas/payment/tender-rules.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { StoreConfigs } from '../feed/store-config.ts';
import { makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { tenderRoutes } from './tenders.ts';

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
  app = new Hono().route('/:store/tenders', tenderRoutes(context, new OfficeAuth(context, async () => actor)));
});
afterAll(async () => {
  await context.close();
  await drop();
});

const post = (rules: unknown) =>
  app.request(`/${storeId}/tenders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules }),
  });

test('[TE5] a store has the rules that hold for a new one, until somebody sets its own; its tills get them', async () => {
  const before = tenderRulesAnswerSchema.parse(await (await app.request(`/${storeId}/tenders`)).json());
  expect(before).toEqual({ rules: defaultTenderRules, currency: 'GBP' });
  const rules = defaultTenderRules.map((rule) =>
    rule.type === 'card'
      ? { ...rule, offlineLimitMinor: 5_000 }
      : rule.type === 'voucher'
        ? { ...rule, isTaken: false }
        : rule,
  );
  const answer = await post(rules);
  expect([answer.status, await answer.json()]).toEqual([200, { rules, currency: 'GBP' }]);
  expect(tenderRulesAnswerSchema.parse(await (await app.request(`/${storeId}/tenders`)).json()).rules).toEqual(rules);
  const till = await makeTill(context, storeId, 1);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  await context.database.pool.query(`update till set pin_key = 'AAAA' where store_id = $1`, [storeId]);
  const known = { merchantId: rows[0].merchant_id, storeId, tillNumber: 1, publicKey: till.publicKey };
  const { config } = await new StoreConfigs(context).of(known);
  expect(config.tenderRules).toEqual(rules);
  const audited = await context.database.pool.query(
    "select before->'rules' as before, after->'rules' as after from audit_entry where action = 'tender-rules-changed'",
  );
  expect(audited.rows).toEqual([{ before: defaultTenderRules, after: rules }]);
  // Setting the same again is no change.
  await post(rules);
  expect(
    (await context.database.pool.query("select 1 from audit_entry where action = 'tender-rules-changed'")).rowCount,
  ).toBe(1);
});

test.each([
  ['two rules for one way to pay', [defaultTenderRules[0], defaultTenderRules[0]]],
  ['cash without change', [{ ...defaultTenderRules[0], overpayment: 'lost' }]],
  ['a card that gives change', [{ ...defaultTenderRules[1], overpayment: 'change' }]],
  ['a limit below nothing', [{ ...defaultTenderRules[1], offlineLimitMinor: -1 }]],
])('[TE5] refused: %s', async (_, rules) => {
  expect((await post(rules)).status).toBe(400);
});
