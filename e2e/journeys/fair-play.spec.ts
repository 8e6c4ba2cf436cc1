import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAsSupplier, signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** A small picture, as a phone would take it. */
const picture = {
  name: 'torn.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};

/** The owner publishes a rule; answers which version it is of. */
async function publish(owner: Tablet): Promise<void> {
  await owner.open('/manage/fair-play');
  await owner.byId('rules-write').click();
  await owner.byId('rule-add').click();
  await owner.byId('rule-title').last().fill('Late goods');
  await owner.byId('rule-text').last().fill('Three days late or more.');
  await owner.byId('rule-most').last().fill('40,00');
  await expectAccessible(owner, 'rules being written');
  await owner.byId('rules-send').click();
  await expect(owner.byId('rules')).toContainText('Late goods');
}

/** Both agree on a surety of 100, of which 60 is frozen. */
async function freeze(owner: Tablet, desk: Tablet, supplier: string): Promise<void> {
  await owner.open('/manage/suppliers');
  await owner.byId('supplier-row').filter({ hasText: supplier }).getByTestId('supplier-contract').click();
  await owner.byId('contract-propose').click();
  await owner.byId('contract-deposit').fill('100,00');
  await owner.byId('contract-send').click();
  await desk.open('/supplier/contract');
  await desk.byId('contract-accept').click();
  await owner.byId('surety-freeze').click();
  await owner.byId('surety-amount').fill('200');
  await owner.byId('surety-send').click();
  await expect(owner.byId('surety-amount')).toHaveAttribute('aria-invalid', 'true');
  await owner.byId('surety-amount').fill('60,00');
  await expectAccessible(owner, 'a surety to be frozen');
  await owner.byId('surety-send').click();
  await expect(owner.byId('surety')).toHaveAttribute('data-held', '6000');
}

test('rules, a surety and a complaint: heard, decided, deducted, appealed, given back; both sides see one ledger', async ({
  tablet,
}) => {
  const [owner, desk] = [await tablet(), await tablet()];
  const supplier = await signInAsSupplier(desk);
  await signInAtDesk(owner, asOwner);
  await publish(owner);
  await freeze(owner, desk, supplier);

  await owner.open('/manage/fair-play');
  await owner.byId('complain').click();
  await owner.byId('complain-supplier').selectOption({ label: supplier });
  await owner.byId('complain-rule').selectOption({ label: 'Late goods' });
  await owner.byId('complain-amount').fill('30,00');
  await owner.byId('complain-send').click();
  // Nobody complains without a word.
  await expect(owner.byId('complain-dialog').getByRole('alert')).toBeVisible();
  await owner.byId('complain-note').fill('A week late');
  await owner.byId('evidence-photo').setInputFiles(picture);
  await expect(owner.byId('evidence-shown')).toHaveCount(1);
  await expectAccessible(owner, 'a complaint being written');
  await owner.byId('complain-send').click();
  await expect(owner.byId('complaint')).toHaveAttribute('data-phase', 'open');

  await desk.open('/supplier/fair-play');
  await expectAccessible(desk, 'fair play at the supplier');
  await desk.byId('complaint-row').first().click();
  await expect(desk.byId('complaint-photo')).toBeVisible();
  await expect
    .poll(() => desk.byId('complaint-photo').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(1);
  await desk.byId('complaint-note').fill('The road was shut');
  await expectAccessible(desk, 'a complaint to be answered');
  await desk.byId('complaint-send').click();

  await expect(owner.byId('complaint-form')).toHaveAttribute('data-step', 'decided');
  await owner.byId('complaint-amount').fill('30,00');
  await owner.byId('complaint-note').fill('Still late');
  await expectAccessible(owner, 'a complaint to be decided');
  await owner.byId('complaint-send').click();
  await expect(desk.byId('complaint')).toHaveAttribute('data-upheld', 'true');
  await desk.byId('complaint-note').fill('See the notice of the council');
  await desk.byId('complaint-send').click();
  await expect(owner.byId('complaint-form')).toHaveAttribute('data-step', 'appeal-decided');
  await owner.byId('complaint-amount').fill('10,00');
  await owner.byId('complaint-note').fill('In part');
  await owner.byId('complaint-send').click();
  await expect(desk.byId('complaint')).toHaveAttribute('data-phase', 'final');

  await desk.open('/supplier/fair-play');
  await expect(desk.byId('surety')).toHaveAttribute('data-held', '5000');
  await expect(desk.byId('surety-ledger').locator('li')).toHaveCount(3);
  await expectAccessible(desk, 'a ledger that sums');
});

test('an order that is over is rated by both, and both look behind the same figures', async ({ tablet, demo }) => {
  const [buyer, desk] = [await tablet(), await tablet()];
  const supplier = await signInAsSupplier(desk);
  await signInAtDesk(buyer, asOwner);
  await buyer.open('/manage/orders/new');
  await buyer.byId('order-supplier').selectOption({ label: supplier });
  await buyer.byId('order-goods').fill(demo.lemonade.skuId);
  await buyer.byId('order-goods-pick').first().click();
  await buyer.byId('order-line-quantity').fill('3');
  await buyer.byId('order-line-cost').fill('0,95');
  await buyer.byId('order-save').click();
  await buyer.byId('order-do-ordered').click();
  await buyer.byId('order-step-send').click();
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'ordered');
  const orderId = new URL(buyer.page.url()).pathname.split('/').at(-1) ?? '';
  await desk.open(`/supplier/orders/${orderId}`);
  await desk.byId('order-do-confirmed').click();
  await desk.byId('order-step-send').click();
  await buyer.byId('order-do-closed').click();
  await buyer.byId('order-step-send').click();
  await expect(buyer.byId('order')).toHaveAttribute('data-phase', 'closed');
  await buyer.open(`/manage/orders/${orderId}`);
  await buyer.byId('rating-stars').selectOption('2');
  await buyer.byId('rating-note').fill('Nothing came');
  await expectAccessible(buyer, 'an order to be rated');
  await buyer.byId('rating-send').click();
  await expect(buyer.byId('rating')).toHaveAttribute('data-own', '2');
  await desk.open(`/supplier/orders/${orderId}`);
  await expect(desk.byId('rating')).not.toHaveAttribute('data-other', '2');
  await desk.byId('rating-send').click();
  await expect(desk.byId('rating')).toHaveAttribute('data-other', '2');
  await desk.open('/supplier/fair-play');
  await desk.byId('score-answers').click();
  await expect(desk.byId('score-fact').first()).toBeVisible();
  await expectAccessible(desk, 'a scorecard, with what is behind it');
  await buyer.open('/manage/fair-play');
  await expect(buyer.byId('score-compare')).toContainText(supplier);
  await expectAccessible(buyer, 'suppliers compared');
});
