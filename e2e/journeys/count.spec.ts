import { expectAccessible } from './accessible.ts';
import type { DemoSku } from './demo-goods.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import type { Manager } from './manager.ts';
import type { Tablet } from './tablet.ts';

const codeOf = (sku: DemoSku, serial: string) => `https://id.example/01/${sku.gtin14}/21/${serial}`;
const here = (till: Tablet) => till.byId('counting-here');
const hereIs = (till: Tablet, count: number) => expect(here(till)).toHaveAttribute('data-count', String(count));
const newsIs = (till: Tablet, code: string) => expect(till.byId('counting-news')).toHaveAttribute('data-code', code);

/** Units that lie in the stock room, new to the books. */
async function receiveUnits(till: Tablet, manager: Manager, sku: DemoSku, count: number): Promise<string[]> {
  const serials = Array.from({ length: count }, (_, at) => `C${Date.now() % 1_000_000_000}${at}`);
  const lines = [{ gtin: sku.gtin13, quantity: count, serials }];
  const deliveryId = await manager.announce({ from: 'Harrow Mill', reference: 'COUNT', lines });
  await till.open('/stock/receive');
  await till.page.locator(`[data-testid="delivery-card"][data-delivery="${deliveryId}"]`).click();
  for (const serial of serials) await till.scan(codeOf(sku, serial));
  await expect(till.byId('receive-received')).toHaveAttribute('data-count', String(count));
  await till.byId('receive-leave').click();
  await till.byId('receive-blind').waitFor();
  await till.waitForWaiting(0);
  return serials;
}

async function countShelf(till: Tablet, placeId: string): Promise<void> {
  await till.open('/stock/count');
  await till.byId('counting-shelf').selectOption(placeId);
  await till.byId('counting-start').click();
  await expect(here(till)).toBeVisible();
}

test('[SC7] three tablets count one shelf: one dies and comes back, one is offline, and the till goes on selling', async ({
  tablet,
  manager,
  demo,
}) => {
  const { jumper, lemonade } = demo;
  const [first, second, third] = [await tablet(), await tablet(), await tablet()];
  for (const till of [first, second, third]) {
    await till.pairAndSignIn(manager, demoPerson('imogen'));
    await till.waitForAllRows();
  }
  const serials = await receiveUnits(first, manager, jumper, 6);
  const onHand = await manager.onHand(jumper.skuId);
  await countShelf(first, 'back');
  await expectAccessible(first, 'counting');
  await first.waitForWaiting(0);
  await countShelf(second, 'back');
  await countShelf(third, 'back');
  await third.goOffline();

  // A repeated scan is heard and shown, and counts once.
  for (const serial of [serials[0], serials[1], serials[0]]) await first.scan(codeOf(jumper, serial ?? ''));
  await newsIs(first, 'again');
  await hereIs(first, 2);
  await expect(first.byId('counting-undo')).toBeEnabled();
  await third.scan(codeOf(jumper, serials[4] ?? ''));
  await hereIs(third, 1);
  // Others' scans come in, as far as there is a network.
  await hereIs(second, 2);
  await second.scan(codeOf(jumper, serials[1] ?? ''));
  await newsIs(second, 'again');
  await second.scan(codeOf(jumper, serials[2] ?? ''));
  await hereIs(first, 3);

  // A dead battery costs nothing that was on record.
  await expect(second.byId('sync-badge')).toHaveAttribute('data-waiting', '0');
  await second.kill();
  await second.switchOn();
  await second.open('/sell');
  await second.signInAgain(demoPerson('imogen'));
  await second.open('/stock/count');
  await hereIs(second, 3);

  // The shop goes on: what is sold is said, and not missing.
  await first.open('/sell');
  await first.scan(codeOf(jumper, serials[3] ?? ''));
  await first.scan(lemonade.gtin13);
  await first.payExactly();
  await first.nextCustomer();
  await first.open('/stock/count');
  await hereIs(first, 3);
  await first.scan(codeOf(jumper, serials[3] ?? ''));
  await newsIs(first, 'sold');
  await first.scan('nonsense');
  await newsIs(first, 'unknown');

  await third.goOnline();
  await third.waitForWaiting(0);
  await hereIs(first, 5);
  await first.byId('counting-close').click();
  await expect(first.byId('counting-close-missing')).toHaveAttribute('data-count', /^\d+$/);
  await first.byId('counting-close-confirm').click();
  await expect(first.byId('counting-list')).toBeVisible();
  await first.waitForWaiting(0);
  // Counting changes no stock: one was sold, and that is all.
  expect(await manager.onHand(jumper.skuId)).toBe(onHand - 1);
});

test('[SC4] scans are on record within five seconds, and a tablet that is killed goes on where it was', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demoPerson('imogen'));
  await till.waitForAllRows();
  await countShelf(till, 'back');
  await till.goOffline();
  for (let at = 0; at < 40; at += 1) await till.scan(codeOf(demo.jumper, `K${at}`));
  await hereIs(till, 40);
  await till.page.waitForTimeout(5_000);
  await till.kill();
  await till.switchOn();
  await till.open('/sell');
  await till.signInAgain(demoPerson('imogen'));
  await till.open('/stock/count');
  await hereIs(till, 40);
  await till.scan(codeOf(demo.jumper, 'K7'));
  await newsIs(till, 'again');
  // Without a code, by number; 0 says that somebody looked.
  await till.byId('stock-search').fill(demo.bowl.skuId);
  await till.byId('stock-result').first().click();
  await till.byId('counting-pad-1').click();
  await till.byId('counting-pad-2').click();
  await expectAccessible(till, 'number pad of counting');
  await till.byId('counting-pad-add').click();
  await hereIs(till, 52);
  await till.byId('counting-undo').click();
  await hereIs(till, 40);
  await till.goOnline();
  await till.waitForWaiting(0);
});
