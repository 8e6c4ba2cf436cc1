import { trainingEntryId } from '#schemas/receipt/training-number.ts';
import { expectAccessible } from './accessible.ts';
import { expect, test } from './journey.ts';
import type { Tablet } from './tablet.ts';

/** All that the browser keeps, by store: the till's journal, drawer, baskets, receipts. */
async function keptOf(till: Tablet): Promise<Map<string, string>> {
  const kept = await till.page.evaluate(async () => {
    const stored: [string, string][] = Object.entries(localStorage);
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((done, failed) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => done(opening.result);
        opening.onerror = () => failed(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((done, failed) => {
          const asking = database.transaction(store).objectStore(store).getAll();
          asking.onsuccess = () => done(asking.result);
          asking.onerror = () => failed(asking.error);
        });
        stored.push([`${name} ${store}`, JSON.stringify(rows)]);
      }
      database.close();
    }
    return stored;
  });
  return new Map(kept);
}

/** Names of what is other than it was. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

/** From the selling screen into a training. */
async function train(till: Tablet): Promise<void> {
  await till.page.getByTestId('sync-badge').first().click();
  await expect(till.byId('training-start')).toHaveAttribute('aria-disabled', 'false');
  await till.byId('training-start').click();
  await expect(till.byId('training-band')).toContainText('TRAINING');
}

/** A counted float, so that the drawer of the training is somebody's. */
async function openShift(till: Tablet): Promise<void> {
  await till.byId('to-shift').click();
  await till.byId('shift-open').click();
  await till.byId('more-2000').click();
  await till.byId('shift-open-now').click();
  await expect(till.byId('search-input')).toBeVisible();
}

/** 0.50 by a card that a terminal of its own took, the rest in cash. */
async function payByCardAndCash(till: Tablet): Promise<string> {
  await till.byId('pay-button').click();
  await till.byId('pay-way-card').click();
  for (const digit of '50') await till.byId(`pay-key-${digit}`).click();
  await till.byId('pay-reference').fill('A1');
  await till.byId('pay-take').click();
  await till.byId('pay-way-cash').click();
  await till.byId('pay-exact').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt').getByTestId('training-mark')).toBeVisible();
  return till.receiptNumber();
}

/** One piece of the latest sale comes back. */
async function takeBackLatest(till: Tablet, receipt: string): Promise<void> {
  await till.page.keyboard.press('F7');
  const entryId = trainingEntryId(Number(receipt.replace('TRAINING-', '')));
  await till.page.locator(`[data-testid="return-ticket"][data-entry="${entryId}"]`).click();
  await till.byId('return-more').first().click();
  await till.byId('return-take').click();
  await till.byId('pay-button').click();
  // As it was paid: the card's share by the terminal, the rest out of the drawer.
  await till.byId('pay-reference').fill('R1');
  await till.byId('pay-take').click();
  await till.byId('pay-finish').click();
  await expect(till.byId('receipt-return')).toBeVisible();
  await expect(till.byId('receipt').getByTestId('training-mark')).toBeVisible();
  await till.nextCustomer();
}

