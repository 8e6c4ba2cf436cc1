import { expectAccessible } from './accessible.ts';
import type { DemoSku } from './demo-goods.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import type { Manager } from './manager.ts';
import { approveByPin, changePrice } from './second-person.ts';
import type { Tablet } from './tablet.ts';

async function receiptNumber(till: Tablet): Promise<string> {
  await expect(till.byId('receipt')).toBeVisible();
  return (await till.byId('receipt-number').textContent())?.trim() ?? '';
}

function parked(till: Tablet, label: string) {
  return till.byId('parked-basket').filter({ hasText: label });
}

test('[PK9] [PK10] a quote that one till gave is taken up at another by its number, offline, at what it promised', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade } = demo;
  const [first, second] = [await tablet(), await tablet({ colorScheme: 'dark' })];
  for (const till of [first, second]) await till.pairAndSignIn(manager, demo.clerk);
  await first.scan(lemonade.gtin13);
  await expect(first.line(lemonade.skuId)).toBeVisible();
  // Somebody who may has named a price for this customer.
  await changePrice(first, lemonade.skuId, '100', 'goodwill');
  await approveByPin(first, demoPerson('imogen'));
  await first.expectTotal(100);
  await first.page.keyboard.press('F1');
  await first.byId('park-as-quote').check({ force: true });
  await first.byId('park-label').fill(`Wedding ${first.tillNumber}`);
  await expectAccessible(first, 'giving a quote');
  await first.byId('park-now').click();
  await expect(first.byId('quote-paper')).toBeVisible();
  await expectAccessible(first, 'the paper of a quote');
  const number = (await first.byId('quote-paper').getAttribute('data-number')) ?? '';
  await first.byId('quote-close').click();
  await first.waitForWaiting(0);
  await expect(second.byId('parked-waiting')).toBeVisible({ timeout: 10_000 });
  await second.goOffline();
  await second.waitForOnline(false);
  await second.scan(number);
  const row = parked(second, `Wedding ${first.tillNumber}`);
  await expect(row.getByTestId('parked-quote')).toHaveAttribute('data-over', 'false');
  await row.getByTestId('parked-take').click();
  await expect(second.byId('promise')).toHaveAttribute('data-kept', 'true');
  await expectAccessible(second, 'a quote taken up, dark');
  // What is added costs what it costs today, on a line of its own.
  await second.scan(lemonade.gtin13);
  await second.expectTotal(100 + lemonade.priceMinor);
  await second.byId('pay-button').click();
  await approveByPin(second, demoPerson('imogen'));
  await second.byId('pay-exact').click();
  await second.byId('pay-finish').click();
  const receipt = await receiptNumber(second);
  await second.nextCustomer();
  await second.goOnline();
  await second.waitForWaiting(0);
  const sale = await manager.transaction(receipt);
  expect(sale.totalMinor).toBe(100 + lemonade.priceMinor);
  expect(sale.exceptions).toEqual([]);
});

