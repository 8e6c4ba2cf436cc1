import { beforeEach, expect, test } from 'vitest';
import { defaultTenderRules } from '#schemas/payment/tender-rules.ts';
import { ok } from '#schemas/result.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { heldReceipt } from './held-receipts.ts';
import { MemoryStorage } from './memory-storage.ts';

let till: FakeTill;
let app: App;

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 1_200));
  till.setTenderRules(
    defaultTenderRules.map((rule) =>
      rule.type === 'gift-card' ? { ...rule, isTaken: true, isTakenOffline: true } : rule,
    ),
  );
  app = await startFakeApp(till, { storage: new MemoryStorage() });
  await app.session.signIn('bob', '1234');
});

/** Sold beside tea; the number of the receipt, and of the card. */
async function sellCard(): Promise<{ entryId: string; code: string }> {
  await app.scanner.read('TEA');
  app.giftCards.open();
  app.giftCards.setAmount(2_000);
  app.giftCards.add('Gift card');
  const code = app.basket.lines.find(({ giftCard }) => giftCard)?.giftCard?.code ?? '';
  return { entryId: await payCash(), code };
}
async function payCash(): Promise<string> {
  await app.pay();
  app.payment.tender(app.payment.dueMinor);
  return (await app.finishSale())?._id ?? '';
}
async function spend(code: string): Promise<string> {
  await app.scanner.read('TEA');
  await app.pay();
  await app.payment.askCredit(code);
  expect(await app.payment.takeCredit()).toBe(true);
  return (await app.finishSale())?._id ?? '';
}
async function voidIt(entryId: string, isSure = false) {
  const receipt = await heldReceipt(till, entryId);
  if (receipt === null) throw new Error('a receipt');
  return app.voidSale(receipt, 'mistake', isSure);
}
const serverSays = (balanceMinor: number) => {
  till.creditAnswer = ok({ kind: 'gift-card', balanceMinor, currency: 'GBP', isBlocked: false, isUsed: true });
};

test('[RT14] the server says that the card was used at another till: refused, and nothing is written', async () => {
  const { entryId } = await sellCard();
  till.status = { ...till.status, postedThrough: 99 };
  serverSays(1_999);
  const before = till.committed.length;
  expect(await voidIt(entryId, true)).toMatchObject({ ok: false, error: { code: 'credit-spent' } });
  expect(till.committed.length).toBe(before);
  serverSays(2_000);
  expect(await voidIt(entryId)).toMatchObject({ ok: true });
});

test('[RT14] without the server: refused where a ticket held here took of it; else a person has to say that it is right', async () => {
  const { entryId, code } = await sellCard();
  till.status = { ...till.status, online: false };
  expect(await voidIt(entryId)).toMatchObject({ ok: false, error: { code: 'credit-unasked' } });
  await spend(code);
  expect(await voidIt(entryId, true)).toMatchObject({ ok: false, error: { code: 'credit-spent' } });
  const other = await sellCard();
  expect(await voidIt(other.entryId, true)).toMatchObject({ ok: true });
});

test('[RT14] a sale without cards is voided without asking anybody', async () => {
  await app.scanner.read('TEA');
  const entryId = await payCash();
  till.status = { ...till.status, online: false };
  expect(await voidIt(entryId)).toMatchObject({ ok: true });
});

test('[RT14] a deposit whose goods were fetched is not voided; before that it is', async () => {
  const deposit = { kind: 'deposit', amountMinor: 500, dueOn: null, ticketId: crypto.randomUUID() } as const;
  const putAside = async () => {
    await app.scanner.read('TEA');
    const { transactionId } = app.basket;
    await app.parking.park({ label: 'Lee', note: '', as: deposit });
    await app.parking.payOn(transactionId, 500, 'Deposit');
    return { transactionId, paid: await payCash() };
  };
  const fetched = await putAside();
  await app.parking.takeUp(fetched.transactionId);
  await payCash();
  expect(await voidIt(fetched.paid)).toMatchObject({ ok: false, error: { code: 'credit-spent' } });
  expect(await voidIt((await putAside()).paid)).toMatchObject({ ok: true });
});
