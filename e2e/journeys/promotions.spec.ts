import { expectAccessible } from './accessible.ts';
import { asOwner } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';

test('a manager makes "3 for 2", sees what a customer would pay, and ends it', async ({ tablet, demo }) => {
  const office = await tablet({ locale: 'en-GB' });
  await signInAtDesk(office, asOwner);
  await office.open('/manage/promotions');
  await expectAccessible(office, 'promotions');
  await office.byId('promotion-new').click();
  await expect(office.byId('promotion-sentence')).toContainText('3 for 2 on …');

  // Nothing chosen: it says what is missing, and nothing is sent.
  await office.byId('promotion-save').click();
  await expect(office.byId('promotion-problems')).toBeVisible();
  await expectAccessible(office, 'a promotion with something missing');

  await office.byId('promotion-target').fill(demo.lemonade.skuId);
  await office.page.locator(`[data-testid="promotion-target-pick"][data-id="${demo.lemonade.skuId}"]`).click();
  const sentence = office.byId('promotion-sentence');
  await expect(sentence).toContainText(demo.lemonade.names.en);
  await expect(sentence).toContainText('the cheapest is free');

  // At the price of the shelf two of three are paid.
  await office.byId('trial-goods').fill(demo.lemonade.skuId);
  await office.page.locator(`[data-testid="trial-goods-pick"][data-id="${demo.lemonade.skuId}"]`).click();
  await office.byId('trial-more').click();
  await office.byId('trial-more').click();
  await expect(office.byId('trial-saved')).toContainText('Saves');
  await expectAccessible(office, 'a promotion that is tried out');
  await office.page.screenshot({ path: test.info().outputPath('promotion.png'), fullPage: true });

  // A second member-only hour shows in the sentence at once.
  await office.byId('promotion-members-members').check({ force: true });
  await expect(sentence).toContainText('members only');
  await expect(office.byId('trial-saved')).toContainText('does not apply');
  await office.byId('promotion-members-anyone').check({ force: true });
  const name = `Lemonade days ${Date.now()}`;
  await office.byId('promotion-name-en').fill(name);
  await office.byId('promotion-save').click();

  const row = office.byId('promotion-row').filter({ hasText: name });
  await expect(row).toContainText('3 for 2');
  await office.byId('promotions-query').fill(name);
  await expect(office.byId('promotion-row')).toHaveCount(1);

  // What is saved comes back as it was typed.
  await row.getByTestId('promotion-open').click();
  await expect(office.byId('promotion-name-en')).toHaveValue(name);
  await expect(office.byId('promotion-nth')).toHaveValue('3');
  await office.open('/manage/promotions');

  await row.getByTestId('promotion-end').click();
  await office.byId('promotion-end-dialog-confirm').click();
  await expect(row).toHaveCount(0);
  await office.byId('promotions-ended').check({ force: true });
  await expect(row).toHaveAttribute('data-state', 'ended');
});

test('a price list is made, priced one by one and from a spreadsheet, and says who pays what', async ({
  tablet,
  demo,
}) => {
  const office = await tablet({ locale: 'en-GB' });
  await signInAtDesk(office, asOwner);
  await office.open('/manage/prices');
  await expect(office.byId('price-list').first()).toBeVisible();
  await expectAccessible(office, 'price lists');
  await office.byId('price-list-new').click();
  const name = `Friends ${Date.now()}`;
  await office.byId('list-name-en').fill(name);
  await office.byId('list-channel-member').check({ force: true });
  await office.byId('list-tiers-some').check({ force: true });
  await office.byId('list-tier-names').fill(name);
  await office.byId('list-precedence').fill('900');
  await expectAccessible(office, 'a new price list');
  await office.byId('list-save').click();

  await office.byId('entry-add').click();
  await office.byId('entry-goods').fill(demo.lemonade.skuId);
  await office.page.locator(`[data-testid="entry-goods-pick"][data-id="${demo.lemonade.skuId}"]`).click();
  await office.byId('entry-new-price').fill('1.23');
  await expectAccessible(office, 'a price is added');
  await office.byId('entry-save').click();
  const price = office.byId('entry-row').getByTestId('entry-price');
  await expect(price).toHaveValue('1.23');
  await price.fill('rubbish');
  await price.press('Enter');
  await expect(price).toHaveAttribute('aria-invalid', 'true');
  await price.fill('1.11');
  await price.press('Enter');
  await expect(price).toHaveAttribute('aria-invalid', 'false');

  await office.byId('entries-import').click();
  await office.byId('import-text').fill(`sku,price,min_quantity\n${demo.lemonade.skuId},0.99,6\nNO-SUCH-SKU,1,1\n`);
  await expect(office.byId('import-problem')).toHaveAttribute('data-code', 'sku-unknown');
  await expect(office.byId('import-apply')).toBeDisabled();
  await expectAccessible(office, 'a spreadsheet with a problem');
  await office.byId('import-text').fill(`sku,price,min_quantity\n${demo.lemonade.skuId},0.99,6\n`);
  await office.byId('import-apply').click();
  await expect(office.byId('entry-row')).toHaveCount(2);
  await office.page.screenshot({ path: test.info().outputPath('price-list.png'), fullPage: true });

  await office.open('/manage/prices/look-up');
  await office.byId('look-up').fill(demo.lemonade.skuId);
  await office.page.locator(`[data-testid="look-up-pick"][data-id="${demo.lemonade.skuId}"]`).click();
  const friends = office.byId('look-up-buyer').filter({ hasText: name });
  await expect(friends).toContainText('1.11');
  await office.byId('look-up-quantity').fill('6');
  await expect(friends).toContainText('0.99');
  await expectAccessible(office, 'who pays what');
  await office.page.screenshot({ path: test.info().outputPath('look-up.png'), fullPage: true });
  await office.open('/manage/prices/online');
  await expect(office.byId('online-known')).toBeVisible();
  await expectAccessible(office, 'online prices');
  await office.page.screenshot({ path: test.info().outputPath('online.png'), fullPage: true });
});
