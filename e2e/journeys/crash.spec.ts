import { expect, test } from './journey.ts';

test('[J1] tablet killed between pay and receipt: one sale or none, and the basket agrees', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  const before = await manager.onHand(lemonade.skuId);
  // Killed at other moments after the tap, from at once to after the receipt.
  const delaysMs = [0, 5, 20, 60];
  let committed = 0;
  for (const delayMs of delaysMs) {
    await test.step(`killed ${delayMs} ms after the tap`, async () => {
      await till.scan(lemonade.gtin13);
      await expect(till.line(lemonade.skuId).getByTestId('line-quantity')).toHaveText('1');
      await till.byId('pay-button').click();
      await till.byId('pay-exact').click();
      await till.byId('pay-finish').evaluate((button: HTMLElement) => button.click());
      await till.page.waitForTimeout(delayMs);
      await till.kill();
      await till.switchOn();
      await till.open('/');
      await till.signIn(demo.clerk);
      await till.waitForWaiting(0);
      const sold = async () => (await manager.till(till.tillNumber)).postedCount - committed;
      const open = () => till.line(lemonade.skuId).count();
      // Never both, which would be sold twice; never neither, which would be a customer's goods to scan again.
      await expect.poll(async () => (await sold()) + (await open())).toBe(1);
      committed += await sold();
      expect(await manager.onHand(lemonade.skuId)).toBe(before - committed);
      if ((await open()) > 0) await till.byId('basket-clear').click();
      else await till.leaveReceipt();
      await expect(till.byId('basket-empty')).toBeVisible();
    });
  }
  expect(await manager.till(till.tillNumber)).toMatchObject({
    postedThrough: committed,
    postedCount: committed,
    missing: 0,
  });
});

test('[J1] page closed with the commit in flight: the sale is there once', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await till.byId('pay-button').click();
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').evaluate((button: HTMLElement) => button.click());
  await till.page.close();
  await till.newPage('/');
  await till.signIn(demo.clerk);
  await till.waitForWaiting(0);
  const open = () => till.line(demo.lemonade.skuId).count();
  await expect.poll(async () => (await manager.till(till.tillNumber)).postedCount + (await open())).toBe(1);
});

test('[J4] a second tab does not write as the same till; it can take over', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  const firstTab = till.page;
  const secondTab = await till.context.newPage();
  await secondTab.goto('/');
  await expect(secondTab.getByTestId('second-tab')).toBeVisible();
  await secondTab.getByTestId('use-here').click();
  await expect(secondTab.locator('[data-testid^="operator-"], [data-testid="search-input"]').first()).toBeVisible();
  await expect(firstTab.getByTestId('second-tab')).toBeVisible();
});
