import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { occurredAtMs } from '#schemas/journal/envelope.ts';
import { percentOff, promotion, skus } from '#schemas/pricing/worked-examples/shorthand.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { inTransaction } from '../db/database.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { addSkus } from '../feed/feed-test-shop.ts';
import { bumpChain } from '../feed/revision.ts';
import { keepPriceVersions } from '../prices/price-versions.ts';
import { putPromotion } from '../prices/promotions.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';

let base: ReturnType<typeof openTestContext>;
let context: typeof base;
let drop: () => Promise<void>;
let ownerUrl: string;
let nowMs = testNowMs;
let storeId: string;
let merchantId: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, ownerUrl } = made);
  base = openTestContext(made.url);
  context = { ...base, nowMs: () => nowMs };
});
afterAll(async () => {
  await base.close();
  await drop();
});
beforeEach(async () => {
  nowMs = testNowMs;
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  await addSkus(context, merchantId, 'tea', 2);
  await setPrice(1_250);
});

/** All of the chain's goods cost this from now on. */
async function setPrice(priceMinor: number): Promise<void> {
  await inTransaction(context.database, async (tx) => {
    const revision = await bumpChain(tx, merchantId);
    const values = [merchantId, priceMinor, revision];
    await tx.query('update price set price_minor = $2, revision = $3 where merchant_id = $1', values);
    await keepPriceVersions(tx, merchantId, revision, context.nowMs());
  });
}

/** A sale of one piece at 12.50, made at `nowMs`. */
async function sell(changes: Partial<RetailTransaction> = {}): Promise<void> {
  const body = { ...saleBody([line('tea-00001')]), ...changes };
  await post(context, till, [await till.next('retail-transaction', body, { deviceAtMs: nowMs })]);
}

async function faults(): Promise<unknown[]> {
  const { rows } = await context.database.pool.query(
    'select entry_id as entry, code, subject, detail from exception where store_id = $1 order by 1, 2, 3',
    [storeId],
  );
  return rows.map(({ entry, code, subject, detail }) => [Number(entry.slice(5)), code, subject, detail]);
}

async function isSameAfterRebuild(): Promise<void> {
  const before = await derivedRows(context, storeId);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(before);
}

const parkedTea = {
  ...{ lineNumber: 1, skuId: 'tea-00001', gtin14: null, serial: null, name: 'Tea', variant: null, taxClass: 'A' },
  ...{ categoryIds: [], brand: null, grams: null, quantity: 1, price: { from: 'list' }, priceOverride: null },
  ...{ discount: null, returned: null, note: null, askedMinor: 1_250 },
} as const;
const day = 86_400_000;

test('[A1] a changed price that nobody declared is posted and raised with both numbers', async () => {
  await sell();
  nowMs += 30 * day;
  await setPrice(1_500);
  nowMs += day;
  // Told yesterday: a till without a line still sells by the price before.
  await sell();
  nowMs += 10 * day;
  await sell();
  expect(await faults()).toEqual([[3, 'price-unfounded', '1', '1250 1500 GBP Name of tea-00001']]);
  const { rows } = await context.database.pool.query(
    'select count(*)::int as n from retail_transaction where store_id = $1',
    [storeId],
  );
  expect(rows[0].n).toBe(3);
  await isSameAfterRebuild();
});

test('[P2] a price that comes later founds no ticket of before, nor does it when all is posted again', async () => {
  await setPrice(9_900);
  nowMs += 20 * day;
  await sell();
  const raised = await faults();
  expect(raised).toHaveLength(1);
  // Within the minutes that a clock may be behind, and after the ticket was recorded.
  nowMs += 60_000;
  await setPrice(1_250);
  await isSameAfterRebuild();
  expect(await faults()).toEqual(raised);
  await sell();
  expect(await faults()).toEqual(raised);
});

test('an entry of before prices were judged is not judged when it is posted again', async () => {
  await setPrice(9_900);
  nowMs += 20 * day;
  await sell();
  expect(await faults()).toHaveLength(1);
  // As an earlier version wrote it.
  await runSql(ownerUrl, 'update journal set price_revision = null where store_id = $1', [storeId]);
  await rebuildStore(context, storeId);
  expect(await faults()).toEqual([]);
});

test('[M2] a promotion of another store, or none at all, is raised; what the office made is not', async () => {
  const by = { actorType: 'person', actorId: 'mia', address: '', userAgent: '' } as const;
  const office = { merchantId, storeId, currency: 'GBP', by };
  const off = promotion('ten', { kind: 'discount', target: skus('tea-00001'), off: percentOff(10), currency: 'GBP' });
  expect(await putPromotion(context, office, 'ten', off)).toEqual([]);
  const less = (promotionId: string, discountMinor: number): Partial<RetailTransaction> => {
    const whole = saleBody([{ ...line('tea-00001'), unitPriceMinor: 1_250 - discountMinor }]);
    const lines = whole.lines.map((one) => ({
      ...one,
      unitPriceMinor: 1_250,
      listPriceMinor: 1_250,
      discounts: [{ by: 'promotion' as const, promotionId, pieces: 1, discountMinor }],
    }));
    const given = { promotionId, name: 'Ten', couponId: null, times: 1, discountMinor };
    return { ...whole, lines, promotions: [given] };
  };
  await sell(less('ten', 125));
  await sell(less('ten', 126));
  await sell(less('nine', 125));
  expect(await faults()).toEqual([
    [2, 'promotion-beyond', 'ten', '126 125 GBP Ten'],
    [3, 'promotion-unfounded', 'nine', '125 - GBP Ten'],
  ]);
  await isSameAfterRebuild();
});

test('[PK13] [P1] [P2] what nobody promised is judged by the prices of now, line by line, until its quote arrives', async () => {
  const other = await makeTill(context, storeId, 2);
  const basketId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c77';
  const validThrough = '2090-01-01';
  const parked = {
    ...{ transactionId: basketId, openedAtMs: 1, currency: 'GBP', ticketDiscount: null, couponIds: [], label: null },
    ...{ note: null, totalMinor: 1_250, quote: { validThrough }, deposit: null, approvals: [], lines: [parkedTea] },
  };
  const put = await other.next('basket-parked', parked, { deviceAtMs: nowMs });
  const promise = { entryId: put._id, quotedAtMs: Math.max(0, occurredAtMs(put)), validThrough };
  nowMs += 30 * day;
  await setPrice(3_000);
  nowMs += 8 * day;
  const body = saleBody([line('tea-00001')]);
  const lines = body.lines.map((sold) => ({ ...sold, isPromised: true as const }));
  await sell({ transactionId: basketId, lines, promise });
  await isSameAfterRebuild();
  expect(await faults()).toEqual([
    [1, 'promise-unfounded', '', put._id],
    [1, 'promise-unfounded', '1', expect.stringMatching(/^1250 3000 GBP /)],
  ]);
  await post(context, other, [put]);
  expect(await faults()).toEqual([]);
  await isSameAfterRebuild();
});
