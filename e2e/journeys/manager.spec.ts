import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { payWithYes, signInAtDesk } from './second-person.ts';

test('the manager sees today, stock, tills and exceptions', async ({ server, tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade, jumper } = demo;
  await till.scan(lemonade.gtin13);
  await till.payExactly();
  await till.nextCustomer();
  const serial = `U${Date.now()}`;
  // A unit that nobody received: sold all the same, and told.
  await till.waitForAllRows();
  await till.scan(`https://id.example/01/${jumper.gtin14}/21/${serial}`);
  await payWithYes(till, demoPerson('imogen'));
  await till.waitForWaiting(0);

  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  const overview = await manager.overview();
  await expect(desk.byId('today-count')).toContainText(String(overview.transactions.count));
  await expect(desk.byId('transaction-row').first()).toBeVisible();
  await desk.open('/manage/stock');
  await desk.byId('stock-query').fill(lemonade.skuId);
  const row = desk.page.locator(`[data-testid="stock-row"][data-sku="${lemonade.skuId}"]`);
  await expect(row.getByTestId('stock-on-hand')).toContainText(String(await manager.onHand(lemonade.skuId)));
  await desk.open('/manage/tills');
  await expect(desk.byId('till-row').last()).toBeVisible();
  await desk.byId('new-code').click();
  await expect(desk.byId('new-code-value')).toHaveText(/[0-9A-Z]{4}.?[0-9A-Z]{4}/);
  await desk.open('/manage/exceptions');
  await expect(desk.byId('exception-row').filter({ hasText: serial })).toBeVisible();
  await desk.byId('manage-sign-out').click();
  await expect(desk.byId('manage-submit')).toBeVisible();
  expect(server.pid).toBeDefined();
});

test('a wrong password is refused and said', async ({ tablet, demo }) => {
  const desk = await tablet();
  await desk.open('/manage');
  await desk.byId('manage-name').fill(demo.manager.username);
  await desk.byId('manage-password').fill('not the password');
  await desk.byId('manage-submit').click();
  await expect(desk.byId('manage-error')).not.toBeEmpty();
});
