import { expectAccessible } from './accessible.ts';
import { asOwner, demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** Scans into the empty basket until the line is flagged as wanted: a recall is on its way to the till for a moment. */
async function scanUntil(till: Tablet, link: string, skuId: string, isFlagged: boolean): Promise<void> {
  const flags = till.line(skuId).getByTestId('line-flag');
  await expect(async () => {
    await till.scan(link);
    await expect(till.line(skuId)).toHaveCount(1);
    const count = await flags.count();
    if (count !== Number(isFlagged)) await till.byId('basket-clear').click();
    expect(count).toBe(Number(isFlagged));
  }).toPass();
}

test('goods are recalled in the office: the till warns within seconds, and no more once the recall is ended', async ({
  tablet,
  manager,
  demo,
}) => {
  const [till, desk] = [await tablet(), await tablet()];
  await signInAtDesk(desk, asOwner);
  await desk.byId('manage-store').selectOption(demo.manager.storeId);
  const { gtin14, serial, skuId } = await manager.unitInStock();
  const link = `https://id.example/01/${gtin14}/21/${serial}`;
  await till.pairAndSignIn(manager, demo.clerk);
  await till.waitForAllRows();
  await till.scan(link);
  await expect(till.line(skuId)).toHaveAttribute('data-serial', serial);
  await expect(till.line(skuId).getByTestId('line-flag')).toHaveCount(0);
  await till.byId('basket-clear').click();

  await desk.open('/manage/recalls/new');
  await desk.byId('recall-title').fill('A needle was left in it');
  await desk.byId('recall-advice').fill('Put it behind the desk.');
  await desk.byId('recall-codes').fill(`${link}\nno code at all`);
  await desk.byId('recall-preview').click();
  await expect(desk.byId('recall-problems')).toContainText('no code at all');
  await expect(desk.byId('recall-open')).toBeDisabled();
  await desk.byId('recall-codes').fill(link);
  await expect(desk.byId('recall-preview-panel')).toHaveCount(0);
  await desk.byId('recall-preview').click();
  await expect(desk.byId('recall-count')).toHaveCount(1);
  await expectAccessible(desk, 'a recall before it is opened');
  await desk.byId('recall-open').click();
  await desk.byId('recall-open-dialog-confirm').click();
  await expect(desk.byId('recall-standing')).toHaveAttribute('data-code', 'open');
  await expectAccessible(desk, 'a recall');

  await scanUntil(till, link, skuId, true);
  await expect(till.byId('scan-notice')).toHaveAttribute('data-code', 'unit-recalled');
  await till.byId('basket-clear').click();

  await desk.byId('recall-count').click();
  await desk.byId('recall-units').getByTestId('unit-row').getByRole('link').click();
  await expect(desk.byId('unit-recalled')).toBeVisible();
  await expect(desk.byId('life-step')).not.toHaveCount(0);
  await expectAccessible(desk, "an item's life");

  await desk.byId('unit-recalled').getByRole('link').click();
  await desk.byId('recall-end').click();
  await desk.byId('recall-end-dialog-confirm').click();
  await expect(desk.byId('recall-standing')).toHaveAttribute('data-code', 'ended');
  await scanUntil(till, link, skuId, false);
});

test('an item is found by a part of its code, and its life is told and downloaded as EPCIS', async ({
  tablet,
  manager,
  demo,
}) => {
  const [till, desk] = [await tablet(), await tablet()];
  await signInAtDesk(desk, demo.manager);
  const { gtin14, serial, skuId } = await manager.unitInStock();
  const link = `https://id.example/01/${gtin14}/21/${serial}`;
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await till.scan(link);
  await expect(till.line(skuId)).toHaveAttribute('data-serial', serial);
  const receipt = await till.payExactly();
  await till.waitForWaiting(0);

  await desk.open('/manage/units');
  await desk.byId('unit-query').fill(serial.slice(0, -1).toLowerCase());
  await expect(desk.byId('unit-row').first()).toBeVisible();
  await expectAccessible(desk, 'items by a part of their code');
  await desk.byId('unit-query').fill(link);
  await desk.page.keyboard.press('Enter');
  // It may have been sold and taken back before.
  const sale = desk.page.locator(`[data-testid="life-step"][data-type="sold"][data-entry="${receipt}"]`);
  await expect(sale).toContainText(receipt);
  const downloading = desk.page.waitForEvent('download');
  await desk.byId('unit-epcis').click();
  expect((await downloading).suggestedFilename()).toBe('epcis.jsonld');
});
