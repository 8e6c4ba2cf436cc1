import { afterAll, beforeAll, expect, test } from 'vitest';
import { todaySchema } from '#schemas/api/today.ts';
import { post } from '../journal/derived-rows.ts';
import { line, TestTill, testNowMs } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;

beforeAll(async () => {
  chain = await TestChain.open();
  till = await new TestTill('store-a', 7).register(chain.context);
});
afterAll(() => chain.close());

const path = 'stores/store-a/reports/today';
const today = async (query = '') => todaySchema.parse((await chain.ask('mia', path + query))[1]);

async function sell(quantity: number, day = '2026-11-22', atMs = testNowMs - 60_000): Promise<void> {
  const sale = await till.sale([line('tea', quantity)]);
  const body = { ...sale.body, businessDay: day, currency: 'EUR' };
  till.sequence -= 1;
  till.previousHash = sale.previousHash;
  await post(chain.context, till, [
    await till.next('retail-transaction', body, { operatorId: 'cleo', deviceAtMs: atMs }),
  ]);
}

test('a store that sold nothing has a day of noughts', async () => {
  expect(await today()).toMatchObject({
    total: { tickets: 0 },
    hours: [],
    top: [],
    targetMinor: null,
    businessDay: '2026-11-22',
  });
});

test('the day stands beside the same weekday a week ago, by the hour and up to now', async () => {
  const weekMs = 7 * 86_400_000;
  await sell(1, '2026-11-15', testNowMs - weekMs - 3_600_000);
  await sell(4, '2026-11-15', testNowMs - weekMs + 3_600_000);
  await sell(2);
  const now = await today();
  expect(now.total.tickets).toBe(1);
  expect(now.lastWeek).toMatchObject({ total: { tickets: 2 }, untilNowMinor: 1_250 });
  expect(now.hours.reduce((all, { lastWeekMinor }) => all + lastWeekMinor, 0)).toBe(6_250);
  expect(now.hours.reduce((all, { turnoverMinor }) => all + turnoverMinor, 0)).toBe(2_500);
  expect(now.top).toMatchObject([{ skuId: 'tea', units: 2, amountMinor: 2_500 }]);
  expect(now.tills).toMatchObject([{ tillNumber: 7, isOnline: false, waitingEntries: 0 }]);
});

test('who has seen all waits, and is answered as soon as something is sold', async () => {
  const seen = await today();
  const waiting = today(`?seen=${seen.mark}`);
  const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))]);
  expect(first).toBe('waits');
  await sell(1);
  const then = await waiting;
  expect(then.total.tickets).toBe(seen.total.tickets + 1);
  expect(then.mark).not.toBe(seen.mark);
  // What was missed meanwhile is told at once.
  expect((await today(`?seen=${seen.mark}`)).mark).toBe(then.mark);
});

test('a target is set for a day and taken back, is on record, and wakes who watches', async () => {
  const seen = await today();
  const waiting = today(`?seen=${seen.mark}`);
  expect(
    (await chain.put('mia', 'stores/store-a/reports/target', { day: '2026-11-22', targetMinor: 100_000 }))[0],
  ).toBe(200);
  expect((await waiting).targetMinor).toBe(100_000);
  const { rows } = await chain.context.database.pool.query(
    `select before, after from audit_entry where action = 'sales-target-set'`,
  );
  expect(rows).toMatchObject([{ before: { targetMinor: 0 }, after: { targetMinor: 100_000, day: '2026-11-22' } }]);
  await chain.put('mia', 'stores/store-a/reports/target', { day: '2026-11-22', targetMinor: 0 });
  expect((await today()).targetMinor).toBeNull();
});

test('a manager sees their own store only, and a clerk sets no target', async () => {
  expect((await chain.ask('nat', path))[0]).toBe(403);
  expect((await chain.ask('mia', 'reports/sales?by=store'))[0]).toBe(403);
  expect((await chain.ask('olga', 'reports/sales?by=store'))[0]).toBe(200);
  expect((await chain.ask('rex', 'stores/store-a/reports/sales?by=day'))[0]).toBe(403);
  expect((await chain.put('cleo', 'stores/store-a/reports/target', { day: '2026-11-22', targetMinor: 1 }))[0]).toBe(
    403,
  );
  for (const body of [
    { day: '2026-11-22', targetMinor: -1 },
    { day: 'x', targetMinor: 1 },
    { targetMinor: 1e15, day: '2026-11-22' },
  ]) {
    expect((await chain.put('mia', 'stores/store-a/reports/target', body))[0]).toBe(400);
  }
});
