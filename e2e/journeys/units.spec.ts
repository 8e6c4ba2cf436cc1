import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { payWithYes, signInAtDesk } from './second-person.ts';

/** As a scanner types it; no character of it is a key of the selling screen, should the machine stumble between two. */
const codeOf = ({ gtin14, serial }: { gtin14: string; serial: string }) => `(01)${gtin14}(21)${serial}`;

test('[S2] two tills sell the same unit offline: both sales stand, one exception shows both receipts', async ({
  tablet,
  manager,
  demo,
}) => {
  const unit = await manager.unitInStock();
  const [first, second] = [await tablet(), await tablet()];
  const receipts: string[] = [];
  for (const till of [first, second]) {
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForAllRows();
  }
  await first.goOffline();
  await second.goOffline();
  for (const till of [first, second]) {
    await till.scan(codeOf(unit));
    await expect(till.line(unit.skuId)).toHaveAttribute('data-serial', unit.serial);
    await expect(till.line(unit.skuId).getByTestId('line-flag')).toHaveCount(0);
    receipts.push(await till.payExactly());
    await till.nextCustomer();
  }
  await first.goOnline();
  await first.waitForWaiting(0);
  await second.goOnline();
  await second.waitForWaiting(0);

  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/exceptions');
  const raised = desk.page.locator('[data-testid="exception-row"][data-code="unit-sold-twice"]');
  const rows = raised.filter({ hasText: unit.gtin14 }).filter({ hasText: unit.serial });
  await expect(rows).toHaveCount(1);
  await rows.getByRole('button').click();
  await expect(desk.byId('ticket')).toHaveCount(2);
  const shown = await desk.byId('ticket').evaluateAll((all) => all.map((one) => one.getAttribute('data-entry')));
  expect(shown.toSorted()).toEqual(receipts.toSorted());
  for (const receipt of receipts) {
    await expect(desk.page.locator(`[data-testid="ticket"][data-entry="${receipt}"]`)).toContainText(unit.serial);
  }
});

test('a unit comes back without its receipt: its sale is found offline, and what was paid is given back', async ({
  tablet,
  manager,
  demo,
}) => {
  const unit = await manager.unitInStock();
  const { serial, skuId } = unit;
  const { priceMinor } = demo.sku(skuId);
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(codeOf(unit));
  await expect(till.line(skuId)).toHaveAttribute('data-serial', serial);
  await expect(till.line(skuId).getByTestId('line-flag')).toHaveCount(0);
  const receipt = await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(0);
  await till.goOffline();

  await till.scan(codeOf(unit));
  await expect(till.byId('scan-notice')).toHaveAttribute('data-code', 'unit-sold');
  await expect(till.byId('scan-notice-sale')).toContainText(receipt);
  await till.byId('scan-notice-take-back').click();
  await till.byId('return-reason-faulty').check({ force: true });
  await till.byId('return-reason-ok').click();
  await expect(till.line(skuId).getByTestId('line-reason')).toHaveText('Faulty');
  await expect(till.line(skuId).getByTestId('line-return')).toContainText(receipt);
  await till.expectTotal(-priceMinor);
  await till.byId('pay-button').click();
  await expect(till.byId('pay-refund')).toBeVisible();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt-return')).toBeVisible();
  await expect(till.byId('receipt-line-return')).toBeVisible();
  await expect(till.byId('change-due')).toHaveAttribute('data-minor', String(priceMinor));
  await till.nextCustomer();
  await till.goOnline();
  await till.waitForWaiting(0);

  // It is in stock again, and sells as if nothing had been.
  await till.scan(codeOf(unit));
  await expect(till.line(skuId)).toHaveAttribute('data-serial', serial);
  await expect(till.line(skuId).getByTestId('line-flag')).toHaveCount(0);
});

test('a unit that nobody has heard of warns, and is sold with the yes of a second person', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper } = demo;
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(codeOf({ gtin14: jumper.gtin14, serial: `N${Date.now()}` }));
  await expect(till.byId('scan-notice')).toHaveAttribute('data-code', 'unit-unknown');
  await expect(till.line(jumper.skuId).getByTestId('line-flag')).toBeVisible();
  await till.byId('pay-button').click();
  await expect(till.byId('approval-dialog')).toBeVisible();
  await till.page.keyboard.press('Escape');
  await payWithYes(till, demoPerson('imogen'));
  await expect(till.byId('receipt-approval')).toBeVisible();
});
