import { readFileSync } from 'node:fs';
import { readCreditCode } from '#schemas/payment/credit-code.ts';
import { expectAccessible } from './accessible.ts';
import type { DemoSku } from './demo-goods.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

test('[RT5] a ticket paid by card and cash is given back by card and cash, as the screen proposes', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.open('/till');
  await till.page.locator('label', { has: till.byId('terminal-simulator') }).click();
  await till.open('/sell');
  await till.scan(demo.bowl.gtin13);
  await expect(till.byId('basket-line')).toHaveCount(1);
  await till.byId('pay-button').click();
  const dueMinor = Number(await till.byId('pay-due').getAttribute('data-minor'));
  await till.byId('pay-way-card').click();
  for (const digit of '200') await till.byId(`pay-key-${digit}`).click();
  await till.byId('pay-take').click();
  await expect(till.byId('pay-part-row')).toHaveAttribute('data-state', 'approved');
  await till.page.keyboard.press('F2');
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt')).toBeVisible();
  const sold = await till.receiptNumber();
  await till.nextCustomer();

  await till.page.keyboard.press('F7');
  await till.byId('return-number').fill(sold);
  await till.byId('return-look').click();
  await till.byId('return-all').click();
  await till.byId('return-reason-other').check({ force: true });
  await till.byId('return-other').fill('Too small');
  await till.byId('return-take').click();
  await till.byId('pay-button').click();
  const proposed = till.byId('pay-proposed');
  await expect(proposed).toHaveCount(2);
  await expect(proposed.first()).toHaveAttribute('data-minor', '200');
  await expect(till.byId('pay-amount')).toHaveAttribute('data-minor', '-200');
  await expectAccessible(till, 'giving back as it was paid');
  await till.byId('pay-take').click();
  await expect(till.byId('pay-part-row')).toHaveAttribute('data-state', 'approved');
  await expect(till.byId('pay-due')).toHaveAttribute('data-minor', String(200 - dueMinor));
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt-return')).toBeVisible();
  await expect(till.byId('receipt-tender')).toHaveCount(2);
  await expect(till.byId('receipt-reason').first()).toContainText('Too small');
  // The card has its part already: only the rest comes out of the drawer.
  await expect(till.byId('change-due')).toHaveAttribute('data-minor', String(dueMinor - 200));
  await till.nextCustomer();
  await till.waitForWaiting(0);
});

/** Scans the slip in the dialog of paying, and takes what is left of the ticket or of the slip. */
async function payByCredit(till: Tablet, code: string, leftMinor: number, takenMinor: number): Promise<void> {
  await till.byId('pay-button').click();
  await expect(till.byId('pay-dialog')).toBeVisible();
  await till.scan(code);
  await expect(till.byId('pay-credit-left')).toHaveAttribute('data-minor', String(leftMinor));
  await expect(till.byId('pay-take')).toHaveAttribute('data-minor', String(takenMinor));
  await till.byId('pay-take').click();
}

/** A gift card is sold beside goods at one till, and pays at another. */
async function sellAndUseGiftCard(seller: Tablet, other: Tablet, { gtin13, skuId }: DemoSku): Promise<void> {
  await seller.scan(gtin13);
  await expect(seller.line(skuId)).toBeVisible();
  const drinkMinor = await seller.totalMinor();
  await seller.byId('gift-card-button').click();
  await seller.byId('gift-card-preset-1000').click();
  await expectAccessible(seller, 'selling a gift card');
  await seller.byId('gift-card-add').click();
  await expect(seller.byId('line-gift-card')).toHaveAttribute('data-how', 'slip');
  await seller.expectTotal(drinkMinor + 1_000);
  await seller.payExactly();
  await expect(seller.byId('receipt-gift-card')).toBeVisible();
  const code = (await seller.byId('receipt-credit').getAttribute('data-code')) ?? '';
  await seller.nextCustomer();
  await seller.waitForWaiting(0);
  await other.scan(gtin13);
  await expect(other.line(skuId)).toBeVisible();
  await payByCredit(other, code, 1_000, drinkMinor);
  await expect(other.byId('receipt-credit-left')).toHaveAttribute('data-minor', String(1_000 - drinkMinor));
  await other.nextCustomer();
  await other.waitForWaiting(0);
}

