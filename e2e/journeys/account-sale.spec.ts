import { expectAccessible } from './accessible.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin, signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

const account = { number: 'CAFE-7', name: 'Harbour Café 海港咖啡' };

/** The office makes an account with a small limit, and lets the store sell on account offline. */
async function makeAccount(desk: Tablet, limit: string): Promise<void> {
  await desk.open('/manage/tenders');
  await desk.byId('tender-account-isTaken').check();
  await desk.byId('tender-account-isTakenOffline').check();
  await desk.byId('tenders-save').click();
  await expect(desk.byId('tenders-saved')).toBeVisible();
  await desk.open('/manage/customer-accounts');
  await expect(desk.byId('accounts-empty')).toBeVisible();
  await desk.byId('account-add').click();
  await desk.byId('account-save').click();
  await expect(desk.byId('account-dialog')).toBeVisible();
  await desk.byId('account-number').fill(account.number);
  await desk.byId('account-name').fill(account.name);
  await desk.byId('account-limit').fill(limit);
  await desk.byId('account-signers').fill('Ann Lee\nBo Chan');
  await expectAccessible(desk, 'making a customer account');
  await desk.byId('account-save').click();
  await expect(desk.byId('account-owed')).toHaveAttribute('data-minor', '0');
}

async function chooseAccount(till: Tablet, typed: string): Promise<void> {
  await till.byId('pay-way-account').click();
  await till.byId('pay-account-find').fill(typed);
  await till.byId('pay-account-found').first().click();
  await expect(till.byId('pay-account-name')).toHaveText(account.name);
}

async function scanOne(till: Tablet, { gtin13, skuId }: { gtin13: string; skuId: string }): Promise<number> {
  await till.scan(gtin13);
  await expect(till.line(skuId)).toBeVisible();
  return till.totalMinor();
}

/** A payment is booked, and taken back by a counter-entry. */
async function payInOffice(desk: Tablet, owedMinor: number, paidMinor: number): Promise<void> {
  await expect(desk.byId('account-owed')).toHaveAttribute('data-minor', String(owedMinor), { timeout: 60_000 });
  await expect(desk.byId('account-item')).toHaveCount(2);
  await desk.byId('account-payment').click();
  await desk.byId('payment-amount').fill((paidMinor / 100).toFixed(2));
  await desk.byId('payment-reference').fill('BACS 1');
  await desk.byId('payment-save').click();
  await expect(desk.byId('account-owed')).toHaveAttribute('data-minor', String(owedMinor - paidMinor));
  await desk.byId('account-correct').click();
  await desk.byId('correct-reason').fill('Another customer');
  await desk.byId('correct-save').click();
  await expect(desk.byId('account-closing')).toHaveAttribute('data-minor', String(owedMinor));
  await expect(desk.byId('account-correct')).toHaveCount(0);
  await expectAccessible(desk, 'the statement of a customer account');
}

/** What comes back goes back to the account and out of the drawer, as it was paid. */
async function giveBack(till: Tablet, receipt: string): Promise<void> {
  await till.page.keyboard.press('F7');
  await till.byId('return-number').fill(receipt);
  await till.byId('return-look').click();
  await till.byId('return-all').click();
  await till.byId('return-take').click();
  await till.byId('pay-button').click();
  await expect(till.byId('pay-account-name')).toHaveText(account.name);
  await till.byId('pay-take').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt-return')).toBeVisible();
  await till.nextCustomer();
  await till.waitForWaiting(0);
}

/** [AC9] A part of what is owed is paid at the counter, without a network; the receipt says for whom. */
async function payBillOffline(till: Tablet): Promise<void> {
  await till.goOffline();
  await till.waitForOnline(false);
  await till.byId('bill-button').click();
  await till.byId('bill-find').fill('海港');
  await expectAccessible(till, 'finding an account whose bill is paid');
  await till.byId('bill-found').first().click();
  await expect(till.byId('bill-account')).toHaveText(account.name);
  await till.byId('bill-amount').fill('1.50');
  await expectAccessible(till, 'paying a bill of an account');
  await till.byId('bill-pay').click();
  await expect(till.byId('line-bill')).toContainText('CAFE7');
  await till.byId('pay-button').click();
  await till.byId('pay-way-cash').click();
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt-bill')).toContainText(account.name);
  await expect(till.byId('receipt-total')).toHaveAttribute('data-minor', '150');
  await till.nextCustomer();
  await till.goOnline();
  await till.waitForWaiting(0);
}