test('[DP1] [DP3] [DP5] a deposit by card and cash, more at another till, fetched; another one is given back', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade } = demo;
  const [first, second] = [await tablet(), await tablet()];
  for (const till of [first, second]) await till.pairAndSignIn(manager, demo.clerk);
  const label = `Lay-away ${first.tillNumber}`;
  const dueMinor = lemonade.priceMinor * 2;
  for (let piece = 0; piece < 2; piece += 1) await first.scan(lemonade.gtin13);
  await first.expectTotal(dueMinor);
  await putAside(first, label, '1.50');
  await first.byId('pay-way-card').click();
  await first.byId('pay-key-5').click();
  await first.byId('pay-key-0').click();
  await first.byId('pay-reference').fill('A1');
  await first.byId('pay-take').click();
  await first.byId('pay-way-cash').click();
  await first.byId('pay-exact').click();
  await first.byId('pay-finish').click();
  const paper = await receiptNumber(first);
  await expect(first.byId('receipt-put-aside')).toHaveAttribute('data-held', '150');
  await expect(first.byId('receipt-put-aside')).toHaveAttribute('data-left', String(dueMinor - 150));
  await expectAccessible(first, 'the receipt of a deposit');
  await first.nextCustomer();
  await first.waitForWaiting(0);

  // Its receipt brings it up at another till: more is paid, and then it is fetched.
  await expect(async () => {
    await second.scan(paper);
    await expect(parked(second, label)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await expect(parked(second, label).getByTestId('parked-deposit')).toHaveAttribute('data-held', '150');
  await parked(second, label).getByTestId('parked-more').click();
  await second.byId('parked-amount').fill('0.50');
  await expectAccessible(second, 'paying more on a deposit, phone');
  await second.byId('parked-money-go').click();
  await second.byId('pay-exact').click();
  await second.byId('pay-finish').click();
  await receiptNumber(second);
  await expect(second.byId('receipt-put-aside')).toHaveAttribute('data-held', '200');
  await second.nextCustomer();
  await second.scan(paper);
  await parked(second, label).getByTestId('parked-take').click();
  await expect(second.byId('basket-deposit')).toHaveAttribute('data-minor', '200');
  await second.byId('pay-button').click();
  await expect(second.byId('pay-due')).toHaveAttribute('data-minor', String(dueMinor - 200));
  await second.byId('pay-exact').click();
  await second.byId('pay-finish').click();
  const fetched = await receiptNumber(second);
  await second.nextCustomer();
  await second.waitForWaiting(0);
  const sale = await manager.transaction(fetched);
  expect(sale.tenders).toMatchObject([
    { type: 'deposit', amountMinor: 200 },
    { type: 'cash', amountMinor: dueMinor - 200 },
  ]);
  expect(sale.exceptions).toEqual([]);

  await giveOneBack(first, manager, lemonade);
});

/** Puts the open basket aside for a deposit; paying it is open then. */
async function putAside(till: Tablet, label: string, amount: string): Promise<void> {
  await till.page.keyboard.press('F1');
  await till.byId('park-as-deposit').check({ force: true });
  await till.byId('deposit-amount').fill(amount);
  await till.byId('park-label').fill(label);
  await expectAccessible(till, 'taking a deposit');
  await till.byId('park-now').click();
  await expect(till.byId('pay-dialog')).toBeVisible();
}

/** Another one comes to nothing: the money goes back, and the goods are in nobody's list any more. */
async function giveOneBack(till: Tablet, manager: Manager, { gtin13, skuId }: DemoSku): Promise<void> {
  await till.scan(gtin13);
  await expect(till.line(skuId)).toBeVisible();
  const given = `Given back ${till.tillNumber}`;
  await putAside(till, given, '1');
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await receiptNumber(till);
  await till.nextCustomer();
  await till.page.keyboard.press('F1');
  await parked(till, given).getByTestId('parked-back').click();
  await till.byId('parked-money-go').click();
  // A clerk may take back alone. Money is no goods: nobody asks why it comes back.
  await expect(till.byId('pay-dialog')).toBeVisible();
  await expect(till.byId('return-reason-dialog')).toHaveCount(0);
  await till.byId('pay-finish').click();
  const back = await receiptNumber(till);
  await till.nextCustomer();
  await till.waitForWaiting(0);
  expect((await manager.transaction(back)).totalMinor).toBe(-100);
  await till.page.keyboard.press('F1');
  await expect(parked(till, given)).toHaveCount(0);
}

test('[PK14] a unit that is put aside is told for whom at another till, offline, and is left or sold', async ({
  tablet,
  manager,
  demo,
}) => {
  const unit = await manager.unitInStock();
  const code = `(01)${unit.gtin14}(21)${unit.serial}`;
  const [first, second] = [await tablet(), await tablet()];
  for (const till of [first, second]) {
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForAllRows();
  }
  await first.scan(code);
  await expect(first.line(unit.skuId)).toHaveAttribute('data-serial', unit.serial);
  const label = `Christening ${first.tillNumber}`;
  await putAside(first, label, '1');
  await first.byId('pay-exact').click();
  await first.byId('pay-finish').click();
  await receiptNumber(first);
  await first.nextCustomer();
  await first.waitForWaiting(0);
  await expect(second.byId('parked-waiting')).toBeVisible({ timeout: 10_000 });
  await second.goOffline();
  await second.waitForOnline(false);
  await second.scan(code);
  await expect(second.byId('scan-notice')).toHaveAttribute('data-code', 'unit-put-aside');
  await expect(second.byId('scan-notice')).toContainText(label);
  await expectAccessible(second, 'a unit that is put aside');
  // On a phone what is said leaves the line and both ways on in view.
  const tabletSize = second.page.viewportSize();
  await second.page.setViewportSize({ width: 390, height: 844 });
  await expect(second.line(unit.skuId)).toBeInViewport({ ratio: 0.9 });
  await expect(second.byId('scan-notice-leave')).toBeInViewport({ ratio: 0.9 });
  if (tabletSize) await second.page.setViewportSize(tabletSize);
  await second.byId('scan-notice-leave').click();
  await expect(second.line(unit.skuId)).toHaveCount(0);
  // Sold all the same: nobody is asked, and the line says whose it was.
  await second.scan(code);
  await expect(second.line(unit.skuId).getByTestId('line-flag')).toContainText(label);
  const receipt = await second.payExactly();
  await second.nextCustomer();
  await second.goOnline();
  await second.waitForWaiting(0);
  expect((await manager.transaction(receipt)).exceptions).toEqual([]);
});
