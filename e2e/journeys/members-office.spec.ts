import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

test('the office sets points and tiers, enrols a member, finds them again and gives points by hand', async ({
  tablet,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  await signInAtDesk(office, asOwner);
  await office.open('/manage/members/rules');
  const rules = office.byId('rules-has-points');
  await rules.check();
  await office.byId('rules-per-point').fill('1.00');
  await office.byId('rules-has-tiers').check();
  await office.byId('rules-first-tier').fill('');
  await office.byId('rules-save').click();
  await expect(office.byId('rules-bad')).toBeVisible();
  await office.byId('rules-first-tier').fill('Friend');
  await office.byId('rules-tier-add').click();
  await office.byId('rules-tier-name').last().fill('Gold');
  await office.byId('rules-tier-spend').last().fill('500');
  await office.byId('rules-tier-times').last().fill('1.5');
  await office.byId('rules-save').click();
  await expect(office.byId('rules-saved')).toBeVisible();
  await expectAccessible(office, 'rules of points and tiers');
  await office.page.screenshot({ path: test.info().outputPath('rules.png'), fullPage: true });

  await office.open('/manage/members');
  await office.byId('member-enrol').click();
  const phone = `020 7946 ${String(Date.now() % 10_000).padStart(4, '0')}`;
  await office.byId('member-name').fill('Zoë Kestrel');
  await office.byId('member-phone').fill(phone);
  await office.byId('member-enrol-submit').click();
  await expect(office.byId('member-not-agreed')).toBeVisible();
  await expectAccessible(office, 'a member is enrolled');
  await office.byId('member-consent-membership').check();
  await office.byId('member-enrol-submit').click();
  await expect(office.byId('member-tier')).toHaveAttribute('data-tier', 'Friend');
  await expect(office.byId('member-missing')).toContainText('Gold');

  await office.byId('member-adjust').click();
  await office.byId('points-value').fill('-20');
  await office.byId('points-reason').fill('A broken egg');
  await office.byId('points-save').click();
  await expect(office.byId('member-points')).toHaveAttribute('data-points', '-20');
  await office.byId('member-edit').click();
  await office.byId('member-note').fill('Likes tea');
  await office.byId('member-save').click();
  await expect(office.byId('member-act')).toHaveCount(2);
  await expectAccessible(office, 'a member');
  await office.page.screenshot({ path: test.info().outputPath('member.png'), fullPage: true });

  await office.open('/manage/members');
  await expect(office.byId('member-attention').first()).toBeVisible();
  await office.byId('member-search').fill(phone.slice(-4));
  await expect(office.byId('member-row').filter({ hasText: 'Zoë Kestrel' }).first()).toBeVisible();
  await office.byId('member-search').fill('kest zo');
  await expect(office.byId('member-row').filter({ hasText: 'Zoë Kestrel' }).first()).toBeVisible();
  await expectAccessible(office, 'members');
  await office.page.screenshot({ path: test.info().outputPath('members.png'), fullPage: true });
});
