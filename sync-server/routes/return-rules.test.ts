import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultReturnRules } from '#schemas/returns/return-rules.ts';
import { returnRulesRoutes } from './return-rules.ts';
import { openRuledStore, type RuledStore } from './test-rules.ts';

let store: RuledStore;
beforeAll(async () => {
  store = await openRuledStore(returnRulesRoutes);
});
afterAll(() => store.close());

test('[RT13] a store has no rules of returns until somebody sets them, which is on record once', async () => {
  expect(await store.read()).toEqual({ rules: defaultReturnRules, currency: 'GBP' });
  const rules = { days: 30, withoutReceipt: 'store-credit', withoutReceiptLimitMinor: 5_000 };
  for (let times = 2; times > 0; times -= 1) expect((await store.post(rules)).status).toBe(200);
  expect(await store.read()).toEqual({ rules, currency: 'GBP' });
  const { rows } = await store.context.database.pool.query(
    "select before, after from audit_entry where action = 'return-rules-changed'",
  );
  expect(rows).toEqual([{ before: defaultReturnRules, after: rules }]);
  for (const bad of [{ days: -1 }, { days: 1.5 }, { withoutReceipt: 'cash' }, { withoutReceiptLimitMinor: -1 }]) {
    expect((await store.post({ ...rules, ...bad })).status).toBe(400);
  }
});
