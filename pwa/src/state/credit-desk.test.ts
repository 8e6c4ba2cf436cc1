import { beforeEach, expect, test } from 'vitest';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { defaultTenderRules, type TenderRule } from '#schemas/payment/tender-rules.ts';
import { ok } from '#schemas/result.ts';
import { retailTransactionSchema } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { newCreditCode } from './credit-desk.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { heldReceipt, returnItems } from './held-receipts.ts';

let till: FakeTill;
const code = newCreditCode('store-credit');

function takeCredits(change: Partial<TenderRule> = {}): void {
  till.setTenderRules(
    defaultTenderRules.map((rule) => (rule.type === 'store-credit' ? { ...rule, isTaken: true, ...change } : rule)),
  );
}

function serverSays(balanceMinor: number, isBlocked = false): void {
  till.creditAnswer = ok({ kind: 'store-credit', balanceMinor, currency: 'GBP', isBlocked });
}

async function paying(priceMinor = 900): Promise<App> {
  till.skus.push(fakeSku('TEA', priceMinor));
  const kept = new Map<string, string>();
  const keep = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, text: string | null) => void (text === null ? kept.delete(key) : kept.set(key, text)),
  };
  const app = await startFakeApp(till, { payments: { keep, terminals: {}, wait: () => new Promise(() => undefined) } });
  await app.session.signIn('bob', '1234');
  await app.scanner.read('TEA');
  app.payment.open();
  return app;
}

const last = () => retailTransactionSchema.parse(till.committed.at(-1)?.body);

beforeEach(() => {
  till = new FakeTill();
  takeCredits();
});

test('[CC4] a slip that is scanned while paying is asked for; what is left of the ticket is paid in cash, what is left on it is on the ticket', async () => {
  serverSays(300);
  const app = await paying();
  expect(app.payment.scan(code)).toBe(true);
  await expect.poll(() => app.payment.credit.asked?.leftMinor).toBe(300);
  expect([app.payment.way, app.payment.creditMinor]).toEqual(['store-credit', 300]);
  expect(await app.payment.takeCredit()).toBe(true);
  expect([app.payment.leftMinor, app.payment.credit.asked]).toEqual([600, null]);
  // What this ticket took already is not there a second time, though the server does not know of it.
  await app.payment.askCredit(code);
  expect(app.payment.credit.failure).toBe('empty');
  app.payment.choose('cash');
  app.payment.tender(600);
  await app.finishSale();
  expect(last().tenders).toEqual([
    { type: 'store-credit', amountMinor: 300, reference: code, payment: null, isOffline: false, creditLeftMinor: 0 },
    { type: 'cash', amountMinor: 600, reference: null, payment: null, isOffline: false },
  ]);
});

test('[CC4] a slip that is scanned at the basket opens the payment and is asked for', async () => {
  serverSays(300);
  const app = await paying();
  app.payment.close();
  app.onReceipt = () => undefined;
  await app.read(code);
  await expect.poll(() => app.payment.credit.asked?.leftMinor).toBe(300);
  expect([app.payment.isOpen, app.payment.way]).toEqual([true, 'store-credit']);
});

test('[CC4] the slip is scanned again while its part is still being kept: the question is answered', async () => {
  serverSays(300);
  const app = await paying();
  await app.payment.askCredit(code);
  const taking = app.payment.takeCredit();
  await Promise.resolve();
  app.payment.scan(code);
  expect(await taking).toBe(true);
  await expect.poll(() => app.payment.credit.failure).toBe('empty');
});

test.each([
  ['bad-code', `${code.slice(0, -1)}`, () => serverSays(1)],
  ['unknown', code, () => (till.creditAnswer = ok(null))],
  ['blocked', code, () => serverSays(500, true)],
  ['empty', code, () => serverSays(0)],
] as const)('[CC4] it does not pay: %s', async (failure, typed, says) => {
  says();
  const app = await paying();
  app.payment.choose('store-credit');
  await app.payment.askCredit(typed);
  expect([app.payment.credit.failure, app.payment.credit.asked]).toEqual([failure, null]);
  expect(await app.payment.takeCredit()).toBe(false);
});

test('[CC5] offline it is taken up to the limit, says so, and the ticket names the limit; where the store wants an answer it is refused', async () => {
  takeCredits({ isTakenOffline: true, offlineLimitMinor: 400 });
  till.setStatus({ online: false });
  const app = await paying();
  await app.payment.askCredit(code);
  expect(app.payment.credit.asked).toMatchObject({ source: 'nobody', leftMinor: null });
  expect(app.payment.creditMinor).toBe(400);
  expect(await app.payment.takeCredit()).toBe(true);
  app.payment.choose('cash');
  app.payment.tender(500);
  await app.finishSale();
  expect(last().tenders[0]).toMatchObject({ amountMinor: 400, isOffline: true, offlineLimitMinor: 400 });
  takeCredits({ isTakenOffline: false });
  await app.scanner.read('TEA');
  app.payment.open();
  await app.payment.askCredit(code);
  expect([app.payment.partFailure, app.payment.credit.asked]).toEqual(['not-offline', null]);
});

test('[CC5] the server does not answer although the till seems online: it counts as not asked', async () => {
  takeCredits({ isTakenOffline: true, offlineLimitMinor: 400 });
  const app = await paying();
  await app.payment.askCredit(code);
  expect(await app.payment.takeCredit()).toBe(true);
  expect(app.payment.parts.tenders[0]).toMatchObject({ amountMinor: 400, isOffline: true });
});

test('[CC1] [CC5] a return is paid back as store credit with a number of its own, offline too; this tablet knows at once what is on it', async () => {
  takeCredits({ isTakenOffline: true });
  till.setStatus({ online: false });
  const app = await paying();
  app.payment.tender(900);
  const sold = await app.finishSale();
  const held = sold && (await heldReceipt(till, sold._id));
  const wish = { lineNumber: 1, quantity: 1, condition: 'good', placeId: 'floor', note: null } as const;
  for (const { item, pieces } of (held && returnItems(held, [wish])) ?? []) app.basket.addReturned(item, pieces);
  await app.pay();
  app.payment.choose('store-credit');
  expect(await app.payment.takePart()).toBe(true);
  await app.finishSale();
  const [tender] = last().tenders;
  expect(tender).toMatchObject({ type: 'store-credit', amountMinor: -900 });
  expect(tender?.offlineLimitMinor).toBeUndefined();
  const issued = tender?.reference ?? '';
  expect(readCreditCode(issued)?.kind).toBe('store-credit');
  await app.scanner.read('TEA');
  app.payment.open();
  await app.payment.askCredit(issued);
  expect(app.payment.credit.asked).toMatchObject({ source: 'tickets', leftMinor: 900 });
});
