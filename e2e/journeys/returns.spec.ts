import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** Opens the dialog of returns on a receipt and puts so many pieces of its first line into the basket. */
async function takeBack(till: Tablet, receipt: string, pieces: number): Promise<void> {
  await till.page.keyboard.press('F7');
  await till.byId('return-number').fill(receipt);
  await till.byId('return-look').click();
  for (let left = pieces; left > 0; left--) await till.byId('return-more').first().click();
  await till.byId('return-take').click();
}

test('[M1] a receipt comes back in part on another till, offline, beside a new sale; and again on the first, offline', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade } = demo;
  const [first, second] = [await tablet(), await tablet()];
  for (const till of [first, second]) {
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForAllRows();
  }
  for (let left = 3; left > 0; left--) await first.scan(lemonade.gtin13);
  const sold = await first.payExactly();
  await first.nextCustomer();
  await first.waitForWaiting(0);
  // The list is of what was there when the dialog opened.
  await expect(async () => {
    await second.page.keyboard.press('F7');
    const listed = second.page.locator(`[data-testid="return-ticket"][data-entry="${sold}"]`);
    const isThere = await expect(listed)
      .toBeVisible({ timeout: 2_000 })
      .then(
        () => true,
        () => false,
      );
    await second.page.keyboard.press('Escape');
    expect(isThere).toBe(true);
  }).toPass({ timeout: 60_000 });
  await first.goOffline();
  await second.goOffline();

  await takeBack(second, sold, 2);
  await second.scan(lemonade.gtin13);
  await expect(second.byId('basket-line')).toHaveCount(2);
  await second.expectTotal(-lemonade.priceMinor);
  await second.byId('pay-button').click();
  await second.byId('pay-finish').click();
  await expect(second.byId('receipt-line-return')).toBeVisible();
  await expect(second.byId('change-due')).toHaveAttribute('data-minor', String(lemonade.priceMinor));
  const exchange = await second.receiptNumber();
  await second.nextCustomer();

  await takeBack(first, sold, 2);
  await first.byId('pay-button').click();
  await first.byId('pay-finish').click();
  await expect(first.byId('receipt-return')).toBeVisible();
  const again = await first.receiptNumber();
  await first.nextCustomer();

  for (const till of [second, first]) {
    await till.goOnline();
    await till.waitForWaiting(0);
  }
  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/exceptions');
  const raised = desk.page
    .locator('[data-testid="exception-row"][data-code="returned-twice"]')
    .filter({ hasText: sold });
  await expect(raised).toHaveCount(1);
  await expect(raised).toContainText(exchange);
  await raised.getByRole('button').click();
  await expect(desk.byId('ticket')).toHaveCount(2);
  const shown = await desk.byId('ticket').evaluateAll((all) => all.map((one) => one.getAttribute('data-entry')));
  expect(shown).toEqual([exchange, again]);
});

test('a sale is voided whole, once, with its reason; both receipts say so', async ({ tablet, manager, demo }) => {
  const { lemonade } = demo;
  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.scan(lemonade.gtin13);
  const sold = await till.payExactly();
  await till.byId('void-open').click();
  await till.byId('void-reason').fill('Wrong customer');
  await till.byId('void-confirm').click();
  await expect(till.byId('receipt-void')).toContainText(sold);
  await expect(till.byId('change-due')).toHaveAttribute('data-minor', String(lemonade.priceMinor));
  await till.nextCustomer();
  await till.open(`/receipt/${sold}`);
  await expect(till.byId('receipt-voided')).toBeVisible();
  await expect(till.byId('void-open')).toHaveCount(0);
});

test('a receipt is found by whoever bought it: by the server, and offline by what this till holds', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade } = demo;
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  // Of the demo: a card of before.
  const { code, memberId } = { code: 'LL-100024', memberId: 'm-1002' };
  await till.scan(code);
  await expect(till.byId('member-bar')).toHaveAttribute('data-member', memberId);
  await till.scan(lemonade.gtin13);
  await expect(till.line(lemonade.skuId)).toBeVisible();
  const sold = await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(0);

  const purchase = till.page.locator(`[data-testid="member-purchase"][data-entry="${sold}"]`);
  await till.page.keyboard.press('F7');
  await till.byId('return-by-member').click();
  await expectAccessible(till, 'a return by its member');
  await till.scan(code);
  await expect(purchase).toBeVisible();
  await expect(till.byId('return-member')).toHaveAttribute('data-member', memberId);
  await expect(till.byId('member-bar')).not.toHaveAttribute('data-member', memberId);
  await expectAccessible(till, 'what a member bought');
  await till.page.keyboard.press('Escape');
  await till.goOffline();
  await till.waitForOnline(false);
  await till.page.keyboard.press('F7');
  await till.byId('return-by-member').click();
  // A card of before is typed whole.
  await till.byId('member-search').fill(code);
  await expect(till.byId('member-none')).toBeVisible();
  await till.page.keyboard.press('Enter');
  await purchase.click();
  await till.byId('return-more').first().click();
  await till.byId('return-take').click();
  await expect(till.line(lemonade.skuId).getByTestId('line-return')).toContainText(sold);
  await till.expectTotal(-lemonade.priceMinor);
});
