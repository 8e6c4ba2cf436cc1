import { beforeEach, expect, test } from 'vitest';
import type { CustomerAccountRow } from '#schemas/payment/customer-account.ts';
import { defaultTenderRules } from '#schemas/payment/tender-rules.ts';
import { retailTransactionSchema, sumsViolation } from '#schemas/transaction/retail-transaction.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';

const cafe: CustomerAccountRow = {
  ...{ number: 'CAFE7', name: 'Harbour Café', limitMinor: 5_000, signers: [], blockedReason: 'late', owedMinor: 2_000 },
  upTo: [],
};
const storage = new MemoryStorage();
let till: FakeTill;
let app: App;

beforeEach(async () => {
  till = new FakeTill();
  till.skus.push(fakeSku('TEA', 350));
  till.customerAccounts = async () => [cafe];
  till.setTenderRules(defaultTenderRules.map((rule) => (rule.type === 'account' ? { ...rule, isTaken: true } : rule)));
  till.status = { ...till.status, online: false };
  storage.clear();
  app = await startFakeApp(till, { storage });
  await app.session.signIn('ann', '1234');
});

async function open(amountMinor: number): Promise<void> {
  const { bills } = app.accounts;
  await bills.open();
  await app.read('CAFE-7');
  expect(bills.chosen?.row.number).toBe('CAFE7');
  expect(bills.pay(amountMinor, 'Payment of account')).toBe(true);
}

test('[AC9] a bill is paid offline in parts, of an account that is blocked too; a reload keeps it, and what is owed is less', async () => {
  await open(1_500);
  app = await startFakeApp(till, { storage });
  await app.session.signIn('ann', '1234');
  expect(app.basket.lines[0]?.bill).toEqual({ number: 'CAFE7', account: 'Harbour Café' });
  await app.pay();
  app.payment.choose('account');
  app.payment.tender(1_500);
  expect(await app.payment.takePart({ reference: 'CAFE7' })).toBe(false);
  expect(app.payment.partFailure).toBe('bill-on-account');
  app.payment.choose('cash');
  app.payment.tender(1_500);
  const sold = retailTransactionSchema.parse((await app.finishSale())?.body);
  expect(sumsViolation(sold)).toBeNull();
  expect(sold).toMatchObject({
    lines: [],
    netMinor: 0,
    totalMinor: 1_500,
    accountPayment: { number: 'CAFE7', amountMinor: 1_500 },
  });
  await app.accounts.bills.open();
  await app.accounts.bills.choose(cafe);
  expect(app.accounts.bills.chosen?.owedMinor).toBe(500);
});

test('[AC9] it is a ticket of its own, of more than nothing', async () => {
  const { bills } = app.accounts;
  await bills.open();
  await bills.choose(cafe);
  expect(bills.pay(0, 'x')).toBe(false);
  expect(bills.pay(0.5, 'x')).toBe(false);
  await app.scanner.read('TEA');
  expect(bills.pay(100, 'x')).toBe(false);
  expect(app.basket.lines.map(({ skuId }) => skuId)).toEqual(['TEA']);
});
