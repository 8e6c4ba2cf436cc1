import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clockSetByMs } from '#schemas/journal/clock-spans.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { goods, received } from '../journal/test-goods.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill, testNowMs } from '../journal/test-journal.ts';
import { readClockSpans } from './clock-spans.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let storeId: string;
let till: TestTill;
const hourMs = 3_600_000;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  till.orderedAtMs = testNowMs - 6 * hourMs;
});

/** A sale by the till's own clock, corrected by what it knew of it. */
async function sale(deviceAtMs: number, clockOffsetMs: number): Promise<Entry> {
  const orderedAtMs = Math.max(till.orderedAtMs + 1, deviceAtMs + clockOffsetMs);
  till.orderedAtMs = orderedAtMs - 1;
  return till.sale([line('tea')], { deviceAtMs, clockOffsetMs, orderedAtMs });
}

async function raised(): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ text: string }>(
    `select entry_id || ' ' || detail as text from exception where store_id = $1 and code = 'clock-set' order by 1`,
    [storeId],
  );
  return rows.map(({ text }) => text);
}
const spans = () => readClockSpans(context.database.pool, storeId, testNowMs - 10 * hourMs);

/** Right, then an hour fast without anybody knowing, then known to be an hour fast. */
async function fastForAWhile(): Promise<Entry[]> {
  const begunMs = testNowMs - 5 * hourMs;
  return [
    await sale(begunMs, 7),
    await sale(begunMs + 60_000 + hourMs, 9),
    await sale(begunMs + 120_000 + hourMs, 9),
    await sale(begunMs + 180_000 + hourMs, 8 - hourMs),
  ];
}

test('[H5] a clock that was set is said on the entry after it, in whatever order entries come, and when posted again', async () => {
  const entries = await fastForAWhile();
  for (const entry of [entries[3], entries[1], entries[2], entries[0]]) if (entry) await post(context, till, [entry]);
  expect(await raised()).toEqual([`0001-000000004 ${-hourMs - 1}`]);
  const before = await derivedRows(context, storeId);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(before);
});

test('[H5] a correction that wobbles says nothing', async () => {
  await post(context, till, [await sale(testNowMs - hourMs, 0), await sale(testNowMs - hourMs + 5_000, 60_000)]);
  expect([await raised(), await spans()]).toEqual([[], []]);
  expect([clockSetByMs(0, 60_000), clockSetByMs(0, -60_001)]).toEqual([null, -60_001]);
});

test('[H5] all entries of the old correction are in doubt, and those that were ordered behind them', async () => {
  await post(context, till, await fastForAWhile());
  const own = { tillNumber: 1 };
  expect(await spans()).toEqual([
    { ...own, fromSequence: 2, toSequence: 3, offMs: hourMs + 1 },
    // Right again, and ordered behind what it had written from the future.
    { ...own, fromSequence: 4, toSequence: 4, offMs: hourMs - 60_000 + 2 },
  ]);
  expect(await readClockSpans(context.database.pool, storeId, testNowMs + 25 * hourMs)).toEqual([]);
});

test('[H5] a till that has written nothing since says by its reports that its clock was set', async () => {
  await post(context, till, [
    await till.next('goods-received', { ...received([goods('tea', 10)]) }),
    await sale(testNowMs - 2 * hourMs, 0),
  ]);
  expect(await spans()).toEqual([]);
  await context.database.pool.query('update till set clock_offset_ms = $2 where store_id = $1 and till_number = 1', [
    storeId,
    hourMs,
  ]);
  expect(await spans()).toMatchObject([{ tillNumber: 1, fromSequence: 1, toSequence: 2 }]);
});
