import { expectAccessible } from './accessible.ts';
import { policyViolations } from './content-policy.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

test('a manager adds a clerk, whom a till lets in with PIN or badge; who leaves is out', async ({
  tablet,
  manager,
  demo,
}) => {
  const name = `Nova "<b>Reed" O'Neil ${Date.now()}`;
  const till = await tablet();
  await till.pair(manager);
  const desk = await tablet();
  await signInAtDesk(desk, demo.manager);
  // While the till has no line, it does not know the new clerk; when it is back, it does.
  await till.goOffline();
  await desk.open('/manage/people');
  await desk.byId('person-add').click();
  await desk.byId('person-name').fill(name);
  await desk.byId('person-pin').fill('482615');
  await desk.byId('person-submit').click();
  await expect(desk.byId('grant-row')).toHaveAttribute('data-role', 'clerk');
  const operatorId = decodeURIComponent(new URL(desk.page.url()).pathname.split('/').at(-1) ?? '');
  await expect(till.byId(`operator-${demo.clerk.operatorId}`)).toBeVisible();
  await expect(till.byId(`operator-${operatorId}`)).toHaveCount(0);
  await till.goOnline();
  await expect(till.byId(`operator-${operatorId}`)).toBeVisible({ timeout: 60_000 });
  await expect(till.byId(`operator-${operatorId}`)).toContainText(name);
  await till.signIn({ operatorId, pin: '482615' });

  // A picture of any size becomes a small one.
  const picture = await desk.page.screenshot({ type: 'png' });
  await desk.byId('person-photo').setInputFiles({ name: 'face.png', mimeType: 'image/png', buffer: picture });
  await expect(desk.page.locator('main img[src^="data:image/webp"]')).toBeVisible();

  await desk.byId('badge-issue').click();
  await expect(desk.byId('badge-code')).toHaveText(/^OCB1[0-9A-Z]{20}$/);
  await expect(desk.byId('badge-paper')).toContainText(name);
  await desk.page.keyboard.press('Escape');
  await expect(desk.byId('badge-state')).toHaveAttribute('data-there', 'true');

  // The name is text on the receipt and on the manager's page.
  await till.scan(demo.lemonade.gtin13);
  await till.payExactly();
  await expect(till.byId('receipt')).toContainText(name);
  await till.nextCustomer();
  await till.waitForWaiting(0);

  await desk.byId('person-leave').click();
  await desk.byId('leave-dialog-confirm').click();
  await expect(desk.byId('person-return')).toBeVisible();
  await expect(till.byId(`operator-${demo.clerk.operatorId}`)).toBeVisible({ timeout: 60_000 });
  await expect(till.byId(`operator-${operatorId}`)).toHaveCount(0);
  await desk.open('/manage/people');
  await expect(desk.byId('person-row').first()).toBeVisible();
  await expect(desk.byId('person-row').filter({ hasText: name })).toHaveCount(0);
  await desk.byId('people-left').check({ force: true });
  await expect(desk.byId('person-row').filter({ hasText: name })).toBeVisible();
});

test('an owner reads the table of roles, makes one, and makes, rotates and revokes a key', async ({
  tablet,
  server,
}) => {
  const [role, shop] = [`Night desk ${Date.now()}`, `Web shop ${Date.now()}`];
  const desk = await tablet();
  await signInAtDesk(desk, asOwner);
  await desk.open('/manage/roles');
  await expect(desk.byId('role-table')).toBeVisible();
  await desk.byId('role-make').click();
  await desk.byId('role-name').fill(role);
  await desk.byId('right-sell').check();
  await desk.byId('right-read-reports').check();
  await desk.byId('role-submit').click();
  await expect(desk.byId('role-table')).toContainText(role);

  await desk.open('/manage/keys');
  await desk.byId('key-make').click();
  await desk.byId('key-name').fill(shop);
  await desk.byId('right-read-reports').check();
  await desk.byId('key-submit').click();
  const first = (await desk.byId('new-key').textContent()) ?? '';
  const statusOf = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${server.baseUrl}/api/stores/camden/overview`, { headers })).status;
  };
  expect(await statusOf(first)).toBe(200);
  await desk.page.keyboard.press('Escape');
  const row = desk.byId('key-row').filter({ hasText: shop });
  await row.getByTestId('key-rotate').click();
  await desk.byId('rotate-now').click();
  await expect(desk.byId('new-key')).not.toHaveText(first);
  const second = (await desk.byId('new-key').textContent()) ?? '';
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  await desk.page.keyboard.press('Escape');
  await row.getByTestId('key-revoke').click();
  await desk.byId('key-revoke-dialog-confirm').click();
  await expect.poll(() => statusOf(second)).toBe(401);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no serious issue in people, roles and keys, none breaks the content policy, ${colorScheme}`, async ({
    tablet,
  }) => {
    const desk = await tablet({ colorScheme });
    const violations = await policyViolations(desk.page);
    await signInAtDesk(desk, asOwner);
    for (const width of [1180, 390]) {
      await desk.page.setViewportSize({ width, height: 844 });
      await desk.open('/manage/people');
      await expect(desk.byId('person-row').first()).toBeVisible();
      await expectAccessible(desk, `people, ${width}`);
      await desk.byId('person-add').click();
      await expectAccessible(desk, `a new person, ${width}`);
      await desk.open('/manage/people/theo');
      await expect(desk.byId('grant-row').first()).toBeVisible();
      await expectAccessible(desk, `a person, ${width}`);
      await desk.byId('badge-issue').click();
      await expect(desk.byId('badge-paper').or(desk.byId('badge-again-dialog'))).toBeVisible();
      await expectAccessible(desk, `a badge, ${width}`);
      await desk.open('/manage/roles');
      await expect(desk.byId('role-make')).toBeVisible();
      await expectAccessible(desk, `roles, ${width}`);
      await desk.byId('role-make').click();
      await expectAccessible(desk, `a new role, ${width}`);
      await desk.open('/manage/keys');
      await desk.byId('key-make').click();
      await expectAccessible(desk, `a new key, ${width}`);
    }
    expect(violations).toEqual([]);
  });
}
