import { pngOf } from '#printing/bitmap/png.ts';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

const black = { width: 64, height: 32, rows: new Uint8Array(8 * 32).fill(0xff) };

test('the office draws the receipt: a logo, words and a tax number, seen before they are saved, on the next sale', async ({
  tablet,
  manager,
  demo,
}) => {
  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  await desk.open('/manage/receipts');
  const logo = desk.byId('receipts-logo');
  await logo.setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') });
  await expect(desk.byId('receipts-logo-failure')).toHaveAttribute('data-code', 'logo-no-picture');
  await logo.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(pngOf(black)) });
  await expect(desk.byId('receipts-logo-remove')).toBeVisible();
  await desk.byId('receipts-footer').fill('Come again soon');
  await desk.page.locator('label', { has: desk.byId('receipts-fiscal-tax-number') }).click();
  await desk.byId('receipts-fiscal-label').fill('VAT no.');
  await desk.byId('receipts-fiscal-number').fill('GB123456789');
  await desk.byId('receipts-fiscal-code').check();
  await expect(desk.byId('receipts-preview')).toContainText('Come again soon');
  await expect(desk.byId('receipts-preview')).toContainText('VAT no. GB123456789');
  await expectAccessible(desk, 'the receipt as the office draws it');
  await desk.byId('receipts-save').click();
  await expect(desk.byId('receipts-saved')).toBeVisible();
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await expect(till.byId('receipt-fiscal')).toContainText('VAT no. GB123456789');
});
