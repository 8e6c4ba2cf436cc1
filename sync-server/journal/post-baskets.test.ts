import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop } = made);
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});

async function exceptions(storeId: string): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ text: string }>(
    "select concat_ws(' | ', code, entry_id, detail) as text from exception where store_id = $1 order by entry_id",
    [storeId],
  );
  return rows.map(({ text }) => text);
}

test('[PK6] [P1] [P2] a parked basket that two offline tills sold is an exception on the later, whichever arrives first', async () => {
  for (const isLateFirst of [false, true]) {
    const storeId = await makeStore(context);
    const [one, two] = [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)];
    const first = await one.sale([line('tea', 2)]);
    two.orderedAtMs += 10;
    const { transactionId } = first.body as RetailTransaction;
    const model = await two.sale([line('tea', 2)]);
    const second = await two.next('retail-transaction', { ...model.body, transactionId });
    const order: [TestTill, Entry[]][] = [
      [one, [first]],
      [two, [model, second]],
    ];
    for (const [till, entries] of isLateFirst ? order.reverse() : order) await post(context, till, entries);
    const expected = [`basket-sold-twice | ${second._id} | ${first._id}`];
    expect(await exceptions(storeId)).toEqual(expected);
    const rows = await derivedRows(context, storeId);
    await rebuildStore(context, storeId);
    expect(await derivedRows(context, storeId)).toEqual(rows);
  }
});