test('a new clerk trains beside a waiting customer: every screen says so, and nothing of it is kept, here or on the server', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  const real = await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(0);
  // Somebody fetches their purse.
  await till.scan(lemonade.gtin13);
  await expect(till.line(lemonade.skuId)).toBeVisible();
  await till.goOffline();
  await till.waitForOnline(false);
  // What a till writes when it opens is no training.
  const first = await keptOf(till);
  await till.page.reload();
  await expect(till.line(lemonade.skuId)).toBeVisible();
  const before = await keptOf(till);
  const byOpening = changed(first, before);
  expect(byOpening.filter((name) => /-own-.* (?:document-store|by-sequence)$/.test(name))).toEqual([]);
  await till.page.getByTestId('sync-badge').first().click();
  await expect(till.byId('training-start')).toHaveAttribute('aria-disabled', 'false');
  await till.byId('training-start').click();

  await expect(till.byId('training-band')).toContainText('TRAINING');
  await expect(till.line(lemonade.skuId)).toHaveCount(0);
  await expectAccessible(till, 'selling in a training');
  await expect(till.byId('to-stock')).toHaveCount(0);
  await till.scan(lemonade.gtin13);
  await till.scan(lemonade.gtin13);
  expect(await till.payExactly()).toBe('TRAINING-1');
  await expect(till.byId('receipt').getByTestId('training-mark')).toBeVisible();
  await till.nextCustomer();
  await till.scan(lemonade.gtin13);
  expect(await till.payExactly()).toBe('TRAINING-2');
  await expect(till.byId('training-band')).toBeVisible();

  // A reload is the end of it.
  await till.page.reload();
  await expect(till.byId('training-over')).toBeVisible();
  await expect(till.byId('training-band')).toHaveCount(0);
  await expect(till.line(lemonade.skuId)).toBeVisible();
  const after = await keptOf(till);
  expect(changed(before, after).filter((name) => !byOpening.includes(name))).toEqual([]);
  expect([...after.values()].filter((text) => text.includes(trainingEntryId(1)))).toEqual([]);

  await till.goOnline();
  await till.waitForWaiting(0);
  const sequence = (await manager.till(till.tillNumber)).postedCount;
  expect(Number(real.slice(5))).toBe(sequence);
  // The customer is back: the next number is the next one.
  const next = await till.payExactly();
  expect(Number(next.slice(5))).toBe(Number(real.slice(5)) + 1);
});

test('a training knows a card, a basket put aside, a return and a closed shift, each marked, and leaves nothing of them behind', async ({
  tablet,
  manager,
  demo,
}) => {
  const till = await tablet();
  await till.pairAndSignIn(manager, demo.clerk);
  const { lemonade } = demo;
  await till.scan(lemonade.gtin13);
  const real = await till.payExactly();
  await till.nextCustomer();
  await till.waitForWaiting(0);
  // The address follows what is drawn; a reload before it does shows the receipt again.
  await till.page.waitForURL('**/sell');
  await till.page.reload();
  await expect(till.byId('search-input')).toBeVisible();
  const before = await keptOf(till);
  await train(till);
  await openShift(till);
  for (let piece = 0; piece < 2; piece += 1) await till.scan(lemonade.gtin13);
  await expect(till.line(lemonade.skuId)).toBeVisible();

  await till.page.keyboard.press('F1');
  await till.byId('park-label').fill('Trained');
  await till.byId('park-now').click();
  await expect(till.byId('parked-waiting')).toBeVisible();
  await expect(till.line(lemonade.skuId)).toHaveCount(0);
  await till.page.keyboard.press('F1');
  await till.byId('parked-take').click();
  await expect(till.line(lemonade.skuId)).toBeVisible();
  const sold = await payByCardAndCash(till);
  expect(sold).toMatch(/^TRAINING-/);
  await till.nextCustomer();
  await takeBackLatest(till, sold);

  await till.byId('to-shift').click();
  await till.byId('shift-tile-close').click();
  await till.byId('pieces-2000').fill('1');
  await till.byId('count-done').click();
  await expect(till.byId('expected')).toBeVisible();
  await till.byId('why-other').check({ force: true });
  await till.byId('difference-note').fill('A training');
  await till.byId('shift-close-now').click();
  await expect(till.byId('shift-report')).toBeVisible();
  await expect(till.byId('training-band')).toBeVisible();
  await expectAccessible(till, 'the report of a shift in a training');

  await till.page.reload();
  await expect(till.byId('training-over')).toBeVisible();
  const after = await keptOf(till);
  expect([...after.values()].filter((text) => text.includes('Trained') || text.includes('TRAINING-'))).toEqual([]);
  // What a journal writes when it opens is no training; its entries and baskets are what they were.
  const written = /-own-.* (?:document-store|by-sequence)$|-parking-.* steps$/;
  expect(changed(before, after).filter((name) => written.test(name))).toEqual([]);
  await till.open('/');
  await expect(till.byId('search-input')).toBeVisible();
  await expect(till.byId('parked-waiting')).toHaveCount(0);
  await till.waitForWaiting(0);
  expect((await manager.till(till.tillNumber)).postedCount).toBe(Number(real.slice(5)));
});
