import { readFileSync } from 'node:fs';
import { expectAccessible } from './accessible.ts';
import type { Demo } from './demo-goods.ts';
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

/** What the supplier sent for an order: the lemonades' carton, the jumpers' codes. */
async function orderAndShip(buyer: Tablet, desk: Tablet, supplier: string, demo: Demo) {
  const orderId = await placeOrder(buyer, supplier, demo);
  await confirmOrder(desk, orderId);
  const serials = await packOrder(desk, orderId);
  await desk.byId('ship-send').click();
  const [sscc = ''] = await sendNotice(desk);
  return { orderId, serials, sscc };
}

type Sent = Awaited<ReturnType<typeof orderAndShip>>;

/** Six lemonades and three of four jumpers come, one of them torn; the tablet has no network. */
async function receiveShort(till: Tablet, { orderId, serials, sscc }: Sent, gtin14: string): Promise<void> {
  await openDelivery(till, orderId);
  await till.scan(`]C100${sscc}`);
  for (const serial of serials.slice(0, 3)) await till.scan(`https://id.example/01/${gtin14}/21/${serial}`);
  await expect(till.byId('receive-received')).toHaveAttribute('data-count', '9');
  await markTorn(till, serials[2] ?? '');
  await closeDelivery(till);
}

/** The torn jumper goes back: planned in the office, picked and sent by the tablet without a network. */
async function sendBack(buyer: Tablet, till: Tablet, supplier: string, { serials }: Sent, { jumper }: Demo) {
  await buyer.open('/manage/supplier-returns/new');
  await buyer.byId('return-supplier').selectOption({ label: supplier });
  await buyer.byId('return-goods').fill(jumper.skuId);
  await buyer.byId('return-goods-pick').first().click();
  await buyer.byId('return-codes').fill(`https://id.example/01/${jumper.gtin14}/21/${serials[2]}`);
  await expectAccessible(buyer, 'a return being planned');
  await buyer.byId('return-save').click();
  await expect(buyer.byId('return-row').first()).toHaveAttribute('data-sent', 'false');
  await till.open('/stock/move');
  await till.byId('move-mode-supplier').check({ force: true });
  await expect(till.byId('move-pick')).toBeVisible();
  await till.goOffline();
  await till.byId('move-pick').selectOption({ index: 1 });
  await expect(till.byId('pick-line')).toHaveAttribute('data-done', 'false');
  await till.scan(`https://id.example/01/${jumper.gtin14}/21/${serials[2]}`);
  await expect(till.byId('pick-line')).toHaveAttribute('data-done', 'true');
  await expectAccessible(till, 'goods that go back');
  await till.byId('move-finish').click();
  await expect(till.byId('move-line')).toHaveCount(0);
  await till.goOnline();
  await till.waitForWaiting(0);
  await expect(buyer.byId('return-row').first()).toHaveAttribute('data-sent', 'true');
}

/** The lemonades are argued about and agreed on; both approve what then stands. */
async function agree(buyer: Tablet, desk: Tablet, lemonadeSku: string): Promise<void> {
  const line = (side: Tablet) => side.page.locator(`[data-testid="statement-line"][data-sku="${lemonadeSku}"]`);
  await line(buyer).getByTestId('statement-argue').click();
  await buyer.byId('claim-quantity').fill('5');
  await buyer.byId('claim-send').click();
  // Nobody claims without a reason.
  await expect(buyer.byId('claim-dialog').getByRole('alert')).toBeVisible();
  await buyer.byId('claim-note').fill('One was empty');
  await expectAccessible(buyer, 'a claim');
  await buyer.byId('claim-send').click();
  await expect(buyer.byId('statement-approve')).toBeDisabled();
  await expect(line(desk).getByTestId('statement-claim')).toHaveAttribute('data-by', 'buyer');
  await desk.byId('statement-message-text').fill('Quite right, sorry.');
  await desk.byId('statement-message-send').click();
  await expectAccessible(desk, 'a statement to be answered');
  await line(desk).getByTestId('statement-concede').click();
  await expect(line(desk).getByTestId('statement-claim')).toHaveCount(0);
  await desk.byId('statement-approve').click();
  await expect(buyer.byId('statement-approved-by')).toHaveCount(1);
  await buyer.byId('statement-approve').click();
  await expect(buyer.byId('statement')).toHaveAttribute('data-phase', 'approved');
}

test('from a short delivery with a torn piece to a paid statement: received minus sent back, argued, approved by both', async ({
  tablet,
  manager,
  demo,
}) => {
  const [buyer, desk, till] = [await tablet(), await tablet(), await tablet()];
  const supplier = await signInAsSupplier(desk);
  await signInAtDesk(buyer, asOwner);
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  const sent = await orderAndShip(buyer, desk, supplier, demo);
  await receiveShort(till, sent, demo.jumper.gtin14);
  await sendBack(buyer, till, supplier, sent, demo);

  await desk.open('/supplier/returns');
  await desk.byId('return-confirm').first().click();
  await expectAccessible(desk, 'what came back');
  await desk.byId('got-send').click();
  await expect(desk.byId('return-row').first()).toHaveAttribute('data-phase', 'confirmed');

  await buyer.open('/manage/statements');
  await buyer.byId('statement-new').click();
  await buyer.byId('draw-supplier').selectOption({ label: supplier });
  await expectAccessible(buyer, 'a statement to be drawn');
  await buyer.byId('draw-send').click();
  await expect(buyer.byId('statement')).toHaveAttribute('data-phase', 'draft');
  // Nine came at 0.95, one of them went back.
  await expect(buyer.byId('statement-total')).toContainText('7.60');
  const statementId = new URL(buyer.page.url()).pathname.split('/').at(-1) ?? '';
  await desk.open(`/supplier/statements/${statementId}`);
  await expect(desk.byId('statement')).toHaveCount(0);
  await buyer.byId('statement-send').click();
  await expect(buyer.byId('statement')).toHaveAttribute('data-phase', 'open');
  await desk.open('/supplier/statements');
  await expectAccessible(desk, 'statements');
  await desk.page.locator(`[data-testid="statement-row"][data-statement="${statementId}"]`).click();
  await agree(buyer, desk, demo.lemonade.skuId);
  await expect(desk.byId('statement-total')).toContainText('6.65');

  await buyer.byId('statement-pay').click();
  await buyer.byId('amount-value').fill('5,00');
  await expectAccessible(buyer, 'a payment');
  await buyer.byId('amount-send').click();
  await expect(desk.byId('statement-open')).toContainText('1.65');
  await buyer.byId('statement-pay').click();
  await buyer.byId('amount-send').click();
  for (const side of [buyer, desk]) {
    await expect(side.byId('statement')).toHaveAttribute('data-phase', 'settled');
    await expectAccessible(side, 'a settled statement');
    const downloading = side.page.waitForEvent('download');
    await side.byId('statement-pdf').click();
    expect(
      readFileSync(await (await downloading).path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  }
  const saving = desk.page.waitForEvent('download');
  await desk.byId('statement-csv').click();
  expect(readFileSync(await (await saving).path(), 'utf8')).toMatch(/"total".*"6\.65"/);
});
