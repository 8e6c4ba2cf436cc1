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
