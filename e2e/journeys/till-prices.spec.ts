import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { approveByPin } from './second-person.ts';

test('[M2] promotions, a coupon and a discount by hand, offline; the receipt says which gave what and adds up', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  await till.goOffline();
  await till.waitForOnline(false);
  const tea = demo.sku('DRI-116-40');
  for (let piece = 0; piece < 3; piece += 1) await till.scan(tea.gtin13);
  await till.scan(demo.lemonade.gtin13);
  const soldMinor = tea.priceMinor * 3 + demo.lemonade.priceMinor;
  await expect(till.line(tea.skuId).getByTestId('line-discount')).toHaveAttribute('data-minor', String(tea.priceMinor));
  await expect(till.byId('basket-saved')).toHaveAttribute('data-minor', String(tea.priceMinor));
  await till.expectTotal(soldMinor - tea.priceMinor);

  await till.scan('WELCOME10');
  const couponMinor = Math.round((soldMinor - tea.priceMinor) / 10);
  await expect(till.byId('basket-coupon')).toHaveCount(1);
  await till.expectTotal(soldMinor - tea.priceMinor - couponMinor);

  await till.page.keyboard.press('F6');
  await till.byId('discount-way-free').check({ force: true });
  await till.byId('discount-ok').click();
  await expect(till.byId('approval-need')).toHaveAttribute('data-right', 'change-price');
  await approveByPin(till, demoPerson('imogen'));
  // The lemonade was scanned last: it is free now, and the coupon takes a tenth of the tea.
  await expect(till.line(demo.lemonade.skuId).getByTestId('line-total')).toContainText('0.00');
  const receipt = await till.payExactly();
  await expect(till.byId('receipt-discount')).not.toHaveCount(0);
  await expect(till.byId('receipt-saved')).toBeVisible();
  await till.nextCustomer();
  await till.goOnline();
  await till.waitForWaiting(0);
  const sale = await manager.transaction(receipt);
  const paidMinor = sale.lines.reduce((sum, line) => sum + line.totalMinor, 0);
  expect(paidMinor).toBe(sale.totalMinor);
  expect(sale.lines.flatMap(({ discounts }) => discounts).length).toBeGreaterThanOrEqual(3);
  expect(sale.approvals).toMatchObject([{ right: 'change-price', operatorId: 'imogen' }]);
  expect(sale.exceptions).toEqual([]);
});
