import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from './derived-rows.ts';
import { clockTroubles, missingSequences, postedOf, tillJournals } from './journal-state.ts';
import { line, makeStore, makeTill, openTestContext, testNowMs } from './test-journal.ts';

const dayMs = 86_400_000;
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

test('a clock a day off is found, in the future and in the past; a till that was offline for days is not', async () => {
  const storeId = await makeStore(context);
  const [ahead, behind, offline] = await Promise.all(
    [1, 2, 3].map((tillNumber) => makeTill(context, storeId, tillNumber)),
  );
  if (!ahead || !behind || !offline) throw new Error('three tills');
  const at = (deviceAtMs: number, orderedAtMs: number) => ({ deviceAtMs, orderedAtMs });
  const future = testNowMs + 2 * dayMs;
  await post(context, ahead, [
    await ahead.sale([line('tea')]),
    await ahead.sale([line('tea')], at(future, future)),
    // The clock is right again; the order goes on from where it was, and that alone is no trouble.
    await ahead.sale([line('tea')], at(testNowMs, future + 1)),
  ]);
  await post(context, behind, [await behind.sale([line('tea')], at(testNowMs - 2 * dayMs, testNowMs))]);
  await post(context, offline, [await offline.sale([line('tea')], at(testNowMs - 9 * dayMs, testNowMs - 9 * dayMs))]);
  expect(await clockTroubles(context, storeId)).toEqual([
    { tillNumber: 1, entries: 1, firstSequence: 2, lastSequence: 2 },
    { tillNumber: 2, entries: 1, firstSequence: 1, lastSequence: 1 },
  ]);
  const { rows } = await context.database.pool.query('select ordered_at_ms from store_counter where store_id = $1', [
    storeId,
  ]);
  expect(rows).toEqual([{ ordered_at_ms: testNowMs + dayMs }]);
});

test('[J3] a till that skips half its numbers, and what the manager is told of each till', async () => {
  const storeId = await makeStore(context);
  const till = await makeTill(context, storeId, 5);
  const entries = [];
  for (let made = 0; made < 60; made++)
    entries.push(
      await till.next(made === 20 ? 'unheard-of' : 'goods-received', {
        reference: '',
        lines: [{ skuId: 'tea', gtin14: null, quantity: 1, serials: [], placeId: 'floor' }],
      }),
    );
  await post(
    context,
    till,
    entries.filter((entry) => entry.sequence % 2 === 1 || entry.sequence < 10),
  );
  expect(await missingSequences(context, storeId, 5, 3)).toEqual([
    [10, 10],
    [12, 12],
    [14, 14],
  ]);
  const posted = await postedOf(context, storeId, 5);
  expect(posted.through).toBe(9);
  const beyond = entries.map((entry) => entry.sequence).filter((one) => one > 9 && one % 2 === 1 && one !== 21);
  expect(posted.beyond).toEqual(beyond.map((one) => [one, one]));
  expect(await tillJournals(context, storeId)).toEqual([{ tillNumber: 5, lastSequence: 59, entries: 34, unposted: 1 }]);
  expect(await postedOf(context, storeId, 6)).toEqual({ through: 0, beyond: [] });
  expect(await missingSequences(context, storeId, 6)).toEqual([]);
});
