import { beforeEach, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { foldReceipt } from '#schemas/returns/fold-receipt.ts';
import {
  type RetailTransaction,
  retailTransactionSchema,
  sumsViolation,
} from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import {
  freshReceipt,
  heldReceipt,
  heldTickets,
  leftFor,
  lookUpReceipt,
  receiptIdOf,
  returnItems,
  scannedReceiptId,
} from './held-receipts.ts';

let till: FakeTill;
let app: App;

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350), fakeSku('CUP', 800));
  app = await startFakeApp(till);
  await app.session.signIn('ann', '1234');
});

/** Pays what is in the basket: in cash, or back in cash. */
async function pay(): Promise<Entry> {
  await app.pay();
  if (!app.payment.isRefund) app.payment.tender(Math.max(0, app.payment.totals?.dueMinor ?? 0));
  const entry = await app.finishSale();
  if (entry === null) throw new Error('the sale is committed');
  app.nextCustomer();
  return entry;
}

const bodyOf = (entry: Entry) => retailTransactionSchema.parse(entry.body) as RetailTransaction;
const wish = (lineNumber: number, quantity: number, condition: 'good' | 'damaged' = 'good') => {
  return { lineNumber, quantity, condition, placeId: condition === 'good' ? 'floor' : 'quarantine', note: null };
};

test('[RT1] [RT4] what is left of a receipt goes into the basket beside sold lines, once; the entry names its line', async () => {
  for (const text of ['TEA', 'TEA', 'TEA']) await app.read(text);
  const sold = await pay();
  const receipt = await heldReceipt(till, sold._id);
  if (receipt === null) throw new Error('an own receipt is held');
  for (const { item, pieces } of returnItems(receipt, [wish(1, 2, 'damaged')]) ?? [])
    app.basket.addReturned(item, pieces);
  expect(leftFor(receipt, app.basket.lines).map(({ leftQuantity }) => leftQuantity)).toEqual([0]);
  app.basket.changePrice(app.basket.chosenLineId ?? 0, 9_900, 'Kind', null);
  await app.read('CUP');
  expect(app.payment.totals?.dueMinor).toBe(100);
  const exchange = bodyOf(await pay());
  expect(sumsViolation(exchange)).toBeNull();
  const returned = { entryId: sold._id, lineNumber: 1 };
  expect(exchange.lines).toMatchObject([
    {
      skuId: 'TEA',
      quantity: -2,
      unitPriceMinor: 350,
      totalMinor: -700,
      returned,
      condition: 'damaged',
      placeId: 'quarantine',
    },
    { skuId: 'CUP', quantity: 1, returned: null },
  ]);
  const after = await heldReceipt(till, sold._id);
  expect(after?.fold.exceptions).toEqual([]);
  expect(after && leftFor(after, []).map(({ leftQuantity, leftMinor }) => [leftQuantity, leftMinor])).toEqual([
    [1, 350],
  ]);
  expect(after && returnItems(after, [wish(1, 2)])).toBeNull();
});

test('a piece comes back without a receipt at the price of the list, and takes a right of its own', async () => {
  await app.read('TEA');
  const [line] = app.basket.lines;
  app.basket.takeBack(line?.lineId ?? 0, { priceMinor: null, returned: null, flag: null });
  expect(app.payment.totals?.dueMinor).toBe(-350);
  expect(app.gate.isOpen).toBe(app.session.may('return-without-receipt'));
});

test('a receipt is read from its number, short or long, and from the link of its code; goods are none', () => {
  const id = '0002-000000007';
  for (const text of [id, '2-7', ` ${id} `, `https://shop.example/r/camden/${id}/abc`])
    expect(receiptIdOf(text)).toBe(id);
  for (const text of ['', 'tea', '12345-7', '2-0', 'COAT-3X']) expect(receiptIdOf(text)).toBeNull();
  expect([scannedReceiptId(id), scannedReceiptId('2-7'), scannedReceiptId('5012345678900')]).toEqual([id, null, null]);
  expect(foldReceipt(id, null, []).exceptions).toEqual([]);
});

test('[RT4] a receipt that is not held here is asked for with what came back of it, and known from then on; offline that is said', async () => {
  for (const text of ['TEA', 'TEA', 'TEA']) await app.read(text);
  const sold = await pay();
  const receipt = await heldReceipt(till, sold._id);
  for (const { item, pieces } of (receipt && returnItems(receipt, [wish(1, 1)])) ?? [])
    app.basket.addReturned(item, pieces);
  const back = await pay();
  const entries = till.committed.splice(0);
  expect(await lookUpReceipt(till, sold._id)).toEqual({ ok: false, error: { code: 'unreachable' } });
  till.receiptAnswer = { ok: true, value: [] };
  expect(await lookUpReceipt(till, sold._id)).toEqual({ ok: false, error: { code: 'unknown' } });
  till.receiptAnswer = { ok: true, value: entries };
  const found = await lookUpReceipt(till, sold._id);
  expect(found.ok && leftFor(found.value, []).map(({ leftQuantity }) => leftQuantity)).toEqual([2]);
  // How it was paid is known too, and the same again needs no network.
  till.receiptAnswer = { ok: false, error: { code: 'offline' } };
  expect((await lookUpReceipt(till, sold._id)).ok).toBe(true);
  expect((await heldTickets(till)).map(({ entry }) => entry._id)).toEqual([sold._id, back._id]);
});

test('the receipt of a sale made just now is known without reading a ticket, and a ticket is read once', async () => {
  await app.read('TEA');
  const sold = await pay();
  const asked: number[] = [];
  const recent = till.recentTransactions.bind(till);
  till.recentTransactions = (limit) => {
    asked.push(limit);
    return recent(limit);
  };
  const fresh = freshReceipt(sold);
  expect(asked).toEqual([]);
  expect(fresh).toEqual(await heldReceipt(till, sold._id));
  const [first] = await heldTickets(till);
  const [again] = await heldTickets(till);
  expect(again?.body).toBe(first?.body);
});
