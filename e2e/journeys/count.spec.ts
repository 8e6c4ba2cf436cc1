import { expectAccessible } from './accessible.ts';
import type { DemoSku } from './demo-goods.ts';
import { demoPerson } from './demo-people.ts';
import { expect, test } from './journey.ts';
import type { Manager } from './manager.ts';
import { signInAtDesk } from './second-person.ts';
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

/** Whether a scan is on the disk: in the draft, or in an entry already, when there is no draft any more. */
function isKept(till: Tablet, serial: string): Promise<boolean> {
  return till.page.evaluate(async (wanted) => {
    const opened = indexedDB.open('onecode-desk');
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const drafts = opened.result.transaction('baskets').objectStore('baskets');
    const range = IDBKeyRange.bound('onecode-counted-', 'onecode-counted-~');
    const found = drafts.getAll(range);
    await new Promise((resolve) => (found.onsuccess = resolve));
    opened.result.close();
    return found.result.every((text) => String(text).includes(`"${wanted}"`));
  }, serial);
}

/** A manager plans a stock-take of one SKU with the numbers shown; answers its id. */
async function plan(desk: Tablet, name: string, skuId: string): Promise<string> {
  await desk.open('/manage/counts/new');
  await desk.byId('count-name').fill(name);
  await desk.byId('count-subject-goods').check({ force: true });
  await desk.byId('count-pasted').fill(skuId);
  await desk.byId('count-blind-shown').check({ force: true });
  await expectAccessible(desk, 'planning of a stock-take');
  await desk.byId('count-open').click();
  await expect(desk.byId('count-view-progress')).toBeChecked();
  return new URL(desk.page.url()).pathname.split('/').at(-1) ?? '';
}

/** Goes to the stock room's shelf of a stock-take, when it has reached the tablet. */
async function joinCount(till: Tablet, countId: string): Promise<void> {
  await till.open('/stock/count');
  await till.page.locator(`[data-testid="counting-card"][data-count="${countId}"]`).click();
  await till.page.locator('[data-testid="counting-place"][data-place="back"]').click();
  await expect(here(till)).toBeVisible();
}

async function closePlace(till: Tablet): Promise<void> {
  await till.byId('counting-close').click();
  await till.byId('counting-close-confirm').click();
  await expect(till.byId('counting-list')).toBeVisible();
  await till.waitForWaiting(0);
}

/** Who counts, who plans, and what. */
type Floor = Record<'first' | 'second' | 'third' | 'desk', Tablet> & {
  manager: Manager;
  serials: string[];
  /** What is scanned of the unit at that place of `serials`. */
  code: (at: number) => string;
  countId: string;
  coat: DemoSku;
  onHand: number;
};

async function countTogether({ first, second, third, desk, code }: Floor): Promise<void> {
  // A repeated scan is heard and shown, and counts once.
  for (const at of [0, 1, 0]) await first.scan(code(at));
  await newsIs(first, 'again');
  await hereIs(first, 2);
  await third.scan(code(4));
  await hereIs(third, 1);
  // Others' scans come in, as far as there is a network.
  await hereIs(second, 2);
  await second.scan(code(1));
  await newsIs(second, 'again');
  await second.scan(code(2));
  await hereIs(first, 3);
  const progress = desk.page.locator('[data-testid="count-place-row"][data-place="back"]');
  await expect(progress).toContainText('3');
  await expectAccessible(desk, 'progress of a stock-take');
}

async function dieAndComeBack({ second }: Floor): Promise<void> {
  // A dead battery costs nothing that was on record.
  await expect(second.byId('sync-badge')).toHaveAttribute('data-waiting', '0');
  await second.kill();
  await second.switchOn();
  await second.open('/sell');
  await second.signInAgain(demoPerson('theo'));
  await second.open('/stock/count');
  await hereIs(second, 3);
}

async function sellMeanwhile({ first, third, manager, coat, onHand, code, serials }: Floor): Promise<void> {
  // The shop goes on: what is sold is said, and not missing.
  await first.open('/sell');
  await first.scan(code(3));
  await first.payExactly();
  await first.nextCustomer();
  await first.open('/stock/count');
  await hereIs(first, 3);
  await first.scan(code(3));
  await newsIs(first, 'sold');
  await first.scan('nonsense');
  await newsIs(first, 'unknown');
  await first.byId('counting-undo').click();
  await newsIs(first, 'undone');
  await third.goOnline();
  await third.waitForWaiting(0);
  await hereIs(first, 4);
  await first.byId('counting-missing').click();
  await expect(first.byId('counting-missing-sku')).toContainText(serials[5] ?? '');
  await first.page.keyboard.press('Escape');
  await closePlace(first);
  // Counting changes no stock: one was sold, and that is all.
  expect(await manager.onHand(coat.skuId)).toBe(onHand - 1);
}

