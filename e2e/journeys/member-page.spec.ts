import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { memberDetailSchema } from '#schemas/api/members.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';

/** What a scanner reads off the phone. */
async function readQr(screenshot: Uint8Array): Promise<string> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
  const [found] = await readBarcodes(screenshot, { formats: ['QRCode'], textMode: 'Plain', maxNumberOfSymbols: 1 });
  return found?.text ?? '';
}

test('[MB5] [MB15] [MB16] a member signs in by a code on their phone, shows a code that an offline till takes once, and takes a consent back', async ({
  tablet,
  manager,
  server,
  demo,
}) => {
  const owner = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demo.manager.storeId });
  const phone = '+447700900777';
  await owner.post('members', {
    name: 'Philippa Phone',
    phone,
    consents: [
      { purpose: 'membership', isGiven: true, wording: 'membership-1', locale: 'en' },
      { purpose: 'sms', isGiven: true, wording: 'sms-1', locale: 'en' },
    ],
  });
  const memberId = await owner.memberAt(phone);

  const own = await tablet({ colorScheme: 'dark', locale: 'en-GB' });
  const { page } = own;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.baseUrl}/m`);
  await expectAccessible(own, 'asking for a code');
  await page.getByLabel('Your phone number or e-mail').fill('+44 7700 900777');
  await page.locator('[data-send]').click();
  await expectAccessible(own, 'typing the code');
  await page.getByLabel('Code').fill('000000');
  await page.locator('[data-enter]').click();
  await expect(page.locator('[data-notice="wrong-code"]')).toBeVisible();
  const codeSent = () => new RegExp(`To \\${phone}:.*?(\\d{6})`).exec(server.output)?.[1] ?? '';
  await expect.poll(codeSent).not.toBe('');
  await page.getByLabel('Code').fill(codeSent());
  await page.locator('[data-enter]').click();
  await expect(page.getByRole('heading', { name: 'Philippa Phone' })).toBeVisible();
  await expect
    .poll(() => page.locator('#code').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(100);
  await expectAccessible(own, 'the member’s own page, dark');

  // The till has no line; what it scans off the phone is believed by the chain's key, once.
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.goOffline();
  await till.waitForOnline(false);
  const scanned = await readQr(await page.locator('#code').screenshot());
  await till.scan(demo.bowl.gtin13);
  await till.scan(scanned);
  await expect(till.byId('member-bar')).toHaveAttribute('data-member', memberId);
  await till.byId('member-take-off').click();
  await till.scan(scanned);
  await expect(till.byId('member-news')).toHaveAttribute('data-code', 'used');

  await page.getByLabel('The shop may send me offers by text message').uncheck();
  await page.locator('[data-save]').click();
  await expect(page.locator('[data-notice="saved"]')).toBeVisible();
  const { consents } = memberDetailSchema.parse(await owner.read(`members/${memberId}`));
  expect(consents.find(({ purpose }) => purpose === 'sms')?.isGiven).toBe(false);
  await page.getByRole('link', { name: '简体中文' }).click();
  await expect(page.getByText('请在收银台出示')).toBeVisible();
  await page.locator('[data-sign-out]').click();
  await expect(page.locator('[data-notice="signed-out"]')).toBeVisible();
});
