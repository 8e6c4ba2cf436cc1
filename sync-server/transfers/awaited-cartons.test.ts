import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { awaitedCartonMs, type DeliveryAnnounced } from '#schemas/stock/delivery.ts';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { writeBackOfficeEntries } from '../journal/back-office.ts';
import { post } from '../journal/derived-rows.ts';
import { announced, goods, packed, received, receivedLine } from '../journal/test-goods.ts';
import { makeTill, openTestContext, type TestTill, taxRules, testNowMs } from '../journal/test-journal.ts';
import { giveRole } from '../journal/test-staff.ts';
import { AwaitedCartonSweep, refreshAwaitedCartons } from './awaited-cartons.ts';
import { drainOutbox } from './drain-outbox.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let nowMs = testNowMs;
let merchantId: string;
let ancoats: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = { ...openTestContext(made.url), nowMs: () => nowMs };
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  nowMs = testNowMs;
  await context.database.pool.query('delete from outbox');
  merchantId = await createMerchant(context, { name: 'Test chain' });
  const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules };
  const storeId = await createStore(context, { merchantId, name: 'Ancoats', ...place });
  await giveRole(context, storeId, 'amy', 'store-manager');
  ancoats = await makeTill(context, storeId, 1);
});

const ssccs = ['A', 'B', 'C'].map((_, n) => `00000000000000000${n}`);
const lines = ssccs.map((sscc) => packed(goods('tea', 4), { sscc }));

async function announce(body: DeliveryAnnounced = announced(lines)): Promise<string> {
  const draft = { kind: 'delivery-announced', body, operatorId: 'amy' } as const;
  const written = await writeBackOfficeEntries(context, ancoats.storeId, [draft]);
  if (!written.ok) throw new Error(written.error.detail);
  return written.value[0]?._id ?? '';
}

const takeIn = async (deliveryId: string, sscc: string | null) =>
  post(context, ancoats, [
    await ancoats.next('goods-received', received([receivedLine(goods('tea', 4), { sscc })], { deliveryId })),
  ]);

async function told(): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ sscc: string; of: string }>(
    `select sscc, store_id || ' ' || source_name as "of" from awaited_carton
      where merchant_id = $1 and not deleted order by sscc`,
    [merchantId],
  );
  for (const row of rows) expect(row.of).toBe(`${ancoats.storeId} Maple Mills`);
  return rows.map(({ sscc }) => sscc);
}
const revision = async () =>
  (await context.database.pool.query('select revision from merchant_counter where merchant_id = $1', [merchantId]))
    .rows[0].revision as number;

test('cartons that are announced to a store are told to the chain, in one revision', async () => {
  const before = await revision();
  await announce();
  expect(await told()).toEqual([]);
  await drainOutbox(context);
  expect(await told()).toEqual(ssccs);
  expect(await revision()).toBe(before + 1);
  expect(await refreshAwaitedCartons(context, ancoats.storeId)).toBe(false);
  expect(await revision()).toBe(before + 1);
});

test('what is in them is told too, the most pieces first; a row of before is told anew with it', async () => {
  const contents = async () =>
    (
      await context.database.pool.query<{ skus: unknown; revision: number }>(
        'select skus, revision from awaited_carton where merchant_id = $1 and not deleted',
        [merchantId],
      )
    ).rows;
  const [sscc = ''] = ssccs;
  const mixed = [goods('tea', 4), goods('phone', ['a']), goods('tea', 3), goods('phone', ['b'])];
  await announce(announced(mixed.map((line) => packed(line, { sscc }))));
  await drainOutbox(context);
  const skus = [
    { skuId: 'tea', quantity: 7 },
    { skuId: 'phone', quantity: 2 },
  ];
  const [first, ...others] = await contents();
  expect([first?.skus, others]).toEqual([skus, []]);
  await context.database.pool.query('update awaited_carton set skus = null where merchant_id = $1', [merchantId]);
  expect(await refreshAwaitedCartons(context, ancoats.storeId)).toBe(true);
  expect(await contents()).toEqual([{ skus, revision: (first?.revision ?? 0) + 1 }]);
  expect(await refreshAwaitedCartons(context, ancoats.storeId)).toBe(false);
});

test('what was received since is taken back in bundles; a closed delivery awaits nothing', async () => {
  const sweep = new AwaitedCartonSweep(context);
  const deliveryId = await announce();
  await drainOutbox(context);
  await takeIn(deliveryId, ssccs[0] ?? '');
  await takeIn(deliveryId, null);
  await drainOutbox(context);
  expect(await told()).toEqual(ssccs);
  await sweep.sweepWhenDue();
  expect(await told()).toEqual(ssccs.slice(1));
  await takeIn(deliveryId, ssccs[1] ?? '');
  await sweep.sweepWhenDue();
  expect(await told()).toEqual(ssccs.slice(1));
  nowMs += 5 * 60_000;
  await sweep.sweepWhenDue();
  expect(await told()).toEqual(ssccs.slice(2));
  await post(context, ancoats, [await ancoats.next('delivery-closed', { deliveryId, note: '', approvals: [] })]);
  nowMs += 5 * 60_000;
  await sweep.sweepWhenDue();
  expect(await told()).toEqual([]);
});

test('after sixty days nobody looks for it; its row goes away, and comes back with a new notice', async () => {
  const sweep = new AwaitedCartonSweep(context);
  await announce();
  await drainOutbox(context);
  nowMs += awaitedCartonMs + 86_400_000;
  await sweep.sweepWhenDue();
  expect(await told()).toEqual([]);
  const rows = () => context.database.pool.query('select from awaited_carton where merchant_id = $1', [merchantId]);
  expect((await rows()).rowCount).toBe(0);
  await announce();
  await drainOutbox(context);
  expect(await told()).toEqual(ssccs);
});

test('[A1] a delivery that a till claims is told to no other store', async () => {
  await post(context, ancoats, [await ancoats.next('delivery-announced', announced(lines))]);
  await drainOutbox(context);
  expect(await told()).toEqual([]);
});

test('servers that look at once tell it once', async () => {
  await announce();
  const before = await revision();
  await Promise.all([1, 2, 3].map(() => refreshAwaitedCartons(context, ancoats.storeId)));
  expect(await told()).toEqual(ssccs);
  const { rows } = await context.database.pool.query(
    'select distinct revision from awaited_carton where merchant_id = $1',
    [merchantId],
  );
  expect(rows).toEqual([{ revision: before + 1 }]);
});
