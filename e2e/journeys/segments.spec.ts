import { readFileSync } from 'node:fs';
import { memberDetailSchema } from '#schemas/api/members.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import { signInAtDesk } from './second-person.ts';

/** Of the demo, with a card. */
const member = { memberId: 'm-1002', code: 'LL-100024' };

test('[MS1] [MS3] [MS4] [MS5] the owner says whom is meant and sees how many at once, gives them a coupon, takes a list; a member’s page tells how they buy', async ({
  tablet,
  manager,
  server,
  demo,
}) => {
  const owner = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demo.manager.storeId });
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(demo.bowl.gtin13);
  await till.scan(member.code);
  await expect(till.byId('member-bar')).toHaveAttribute('data-member', member.memberId);
  await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(0);

  const office = await tablet({ locale: 'en-GB', colorScheme: 'dark' });
  await signInAtDesk(office, asOwner);
  await office.open('/manage/coupons');
  await office.byId('campaign-new').click();
  await office.byId('campaign-name').fill('Come again');
  await office.byId('campaign-make').click();
  await expect(office.byId('campaign')).not.toHaveCount(0);

  await office.open('/manage/members');
  await office.byId('segments-link').click();
  await office.byId('segment-new').click();
  await office.byId('segment-name').fill('Lately here');
  await office.byId('segment-days').fill('7');
  await expect
    .poll(async () => Number(await office.byId('segment-live').getAttribute('data-count')))
    .toBeGreaterThan(0);
  await office.byId('segment-add').click();
  await office.byId('segment-kind').last().selectOption('spent');
  await office.byId('segment-save').click();
  await expect(office.byId('segment-bad')).toBeVisible();
  await office.byId('segment-amount').fill('1');
  await expectAccessible(office, 'a segment, dark');
  await office.byId('segment-save').click();
  const kept = office.byId('segment').filter({ hasText: 'Lately here' });
  await expect(kept).toHaveCount(1);
  await kept.getByTestId('segment-give').click();
  await kept.getByTestId('segment-holdout').fill('0');
  await expectAccessible(office, 'giving a segment a coupon');
  await kept.getByTestId('segment-grant').click();
  await expect(kept.getByTestId('segment-given')).toBeVisible();
  const downloading = office.page.waitForEvent('download');
  await kept.getByTestId('segment-export').click();
  const file = readFileSync(await (await downloading).path(), 'utf8');
  expect(file.split('\r\n')[0]).toBe('"email","name","language"');

  // The till offers it to whoever is meant.
  await till.scan(demo.bowl.gtin13);
  await till.scan(member.code);
  await expect(till.byId('coupon-offer')).toContainText('Come again');

  await office.open(`/manage/members/${member.memberId}`);
  await expect
    .poll(async () => Number(await office.byId('member-habits').getAttribute('data-visits')))
    .toBeGreaterThan(0);
  await office.byId('member-note-text').fill('Collects bowls');
  await office.byId('member-note-write').click();
  await expect(office.byId('member-staff-note')).toContainText('Collects bowls');
  await expectAccessible(office, 'how a member buys, dark');
  memberDetailSchema.parse(await owner.read(`members/${member.memberId}`));
});
