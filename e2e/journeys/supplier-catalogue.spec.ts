import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAsSupplier, signInAtDesk } from './second-person.ts';

test('a supplier offers by a file that is mended first; the buyer takes, declines, and orders from the catalogue', async ({
  tablet,
  demo,
}) => {
  const [buyer, desk] = [await tablet(), await tablet()];
  const supplier = await signInAsSupplier(desk);
  await signInAtDesk(buyer, asOwner);
  await desk.open('/supplier/catalogue');
  await desk.byId('catalogue-by-file').click();
  const file = (text: string) => ({ name: 'offer.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const rows = `article;name;gtin;unit_cost;pack_size\nBOW-1;Bowl;${demo.bowl.gtin13};0,85;12\n`;
  await desk.byId('catalogue-file').setInputFiles(file(`${rows}X 1;Bad;;free;6\n=A;"=1+1";;1;1\n`));
  await expect(desk.byId('catalogue-problem').first()).toBeVisible();
  await expect(desk.byId('catalogue-send')).toBeDisabled();
  await expectAccessible(desk, 'a file with bad rows');
  await desk.byId('catalogue-file').setInputFiles(file(`${rows}HON-1;Honey;;4,20;6\n`));
  await expect(desk.byId('catalogue-preview')).toBeVisible();
  await desk.byId('catalogue-send').click();
  await expect(desk.byId('article-row')).toHaveCount(2);
  await expectAccessible(desk, 'a catalogue');
  await desk.byId('article-add').click();
  await desk.byId('article-number').fill('TEA-9');
  await desk.byId('article-name').fill('Tea');
  await desk.byId('article-cost').fill('x');
  await desk.byId('article-send').click();
  await expect(desk.byId('article-cost')).toHaveAttribute('aria-invalid', 'true');
  await desk.byId('article-cost').fill('2,10');
  await expectAccessible(desk, 'an article being offered');
  await desk.byId('article-send').click();
  await expect(desk.byId('article-row')).toHaveCount(3);

  await buyer.open('/manage/suppliers');
  await buyer.byId('supplier-row').filter({ hasText: supplier }).getByTestId('supplier-catalogue').click();
  await expect(buyer.byId('article-row')).toHaveCount(3);
  await expectAccessible(buyer, 'offers to be answered');
  const row = (article: string) => buyer.page.locator(`[data-testid="article-row"][data-article="${article}"]`);
  await row('BOW-1').getByTestId('article-take').click();
  await row('TEA-9').getByTestId('article-decline').click();
  await buyer.byId('reason-note').fill('We have tea');
  await buyer.byId('reason-send').click();
  await expect(buyer.byId('article-row')).toHaveCount(1);
  await row('HON-1').getByTestId('article-take').click();
  await buyer.byId('take-goods').fill(demo.jumper.skuId);
  await expectAccessible(buyer, 'which goods it is');
  await buyer.byId('take-goods-pick').first().click();
  await expect(buyer.byId('article-row')).toHaveCount(0);
  await desk.byId('catalogue-query').fill('TEA');
  await expect(desk.byId('article-row')).toHaveCount(1);
  await expect(desk.byId('article-row')).toContainText('We have tea');

  await buyer.open('/manage/orders/new');
  await buyer.byId('order-supplier').selectOption({ label: supplier });
  await buyer.byId('order-catalogue-query').fill('BOW');
  await buyer.page.locator('[data-testid="order-offer"][data-article="BOW-1"]').click();
  await expect(buyer.byId('order-line-cost')).toHaveValue(/0[.,]85/);
  await expectAccessible(buyer, 'an order from the catalogue');
});
