import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeStore, makeTill, openTestContext, testNowMs } from '../journal/test-journal.ts';
import { bumpStaff, lockStaff } from './staff-revision.ts';

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

async function merchantOf(storeId: string): Promise<string> {
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  return rows[0].merchant_id;
}

test('[P2] an entry waits while rights change, and is recorded before the change or judged after it', async () => {
  const storeId = await makeStore(context);
  const merchantId = await merchantOf(storeId);
  const till = await makeTill(context, storeId, 1);
  await post(context, till, [await till.sale([line('tea')])]);
  let posting: Promise<void> | undefined;
  let isPosted = false;
  const fromMs = await inTransaction(context.database, async (tx) => {
    const atMs = await lockStaff(tx, merchantId, null, testNowMs);
    posting = post(context, till, [await till.sale([line('tea')])]).then(() => {
      isPosted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isPosted).toBe(false);
    await tx.query(`update role_grant set until_ms = $2 where merchant_id = $1 and operator_id = 'amy'`, [
      merchantId,
      atMs,
    ]);
    await bumpStaff(tx, merchantId, null);
    return atMs;
  });
  await posting;
  expect(fromMs).toBe(testNowMs + 1);
  const { rows } = await context.database.pool.query('select count(*)::int as n from exception where store_id = $1', [
    storeId,
  ]);
  // It was made before the role ended.
  expect(rows).toEqual([{ n: 0 }]);
});

test('changes of the same chain from several sides do not wait for each other for ever', async () => {
  const storeId = await makeStore(context);
  const merchantId = await merchantOf(storeId);
  const change = (of: string | null) =>
    inTransaction(context.database, async (tx) => {
      await lockStaff(tx, merchantId, of, testNowMs);
      await bumpStaff(tx, merchantId, of);
    });
  const before = await staffRevision(storeId);
  await Promise.all(Array.from({ length: 12 }, (_, at) => change(at % 2 === 0 ? null : storeId)));
  expect(await staffRevision(storeId)).toBe(before + 12);
});

async function staffRevision(storeId: string): Promise<number> {
  const { rows } = await context.database.pool.query(
    'select staff_revision as n from store_counter where store_id = $1',
    [storeId],
  );
  return rows[0].n;
}