test('[AC1] [AC3] [AC4] [AC9] an account is sold on offline beside cash, paid in the office and at a till, and takes a yes above its limit', async ({
  tablet,
  manager,
  demo,
}) => {
  const [till, desk] = [await tablet(), await tablet()];
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  const priceMinor = await scanOne(till, demo.bowl);
  await signInAtDesk(desk, asOwner);
  await desk.byId('manage-store').selectOption(demo.manager.storeId);
  await makeAccount(desk, (priceMinor / 100).toFixed(2));

  // A part in cash, the rest on account, without a network.
  await till.waitForOnline(true);
  await till.byId('pay-button').click();
  await chooseAccount(till, '海港');
  await till.byId('pay-account-other').click();
  await till.goOffline();
  await till.page.keyboard.press('F2');
  for (const digit of '100') await till.byId(`pay-key-${digit}`).click();
  await till.byId('pay-part').click();
  await chooseAccount(till, 'cafe');
  await expect(till.byId('pay-account-free')).toHaveAttribute('data-minor', String(priceMinor));
  await expect(till.byId('pay-account-age')).toBeVisible();
  await till.byId('pay-account-signer-known').first().click();
  await till.byId('pay-account-order').fill('PO-77');
  await expectAccessible(till, 'paying on account');
  await till.byId('pay-take').click();
  await expect(till.byId('receipt')).toContainText('CAFE7 · Harbour Café 海港咖啡 · Ann Lee · PO-77');
  await expect(till.byId('receipt-signature')).toBeVisible();
  const receipt = (await till.byId('receipt-number').textContent())?.trim() ?? '';
  await till.nextCustomer();

  // What was just sold counts, before the server knows of it: the rest of the limit is 1.00.
  await scanOne(till, demo.bowl);
  await till.byId('pay-button').click();
  await chooseAccount(till, account.number);
  await expect(till.byId('pay-account-free')).toHaveAttribute('data-minor', '100');
  await till.byId('pay-account-signer').fill('Somebody Else');
  await expect(till.byId('pay-account-bounds')).toHaveAttribute('data-code', 'over-limit signer-unlisted');
  await expectAccessible(till, 'beyond what an account allows');
  await till.byId('pay-account-signer').fill('Bo Chan');
  await till.byId('pay-take').click();
  await till.byId('approval-dialog').getByRole('button', { name: 'Close' }).click();
  await expect(till.byId('pay-parts')).toHaveCount(0);
  await till.byId('pay-take').click();
  await approveByPin(till, demoPerson('imogen'));
  await expect(till.byId('receipt-approval')).toBeVisible();
  await till.nextCustomer();
  await till.goOnline();
  await till.waitForWaiting(0);

  const owedMinor = 2 * priceMinor - 100;
  await payInOffice(desk, owedMinor, priceMinor);
  const codes = (await manager.exceptionsOf(till.tillNumber)).map(({ code }) => code);
  expect(codes.filter((code) => code.startsWith('account-') || code === 'right-lacking')).toEqual([]);

  await giveBack(till, receipt);
  await expect(desk.byId('account-owed')).toHaveAttribute('data-minor', String(priceMinor), { timeout: 60_000 });
  await payBillOffline(till);
  await expect(desk.byId('account-owed')).toHaveAttribute('data-minor', String(priceMinor - 150), { timeout: 60_000 });
  const paid = desk.page.locator('[data-testid="account-item"][data-kind="payment"][data-minor="-150"]');
  await expect(paid).toHaveCount(1);
  // What the till took, the till takes back: the office corrects what it booked.
  await expect(paid.getByTestId('account-correct')).toHaveCount(0);
});
