import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin, changePrice, deskOf } from './second-person.ts';

const imogen = demoPerson('imogen');

test('a clerk offline changes a price with the PIN of a second person; it is posted and nobody is asked again', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.goOffline();
  await till.waitForOnline(false);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  await changePrice(till, lemonade.skuId, '50', 'clearance');
  await expect(till.byId('approval-need')).toHaveAttribute('data-right', 'change-price');
  await expect(till.byId('approval-ask')).toHaveCount(0);
  await expect(till.byId(`approver-${demo.clerk.operatorId}`)).toHaveCount(0);
  await approveByPin(till, imogen);
  await expect(till.line(lemonade.skuId).getByTestId('line-list-price')).toBeVisible();
  await till.expectTotal(50);
  const receipt = await till.payExactly();
  await till.nextCustomer();
  await till.goOnline();
  await till.waitForWaiting(0);
  const sale = await manager.transaction(receipt);
  expect(sale.lines).toMatchObject([{ unitPriceMinor: 50, priceOverride: { listPriceMinor: lemonade.priceMinor } }]);
  expect(sale.approvals).toMatchObject([{ right: 'change-price', operatorId: 'imogen', method: 'pin' }]);
  expect(sale.exceptions).toEqual([]);
});

test('a clerk alone changes nothing: a wrong PIN, the own badge and no answer leave the price as it is', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await changePrice(till, demo.lemonade.skuId, '10', 'damaged');
  await till.byId(`approver-${imogen.operatorId}`).click();
  for (const digit of '111111') await till.byId(`pin-${digit}`).click();
  await till.byId('pin-submit').click();
  await expect(till.byId('pin-error')).not.toBeEmpty();
  await till.page.keyboard.press('Escape');
  await expect(till.byId('approval-dialog')).toBeHidden();
  await till.expectTotal(demo.lemonade.priceMinor);
});

test('a manager approves from far away, and another time denies: the till is told by whom', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const desk = await deskOf(tablet, demo.manager);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  await changePrice(till, lemonade.skuId, '70', 'match');
  await till.byId('approval-ask').click();
  await expect(till.byId('approval-remote')).toHaveAttribute('data-phase', 'waiting');
  await desk.byId('approval-banner').click();
  const waiting = desk.page.locator(`[data-testid="approval-waiting"][data-till="${till.tillNumber}"]`);
  await expect(waiting).toContainText(lemonade.names.en);
  await waiting.getByTestId('approval-deny').click();
  await expect(till.byId('approval-denied')).toContainText(demo.manager.name);
  await till.byId('approval-ask').click();
  await waiting.getByTestId('approval-approve').click();
  await expect(till.byId('approval-dialog')).toBeHidden();
  await till.expectTotal(70);
  const receipt = await till.payExactly();
  await till.waitForWaiting(0);
  const sale = await manager.transaction(receipt);
  expect(sale.approvals).toMatchObject([{ operatorId: 'imogen', method: 'remote' }]);
  // The server finds the approval that it gave itself.
  expect(sale.exceptions).toEqual([]);
  const earlier = desk.page.locator(`[data-testid="approval-earlier"][data-till="${till.tillNumber}"]`);
  await expect(earlier).toHaveCount(2);
});

test('a badge signs in, typed by the hand scanner over the PIN pad too, and takes over with the basket as it is', async ({
  tablet,
  manager,
  demo,
}) => {
  const code = await manager.newBadge('imogen');
  const till = await tablet();
  await till.pair(manager);
  await till.scan(`OCB1${'0'.repeat(20)}`);
  await expect(till.byId('badge-failure')).toHaveAttribute('data-code', 'unknown-badge');
  await till.signIn(demo.clerk);
  await till.scan(demo.lemonade.gtin13);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  await till.scan(code);
  await till.byId('switch-yes').click();
  await expect(till.byId('lock-button')).toContainText(imogen.name);
  await expect(till.line(demo.lemonade.skuId)).toBeVisible();
  await till.byId('lock-button').click();
  await expect(till.byId('pin-pad')).toBeVisible();
  await till.scan(code);
  await expect(till.byId('search-input')).toBeVisible();
  await till.byId('lock-button').click();
  await till.byId('pin-cancel').click();
  await till.waitForSignIn();
  await till.scan(code);
  await expect(till.byId('lock-button')).toContainText(imogen.name);
});
