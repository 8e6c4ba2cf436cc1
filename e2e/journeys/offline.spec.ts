import { expect, test } from './journey.ts';
import { onHandShown } from './shown.ts';

test('[J1 P1] server killed, cold start offline, sales: all posted exactly once when it is back', async ({
  server,
  tablet,
  manager,
  demo,
}) => {
  const [first, second] = [await tablet(), await tablet()];
  await first.pair(manager);
  await second.pair(manager);
  await first.signIn(demo.clerk);
  await second.signIn(demo.clerk);
  const { lemonade } = demo;
  const before = await onHandShown(second, lemonade);

  await test.step('the server dies; the badge says so and sales go on', async () => {
    await first.waitForServiceWorker();
    await server.kill('SIGKILL');
    await first.waitForOnline(false);
    await first.scan(lemonade.gtin13);
    await expect(first.line(lemonade.skuId)).toBeVisible();
    await first.payExactly();
    await first.nextCustomer();
    await first.waitForWaiting(1);
  });

  await test.step('the tablet is switched off and on: it starts from cold without a server', async () => {
    await first.switchOff();
    await first.switchOn();
    await first.open('/');
    await first.signIn(demo.clerk);
    await first.waitForOnline(false);
    await first.waitForWaiting(1);
    await first.byId('search-input').fill(lemonade.names.en);
    await first.page.locator(`[data-testid="search-result"][data-sku="${lemonade.skuId}"]`).click();
    await first.payExactly();
    await first.nextCustomer();
    await first.waitForWaiting(2);
  });

  await test.step('the server is back: everything arrives without a hand moving', async () => {
    await server.start();
    await first.waitForOnline(true);
    await first.waitForWaiting(0);
    expect(await manager.onHand(lemonade.skuId)).toBe(before - 2);
    expect(await manager.transactionsOf(first.tillNumber)).toHaveLength(2);
    await expect.poll(() => onHandShown(second, lemonade)).toBe(before - 2);
  });
});

test('network off, tablet reloaded: it starts from the service worker, and says how long it has been offline', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.goOffline();
  await till.page.reload();
  await till.ready();
  await expect(till.byId('search-input')).toBeVisible();
  await till.waitForOnline(false);
  await expect(till.byId('sync-badge')).not.toBeEmpty();
  const page = await till.context.newPage();
  await till.page.close();
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('data-ready', '1');
  await expect(page.locator('[data-testid^="operator-"]').first()).toBeVisible();
});
