import { expect } from '@playwright/test';
import type { Demo } from './demo-goods.ts';
import type { Tablet } from './tablet.ts';

/** The buyer orders four jumpers and six lemonades at 0.95 each for Camden and sends it; answers the order's id. */
export async function placeOrder(buyer: Tablet, supplier: string, { jumper, lemonade }: Demo): Promise<string> {
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

/** The supplier confirms it and is asked what to pack. */
export async function confirmOrder(desk: Tablet, orderId: string): Promise<void> {
  await desk.open(`/supplier/orders/${orderId}`);
  await desk.byId('order-do-confirmed').click();
  await desk.byId('order-step-send').click();
  await desk.byId('order-ship').click();
  await desk.page.locator('[data-testid="ship-row"]').nth(1).getByTestId('ship-per-carton').fill('6');
}

/** Packs what is proposed: the lemonades in the first carton, the jumpers in the second. Answers the jumpers' codes. */
export async function packOrder(desk: Tablet, orderId: string): Promise<string[]> {
  await desk.byId('ship-propose').click();
  await expect(desk.byId('carton')).toHaveCount(2);
  await desk.byId('carton-choose').nth(1).click();
  await desk.byId('packed-codes').click();
  const serials = (await desk.byId('packed-serials').inputValue()).split('\n');
  expect(serials).toHaveLength(4);
  await desk.byId('ship-reference').fill(noteOf(orderId));
  await expect(desk.byId('ship-saved')).toHaveAttribute('data-saved', 'true');
  return serials;
}

/** Sends the notice that is on screen; answers the cartons' numbers. */
export async function sendNotice(desk: Tablet): Promise<string[]> {
  await desk.byId('send-now').click();
  await expect(desk.byId('ship-sent')).toBeVisible();
  const cartons = await desk.byId('carton').all();
  return Promise.all(cartons.map(async (carton) => (await carton.getAttribute('data-sscc')) ?? ''));
}

/** The tablet knows the delivery with nobody asking; from here on it has no network. */
export async function openDelivery(till: Tablet, orderId: string): Promise<void> {
  await till.byId('to-stock').click();
  await till.byId('stock-tile-receive').click();
  await till
    .byId('delivery-card')
    .filter({ hasText: noteOf(orderId) })
    .click();
  await till.goOffline();
}

/** One scanned unit is torn. */
export async function markTorn(till: Tablet, serial: string): Promise<void> {
  await till.byId('scan-row').filter({ hasText: serial }).getByTestId('scan-damaged').click();
  await till.byId('damage-reason').fill('Torn sleeve');
  await till.byId('damage-ok').click();
  await expect(till.byId('receive-damaged')).toHaveAttribute('data-count', '1');
}

/** Nothing more comes of it; the tablet is on the network again. */
export async function closeDelivery(till: Tablet): Promise<void> {
  await till.byId('receive-close').click();
  await till.byId('close-confirm').click();
  await till.goOnline();
  await till.waitForWaiting(0);
}

const noteOf = (orderId: string) => `NOTE ${orderId.slice(0, 6)}`;
