import { expectAccessible } from './accessible.ts';
import { policyViolations } from './content-policy.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

const phoneSize = { width: 390, height: 844 };

async function look(phone: Tablet, path: string, picture?: string): Promise<void> {
  await phone.page.goto(path);
  await expect(phone.page.locator('main h1')).toBeVisible();
  // Nothing is wider than the phone.
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  if (picture) await phone.page.screenshot({ path: test.info().outputPath(`${picture}.png`), fullPage: true });
}
const notices = (phone: Tablet) =>
  phone.page.locator('[data-notice]').evaluateAll((all) => all.map((one) => one.getAttribute('data-notice')));

test('a shopper’s phone opens an item’s code: known, then sold; in three languages, light and dark', async ({
  tablet,
  manager,
  demo,
}) => {
  const { gtin14: gtin, serial, skuId } = await manager.unitInStock();
  const { names } = demo.sku(skuId);
  const unit = `/01/${gtin}/21/${serial}`;
  const phone = await tablet({ locale: 'en-GB' });
  await phone.page.setViewportSize(phoneSize);
  const violations = await policyViolations(phone.page);
  await look(phone, unit, 'known');
  await expect(phone.page.locator('h1')).toHaveText(names.en);
  expect(await notices(phone)).toEqual(['known']);
  expect(await phone.page.locator('script').count()).toBe(0);
  expect(await phone.context.cookies()).toEqual([]);
  await expectAccessible(phone, 'item page');
  await phone.page.getByRole('link', { name: '简体中文' }).click();
  await expect(phone.page.locator('h1')).toHaveText(names['zh-Hans']);
  await expect(phone.page.locator('html')).toHaveAttribute('lang', 'zh-Hans');

  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(`https://id.larchandlantern.example${unit}`);
  await expect(till.line(skuId)).toHaveAttribute('data-serial', serial);
  await till.payExactly();
  await till.waitForWaiting(0);
  await look(phone, unit, 'sold');
  expect(await notices(phone)).toEqual(['sold']);
  await look(phone, `${unit.slice(0, -1)}9XQ`, 'unknown');
  expect(await notices(phone)).toEqual(['unknown']);

  // Where the app is installed, its service worker leaves these pages alone.
  await till.waitForServiceWorker();
  await till.page.goto(unit);
  await expect(till.page.locator('[data-notice="sold"]')).toBeVisible();

  const dark = await tablet({ locale: 'zh-TW', colorScheme: 'dark' });
  await dark.page.setViewportSize(phoneSize);
  await look(dark, unit, 'sold-dark-zh-hant');
  await expect(dark.page.locator('h1')).toHaveText(names['zh-Hant']);
  await expectAccessible(dark, 'item page, dark');
  await look(dark, `/01/${gtin.slice(0, 13)}${(Number(gtin[13]) + 1) % 10}`, 'wrong-digit-dark');
  await expectAccessible(dark, 'wrong code, dark');
  await look(phone, '/01/04006381333931', 'not-ours');
  await expectAccessible(phone, 'unknown article');
  expect(violations).toEqual([]);
});

test('the owner chooses what is shown, tells a story, and leads codes to pages of their own', async ({
  tablet,
  demo,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  const washing = `How to wash it ${Date.now()}`;
  const phone = await tablet({ locale: 'zh-CN' });
  await phone.page.setViewportSize(phoneSize);
  await signInAtDesk(office, asOwner);
  await office.open('/manage/item-page');
  await expect(office.byId('item-page-example')).toHaveAttribute('href', /^\/01\/\d{14}/);
  await office.byId('item-page-price-none').check({ force: true });
  await office.byId('item-page-batch').uncheck();
  await office.byId('item-page-link-add').click();
  await office.byId('link-type').selectOption('instructions');
  await office.byId('link-href').fill('javascript:alert(1)');
  await office.byId('link-title-en').fill(washing);
  await office.byId('link-title-zh-Hans').fill(`洗涤说明 ${washing}`);
  await office.byId('link-submit').click();
  await expect(office.page.getByText('no address that begins with https://')).toBeVisible();
  await office.byId('link-href').fill('https://care.example/{sku}');
  await expectAccessible(office, 'a link of the item page');
  await office.byId('link-submit').click();
  await expect(office.byId('item-page-link').filter({ hasText: washing })).toBeVisible();
  await office.byId('item-page-save').click();
  await expect(office.byId('item-page-saved')).toBeVisible();

  await office.byId('story-query').fill(demo.bowl.skuId);
  const row = office.page.locator(`[data-testid="story-row"][data-sku="${demo.bowl.skuId}"]`);
  await row.getByTestId('story-change').click();
  await office.byId('story-text').fill('Turned by hand in Kendal.\n\nNo two are alike.');
  await office.byId('story-origin').fill('Cumbria, England');
  await office.byId('story-language-zh-Hans').check({ force: true });
  await office.byId('story-text').fill('在肯德尔手工旋制。\n\n没有两只完全一样。');
  await office.page.screenshot({ path: test.info().outputPath('story-dialog.png') });
  await office.byId('story-submit').click();
  await expect(row).toContainText('Cumbria, England');
  await expectAccessible(office, 'item page of the manager');
  await office.page.screenshot({ path: test.info().outputPath('manage.png'), fullPage: true });

  await look(phone, `/01/${demo.bowl.gtin14}`, 'story-zh-hans');
  await expect(phone.page.getByText('没有两只完全一样。')).toBeVisible();
  await expect(phone.page.getByText('Cumbria, England')).toBeVisible();
  await expect(phone.page.getByRole('link', { name: `洗涤说明 ${washing}` })).toHaveAttribute(
    'href',
    `https://care.example/${demo.bowl.skuId}`,
  );
  await expect(phone.page.locator('.price')).toHaveCount(0);
  await expectAccessible(phone, 'item page with a story');
});
