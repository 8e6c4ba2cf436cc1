import { expectAccessible } from './accessible.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin, signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

const imogen = demoPerson('imogen');

async function setDiscountLimit(desk: Tablet, roleId: string, percent: string): Promise<void> {
  const table = desk.byId('role-table');
  await table.locator(`[data-testid="role-limits"][data-of="${roleId}"]`).click();
  await expect(desk.byId('limits-dialog')).toBeVisible();
  await desk.byId('limit-discount').fill(percent);
  await desk.byId('limits-submit').click();
  await expect(desk.byId('limits-dialog')).toBeHidden();
  const shown = table.locator(`[data-limit="discount"][data-role="${roleId}"]`);
  if (percent !== '') await expect(shown).toHaveText(`${percent} %`);
}

/** So many per cent off the line that was scanned last. */
async function giveDiscount(till: Tablet, percent: string): Promise<void> {
  await till.page.keyboard.press('F6');
  await expect(till.byId('discount-dialog')).toBeVisible();
  for (const digit of percent) await till.byId(`discount-key-${digit}`).click();
  await till.byId('discount-ok').click();
  await expect(till.byId('discount-dialog')).toBeHidden();
}

test('an owner sets how much a role may do alone: the till asks above it, whose limit ends lower cannot say yes, and what was sold stays right', async ({
  tablet,
  manager,
  demo,
}) => {
  const desk = await tablet();
  await signInAtDesk(desk, asOwner);
  await desk.open('/manage/roles');
  await setDiscountLimit(desk, 'clerk', '15');
  await setDiscountLimit(desk, 'store-manager', '20');
  await expectAccessible(desk, 'the table of roles');
  // What is no limit is said before it is sent.
  await desk.byId('role-table').locator('[data-testid="role-limits"][data-of="clerk"]').click();
  await desk.byId('limit-discount').fill('101');
  await expect(desk.byId('limits-submit')).toHaveAttribute('aria-disabled', 'true');
  await desk.page.keyboard.press('Escape');
  await expect(desk.byId('limits-dialog')).toBeHidden();

  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.goOffline();
  await till.waitForOnline(false);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  await giveDiscount(till, '15');
  await expect(till.byId('approval-dialog')).toBeHidden();
  await expect(till.line(lemonade.skuId).getByTestId('line-discount')).toBeVisible();

  await giveDiscount(till, '18');
  await expect(till.byId('approval-need')).toContainText('15 %');
  await expect(till.byId('approval-need')).toContainText('18 %');
  await approveByPin(till, imogen);

  // Nobody in the store may give that much alone.
  await giveDiscount(till, '25');
  await expect(till.byId('approval-need')).toContainText('25 %');
  await expect(till.byId(`approver-${imogen.operatorId}`)).toHaveCount(0);
  await till.page.keyboard.press('Escape');
  await expect(till.byId('approval-dialog')).toBeHidden();
  const receipt = await till.payExactly();
  await till.nextCustomer();

  // What changes later is not what was sold by.
  await setDiscountLimit(desk, 'clerk', '5');
  await setDiscountLimit(desk, 'store-manager', '5');
  await till.goOnline();
  await till.waitForWaiting(0);
  const sale = await manager.transaction(receipt);
  expect(sale.approvals).toMatchObject([{ right: 'change-price', operatorId: 'imogen' }]);
  expect(sale.exceptions).toEqual([]);

  // The till has heard of it by its staff list.
  await expect(async () => {
    await till.scan(lemonade.gtin13);
    await giveDiscount(till, '6');
    await expect(till.byId('approval-need')).toContainText('5 %', { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await till.page.keyboard.press('Escape');
  await setDiscountLimit(desk, 'clerk', '10');
  await setDiscountLimit(desk, 'store-manager', '');
});
