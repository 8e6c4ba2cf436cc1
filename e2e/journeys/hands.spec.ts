import { expect, test } from './journey.ts';

test('keyboard alone: sign in, find, change, pay, next customer', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pair(manager);
  const { keyboard } = till.page;
  const { lemonade } = demo;

  await test.step('sign in', async () => {
    const operator = till.byId(`operator-${demo.clerk.operatorId}`);
    for (
      let tabs = 0;
      tabs < 40 && !(await operator.evaluate((element) => element === document.activeElement));
      tabs++
    ) {
      await keyboard.press('Tab');
    }
    await expect(operator).toBeFocused();
    await keyboard.press('Enter');
    await keyboard.type(demo.clerk.pin);
    await keyboard.press('Enter');
    await expect(till.byId('search-input')).toBeVisible();
  });

  await test.step('find and add', async () => {
    await keyboard.press('F2');
    await expect(till.byId('search-input')).toBeFocused();
    // As fast as a person, not as a scanner.
    await keyboard.type(lemonade.skuId, { delay: 120 });
    await expect(till.page.locator(`[data-testid="search-result"][data-sku="${lemonade.skuId}"]`)).toBeVisible();
    await keyboard.press('Enter');
    await expect(till.line(lemonade.skuId)).toBeVisible();
    await keyboard.press('Escape');
  });

  await test.step('change and pay', async () => {
    await keyboard.press('+');
    await expect(till.line(lemonade.skuId).getByTestId('line-quantity')).toHaveText('2');
    await keyboard.press('-');
    await expect(till.line(lemonade.skuId).getByTestId('line-quantity')).toHaveText('1');
    await keyboard.press('F9');
    await expect(till.byId('pay-dialog')).toBeVisible();
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    await expect(till.byId('receipt')).toBeVisible();
    await keyboard.press('Enter');
    await expect(till.byId('basket-empty')).toBeVisible();
  });
});

test('touch alone: every target is 48 px, the whole sale by taps', async ({ tablet, manager, demo }) => {
  const till = await tablet({ touch: true });
  await till.pair(manager);
  const { lemonade } = demo;
  await till.byId(`operator-${demo.clerk.operatorId}`).tap();
  for (const digit of demo.clerk.pin) await till.byId(`pin-${digit}`).tap();
  if (await till.byId('pin-submit').isVisible()) await till.byId('pin-submit').tap();
  await till.byId('search-input').tap();
  await till.byId('search-input').fill(lemonade.skuId);
  await till.page.locator(`[data-testid="search-result"][data-sku="${lemonade.skuId}"]`).tap();
  await till.line(lemonade.skuId).getByTestId('line-more').tap();
  await expect(till.line(lemonade.skuId).getByTestId('line-quantity')).toHaveText('2');
  await expectTouchTargets(till.page);
  await till.byId('pay-button').tap();
  await expect(till.byId('pay-dialog')).toBeVisible();
  await expectTouchTargets(till.page);
  await till.byId('pay-exact').tap();
  await till.byId('pay-finish').tap();
  await expect(till.byId('receipt')).toBeVisible();
  await expectTouchTargets(till.page);
  await till.byId('next-customer').tap();
  await expect(till.byId('basket-empty')).toBeVisible();
});

async function expectTouchTargets(page: import('@playwright/test').Page): Promise<void> {
  const small = await page.locator('button:visible, a[href]:visible, input:visible').evaluateAll((elements) =>
    elements
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 47.5 || box.width < 47.5))
      .map(({ element, box }) => `${element.outerHTML.slice(0, 120)}: ${box.width}×${box.height}`),
  );
  expect(small).toEqual([]);
}
