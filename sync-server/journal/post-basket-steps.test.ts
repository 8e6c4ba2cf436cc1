import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import type { BasketParked, ParkedLine } from '#schemas/parking/parked-basket.ts';
import { plainTender, type RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { listPutAside } from '../tenders/put-aside.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill } from './test-journal.ts';

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
    `select concat_ws(' | ', code, entry_id, detail) as text from exception
      where store_id = $1 and (code like 'deposit-%' or code like 'promise-%' or code = 'basket-sold-twice') order by 1`,
    [storeId],
  );
  return rows.map(({ text }) => text);
}

const parkedLine: ParkedLine = {
  ...{ lineNumber: 1, skuId: 'tea', gtin14: null, serial: null, name: 'Tea', variant: null, taxClass: 'A' },
  ...{ categoryIds: [], brand: null, grams: null, quantity: 2, price: { from: 'list' }, priceOverride: null },
  ...{ discount: null, returned: null, note: null, askedMinor: 350 },
};

function parkedBody(transactionId: string, more: Partial<BasketParked> = {}): BasketParked {
  return {
    ...{ transactionId, openedAtMs: 1, currency: 'GBP', lines: [parkedLine], ticketDiscount: null, couponIds: [] },
    ...{ label: 'Mia', note: null, totalMinor: 700, quote: null, deposit: null, approvals: [] },
    ...more,
  };
}

/** A ticket that is about a basket's money alone. */
async function money(till: TestTill, basketId: string, amountMinor: number): Promise<Entry> {
  const body = saleBody([line('tea')]);
  const deposit = { lineNumber: 1, basketId, name: 'Deposit', amountMinor, heldMinor: amountMinor };
  return till.next('retail-transaction', {
    ...body,
    ...{ transactionId: randomUUID(), lines: [], netMinor: 0, taxMinor: 0, roundingMinor: 0, changeMinor: 0 },
    ...{ totalMinor: amountMinor, deposit: { ...deposit, basketTotalMinor: 700, dueOn: null } },
    tenders: [plainTender('cash', amountMinor)],
  });
}

async function sold(till: TestTill, change: (body: RetailTransaction) => Partial<RetailTransaction>): Promise<Entry> {
  const made = saleBody([line('tea')]);
  return till.next('retail-transaction', { ...made, ...change(made) });
}

async function sameAgain(storeId: string): Promise<void> {
  const rows = await derivedRows(context, storeId);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(rows);
}

test('[DP4] [P1] [P2] a deposit that two offline tills used is an exception on the later, whichever arrives first; what is held is told', async () => {
  for (const isLateFirst of [false, true]) {
    const storeId = await makeStore(context);
    const [one, two] = [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)];
    const basketId = randomUUID();
    const put = await one.next(
      'basket-parked',
      parkedBody(basketId, { deposit: { transactionId: randomUUID(), amountMinor: 50 }, dueOn: '2026-11-01' }),
    );
    const paid = await money(one, basketId, 50);
    const used = (body: RetailTransaction) => ({
      transactionId: basketId,
      tenders: [{ ...plainTender('deposit', 50), reference: basketId }, plainTender('cash', body.totalMinor - 50)],
    });
    const first = await sold(one, used);
    two.orderedAtMs += 1_000;
    const second = await sold(two, used);
    await post(context, one, [put, paid]);
    const held = await listPutAside(context.database.pool, storeId, '2026-11-23');
    expect(held.totals).toEqual([{ currency: 'GBP', heldMinor: 50, count: 1 }]);
    expect(held.baskets).toMatchObject([
      { transactionId: basketId, entryId: put._id, heldMinor: 50, isOverdue: true, isDeposit: true },
    ]);
    const order: [TestTill, Entry[]][] = [
      [one, [first]],
      [two, [second]],
    ];
    for (const [till, entries] of isLateFirst ? order.reverse() : order) await post(context, till, entries);
    expect(await exceptions(storeId)).toEqual([
      `basket-sold-twice | ${second._id} | ${first._id}`,
      `deposit-used-twice | ${second._id} | ${first._id}`,
    ]);
    await sameAgain(storeId);
  }
});

test('[PK13] [P1] [P2] a ticket at the prices of a quote is compared with it, whichever arrives first; one that nobody gave is told', async () => {
  for (const isSaleFirst of [false, true]) {
    const storeId = await makeStore(context);
    const [one, two] = [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)];
    const basketId = randomUUID();
    const validThrough = '2030-01-01';
    const put = await one.next('basket-parked', parkedBody(basketId, { quote: { validThrough } }));
    const promise = { entryId: put._id, quotedAtMs: Math.max(0, occurredAtMs(put)), validThrough };
    const good = await sold(two, () => ({ transactionId: basketId, promise }));
    const forged = await sold(two, () => ({ promise }));
    const order: [TestTill, Entry[]][] = [
      [one, [put]],
      [two, [good, forged]],
    ];
    for (const [till, entries] of isSaleFirst ? order.reverse() : order) await post(context, till, entries);
    expect(await exceptions(storeId)).toEqual([`promise-unfounded | ${forged._id} | ${put._id}`]);
    expect((await listPutAside(context.database.pool, storeId, '2026-11-23')).baskets).toEqual([]);
    await sameAgain(storeId);
  }
});
