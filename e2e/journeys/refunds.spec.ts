import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';

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
  const sold = till.page.url().split('/').at(-1) ?? '';
  await till.nextCustomer();

  await till.page.keyboard.press('F7');
  await till.byId('return-number').fill(sold);
  await till.byId('return-look').click();
  await till.byId('return-all').click();
  await till.byId('return-reason').fill('Too small');
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
  // The card has its part already: only the rest comes out of the drawer.
  await expect(till.byId('change-due')).toHaveAttribute('data-minor', String(dueMinor - 200));
  await till.nextCustomer();
  await till.waitForWaiting(0);
});
