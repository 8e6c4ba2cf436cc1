import { expect, test } from './journey.ts';
import { onHandShown } from './shown.ts';

test('[F2] two tills: paired, loaded, signed in; a sale on one is on the other in moments', async ({
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

  await test.step('a hand scanner types, nothing has the focus', async () => {
    await first.page.locator('body').click({ position: { x: 5, y: 5 } });
    await first.scan(lemonade.gtin13);
    await expect(first.line(lemonade.skuId)).toBeVisible();
    await first.scan(lemonade.gtin13);
    await expect(first.line(lemonade.skuId).getByTestId('line-quantity')).toHaveText('2');
    await first.expectTotal(2 * lemonade.priceMinor);
  });

  await test.step('the other till shows the stock that is left, the manager the sale', async () => {
    await first.payExactly();
    await expect.poll(() => onHandShown(second, lemonade)).toBe(before - 2);
    await first.waitForWaiting(0);
    expect(await manager.onHand(lemonade.skuId)).toBe(before - 2);
    await first.nextCustomer();
  });
});

test('part of a name, of a SKU, or the last digits of a GTIN find what is sold', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  const word = lemonade.names.en.split(' ').find((part) => part.length > 3) ?? lemonade.names.en;
  const queries = [
    word.slice(0, -1).toUpperCase(),
    lemonade.names.en.split(' ').reverse().join(' '),
    lemonade.skuId,
    lemonade.gtin13.slice(-5),
    lemonade.names['zh-Hans'].slice(0, 2),
  ];
  for (const query of queries) {
    await test.step(query, async () => {
      await till.byId('search-input').fill(query);
      const found = till.page.locator(`[data-testid="search-result"][data-sku="${lemonade.skuId}"]`);
      await expect(found).toBeVisible();
    });
  }
  await till.page.locator(`[data-testid="search-result"][data-sku="${lemonade.skuId}"]`).click();
  await expect(till.line(lemonade.skuId)).toBeVisible();
});

test('an item code sells that unit once; a second scan of it is said', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { jumper } = demo;
  const serial = 'JOURNEY1';
  await till.scan(`https://id.example/01/${jumper.gtin14}/21/${serial}`);
  await expect(till.line(jumper.skuId)).toHaveAttribute('data-serial', serial);
  await till.scan(`https://id.example/01/${jumper.gtin14}/21/${serial}`);
  await expect(till.byId('scan-notice')).toBeVisible();
  await expect(till.line(jumper.skuId)).toHaveCount(1);
});

test('add, change, remove, clear; the basket survives a reload', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade, bowl } = demo;
  await till.scan(lemonade.gtin13);
  await till.scan(bowl.gtin13);
  const lemonadeLine = till.line(lemonade.skuId);
  await lemonadeLine.getByTestId('line-more').click();
  await lemonadeLine.getByTestId('line-more').click();
  await lemonadeLine.getByTestId('line-fewer').click();
  await expect(lemonadeLine.getByTestId('line-quantity')).toHaveText('2');
  await till.line(bowl.skuId).getByTestId('line-remove').click();
  await expect(till.line(bowl.skuId)).toHaveCount(0);
  await till.expectTotal(2 * lemonade.priceMinor);

  await till.page.reload();
  await till.ready();
  await till.signInAgain(demo.clerk);
  await expect(lemonadeLine.getByTestId('line-quantity')).toHaveText('2');

  await till.byId('basket-clear').click();
  await expect(till.byId('basket-empty')).toBeVisible();
});

test('cash: quick amounts, change in large digits, a receipt whose sums add up (M1)', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await till.byId('pay-button').click();
  const dueMinor = Number(await till.byId('pay-due').getAttribute('data-minor'));
  const quick = till.byId('pay-quick').last();
  const givenMinor = Number(await quick.getAttribute('data-minor'));
  expect(givenMinor).toBeGreaterThanOrEqual(dueMinor);
  await quick.click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt')).toBeVisible();
  const change = till.byId('change-due').last();
  await expect(change).toHaveAttribute('data-minor', String(givenMinor - dueMinor));
  const changeHeight = await change.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(changeHeight).toBeGreaterThanOrEqual(32);
  await expect(till.byId('receipt-line')).toHaveCount(1);
  await till.nextCustomer();
});

test('an unknown code: says what was read and offers to search', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan('4006381333931');
  await expect(till.byId('scan-notice')).toContainText('4006381333931');
  await till.byId('scan-notice-search').click();
  await expect(till.byId('search-input')).toBeFocused();
  await expect(till.byId('basket-empty')).toBeVisible();
});
