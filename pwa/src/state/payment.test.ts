import { beforeEach, expect, test } from 'vitest';
import { retailTransactionSchema, sumsViolation } from '#schemas/transaction/retail-transaction.ts';
import { SimulatedTerminal } from '../devices/simulated-terminal.ts';
import type { App } from './app.svelte.ts';
import { customerViewFrom } from './customer-facts.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { heldReceipt, returnItems } from './held-receipts.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { Keep } from './payment-book.svelte.ts';
import { VirtualTime } from './virtual-time.ts';

const alipayCode = '289431869362714645';
let till: FakeTill;
let storage: MemoryStorage;
let time: VirtualTime;
let kept: Map<string, string>;

/** A page of this tablet; one that is opened later finds what the one before it kept. */
async function openApp(kind: 'simulator' | 'stand-alone' | 'none' = 'simulator'): Promise<App> {
  const keep: Keep = {
    read: async (key) => kept.get(key) ?? null,
    write: async (key, text) => {
      if (text === null) kept.delete(key);
      else kept.set(key, text);
    },
  };
  const simulator = new SimulatedTerminal({ keep, nowMs: () => time.nowMs, wait: time.wait });
  const app = await startFakeApp(till, { storage, payments: { keep, terminals: { simulator }, wait: time.wait } });
  app.terminals.kind = kind;
  await app.session.signIn('ann', '1234');
  return app;
}

async function paying(priceMinor: number, kind?: Parameters<typeof openApp>[0]): Promise<App> {
  till.skus.push(fakeSku('TEA', priceMinor));
  const app = await openApp(kind);
  await app.scanner.read('TEA');
  app.payment.open();
  return app;
}

/** What the bank behind the simulator holds, and how often each payment was sent to it. */
function bank(): { heldMinor: number; times: number[] } {
  const ledger = Object.values(JSON.parse(kept.get('onecode-simulated-terminal') ?? '{}')) as {
    state: string;
    takenMinor: number;
    times: number;
  }[];
  const held = ledger.filter(({ state }) => state === 'approved');
  return {
    heldMinor: held.reduce((sum, { takenMinor }) => sum + takenMinor, 0),
    times: ledger.map(({ times }) => times),
  };
}

beforeEach(() => {
  till = new FakeTill();
  storage = new MemoryStorage();
  time = new VirtualTime();
  kept = new Map();
});

test('[TE2] a ticket paid by card and cash has both on it, and change for the cash', async () => {
  const app = await paying(1_250);
  app.payment.choose('card');
  for (const key of ['5', '00'] as const) app.payment.type(key, 1);
  expect(await app.payment.takePart()).toBe(true);
  expect([app.payment.parts.waiting !== null, app.payment.changeMinor]).toEqual([true, null]);
  await time.pass(2_000);
  expect([app.payment.leftMinor, app.payment.parts.hasMoney]).toEqual([750, true]);
  app.payment.choose('cash');
  app.payment.tender(1_000);
  expect(app.payment.changeMinor).toBe(250);
  await app.finishSale();
  const body = retailTransactionSchema.parse(till.committed[0]?.body);
  expect(sumsViolation(body)).toBeNull();
  expect(body).toMatchObject({
    totalMinor: 1_250,
    changeMinor: 250,
    tenders: [
      { type: 'card', amountMinor: 500, payment: { provider: 'simulator', terminalId: 'SIM-1' }, isOffline: false },
      { type: 'cash', amountMinor: 1_000, payment: null },
    ],
  });
  expect(kept.has('onecode-payments-north-3')).toBe(false);
  expect(bank()).toEqual({ heldMinor: 500, times: [1] });
});

test('[PY3] while nobody knows whether the card was charged, nothing else is taken and nothing is finished', async () => {
  const app = await paying(1_203);
  app.payment.choose('card');
  await app.payment.takePart();
  await time.pass(1_000);
  expect(await app.payment.takePart()).toBe(false);
  app.payment.choose('cash');
  app.payment.tender(5_000);
  expect(await app.finishSale()).toBeNull();
  app.payment.close();
  expect(app.payment.isOpen).toBe(true);
  await time.pass(10_000);
  expect(app.payment.isCovered).toBe(true);
  await app.finishSale();
  expect(till.committed[0]?.body).toMatchObject({ tenders: [{ type: 'card', amountMinor: 1_203 }], changeMinor: 0 });
  expect(bank()).toEqual({ heldMinor: 1_203, times: [1] });
});

test('[PY2] a tablet that dies while the terminal is silent asks, charges once, and goes on with the sale', async () => {
  const before = await paying(1_203);
  before.payment.choose('card');
  await before.payment.takePart();
  await time.pass(1_000);
  const after = await openApp();
  expect(after.payment.parts.waiting?.attempt?.state.name).toBe('unknown');
  await time.pass(5_000);
  after.payment.open();
  expect([after.payment.isCovered, after.basket.pieces]).toEqual([true, 1]);
  await after.finishSale();
  expect(till.committed).toHaveLength(1);
  expect(bank()).toEqual({ heldMinor: 1_203, times: [1] });
});

