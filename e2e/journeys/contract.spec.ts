import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAsSupplier, signInAtDesk } from './second-person.ts';

test('terms and prices are proposed, accepted by name, and an order at another price says what was agreed', async ({
  tablet,
  demo,
}) => {
  const [buyer, desk] = [await tablet(), await tablet()];
  const supplier = await signInAsSupplier(desk);
  await signInAtDesk(buyer, asOwner);
  await buyer.open('/manage/suppliers');
  await buyer.byId('supplier-row').filter({ hasText: supplier }).getByTestId('supplier-contract').click();
  await buyer.byId('contract-propose').click();
  await buyer.byId('contract-lead').fill('5');
  await buyer.byId('contract-minimum').fill('1');
  for (const [from, cost] of [
    ['1', '0,95'],
    ['10', '0,80'],
  ] as const) {
    await buyer.byId('contract-add-price').click();
    await buyer.byId('price-sku').last().fill(demo.lemonade.skuId);
    await buyer.byId('price-from').last().fill(from);
    await buyer.byId('price-cost').last().fill(cost);
  }
  await expectAccessible(buyer, 'terms being written');
  await buyer.byId('contract-send').click();
  await expect(buyer.byId('contract-open')).toHaveAttribute('data-by', 'buyer');

  await desk.open('/supplier/contract');
  await expect(desk.byId('contract-open')).toContainText(demo.lemonade.names.en);
  await expectAccessible(desk, 'terms to be answered');
  await desk.byId('contract-accept').click();
  await expect(desk.byId('contract-holds')).toHaveAttribute('data-holds', 'true');
  await expect(desk.byId('contract-history')).toContainText('Maren');
  await expect(buyer.byId('contract-holds')).toHaveAttribute('data-holds', 'true');
  await expectAccessible(buyer, 'a contract that holds');

  await buyer.open('/manage/orders/new');
  await buyer.byId('order-supplier').selectOption({ label: supplier });
  // From a file: a bad row leaves nothing; what it does not say of cost is agreed.
  const file = (rows: string) => ({ name: 'order.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  const good = `sku,quantity\n${demo.lemonade.skuId},12\n`;
  await buyer.byId('order-file').setInputFiles(file(`${good}NOT-OURS,3\n`));
  await expect(buyer.byId('order-file-problem')).toHaveAttribute('data-line', '3');
  await expect(buyer.byId('order-form-line')).toHaveCount(0);
  await expectAccessible(buyer, 'a file with a problem');
  await buyer.byId('order-file').setInputFiles(file(good));
  await expect(buyer.byId('order-line-quantity')).toHaveValue('12');
  await expect(buyer.byId('order-line-cost')).toHaveValue('0.80');
  await expect(buyer.byId('order-file-problem')).toHaveCount(0);
  await expect(buyer.byId('order-form-line')).toContainText('0.80');
  await buyer.byId('order-line-cost').fill('0,90');
  await expect(buyer.byId('order-minimum')).toHaveCount(0);
  await buyer.byId('order-line-quantity').fill('1');
  await expect(buyer.byId('order-minimum')).toContainText('0.10');
  await buyer.byId('order-save').click();
  await expect(buyer.byId('order-agreed-cost')).toContainText('0.95');
  // Less than the smallest order is kept as a draft.
  await expect(buyer.byId('order-minimum')).toBeVisible();
  await expect(buyer.byId('order-do-drafted')).toBeVisible();
  await expect(buyer.byId('order-do-ordered')).toHaveCount(0);
});
