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