test('[PY10] a tablet that dies between the put and all else gives nothing back and takes nothing twice', async () => {
  const before = await paying(900);
  before.payment.choose('card');
  await before.payment.takePart();
  await time.pass(2_000);
  const [book, basket] = [kept.get('onecode-payments-north-3') ?? '', storage.getItem('onecode-basket-north-3') ?? ''];
  await before.finishSale();
  kept.set('onecode-payments-north-3', book);
  storage.setItem('onecode-basket-north-3', basket);
  const after = await openApp();
  await time.pass(20_000);
  expect([after.basket.isEmpty, after.payment.parts.hasMoney]).toEqual([true, false]);
  expect(bank()).toEqual({ heldMinor: 900, times: [1] });
});

test('a part that is taken off by a clerk is given back by the terminal', async () => {
  const app = await paying(900);
  app.payment.choose('card');
  await app.payment.takePart();
  await time.pass(2_000);
  app.payment.close();
  expect(app.payment.isOpen).toBe(true);
  await app.payment.parts.takeOff(app.payment.parts.parts[0]?.partId ?? '');
  await time.pass(5_000);
  expect([app.payment.leftMinor, app.payment.parts.hasMoney, bank().heldMinor]).toEqual([900, false, 0]);
  app.payment.close();
  expect(app.payment.isOpen).toBe(false);
});

test('[PY4] a terminal that took nothing and never answered is reversed, and cash pays', async () => {
  const app = await paying(904);
  app.payment.choose('card');
  await app.payment.takePart();
  await time.pass(60_000);
  expect(app.payment.parts.parts[0]?.attempt?.state.name).toBe('reversed');
  app.payment.choose('cash');
  app.payment.tender(904);
  await app.finishSale();
  expect(till.committed[0]?.body).toMatchObject({ tenders: [{ type: 'cash', amountMinor: 904 }] });
  expect(bank().heldMinor).toBe(0);
});

test('[PY7] what stays open is listed after its sale is paid, and settled when the line is back', async () => {
  const app = await paying(908);
  app.payment.choose('card');
  await app.payment.takePart();
  await time.pass(60_000);
  expect(app.payment.parts.unsettled).toHaveLength(1);
  app.payment.choose('cash');
  app.payment.tender(1_000);
  await app.finishSale();
  const after = await openApp();
  await time.pass(120_000);
  for (const { partId } of after.payment.parts.unsettled) await after.payment.parts.retry(partId);
  await time.pass(10_000);
  expect([after.payment.parts.unsettled.length, bank().heldMinor]).toEqual([0, 0]);
});

test('[TE6] the code of a wallet that is scanned while paying pays what is left; the customer confirms it', async () => {
  const app = await paying(1_002);
  await app.read(alipayCode);
  await time.pass(2_000);
  expect([app.payment.way, app.payment.parts.waiting?.attempt?.state.name]).toEqual(['wallet', 'user-paying']);
  await time.pass(10_000);
  await app.finishSale();
  expect(till.committed[0]?.body).toMatchObject({
    tenders: [{ type: 'wallet', amountMinor: 1_002, payment: { scheme: 'alipay' } }],
  });
  expect(kept.get('onecode-simulated-terminal')).not.toContain(alipayCode);
});

test('[PY11] a code that the customer scans is on their display with what it asks, until it is paid', async () => {
  const app = await paying(1_000);
  app.payment.choose('wallet');
  expect(await app.payment.takePart({ details: { wantsPayCode: true } })).toBe(true);
  await time.pass(2_000);
  const { payCode } = app.payment.parts.waiting?.attempt ?? {};
  expect(payCode).toBeDefined();
  expect(customerViewFrom(app, 'https://shop.example')).toMatchObject({ dueMinor: 1_000, isPaying: true, payCode });
  // The tablet dies: the customer may have scanned it meanwhile.
  const again = await openApp();
  expect(customerViewFrom(again, '')).not.toHaveProperty('payCode');
  again.payment.open();
  expect(customerViewFrom(again, '')).toMatchObject({ payCode });
  await time.pass(10_000);
  expect(customerViewFrom(again, '')).not.toHaveProperty('payCode');
  await again.finishSale();
  expect(till.committed[0]?.body).toMatchObject({ tenders: [{ type: 'wallet', amountMinor: 1_000 }] });
  expect(bank()).toEqual({ heldMinor: 1_000, times: [1] });
});

test('a card on a stand-alone terminal is on the ticket with its typed code, and with none it is not taken', async () => {
  const app = await paying(900, 'stand-alone');
  app.payment.choose('card');
  expect(await app.payment.takePart({ reference: ' ' })).toBe(false);
  expect(app.payment.partFailure).toBe('no-reference');
  expect(await app.payment.takePart({ reference: ' 00123 ' })).toBe(true);
  await app.finishSale();
  expect(till.committed[0]?.body).toMatchObject({
    tenders: [{ type: 'card', amountMinor: 900, reference: '00123', payment: null }],
  });
});

