import { expect, test } from './journey.ts';

for (const [browserLocale, expected] of [
  ['en-GB', 'en'],
  ['zh-CN', 'zh-Hans'],
  ['zh-TW', 'zh-Hant'],
] as const) {
  test(`a browser in ${browserLocale} is greeted in ${expected}`, async ({ tablet }) => {
    const till = await tablet({ locale: browserLocale });
    await till.open('/pair');
    await expect(till.page.locator('html')).toHaveAttribute('lang', expected);
    const text = (await till.byId('pair-submit').textContent()) ?? '';
    expect(/\p{Script=Han}/u.test(text)).toBe(expected !== 'en');
  });
}

test('the language is changed at the till, names of goods with it, and stays', async ({ tablet, manager, demo }) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.open('/till');
  await till.page.locator('label', { has: till.byId('language-zh-Hans') }).click();
  await expect(till.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await till.open('/sell');
  await till.scan(demo.lemonade.gtin13);
  await expect(till.line(demo.lemonade.skuId)).toContainText(demo.lemonade.names['zh-Hans']);
  await expect(till.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
});
