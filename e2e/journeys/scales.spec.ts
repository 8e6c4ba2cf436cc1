import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

test('the owner says how the scales write a weight; a till that scans a broken code says what is wrong', async ({
  tablet,
  manager,
  demo,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  await signInAtDesk(office, asOwner);
  await office.open('/manage/scales');
  await office.byId('scale-add').click();
  await office.byId('scale-prefix').fill('40');
  await expect(office.byId('scale-submit')).toHaveAttribute('aria-disabled', 'true');
  await office.byId('scale-prefix').fill('21');
  await expect(office.byId('scale-dialog').getByTestId('scale-example')).toHaveText(/21\s*12345\s*01234\s*\d/);
  await expectAccessible(office, 'a scale label');
  await office.page.screenshot({ path: test.info().outputPath('scale-dialog.png') });
  await office.byId('scale-submit').click();
  await expect(office.byId('scales-saved')).toBeVisible();
  const written = (prefix: string) =>
    office.byId('scale-row').filter({ hasText: new RegExp(`^\\s*${prefix}\\s*12345`) });
  await expect(written('21')).toHaveCount(1);
  // The demo's own barcodes begin so too: it is said, and put right.
  await expect(office.byId('scales-hidden')).toContainText(demo.lemonade.gtin13);
  await written('21').getByTestId('scale-change').click();
  await office.byId('scale-prefix').fill('029');
  await office.byId('scale-submit').click();
  await expect(written('029').getByTestId('scale-example')).toHaveText(/029\s*12345/);
  await expect(office.byId('scales-hidden')).toBeHidden();
  await expectAccessible(office, 'scale labels');
  await office.page.screenshot({ path: test.info().outputPath('scales.png'), fullPage: true });

  await written('029').getByTestId('scale-remove').click();
  await expect(written('029')).toHaveCount(0);

  const till = await tablet({ locale: 'en-GB' });
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  const { gtin13 } = demo.lemonade;
  await till.scan(`${gtin13.slice(0, 12)}${(Number(gtin13.slice(12)) + 1) % 10}`);
  await expect(till.byId('scan-notice')).toContainText('The check digit is wrong');
  await till.scan('javascript:alert(1)');
  await expect(till.byId('scan-notice')).toContainText('would run a program');
  await till.scan('<img src=x onerror=alert(1)>');
  expect(await till.page.locator('img[src="x"]').count()).toBe(0);
  await till.page.screenshot({ path: test.info().outputPath('broken-code.png') });
  // 1.250 kg of the demo's apples, as its scales write them.
  await till.scan('2990001012509');
  await expect(till.line('GRO-150-KG')).toContainText('1.25');
  await till.expectTotal(300);
  await till.scan(gtin13);
  await expect(till.page.getByText(demo.lemonade.names.en).first()).toBeVisible();
});
