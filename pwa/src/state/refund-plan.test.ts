import { beforeEach, expect, test } from 'vitest';
import { defaultTenderRules } from '#schemas/payment/tender-rules.ts';
import { termsFaults } from '#schemas/returns/return-terms.ts';
import { retailTransactionSchema } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { heldReceipt, isLate, returnItems } from './held-receipts.ts';

let till: FakeTill;
const dayMs = 86_400_000;

/** With a receipt that is held here: a kettle for 5.00 and tea for 9.00, paid in cash. */
async function soldFor(): Promise<{ app: App; receiptId: string }> {
  till.skus.push(fakeSku('TEA', 900), fakeSku('KETTLE', 500));
  const kept = new Map<string, string>();
  const keep = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, text: string | null) => void (text === null ? kept.delete(key) : kept.set(key, text)),
  };
  const app = await startFakeApp(till, { payments: { keep, terminals: {}, wait: () => new Promise(() => undefined) } });
  await app.session.signIn('bob', '1234');
  await app.scanner.read('TEA');
  await app.scanner.read('KETTLE');
  app.payment.open();
  app.payment.tender(1_400);
  const sold = await app.finishSale();
  if (sold === null) throw new Error('it is sold');
  return { app, receiptId: sold._id };
}

async function bringBack(app: App, receiptId: string, lineNumber: number): Promise<void> {
  const held = await heldReceipt(till, receiptId);
  if (held === null) throw new Error('it is held');
  const wish = { lineNumber, quantity: 1, condition: 'good', placeId: 'floor', note: null } as const;
  const late = isLate(held, till.config(), till.nowMs());
  for (const { item, pieces } of returnItems(held, [wish], late) ?? []) app.basket.addReturned(item, pieces);
}

async function bringWithout(app: App, sku: string): Promise<void> {
  await app.scanner.read(sku);
  const line = app.basket.lines.at(-1);
  if (line) app.basket.takeBack(line.lineId, { priceMinor: null, returned: null, flag: null });
}

const last = () => retailTransactionSchema.parse(till.committed.at(-1)?.body);

beforeEach(() => {
  till = new FakeTill();
  till.setTenderRules(defaultTenderRules.map((one) => (one.type === 'store-credit' ? { ...one, isTaken: true } : one)));
  till.setReturnRules({ days: 30, withoutReceipt: 'store-credit', withoutReceiptLimitMinor: 600 });
});

test('[RT13] what comes back late is store credit: proposed, cash refused, and nothing is left for the manager', async () => {
  const { app, receiptId } = await soldFor();
  till.clockMs += 31 * dayMs;
  await bringBack(app, receiptId, 2);
  await app.pay();
  expect([app.payment.proposed, app.payment.way]).toEqual([
    [{ type: 'store-credit', amountMinor: 500 }],
    'store-credit',
  ]);
  app.payment.choose('cash');
  expect([app.payment.changeMinor, await app.payment.takePart(), app.payment.partFailure]).toEqual([
    null,
    false,
    'credit-only',
  ]);
  expect(await app.finishSale()).toBeNull();
  app.payment.choose('store-credit');
  expect(await app.payment.takePart()).toBe(true);
  await app.finishSale();
  expect(last().tenders).toMatchObject([{ type: 'store-credit', amountMinor: -500 }]);
  expect(termsFaults('e', last())).toEqual([]);
});

test('[RT13] in time, cash goes back as it was paid', async () => {
  const { app, receiptId } = await soldFor();
  till.clockMs += 29 * dayMs;
  await bringBack(app, receiptId, 2);
  await app.pay();
  expect([app.payment.proposed, app.payment.way]).toEqual([[{ type: 'cash', amountMinor: 500 }], 'cash']);
  await app.finishSale();
  expect(termsFaults('e', last())).toEqual([]);
});

test('[RT13] one piece with its receipt and one without: cash for the first, store credit for the other; above the limit it is said', async () => {
  const { app, receiptId } = await soldFor();
  await bringBack(app, receiptId, 2);
  await bringWithout(app, 'TEA');
  await app.pay();
  expect(app.payment.returnTerms).toEqual({ mostOtherMinor: 500, aboveLimitMinor: 300 });
  expect([app.payment.way, app.payment.amountMinor]).toEqual(['store-credit', -900]);
  expect(await app.payment.takePart()).toBe(true);
  expect([app.payment.way, app.payment.tenderedMinor]).toEqual(['cash', -500]);
  await app.finishSale();
  expect(last().tenders).toMatchObject([
    { type: 'store-credit', amountMinor: -900 },
    { type: 'cash', amountMinor: -500 },
  ]);
  // The limit is the manager's to judge: the ticket names it.
  expect(termsFaults('e', last()).map(({ code, aboveMinor }) => [code, aboveMinor])).toEqual([
    ['return-above-limit', 300],
  ]);
});

test('[RT13] a store that gives no store credit goes on as before', async () => {
  till.setTenderRules(defaultTenderRules);
  const { app } = await soldFor();
  await bringWithout(app, 'KETTLE');
  await app.pay();
  expect([app.payment.returnTerms?.mostOtherMinor, app.payment.way]).toEqual([null, 'cash']);
  await app.finishSale();
  expect(last().tenders).toMatchObject([{ type: 'cash', amountMinor: -500 }]);
});
