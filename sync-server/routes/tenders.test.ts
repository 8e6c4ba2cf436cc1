import { afterAll, beforeAll, expect, test } from 'vitest';
import { tenderRulesAnswerSchema } from '#schemas/api/tenders.ts';
import { defaultTenderRules } from '#schemas/payment/tender-rules.ts';
import { StoreConfigs } from '../feed/store-config.ts';
import { makeTill } from '../journal/test-journal.ts';
import { tenderRoutes } from './tenders.ts';
import { openRuledStore, type RuledStore } from './test-rules.ts';

let store: RuledStore;
beforeAll(async () => {
  store = await openRuledStore(tenderRoutes);
});
afterAll(() => store.close());

test('[TE5] a store has the rules that hold for a new one, until somebody sets its own; its tills get them', async () => {
  const before = tenderRulesAnswerSchema.parse(await store.read());
  expect(before).toEqual({ rules: defaultTenderRules, currency: 'GBP' });
  const rules = defaultTenderRules.map((rule) =>
    rule.type === 'card'
      ? { ...rule, offlineLimitMinor: 5_000 }
      : rule.type === 'voucher'
        ? { ...rule, isTaken: false }
        : rule,
  );
  const answer = await store.post(rules);
  expect([answer.status, await answer.json()]).toEqual([200, { rules, currency: 'GBP' }]);
  expect(tenderRulesAnswerSchema.parse(await store.read()).rules).toEqual(rules);
  const { context, storeId, merchantId } = store;
  const till = await makeTill(context, storeId, 1);
  await context.database.pool.query(`update till set pin_key = 'AAAA' where store_id = $1`, [storeId]);
  const known = { merchantId, storeId, tillNumber: 1, publicKey: till.publicKey };
  const { config } = await new StoreConfigs(context).of(known);
  expect(config.tenderRules).toEqual(rules);
  const audited = await context.database.pool.query(
    "select before->'rules' as before, after->'rules' as after from audit_entry where action = 'tender-rules-changed'",
  );
  expect(audited.rows).toEqual([{ before: defaultTenderRules, after: rules }]);
  // Setting the same again is no change.
  await store.post(rules);
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
  expect((await store.post(rules)).status).toBe(400);
});
