import { expectAccessible } from './accessible.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import { signInAtDesk } from './second-person.ts';
import type { Tablet } from './tablet.ts';

/** The last serial of a SKU that stands in the store's stock, as the office finds it. */
async function unitInStock(desk: Tablet, skuId: string): Promise<string> {
  await desk.open('/manage/units');
  await desk.byId('unit-query').fill(skuId);
  await desk.byId('unit-state').selectOption('in-stock');
  const rows = desk.byId('unit-row');
  // All rows in stock: the list is the one that was asked for.
  await expect(async () => {
    const states = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-state')));
    expect(new Set(states)).toEqual(new Set(['in-stock']));
    await expect(rows.first()).toContainText('Jumper', { timeout: 500, ignoreCase: true });
  }).toPass({ timeout: 15_000 });
  return (await rows.last().getAttribute('data-serial')) ?? '';
}

test('goods are recalled in the office: the till warns within seconds, and no more once the recall is ended', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper } = demo;
  const [till, desk] = [await tablet(), await tablet()];
  await signInAtDesk(desk, { username: 'juniper', password: 'lantern-owner' });
  await desk.byId('manage-store').selectOption(demo.manager.storeId);
  const serial = await unitInStock(desk, jumper.skuId);
  const link = `https://id.example/01/${jumper.gtin14}/21/${serial}`;
  await till.pair(manager);
  await till.signIn(demo.clerk);
  await till.waitForAllRows();
  await till.scan(link);
  await expect(till.line(jumper.skuId)).toHaveAttribute('data-serial', serial);
  await expect(till.line(jumper.skuId).getByTestId('line-flag')).toHaveCount(0);
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

  await expect(async () => {
    await till.scan(link);
    await expect(till.byId('scan-notice')).toHaveAttribute('data-code', 'unit-recalled', { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expect(till.line(jumper.skuId).getByTestId('line-flag')).toBeVisible();
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
  await expect(async () => {
    await till.scan(link);
    await expect(till.line(jumper.skuId).getByTestId('line-flag')).toHaveCount(0, { timeout: 500 });
    await till.byId('basket-clear').click();
  }).toPass({ timeout: 15_000 });
});

test('an item is found by a part of its code, and its life is told and downloaded as EPCIS', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper } = demo;
  const [till, desk] = [await tablet(), await tablet()];
  await signInAtDesk(desk, demo.manager);
  const serial = await unitInStock(desk, jumper.skuId);
  const link = `https://id.example/01/${jumper.gtin14}/21/${serial}`;
  await till.pair(manager);
  await till.signIn(demoPerson('imogen'));
  await till.waitForAllRows();
  await till.scan(link);
  const receipt = await till.payExactly();
  await till.waitForWaiting(0);

  await desk.open('/manage/units');
  await desk.byId('unit-query').fill(serial.slice(0, -1).toLowerCase());
  await expect(desk.byId('unit-row').first()).toBeVisible();
  await expectAccessible(desk, 'items by a part of their code');
  await desk.byId('unit-query').fill(link);
  await desk.page.keyboard.press('Enter');
  const sale = desk.page.locator('[data-testid="life-step"][data-type="sold"]');
  await expect(sale).toContainText(receipt);
  const downloading = desk.page.waitForEvent('download');
  await desk.byId('unit-epcis').click();
  expect((await downloading).suggestedFilename()).toBe('epcis.jsonld');
});
