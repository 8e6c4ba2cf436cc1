import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './journey.ts';

test('the customer’s own screen follows the sale, shows change and receipt, and the guide when nobody is there', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  await till.open('/till');
  const opening = till.context.waitForEvent('page');
  await till.byId('open-display').click();
  const display = await opening;
  await display.setViewportSize({ width: 1280, height: 800 });
  const shown = display.getByTestId('customer-display');
  await expect(shown).toHaveAttribute('data-phase', 'idle');

  // The display is no till, also when it is there first: the till is opened again beside it.
  await till.open('/till');
  await expect(till.byId('till-name')).toBeVisible();
  // In the app: the till goes on, the same window with another screen.
  await till.page.locator('a[href="/sell"]').first().click();
  await till.scan(lemonade.gtin13);
  await till.scan(lemonade.gtin13);
  await expect(till.line(lemonade.skuId).getByTestId('line-quantity')).toHaveText('2');
  await expect(display.getByTestId('display-line')).toHaveCount(1);
  await expect(display.getByTestId('display-total')).toHaveAttribute('data-minor', String(2 * lemonade.priceMinor));
  expect((await new AxeBuilder({ page: display }).analyze()).violations).toEqual([]);

  await till.payExactly();
  await expect(shown).toHaveAttribute('data-phase', 'paid');
  await expect(display.getByTestId('display-told')).toHaveAttribute('data-minor', String(2 * lemonade.priceMinor));
  await expect(display.getByTestId('display-qr')).toHaveAttribute('data-link', /\/r\/[a-z-]+\/\d{4}-\d{9}\?k=/);
  await till.nextCustomer();
  await expect(shown).toHaveAttribute('data-phase', 'idle');

  // The till dies with its window; the screen does not go on showing what is no more.
  await till.page.close();
  await expect(shown).toHaveAttribute('data-phase', 'closed');
});

test('[PY11] the customer pays by scanning the code on their own screen; it is gone once it is paid', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.open('/till');
  await till.page.locator('label', { has: till.byId('terminal-simulator') }).click();
  const opening = till.context.waitForEvent('page');
  await till.byId('open-display').click();
  const display = await opening;
  await display.setViewportSize({ width: 1280, height: 800 });
  await till.page.locator('a[href="/sell"]').first().click();
  await till.scan(demo.bowl.gtin13);
  const dueMinor = await till.totalMinor();
  await till.byId('pay-button').click();
  await till.byId('pay-way-wallet').click();
  await till.byId('pay-show-code').click();
  const code = display.getByTestId('display-pay-code');
  await expect(code).toHaveAttribute('data-code', /^https:\/\/wallet\.example\/pay\//);
  await expect(display.getByTestId('display-total')).toHaveAttribute('data-minor', String(dueMinor));
  expect(await till.byId('pay-code').getAttribute('data-code')).toBe(await code.getAttribute('data-code'));
  await display.screenshot({ path: test.info().outputPath('pay-code.png') });
  await till.page.screenshot({ path: test.info().outputPath('pay-code-till.png') });
  expect((await new AxeBuilder({ page: display }).analyze()).violations).toEqual([]);
  await expect(till.byId('receipt')).toBeVisible({ timeout: 20_000 });
  await expect(code).toHaveCount(0);
  await expect(display.getByTestId('customer-display')).toHaveAttribute('data-phase', 'paid');
  await till.nextCustomer();
});
