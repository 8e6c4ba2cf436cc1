import { campaignListSchema, couponsTwiceSchema } from '#schemas/api/coupons.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** Of the demo, with a card. */
const member = { memberId: 'm-1002', code: 'LL-100024' };

/** The owner makes a campaign that gives every member a coupon. */
async function welcome(office: Tablet): Promise<string> {
  await signInAtDesk(office, asOwner);
  await office.open('/manage/coupons');
  await office.byId('campaign-new').click();
  await office.byId('campaign-name').fill('A welcome');
  await office.byId('campaign-off-value').fill('20');
  await office.byId('campaign-gives').selectOption('everyone');
  await office.byId('campaign-grant-days').fill('14');
  await office.byId('campaign-budget-uses').fill('1000');
  await expectAccessible(office, 'a campaign for members');
  await office.byId('campaign-make').click();
  const campaign = office.byId('campaign').filter({ has: office.page.getByTestId('campaign-granted') });
  await expect(campaign).toHaveCount(1);
  return (await campaign.getAttribute('data-campaign')) ?? '';
}

test('[CP6] [CP7] every member is given a coupon; offline tills that never saw it offer it with what it saves, one tap uses it once; used twice names both tickets', async ({
  tablet,
  manager,
  server,
  demo,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  const campaignId = await welcome(office);
  const owner = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demo.manager.storeId });
  const granted = async () => campaignListSchema.parse(await owner.read('coupons')).campaigns[0]?.granted ?? 0;
  await expect.poll(granted).toBeGreaterThan(0);

  const [first, second] = [await tablet(), await tablet({ colorScheme: 'dark' })];
  const offers: string[] = [];
  for (const till of [first, second]) {
    await till.pairAndSignIn(manager, demo.clerk);
    await till.waitForAllRows();
    await till.scan(demo.bowl.gtin13);
    await till.scan(member.code);
    await expect(till.byId('coupon-offer')).toHaveCount(1);
    await till.goOffline();
    await till.waitForOnline(false);
  }
  const before = await first.totalMinor();
  await expectAccessible(first, 'a coupon that fits');
  await expectAccessible(second, 'a coupon that fits, dark');
  expect(Number(await first.byId('coupon-offer').getAttribute('data-saving'))).toBe(Math.round(before / 5));
  // In the basket on one till, while it is being paid on the other.
  await first.byId('coupon-offer').click();
  await second.byId('pay-button').click();
  await second.byId('pay-dialog').getByTestId('coupon-offer').click();
  await expect(second.byId('pay-due')).toHaveAttribute('data-minor', String(before - Math.round(before / 5)));
  await second.byId('pay-cancel').click();
  for (const till of [first, second]) {
    await expect(till.byId('basket-coupon')).toHaveCount(1);
    await till.expectTotal(before - Math.round(before / 5));
    offers.push(await till.payExactly());
    await till.nextCustomer();
    // It is used, and this till knows.
    await till.scan(demo.bowl.gtin13);
    await till.scan(member.code);
    await expect(till.byId('member-bar')).toHaveAttribute('data-member', member.memberId);
    await expect(till.byId('coupon-offer')).toHaveCount(0);
    await till.goOnline();
    await till.waitForWaiting(0);
  }
  const twice = async () => couponsTwiceSchema.parse(await owner.read(`coupons/${campaignId}/twice`)).codes;
  await expect
    .poll(async () => (await twice())[0]?.uses.map(({ reference }) => reference).sort())
    .toEqual(offers.toSorted());
});
