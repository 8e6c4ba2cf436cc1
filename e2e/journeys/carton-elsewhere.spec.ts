import { checkDigit } from '#schemas/item-code/gtin.ts';
import { expectAccessible } from './accessible.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { Manager } from './manager.ts';

/** No carton is announced twice, should the same server see this journey again. */
const run = Date.now() % 1_000_000;
const body = `08880000${String(run).padStart(6, '0')}001`;
const sscc = `${body}${checkDigit(body)}`;

test('a carton of another store is said offline and set aside; a delivery without codes is labelled in one go, and printed again on another tablet', async ({
  tablet,
  manager,
  demo,
  server,
}) => {
  const { jumper } = demo;
  const ancoats = await Manager.signIn(server.baseUrl, { ...asOwner, storeId: 'ancoats' });
  const line = { gtin: jumper.gtin13, quantity: 6 };
  await ancoats.announce({ from: 'Harbour Knitwear', reference: `AN-${run}`, lines: [{ ...line, sscc }] });
  const deliveryId = await manager.announce({
    ...{ from: 'Harbour Knitwear', reference: `HK-${run}`, lines: [{ ...line, batch: 'KN-9' }] },
  });
  const [first, second] = [await tablet(), await tablet()];
  for (const till of [first, second]) {
    await till.page.addInitScript(() => {
      window.print = () => window.dispatchEvent(new Event('afterprint'));
    });
    await till.pairAndSignIn(manager, demoPerson('imogen'));
    await till.waitForAllRows();
  }
  await first.byId('to-stock').click();

  await test.step('the carton is for Ancoats: said at once, offline', async () => {
    await first.goOffline();
    await first.byId('stock-tile-receive').click();
    await first.page.locator(`[data-testid="delivery-card"][data-delivery="${deliveryId}"]`).click();
    await first.scan(`]C100${sscc}`);
    await expect(first.byId('receiving-notice')).toHaveAttribute('data-code', 'carton-other-store');
    await expect(first.byId('receiving-notice')).toContainText('Ancoats');
    await expect(first.byId('receiving-contents')).toContainText(jumper.names.en);
    await expect(first.byId('receiving-contents')).toContainText('× 6');
    await first.byId('carton-set-aside').click();
    await expect(first.byId('misdirected-row')).toHaveAttribute('data-accepted', 'false');
    await expect(first.byId('receive-other-store')).toHaveAttribute('data-count', '1');
    await expectAccessible(first, 'a carton of another store');
    await first.byId('receive-leave').click();
    await first.byId('stock-back').click();
  });

  await test.step('the six jumpers of the delivery get their codes and labels', async () => {
    await first.byId('stock-tile-label').click();
    await first.page.locator(`[data-testid="label-delivery"][data-delivery="${deliveryId}"]`).click();
    await expect(first.byId('label-delivery-count')).toHaveValue('6');
    await expectAccessible(first, 'labels of a delivery');
    await first.byId('label-delivery-make').click();
    await first.byId('label-print').first().click();
    await expect(first.byId('label-job').first()).toHaveAttribute('data-printed', '6');
    await first.goOnline();
    await first.waitForWaiting(0);
  });

  await test.step('another tablet prints two of them again', async () => {
    await second.byId('to-stock').click();
    await second.byId('stock-tile-label').click();
    await second.byId('store-labels').locator('summary').click();
    await second.byId('store-label-job').first().getByTestId('store-label-reprint').click();
    await second.byId('reprint-from').fill('5');
    await second.byId('reprint-reason').fill('Torn');
    await second.byId('reprint-ok').click();
    await second.waitForWaiting(0);
    await expect(second.byId('label-job').first()).toHaveAttribute('data-total', '6');
  });
});