/** Somebody prints cards with numbers that the shop's tills know. */
async function saveCardNumbers(desk: Tablet): Promise<void> {
  await desk.byId('card-numbers-count').fill('2');
  const saving = desk.page.waitForEvent('download');
  await desk.byId('card-numbers-download').click();
  const [head, ...numbers] = readFileSync(await (await saving).path(), 'utf8')
    .trim()
    .split('\r\n');
  expect([head, ...numbers.map((number) => readCreditCode(number)?.kind)]).toEqual([
    'number',
    'gift-card',
    'gift-card',
  ]);
}

test('[CC1] [CC4] a return becomes store credit at one till, pays in part at another, and is refused when it is empty', async ({
  tablet,
  manager,
  demo,
}) => {
  const { bowl, lemonade } = demo;
  const [first, second, desk] = [await tablet(), await tablet(), await tablet()];
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/tenders');
  await desk.byId('tender-store-credit-isTaken').check();
  await desk.byId('tender-gift-card-isTaken').check();
  await desk.byId('tenders-save').click();
  await expect(desk.byId('tenders-saved')).toBeVisible();
  for (const till of [first, second]) await till.pairAndSignIn(manager, demo.clerk);

  await first.scan(bowl.gtin13);
  await expect(first.line(bowl.skuId)).toBeVisible();
  const bowlMinor = await first.totalMinor();
  const sold = await first.payExactly();
  await first.nextCustomer();
  await first.page.keyboard.press('F7');
  await first.byId('return-number').fill(sold);
  await first.byId('return-look').click();
  await first.byId('return-all').click();
  await first.byId('return-take').click();
  await first.byId('pay-button').click();
  await first.byId('pay-way-store-credit').click();
  await first.byId('pay-take').click();
  const slip = first.byId('receipt-credit');
  await expect(slip).toBeVisible();
  await expect(first.byId('change-due')).toHaveAttribute('data-minor', String(bowlMinor));
  await expectAccessible(first, 'a slip of store credit');
  const code = (await slip.getAttribute('data-code')) ?? '';
  await first.nextCustomer();
  await first.waitForWaiting(0);

  await second.scan(lemonade.gtin13);
  await expect(second.line(lemonade.skuId)).toBeVisible();
  const drinkMinor = await second.totalMinor();
  await payByCredit(second, code, bowlMinor, drinkMinor);
  await expect(second.byId('receipt-credit-left')).toHaveAttribute('data-minor', String(bowlMinor - drinkMinor));
  await expect(second.byId('receipt')).not.toContainText(code);
  await second.nextCustomer();
  await second.scan(bowl.gtin13);
  await expect(second.line(bowl.skuId)).toBeVisible();
  await payByCredit(second, code, bowlMinor - drinkMinor, bowlMinor - drinkMinor);
  await expect(second.byId('pay-due')).toHaveAttribute('data-minor', String(drinkMinor));
  await second.scan(code);
  await expect(second.byId('pay-credit-failure')).toHaveAttribute('data-code', 'empty');
  await expectAccessible(second, 'a store credit that is empty');
  await second.page.keyboard.press('F2');
  await second.byId('pay-exact').click();
  await second.byId('pay-finish').click();
  await expect(second.byId('receipt')).toBeVisible();
  await second.nextCustomer();

  await sellAndUseGiftCard(second, first, lemonade);

  await desk.open('/manage/credit');
  await desk.byId('credit-find').fill(code);
  await desk.byId('credit-find-button').click();
  await expect(desk.byId('credit-card')).toHaveAttribute('data-minor', '0');
  await expect(desk.byId('credit-step')).toHaveCount(3);
  await saveCardNumbers(desk);
  await expectAccessible(desk, 'a store credit in the office');
});
