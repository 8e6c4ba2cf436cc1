import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin, changePrice, payWithYes, signInAtDesk } from './second-person.ts';

test('a till that was offline for two days says how old its staff list is, and approves small things only', async ({
  tablet,
  manager,
  demo,
}) => {
  const imogen = demoPerson('imogen');
  const { lemonade, jumper } = demo;
  // A unit that is sold already.
  const serial = `T${Date.now()}`;
  const unit = `https://id.example/01/${jumper.gtin14}/21/${serial}`;
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(unit);
  await payWithYes(till, imogen);
  await till.nextCustomer();
  await till.waitForWaiting(0);
  await till.goOffline();
  await till.waitForOnline(false);
  await till.context.addInitScript((offsetMs: number) => {
    const RealDate = Date;
    const now = () => RealDate.now() + offsetMs;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
    });
  }, 2 * 86_400_000);
  await till.page.reload();
  await till.ready();
  await expect(till.byId('staff-list-old')).toBeVisible();
  await expectAccessible(till, 'sign-in with an old staff list');
  await till.byId('pin-cancel').click();
  await till.signIn(demo.clerk);
  await till.scan(lemonade.gtin13);
  await changePrice(till, lemonade.skuId, '50', 'clearance');
  await expect(till.byId('approval-list-old')).toBeVisible();
  await expectAccessible(till, 'an approval by an old list');
  await till.page.keyboard.press('Escape');
  await till.scan(unit);
  await expect(till.byId('line-flag')).toBeVisible();
  await till.byId('pay-button').click();
  await expect(till.byId('approval-need')).toHaveAttribute('data-right', 'sell-flagged-unit');
  await approveByPin(till, imogen);
  await expect(till.byId('pay-dialog')).toBeVisible();
  await till.byId('pay-cancel').click();
  await till.open('/till');
  await expect(till.byId('staff-list-old')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no serious issue while a second person is asked, ${colorScheme}`, async ({
    tablet,
    manager,
    demo,
  }) => {
    const till = await tablet({ colorScheme });
    const desk = await tablet({ colorScheme });
    await till.pairAndSignIn(manager, demo.clerk);
    await signInAtDesk(desk, demo.manager);
    await till.scan(demo.lemonade.gtin13);
    await till.byId('line-change-price').click();
    await till.byId('price-key-5').click();
    await expectAccessible(till, 'a changed price');
    await till.byId('price-ok').click();
    await expect(till.byId('approval-need')).toBeVisible();
    await expectAccessible(till, 'who approves');
    await till.byId('approval-ask').click();
    await expect(desk.byId('approval-banner')).toBeVisible();
    await expectAccessible(till, 'waiting for a manager');
    await expectAccessible(desk, 'the banner');
    await desk.byId('approval-banner').click();
    await expect(desk.byId('approval-waiting')).toBeVisible();
    await expectAccessible(desk, '/manage/approvals');
    await desk.byId('approval-deny').click();
    await expect(till.byId('approval-denied')).toBeVisible();
    await till.byId('approver-imogen').click();
    await expectAccessible(till, "a second person's PIN, after a no");
  });
}
