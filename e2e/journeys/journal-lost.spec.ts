import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';

test('[J3] a tablet that lost its own record says so, sells nothing under a used number, and goes on as a new till', async ({
  tablet,
  manager,
  demo,
}) => {
  const { lemonade } = demo;
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { tillNumber } = till;
  for (let sales = 0; sales < 2; sales++) {
    await till.scan(lemonade.gtin13);
    await till.payExactly();
    await till.nextCustomer();
  }
  await till.waitForWaiting(0);
  await expect(till.byId('journal-lost')).toHaveCount(0);

  // What a browser does that clears a part of what a site has kept.
  await till.page.goto('/healthz');
  await till.page.evaluate(async () => {
    const names = (await indexedDB.databases())
      .map(({ name }) => name ?? '')
      .filter((name) => name.includes('onecode-own-'));
    if (names.length !== 1) throw new Error(`own journals: ${names}`);
    await new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase(names[0] ?? '');
      deleting.onsuccess = resolve;
      deleting.onerror = () => reject(deleting.error);
    });
  });
  await till.open('/');
  await till.signInAgain(demo.clerk);
  await expect(till.byId('journal-lost')).toBeVisible();
  await till.scan(lemonade.gtin13);
  await till.byId('pay-button').click();
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('pay-error')).toContainText('lost its own record');
  await expectAccessible(till, 'a payment of a till without a record');
  await till.byId('pay-cancel').click();
  await expect(till.line(lemonade.skuId)).toHaveCount(1);
  await expectAccessible(till, 'a till without its record');

  await till.byId('journal-lost-anew').click();
  await till.byId('anew-dialog-confirm').click();
  await expect(till.byId('farewell-anew')).toContainText(String(tillNumber));
  await expectAccessible(till, 'to be paired anew');
  await till.pairAndSignIn(manager, demo.clerk);
  expect(till.tillNumber).toBeGreaterThan(tillNumber);
  await till.scan(lemonade.gtin13);
  await till.payExactly();
  await till.waitForWaiting(0);
  expect(await manager.transactionsOf(tillNumber)).toHaveLength(2);
  expect(await manager.transactionsOf(till.tillNumber)).toHaveLength(1);
  expect(await manager.exceptionsOf(till.tillNumber)).toEqual([]);
});