async function recountAndApprove({ second, desk, manager, coat, onHand, code, serials }: Floor): Promise<void> {
  // Two are missing. One is counted again by other hands, who find it.
  const lineOf = (at: number) => desk.byId('review-line').filter({ hasText: serials[at] ?? '' });
  await desk.byId('count-view-review').check({ force: true });
  await expect(lineOf(5)).toHaveAttribute('data-outcome', 'missing');
  await lineOf(6).getByTestId('review-recount').click();
  await desk.byId('recount-who').selectOption('theo');
  await desk.byId('recount-confirm').click();
  await expect(lineOf(6).getByTestId('review-recount')).toBeDisabled();
  await expectAccessible(desk, 'review of a stock-take');
  await second.open('/stock/count');
  await second.byId('counting-leave').click();
  const asked = second.page.locator('[data-testid="counting-place"][data-place="back"]');
  await expect(asked.getByTestId('counting-recount-goods')).toContainText(coat.names.en);
  await expectAccessible(second, 'the places of a stock-take');
  await asked.click();
  await expect(second.byId('counting')).toHaveAttribute('data-pass', '2');
  await hereIs(second, 0);
  for (const at of [0, 1, 2, 4, 6]) await second.scan(code(at));
  await hereIs(second, 5);
  await closePlace(second);

  await expect(lineOf(6)).toHaveCount(0);
  await lineOf(5).getByTestId('review-reason').selectOption('theft');
  await desk.byId('review-approve').click();
  await expectAccessible(desk, 'approval of a stock-take');
  await desk.byId('review-approve-confirm').click();
  await expect(desk.byId('count-approved')).toBeVisible();
  expect(await manager.onHand(coat.skuId)).toBe(onHand - 2);
}

test('[S1] three tablets count while the shop sells: one dies, one is offline; what is reviewed and approved is what is there', async ({
  tablet,
  manager,
  demo,
}) => {
  // No other journey counts on it.
  const coat = demo.sku('CLO-107-OLV-XL');
  const [first, second, third] = [await tablet(), await tablet(), await tablet()];
  const desk = await tablet({ colorScheme: 'dark' });
  for (const [till, who] of [
    [first, 'imogen'],
    [second, 'theo'],
    [third, 'imogen'],
  ] as const) {
    await till.pairAndSignIn(manager, demoPerson(who));
    await till.waitForAllRows();
  }
  const serials = await receiveUnits(first, manager, coat, 7);
  const code = (at: number) => codeOf(coat, serials[at] ?? '');
  const onHand = await manager.onHand(coat.skuId);
  await signInAtDesk(desk, demo.manager);
  const countId = await plan(desk, `Coats ${serials[0]}`, coat.skuId);
  for (const till of [first, second, third]) await joinCount(till, countId);
  await expectAccessible(first, 'counting');
  await third.goOffline();
  const floor = { first, second, third, desk, manager, serials, code, countId, coat, onHand };
  await countTogether(floor);
  await dieAndComeBack(floor);
  await sellMeanwhile(floor);
  await recountAndApprove(floor);

  // What turns up later is there again by itself, and says so.
  await first.open('/sell');
  await first.scan(code(5));
  await first.payExactly();
  await first.nextCustomer();
  await first.waitForWaiting(0);
  expect(await manager.onHand(coat.skuId)).toBe(onHand - 2);
  expect((await manager.exceptionsOf(first.tillNumber)).map(({ code: told }) => told)).toContain('unit-missing');
  await desk.open('/manage/counts/report');
  await expect(desk.byId('counts-shrinkage-list')).toContainText(`Coats ${serials[0]}`);
  await expectAccessible(desk, 'report of stock-takes');
});

test('[SC4] what was heard as counted is there after a kill, on record or not yet, and the tablet goes on where it was', async ({
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
  // In no entry yet, as a rule: those wait for a pause of the scanner.
  await expect.poll(() => isKept(till, 'K39')).toBe(true);
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
