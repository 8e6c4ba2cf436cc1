import { readFileSync } from 'node:fs';
import { expectAccessible } from './accessible.ts';
import type { DemoSku } from './demo-goods.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAsSupplier, signInAtDesk } from './second-person.ts';
import {
  closeDelivery,
  confirmOrder,
  markTorn,
  openDelivery,
  packOrder,
  placeOrder,
  sendNotice,
} from './supplied-order.ts';
import type { Tablet } from './tablet.ts';

/** A file that a press of the button hands to the downloads is a PDF of some size. */
async function prints(desk: Tablet, button: string): Promise<void> {
  const downloading = desk.page.waitForEvent('download');
  await desk.byId(button).click();
  const file = readFileSync(await (await downloading).path());
  expect(file.subarray(0, 5).toString()).toBe('%PDF-');
  expect(file.length).toBeGreaterThan(2_000);
}

/** Confirms, packs and sends it; answers the cartons' numbers and the jumpers' codes. */
async function ship(desk: Tablet, orderId: string, jumper: DemoSku): Promise<{ ssccs: string[]; serials: string[] }> {
  await confirmOrder(desk, orderId);
  await expectAccessible(desk, 'what to pack');
  const serials = await packOrder(desk, orderId);
  await desk.byId('ship-code').fill(`https://id.example/01/${jumper.gtin14}/21/${serials[0]}`);
  await desk.byId('ship-code').press('Enter');
  await expect(desk.byId('ship-told')).toHaveAttribute('data-code', 'item-twice');
  await expectAccessible(desk, 'packing');
  for (const button of ['ship-print-items', 'ship-print-cartons', 'ship-print-note']) await prints(desk, button);

  await desk.byId('ship-send').click();
  await expect(desk.byId('announce-summary')).toContainText('10');
  await expectAccessible(desk, 'a shipment to be sent');
  return { ssccs: await sendNotice(desk), serials };
}

test('an order is packed, labelled and sent from the portal; received offline, one short and one damaged; both sides see it', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper } = demo;
  const [buyer, desk, till] = [await tablet(), await tablet(), await tablet()];
  const supplier = await signInAsSupplier(desk);
  await signInAtDesk(buyer, asOwner);
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  const orderId = await placeOrder(buyer, supplier, demo);
  const { ssccs, serials } = await ship(desk, orderId, jumper);

  await openDelivery(till, orderId);
  const received = till.byId('receive-received');
  const lemonadeCarton = ssccs[0] ?? '';
  await till.scan(`]C100${lemonadeCarton}`);
  await expect(received).toHaveAttribute('data-count', '6');
  for (const [at, serial] of serials.slice(0, 3).entries()) {
    await till.scan(`https://id.example/01/${jumper.gtin14}/21/${serial}`);
    await expect(received).toHaveAttribute('data-count', String(7 + at));
  }
  await markTorn(till, serials[2] ?? '');
  await closeDelivery(till);
  expect(await manager.exceptionsOf(till.tillNumber)).toEqual([]);

  await desk.open(`/supplier/orders/${orderId}`);
  for (const side of [desk, buyer]) {
    await expect(side.byId('order-received')).toHaveText('9');
    await expect(side.byId('order-missing')).toHaveText('1');
    await expect(side.byId('order')).toHaveAttribute('data-stage', 'part-received');
    await expect(side.byId('order-difference')).toContainText('1');
    await expectAccessible(side, 'an order with a difference');
  }
  await expect(desk.byId('shipment-row')).toHaveAttribute('data-phase', 'sent');
  for (const [side, list] of [
    [desk, '/supplier/orders'],
    [buyer, '/manage/orders'],
  ] as const) {
    await side.open(list);
    const row = side.page.locator(`[data-testid="order-row"][data-order="${orderId}"]`);
    await expect(row).toHaveAttribute('data-stage', 'part-received');
    await expect(row.getByTestId('order-difference')).toBeVisible();
    await side.page.locator('label', { has: side.byId('orders-behind') }).click();
    await expect(side.byId('orders-behind')).toBeChecked();
    await expect(row.getByTestId('order-difference')).toBeVisible();
  }
  await expect(desk.page.locator('main')).not.toContainText('Imogen');
});
