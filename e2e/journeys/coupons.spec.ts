import { readFileSync } from 'node:fs';
import { couponsTwiceSchema } from '#schemas/api/coupons.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** The owner makes a campaign and issues three codes as a file. */
async function issueCodes(office: Tablet): Promise<{ campaignId: string; codes: string[] }> {
  await signInAtDesk(office, asOwner);
  await office.open('/manage/coupons');
  await office.byId('campaign-new').click();
  await office.byId('campaign-make').click();
  await expect(office.byId('campaign-bad')).toBeVisible();
  await office.byId('campaign-name').fill('Spring post');
  await expectAccessible(office, 'a new campaign');
  await office.byId('campaign-make').click();
  await expect(office.byId('campaign')).toHaveCount(1);
  const campaignId = (await office.byId('campaign').getAttribute('data-campaign')) ?? '';
  await office.byId('campaign-count').fill('0');
  await office.byId('campaign-issue').click();
  await office.byId('campaign-count').fill('3');
  const downloading = office.page.waitForEvent('download');
  await office.byId('campaign-issue').click();
  const file = readFileSync(await (await downloading).path(), 'utf8');
  await expect(office.byId('campaign')).toHaveAttribute('data-issued', '3');
  await expectAccessible(office, 'a campaign with codes');
  const [head, ...rows] = file.trim().split('\r\n');
  expect(head).toBe('number,code');
  return { campaignId, codes: rows.map((row) => row.split(',')[1] ?? '') };
}

async function use(till: Tablet, gtin13: string, code: string): Promise<string> {
  await till.scan(gtin13);
  await expect(till.byId('basket-line')).toHaveCount(1);
  const before = await till.totalMinor();
  await till.scan(code);
  await expect(till.byId('basket-coupon')).toHaveCount(1);
  await till.expectTotal(before - Math.round(before / 10));
  const number = await till.payExactly();
  await till.nextCustomer();
  return number;
}

test('[CP2] [CP3] [CP4] codes from the office are used at offline tills that never saw them; a forged one is refused, one used twice names both tickets', async ({
  tablet,
  manager,
  server,
  demo,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  const { campaignId, codes } = await issueCodes(office);
  const [one = ''] = codes;

  const [first, second] = [await tablet(), await tablet({ colorScheme: 'dark' })];
  for (const till of [first, second]) {
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForAllRows();
    await till.goOffline();
    await till.waitForOnline(false);
  }
  // One digit of the number, one character of the signature, and the bare number.
  await first.scan(demo.bowl.gtin13);
  await expect(first.byId('basket-line')).toHaveCount(1);
  for (const forged of [
    one.replace('/1.', '/2.'),
    `${one.slice(0, -20)}${one.at(-20) === 'A' ? 'B' : 'A'}${one.slice(-19)}`,
  ]) {
    await first.scan(forged);
    await expect(first.byId('scan-notice')).toHaveAttribute('data-code', 'coupon-forged');
  }
  await expectAccessible(first, 'a forged coupon');
  await expect(first.byId('basket-coupon')).toHaveCount(0);
  await first.byId('basket-clear').click();
  await expect(first.byId('basket-empty')).toBeVisible();

  const [byFirst, bySecond] = [await use(first, demo.bowl.gtin13, one), await use(second, demo.bowl.gtin13, one)];
  // The till that took it knows, without a line.
  await first.scan(demo.bowl.gtin13);
  await first.scan(one);
  await expect(first.byId('scan-notice')).toHaveAttribute('data-code', 'coupon-used');
  await expect(first.byId('scan-notice')).toContainText(byFirst);
  for (const till of [first, second]) {
    await till.goOnline();
    await till.waitForWaiting(0);
  }
  const owner = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demo.manager.storeId });
  const twice = async () => couponsTwiceSchema.parse(await owner.read(`coupons/${campaignId}/twice`)).codes;
  await expect
    .poll(async () => (await twice())[0]?.uses.map(({ reference }) => reference).sort())
    .toEqual([byFirst, bySecond].sort());
});
