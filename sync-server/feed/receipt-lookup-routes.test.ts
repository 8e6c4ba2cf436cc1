import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiptLookupSchema } from '#schemas/sync/receipt-lookup.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { receiptLookupRoutes } from './receipt-lookup-routes.ts';

let drop: () => Promise<void>;
let context: ReturnType<typeof openTestContext>;
let till: TestTill;
let storeId: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
});
afterAll(async () => {
  await context.close();
  await drop();
});

async function ask(entryId: string, asStore = storeId): Promise<string[]> {
  const known: AuthenticatedTill = { merchantId: 'm', storeId: asStore, tillNumber: 1, publicKey: till.publicKey };
  const app = new Hono<TillEnv>()
    .use(async (c, next) => {
      c.set('till', known);
      return next();
    })
    .route('/receipts', receiptLookupRoutes(context));
  const answer = await app.request(`/receipts/${entryId}`);
  if (answer.status !== 200) return [String(answer.status)];
  return receiptLookupSchema.parse(await answer.json()).entries.map(({ _id }) => _id);
}

test('[RT4] [A1] a till gets a receipt that it does not hold with all that came back of it; of its own store alone', async () => {
  const sold = await till.sale([line('tea', 2)]);
  const model = await till.sale([line('tea', -1)]);
  const made = model.body as RetailTransaction;
  const lines = made.lines.map((one) => ({ ...one, returned: { entryId: sold._id, lineNumber: 1 } }));
  const back = await till.next('retail-transaction', { ...made, transactionId: crypto.randomUUID(), lines });
  const unrelated = await till.sale([line('tea', 1)]);
  await post(context, till, [sold, model, back, unrelated]);
  expect(await ask(sold._id)).toEqual([sold._id, back._id]);
  expect(await ask(unrelated._id)).toEqual([unrelated._id]);
  expect(await ask('0001-000000099')).toEqual([]);
  expect(await ask(sold._id, await makeStore(context))).toEqual([]);
  expect(await ask('nonsense')).toEqual(['400']);
});
