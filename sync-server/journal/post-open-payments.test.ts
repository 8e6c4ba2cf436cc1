import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPaymentListSchema } from '#schemas/api/open-payments.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { openPaymentRoutes } from '../routes/open-payments.ts';
import { post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});

const opened = (till: TestTill, paymentId: string): Promise<Entry> =>
  till.next('payment-open', {
    ...{ paymentId, transactionId: randomUUID(), type: 'card', direction: 'charge', amountMinor: 900 },
    ...{ currency: 'GBP', provider: 'desk', terminalId: 'T1', sinceMs: 7, approvals: [] },
  });
const settled = (till: TestTill, paymentId: string): Promise<Entry> =>
  till.next('payment-settled', { paymentId, outcome: 'taken-back', approvals: [] });

async function listed(storeId: string) {
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const merchantId: string = rows[0].merchant_id;
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights: ['read-reports' as const] }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  const app = new Hono().route('/:store/open', openPaymentRoutes(context, new OfficeAuth(context, async () => actor)));
  return openPaymentListSchema.parse(await (await app.request(`/${storeId}/open`)).json());
}

test('[OP2] [P1] [P2] a payment is open until its own till says it is settled, in whatever order that comes, and after a rebuild', async () => {
  for (const isSettledFirst of [false, true]) {
    const storeId = await makeStore(context);
    const [one, two] = [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)];
    const [stays, goes] = [randomUUID(), randomUUID()];
    const open = await opened(one, goes);
    const still = await opened(one, stays);
    const done = await settled(one, goes);
    // What another till says of a payment that is none of its own changes nothing.
    const foreign = await settled(two, stays);
    const own = isSettledFirst ? [done, still, open] : [open, still, done];
    await post(context, two, [foreign]);
    for (const entry of own) await post(context, one, [entry]);
    for (let again = 0; again < 2; again += 1) {
      const { total, payments } = await listed(storeId);
      expect([total, payments.length]).toEqual([1, 1]);
      expect(payments[0]).toMatchObject({
        ...{ entryId: still._id, tillNumber: 1, operatorId: 'amy', paymentId: stays },
        ...{ amountMinor: 900, currency: 'GBP', provider: 'desk', terminalId: 'T1', sinceMs: 7 },
      });
      await rebuildStore(context, storeId);
    }
  }
});