test('[TE5] a voucher loses what it leaves over, a card takes no more than is left, none of both works offline where the store says so', async () => {
  const app = await paying(900, 'stand-alone');
  app.payment.choose('card');
  app.payment.tender(901);
  expect(await app.payment.takePart({ reference: '1' })).toBe(false);
  expect(app.payment.partFailure).toBe('too-much');
  app.payment.choose('voucher');
  app.payment.tender(5_000);
  expect(await app.payment.takePart({ reference: 'V-7' })).toBe(true);
  await app.finishSale();
  expect(till.committed[0]?.body).toMatchObject({
    tenders: [{ type: 'voucher', amountMinor: 900, reference: 'V-7' }],
    changeMinor: 0,
  });
  till.setStatus({ online: false });
  const offers = app.payment.parts.offers(false);
  expect(offers.find(({ type }) => type === 'voucher')?.refusal).toBe('not-offline');
  expect(offers.find(({ type }) => type === 'card')?.refusal).toBeNull();
  app.terminals.kind = 'none';
  expect(app.payment.parts.offers(false).map(({ type }) => type)).toEqual(['cash', 'voucher']);
});

/** A sale that the till holds, paid by card and in cash. */
async function soldByCardAndCash(): Promise<App> {
  const app = await paying(1_200);
  app.payment.choose('card');
  for (const key of ['8', '00'] as const) app.payment.type(key, 1);
  await app.payment.takePart();
  await time.pass(2_000);
  app.payment.choose('cash');
  app.payment.tender(400);
  const sold = await app.finishSale();
  if (sold === null || app.till.till === null) throw new Error('it is sold');
  const held = await heldReceipt(app.till.till, sold._id);
  const wish = {
    lineNumber: 1,
    quantity: 1,
    condition: 'good',
    placeId: 'floor',
    note: null,
    reason: 'too small',
  } as const;
  for (const { item, pieces } of (held && returnItems(held, [wish])) ?? []) app.basket.addReturned(item, pieces);
  await app.pay();
  return app;
}

test('[RT5] [PY2] a refund goes back to card and cash as they paid, names the payment, and is sent once', async () => {
  const app = await soldByCardAndCash();
  expect([app.payment.proposed, app.payment.way, app.payment.amountMinor]).toEqual([
    [
      { type: 'card', amountMinor: 800 },
      { type: 'cash', amountMinor: 400 },
    ],
    'card',
    -800,
  ]);
  expect(await app.payment.takePart()).toBe(true);
  await time.pass(2_000);
  expect([app.payment.way, app.payment.tenderedMinor, app.payment.isRefundOtherwise]).toEqual(['cash', -400, false]);
  await app.finishSale();
  const [sold, back] = till.committed.map((entry) => retailTransactionSchema.parse(entry.body));
  expect(back?.tenders).toMatchObject([
    { type: 'card', amountMinor: -800, payment: { refundOf: sold?.tenders[0]?.payment?.paymentId } },
    { type: 'cash', amountMinor: -400 },
  ]);
  expect(back?.tenders[1]?.insteadOf).toBeUndefined();
  expect([back?.lines[0]?.reason, bank().times]).toEqual(['too small', [1, 1]]);
  expect(back && sumsViolation(back)).toBeNull();
});

test('[RT12] more by card than the card paid is refused; more in cash takes the right, and says so', async () => {
  const app = await soldByCardAndCash();
  for (const key of ['9', '00'] as const) app.payment.type(key, 1);
  expect([await app.payment.takePart(), app.payment.partFailure]).toEqual([false, 'above-paid']);
  app.payment.choose('cash');
  expect([app.payment.tenderedMinor, app.payment.isRefundOtherwise, app.gate.isOpen]).toEqual([-1_200, true, false]);
  const finished = app.finishSale();
  await time.pass(1);
  expect(app.approvals.need?.right).toBe('refund-otherwise');
  await app.approvals.byPin('bob', '1234');
  await finished;
  const back = retailTransactionSchema.parse(till.committed[1]?.body);
  expect(back.tenders).toMatchObject([{ type: 'cash', amountMinor: -1_200, insteadOf: 'card' }]);
  expect(back.approvals.map(({ right, operatorId }) => [right, operatorId])).toEqual([['refund-otherwise', 'bob']]);
});

test('[RT5] where no terminal is, what a card paid is proposed in cash', async () => {
  await soldByCardAndCash();
  const app = await openApp('none');
  await app.pay();
  expect(app.payment.proposed).toEqual([{ type: 'cash', amountMinor: 1_200 }]);
  expect(app.payment.isRefundOtherwise).toBe(true);
});
