import { beforeEach, expect, test } from 'vitest';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { defaultTenderRules, type TenderRule } from '#schemas/payment/tender-rules.ts';
import { fail, ok } from '#schemas/result.ts';
import { retailTransactionSchema, sumsViolation } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { newCreditCode } from './credit-desk.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

let till: FakeTill;
const storage = new MemoryStorage();
const code = newCreditCode('gift-card');

function takeCards(change: Partial<TenderRule> = {}): void {
  till.setTenderRules(
    defaultTenderRules.map((rule) => (rule.type === 'gift-card' ? { ...rule, isTaken: true, ...change } : rule)),
  );
}

function serverSays(balanceMinor: number, { isBlocked = false, isUsed = false, currency = 'GBP' } = {}): void {
  till.creditAnswer = ok({ kind: 'gift-card', balanceMinor, currency, isBlocked, isUsed });
}

async function selling(operatorId = 'bob'): Promise<App> {
  const app = await startFakeApp(till, { storage });
  await app.session.signIn(operatorId, '1234');
  return app;
}

async function paidInCash(app: App) {
  await app.pay();
  app.payment.tender(app.payment.dueMinor);
  await app.finishSale();
  return retailTransactionSchema.parse(till.committed.at(-1)?.body);
}

beforeEach(() => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 1_200));
  storage.clear();
  takeCards();
});

test('[GC1] [GC2] a new card is sold beside goods, without the network: no tax, no turnover, its number on the slip', async () => {
  till.status = { ...till.status, online: false };
  const app = await selling();
  await app.scanner.read('TEA');
  app.giftCards.open();
  app.giftCards.setAmount(5_000);
  expect(app.giftCards.add('Gift card')).toBe(true);
  app.basket.discount(null, { off: { kind: 'percentage', basisPoints: 1_000 }, reason: 'friend' }, null);
  app.basket.discount(2, { off: { kind: 'percentage', basisPoints: 1_000 }, reason: 'friend' }, null);
  expect(app.pricing.quote).toMatchObject({ giftCardsMinor: 5_000, discountMinor: 120, dueMinor: 6_080 });
  const sold = await paidInCash(app);
  expect(sumsViolation(sold)).toBeNull();
  expect([sold.netMinor + sold.taxMinor, sold.totalMinor, sold.lines.length]).toEqual([1_080, 6_080, 1]);
  expect(sold.giftCards).toMatchObject([{ how: 'slip', amountMinor: 5_000, name: 'Gift card', lineNumber: 2 }]);
  expect(readCreditCode(sold.giftCards?.[0]?.code ?? '')?.kind).toBe('gift-card');
});

test('[GC1] a card alone makes a ticket; nothing counts before it is paid, and a reload keeps its number', async () => {
  const app = await selling();
  app.giftCards.open();
  app.giftCards.setAmount(2_000);
  app.giftCards.add('Gift card');
  const number = app.basket.lines[0]?.giftCard?.code;
  expect(till.committed).toEqual([]);
  const again = await selling();
  expect(again.basket.lines[0]?.giftCard).toEqual({ code: number, how: 'slip' });
  const sold = await paidInCash(again);
  expect([sold.lines, sold.giftCards?.[0]?.code, sold.totalMinor]).toEqual([[], number, 2_000]);
});

test('[GC1] a printed card is scanned in the dialog: new where nobody knows it, else it gets more, within the limit', async () => {
  takeCards({ mostHeldMinor: 10_000 });
  till.creditAnswer = ok(null);
  const app = await selling();
  app.giftCards.open();
  await app.read(code);
  expect(app.giftCards.card).toMatchObject({ code, how: 'card', source: 'server', isReturnable: false });
  serverSays(6_000, { isUsed: true });
  await app.read(code);
  expect(app.giftCards.card).toMatchObject({ how: 'top-up', balanceMinor: 6_000, isReturnable: false });
  app.giftCards.setAmount(4_001);
  expect([app.giftCards.add('Gift card'), app.giftCards.failure]).toEqual([false, 'above-limit']);
  app.giftCards.setAmount(4_000);
  expect(app.giftCards.add('Gift card')).toBe(true);
  app.giftCards.open();
  await app.giftCards.ask(code);
  app.giftCards.setAmount(100);
  expect([app.giftCards.add('Gift card'), app.giftCards.failure]).toEqual([false, 'in-basket']);
});

test('[GC3] misread, stopped and foreign numbers are refused; without the network only what no ticket here knows is new', async () => {
  const app = await selling();
  app.giftCards.open();
  const failures = async (raw: string) => {
    await app.giftCards.ask(raw);
    return app.giftCards.failure;
  };
  serverSays(500);
  expect(await failures(`${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`)).toBe('bad-code');
  expect(await failures(newCreditCode('store-credit'))).toBe('bad-code');
  serverSays(500, { isBlocked: true });
  expect(await failures(code)).toBe('blocked');
  serverSays(500, { currency: 'EUR' });
  expect(await failures(code)).toBe('other-currency');
  till.creditAnswer = fail({ code: 'too-many-attempts' });
  expect(await failures(code)).toBe('too-many');
  till.creditAnswer = fail({ code: 'offline' });
  expect(await failures(code)).toBeNull();
  expect(app.giftCards.card).toMatchObject({ how: 'card', source: 'nobody' });
  app.giftCards.setAmount(1_000);
  app.giftCards.add('Gift card');
  await paidInCash(app);
  app.giftCards.open();
  expect(await failures(code)).toBe('sold-already');
});

test('[GC4] an unused card is given back whole, with the right to; one that was used, or that nobody can ask for, is not', async () => {
  const app = await selling();
  app.giftCards.open();
  serverSays(3_000, { isUsed: true });
  await app.giftCards.ask(code);
  expect([app.giftCards.giveBack('Gift card'), app.giftCards.failure]).toEqual([false, 'not-returnable']);
  serverSays(5_000);
  await app.giftCards.ask(code);
  expect(app.giftCards.giveBack('Gift card')).toBe(true);
  expect(app.payment.isRefund).toBe(true);
  await app.pay();
  await app.finishSale();
  const back = retailTransactionSchema.parse(till.committed.at(-1)?.body);
  expect([back.totalMinor, back.giftCards?.[0]?.amountMinor, back.returnTerms]).toEqual([-5_000, -5_000, undefined]);
});

test('[GC5] a gift card does not pay for a gift card, a basket with one is not parked, and nobody changes its price', async () => {
  const app = await selling();
  app.giftCards.open();
  app.giftCards.setAmount(1_000);
  app.giftCards.add('Gift card');
  expect(await app.parking.park({ label: '', note: '' })).toMatchObject({
    ok: false,
    error: { code: 'has-gift-card' },
  });
  app.basket.changePrice(1, 1, 'cheap', null);
  app.basket.setQuantity(1, 5);
  expect(app.payment.totals?.dueMinor).toBe(1_000);
  await app.pay();
  app.payment.choose('gift-card');
  expect(await app.payment.takePart({ reference: code })).toBe(false);
  expect(app.payment.partFailure).toBe('card-for-card');
});

test('[GC1] a store that takes no gift cards sells none', async () => {
  takeCards({ isTaken: false });
  const app = await selling();
  app.giftCards.open();
  expect([app.giftCards.isOffered, app.giftCards.isOpen]).toEqual([false, false]);
});
