import { expectAccessible } from './accessible.ts';
import { policyViolations } from './content-policy.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

const officePages = [
  '/manage',
  '/manage/work',
  '/manage/work/flow',
  '/manage/live',
  '/manage/goods',
  '/manage/team',
  '/manage/reports',
  '/manage/reports/definitions',
  '/manage/stock',
  '/manage/tills',
  '/manage/exceptions',
  '/manage/people',
  '/manage/audit',
  '/manage/account',
  '/manage/approvals',
  '/manage/members',
  '/manage/promotions',
  '/manage/promotions/new',
  '/manage/prices',
  '/manage/prices/look-up',
  '/manage/prices/online',
  '/manage/parity',
  '/invite#gone',
  '/reset#gone',
  '/trust',
];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no serious issue on any screen, none breaks the content policy, ${colorScheme}`, async ({
    tablet,
    manager,
    demo,
  }) => {
    const till = await tablet({ colorScheme });
    const violations = await policyViolations(till.page);
    await till.open('/pair');
    await expectAccessible(till, 'pair');
    await till.pair(manager);
    await expectAccessible(till, 'sign-in');
    await till.byId(`operator-${demo.clerk.operatorId}`).click();
    await expectAccessible(till, 'PIN');
    for (const digit of demo.clerk.pin) await till.byId(`pin-${digit}`).click();
    if (await till.byId('pin-submit').isVisible()) await till.byId('pin-submit').click();
    await expect(till.byId('search-input')).toBeVisible();
    await expectAccessible(till, 'sell, empty');
    await till.byId('search-input').fill(demo.lemonade.names.en.slice(0, 3));
    await expect(till.byId('search-result').first()).toBeVisible();
    await expectAccessible(till, 'search');
    await till.byId('search-input').fill('');
    await till.scan(demo.lemonade.gtin13);
    await till.scan('4006381333931');
    await expectAccessible(till, 'sell, with a basket and a notice');
    await till.byId('pay-button').click();
    await expectAccessible(till, 'pay');
    await till.byId('pay-exact').click();
    await till.byId('pay-finish').click();
    await expect(till.byId('receipt')).toBeVisible();
    await expectAccessible(till, 'receipt');
    await till.byId('next-customer').click();
    await till.open('/till');
    const download = till.page.waitForEvent('download');
    await till.byId('till-export').click();
    await expect(till.byId('till-export-saved')).toBeVisible();
    await expectAccessible(till, 'till, with a saved export');
    const exported = await (await download).path();
    await till.open('/manage');
    await expectAccessible(till, 'manager signs in');
    await signInAtDesk(till, demo.manager);
    for (const page of officePages) {
      await till.open(page);
      await expectAccessible(till, page);
    }
    await till.open('/manage/tills');
    await till.byId('export-load').click();
    await till.byId('export-file').setInputFiles({ name: 'x', mimeType: '', buffer: Buffer.from('x') });
    await expect(till.byId('export-fault')).toBeVisible();
    await expectAccessible(till, 'a file that is no export');
    await till.byId('export-file').setInputFiles(exported);
    await expect(till.byId('export-report')).toBeVisible();
    await expectAccessible(till, 'an export is loaded');
    expect(violations).toEqual([]);
  });
}
