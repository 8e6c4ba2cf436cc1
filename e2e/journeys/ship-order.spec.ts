import { readFileSync } from 'node:fs';
import { expectAccessible } from './accessible.ts';
import type { Demo, DemoSku } from './demo-goods.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAsSupplier, signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** The buyer orders jumpers and lemonade and sends it; answers the order's number. */
async function order(buyer: Tablet, supplier: string, { jumper, lemonade }: Demo): Promise<string> {
  await buyer.open('/manage/orders');
  await buyer.byId('manage-store').selectOption({ label: 'Larch & Lantern Camden' });
  await buyer.byId('order-new').click();
  await buyer.byId('order-supplier').selectOption({ label: supplier });
  for (const [sku, quantity] of [
    [jumper, '4'],
    [lemonade, '6'],
  ] as const) {
    await buyer.byId('order-goods').fill(sku.skuId);
    await buyer.byId('order-goods-pick').first().click();
    const line = buyer.page.locator(`[data-testid="order-form-line"][data-sku="${sku.skuId}"]`);
    await line.getByTestId('order-line-quantity').fill(quantity);
    await line.getByTestId('order-line-cost').fill('0,95');
  }
  await buyer.byId('order-save').click();
  await buyer.byId('order-do-ordered').click();
  await buyer.byId('order-step-send').click();
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'ordered');
  return new URL(buyer.page.url()).pathname.split('/').at(-1) ?? '';
}

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
  await desk.open(`/supplier/orders/${orderId}`);
  await desk.byId('order-do-confirmed').click();
  await desk.byId('order-step-send').click();
  await desk.byId('order-ship').click();
  await desk.page.locator('[data-testid="ship-row"]').nth(1).getByTestId('ship-per-carton').fill('6');
  await expectAccessible(desk, 'what to pack');
  await desk.byId('ship-propose').click();
  await expect(desk.byId('carton')).toHaveCount(2);
  await desk.byId('carton-choose').nth(1).click();
  await desk.byId('packed-codes').click();
  const serials = (await desk.byId('packed-serials').inputValue()).split('\n');
  expect(serials).toHaveLength(4);

  await desk.byId('ship-code').fill(`https://id.example/01/${jumper.gtin14}/21/${serials[0]}`);
  await desk.byId('ship-code').press('Enter');
  await expect(desk.byId('ship-told')).toHaveAttribute('data-code', 'item-twice');
  await desk.byId('ship-reference').fill(`NOTE ${orderId.slice(0, 6)}`);
  await expect(desk.byId('ship-saved')).toHaveAttribute('data-saved', 'true');
  await expectAccessible(desk, 'packing');
  for (const button of ['ship-print-items', 'ship-print-cartons', 'ship-print-note']) await prints(desk, button);

  await desk.byId('ship-send').click();
  await expect(desk.byId('announce-summary')).toContainText('10');
  await expectAccessible(desk, 'a shipment to be sent');
  await desk.byId('send-now').click();
  await expect(desk.byId('ship-sent')).toBeVisible();
  const cartons = await desk.byId('carton').all();
  const ssccs = await Promise.all(cartons.map(async (carton) => (await carton.getAttribute('data-sscc')) ?? ''));
  return { ssccs, serials };
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
  const orderId = await order(buyer, supplier, demo);
  const { ssccs, serials } = await ship(desk, orderId, jumper);

  // The tablet knows it, with nobody asking, and needs no network to take it in.
  await till.byId('to-stock').click();
  await till.byId('stock-tile-receive').click();
  await till
    .byId('delivery-card')
    .filter({ hasText: `NOTE ${orderId.slice(0, 6)}` })
    .click();
  await till.goOffline();
  const received = till.byId('receive-received');
  const lemonadeCarton = ssccs[0] ?? '';
  await till.scan(`]C100${lemonadeCarton}`);
  await expect(received).toHaveAttribute('data-count', '6');
  for (const [at, serial] of serials.slice(0, 3).entries()) {
    await till.scan(`https://id.example/01/${jumper.gtin14}/21/${serial}`);
    await expect(received).toHaveAttribute('data-count', String(7 + at));
  }
  await till
    .byId('scan-row')
    .filter({ hasText: serials[2] ?? '' })
    .getByTestId('scan-damaged')
    .click();
  await till.byId('damage-reason').fill('Torn sleeve');
  await till.byId('damage-ok').click();
  await expect(till.byId('receive-damaged')).toHaveAttribute('data-count', '1');
  await till.byId('receive-close').click();
  await till.byId('close-confirm').click();
  await till.goOnline();
  await till.waitForWaiting(0);
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
  }
  await expect(desk.page.locator('main')).not.toContainText('Imogen');
});
