import { demoStores } from '#sync-server/demo/demo-chain.ts';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';

const owner = demoStores.flatMap(({ operators }) => operators).find(({ role }) => role === 'owner');

test('the owner says how the scales write a weight; a till that scans a broken code says what is wrong', async ({
  tablet,
  manager,
  demo,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  await office.open('/manage');
  await office.byId('manage-name').fill(owner?.operatorId ?? '');
  await office.byId('manage-password').fill(owner?.password ?? '');
  await office.byId('manage-submit').click();
  await expect(office.byId('today-count')).toBeVisible();
  await office.open('/manage/scales');
  await expect(office.byId('scales-none')).toBeVisible();
  await office.byId('scale-add').click();
  await office.byId('scale-prefix').fill('40');
  await expect(office.byId('scale-submit')).toHaveAttribute('aria-disabled', 'true');
  await office.byId('scale-prefix').fill('21');
  await expect(office.byId('scale-example')).toHaveText(/21\s*12345\s*01234\s*\d/);
  await expectAccessible(office, 'a scale label');
  await office.page.screenshot({ path: test.info().outputPath('scale-dialog.png') });
  await office.byId('scale-submit').click();
  await expect(office.byId('scales-saved')).toBeVisible();
  await expect(office.byId('scale-row')).toHaveCount(1);
  // The demo's own barcodes begin so too: it is said, and put right.
  await expect(office.byId('scales-hidden')).toContainText(demo.lemonade.gtin13);
  await office.byId('scale-change').click();
  await office.byId('scale-prefix').fill('02');
  await office.byId('scale-submit').click();
  await expect(office.byId('scale-example')).toHaveText(/02\s*12345/);
  await expect(office.byId('scales-hidden')).toBeHidden();
  await expectAccessible(office, 'scale labels');
  await office.page.screenshot({ path: test.info().outputPath('scales.png'), fullPage: true });

  const till = await tablet({ locale: 'en-GB' });
  await till.pair(manager);
  await till.signIn(demo.clerk);
  await till.waitForAllRows();
  const { gtin13 } = demo.lemonade;
  await till.scan(`${gtin13.slice(0, 12)}${(Number(gtin13.slice(12)) + 1) % 10}`);
  await expect(till.byId('scan-notice')).toContainText('The check digit is wrong');
  await till.scan('javascript:alert(1)');
  await expect(till.byId('scan-notice')).toContainText('would run a program');
  await till.scan('<img src=x onerror=alert(1)>');
  expect(await till.page.locator('img[src="x"]').count()).toBe(0);
  await till.page.screenshot({ path: test.info().outputPath('broken-code.png') });
  await till.scan(gtin13);
  await expect(till.page.getByText(demo.lemonade.names.en).first()).toBeVisible();
});
