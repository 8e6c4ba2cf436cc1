import { memberAttentionSchema } from '#schemas/api/member-points.ts';
import { memberDetailSchema } from '#schemas/api/members.ts';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';
import type { Tablet } from './tablet.ts';

const rules: MemberRules = {
  points: {
    ...{ minorPerPoint: 100, categories: [], promotions: [], tiers: [] },
    ...{ pendingDays: 0, expiryDays: null, offlineBurnPoints: 200 },
    burn: { stepPoints: 100, stepMinor: 100, leastPoints: 100, mostShareBasisPoints: 5_000 },
  },
  tiers: null,
};
/** Of the demo, with a card. */
const member = { memberId: 'm-1006', code: 'LL-100062' };

async function byPoints(till: Tablet): Promise<number> {
  await till.byId('pay-button').click();
  await till.page.keyboard.press('F10');
  await expect(till.byId('pay-points-left')).toBeVisible();
  const points = Number(await till.byId('pay-points-use').getAttribute('data-points'));
  await till.byId('pay-take').click();
  await expect(till.byId('pay-part-row')).toContainText(points.toString());
  return points;
}

async function restInCash(till: Tablet): Promise<string> {
  await till.page.keyboard.press('F2');
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt')).toBeVisible();
  return (await till.byId('receipt-number').textContent())?.trim() ?? '';
}

async function basket(till: Tablet, gtin13: string, code: string): Promise<void> {
  await till.scan(gtin13);
  await expect(till.byId('basket-line')).toHaveCount(1);
  await till.scan(code);
  await expect(till.byId('member-bar')).toHaveAttribute('data-member', member.memberId);
}

test('[MP4] [MP6] [MP7] points pay part of a ticket, offline within the limit; two offline tills go below zero, and a return brings points back', async ({
  tablet,
  manager,
  server,
  demo,
}) => {
  const owner = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: demo.manager.storeId });
  await owner.post('member-rules', { rules });
  await owner.post(`members/${member.memberId}/points`, { points: 300, reason: 'A welcome' });
  const balance = async () =>
    memberDetailSchema.parse(await owner.read(`members/${member.memberId}`)).standing.points?.available;
  expect(await balance()).toBe(300);

  const [first, second] = [await tablet(), await tablet({ colorScheme: 'dark' })];
  for (const till of [first, second]) await till.pairAndSignIn(manager, demo.clerk);
  for (const till of [first, second]) await till.waitForAllRows();
  await basket(first, demo.bowl.gtin13, member.code);
  const totalMinor = await first.totalMinor();
  const points = await byPoints(first);
  expect(points).toBe(Math.min(300, Math.floor(totalMinor / 200) * 100));
  await expectAccessible(first, 'points pay');
  const number = await restInCash(first);
  await expect(first.byId('receipt-points')).toHaveAttribute('data-points', String(points));
  const earned = Math.floor((totalMinor - points) / 100);
  // [MP9] What it earns is told as posting books it, and what was there before it.
  await expect(first.byId('receipt-earned')).toHaveAttribute('data-points', String(earned));
  await expect(first.byId('receipt-balance')).toHaveAttribute('data-points', String(300 - points));
  await first.nextCustomer();
  await first.waitForWaiting(0);
  await expect.poll(balance).toBe(300 - points + earned);

  // A return of all of it: the points come back, and what it earned goes.
  await first.page.keyboard.press('F7');
  await first.byId('return-number').fill(number);
  await first.byId('return-look').click();
  await first.byId('return-all').click();
  await first.byId('return-reason-other').check({ force: true });
  await first.byId('return-other').fill('Too small');
  await first.byId('return-take').click();
  await first.byId('pay-button').click();
  await expect(first.byId('pay-proposed')).toHaveCount(2);
  await first.byId('pay-take').click();
  await expect(first.byId('pay-part-row')).toHaveAttribute('data-type', 'points');
  await first.byId('pay-finish').click();
  await expect(first.byId('receipt-points')).toHaveAttribute('data-points', String(-points));
  await first.nextCustomer();
  await first.waitForWaiting(0);
  await expect.poll(balance).toBe(300);

  // Two tills without a line both take what is there once.
  for (const till of [first, second]) {
    await till.goOffline();
    await till.waitForOnline(false);
    await basket(till, demo.bowl.gtin13, member.code);
    expect(await byPoints(till)).toBe(200);
    await restInCash(till);
    await expect(till.byId('receipt-earned')).toHaveAttribute('data-about', 'true');
    await till.nextCustomer();
  }
  for (const till of [first, second]) {
    await till.goOnline();
    await till.waitForWaiting(0);
  }
  await expect.poll(balance).toBeLessThan(0);
  const { members } = memberAttentionSchema.parse(await owner.read('member-rules/attention'));
  expect(members).toContainEqual(expect.objectContaining({ memberId: member.memberId, why: 'below-zero' }));
});
