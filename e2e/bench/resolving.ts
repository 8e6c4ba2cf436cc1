// How long a till takes from what a scanner read to the unit and its SKU, among a million units; and to a unit's whole life
// among 50,000 entries. The PWA's database layer in a real browser; the server's part is played by a fake.
import type { Page } from '@playwright/test';
import { FakeServer } from '#pwa/db/fake-server.ts';
import type { OwnJournal } from '#pwa/db/own-journal.ts';
import type { Till } from '#pwa/db/till-types.ts';
import { emptyStock } from '#schemas/stock/stock-row.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { BrowserProfile } from '../browser/browser-profile.ts';
import { startHarness } from '../browser/harness-server.ts';
import { gtinOf, skuIdOf } from './generate-store.ts';

export type ResolvingSize = { units: number; entries: number; times: number };
export type Resolving = {
  units: number;
  /** From the text of a scan to unit, SKU and price, in the first seconds after switching on. */
  cold: number[];
  /** The same half a minute later. */
  resolved: number[];
  /** To a unit's life, once the entries have been read. */
  life: number[];
  /** Reading all entries for the first time, as a tablet does in the background after its first hours. */
  firstLife: number[];
};

const fullSize: ResolvingSize = { units: 1_000_000, entries: 50_000, times: 120 };
const unitsOfSku = 100;
/** Of so many units the journal tells, of each as often as of the others. */
const soldUnits = 10_000;
/** The browser's idle time brings pages into memory meanwhile. */
const settleMs = 30_000;
const storeId = 'shop';
/** As the server cuts them on average. */
const rowsOfPage = 4_096;

type Ready = Window & { till: Till };

const gtin14Of = (index: number) => gtinOf(index).padStart(14, '0');
const serialOf = (number: number) => `U${String(number).padStart(11, '0')}`;
const scanOf = (number: number) =>
  `https://shop.example/01/${gtin14Of(Math.floor(number / unitsOfSku))}/21/${serialOf(number)}`;

function fill(server: FakeServer, units: number): void {
  for (let index = 0; index * unitsOfSku < units; index++) {
    const [skuId, gtin14] = [skuIdOf(index), gtin14Of(index)];
    const facts = { categoryId: null, brand: null, taxClass: 'standard', tracking: 'item', variant: null };
    server.set('sku', skuId, { skuId, names: { en: `Thing ${index}` }, ...facts });
    server.set('gtin', gtin14, { gtin14, skuId });
    server.set('price', skuId, { skuId, priceMinor: 1_200, onlinePriceMinor: null });
    server.set('stock', `floor|${skuId}`, { ...emptyStock('floor', skuId), received: unitsOfSku });
  }
  for (let number = 0; number < units; number++) {
    const index = Math.floor(number / unitsOfSku);
    const [gtin14, serial] = [gtin14Of(index), serialOf(number)];
    const place = { skuId: skuIdOf(index), placeId: 'floor', state: 'in-stock', orderedAtMs: 1_750_000_000_000 };
    server.set('unit', unitKey(gtin14, serial), { gtin14, serial, ...place, entryId: '0000-000000001' });
  }
  server.rowsPerPage = rowsOfPage;
  server.cut();
}

/** The fake answers what the page asks of a server. */
export async function answerWith(page: Page, server: FakeServer): Promise<void> {
  await page.context().route(/^http:\/\/[^/]+\/(feed|sync)\//, async (route) => {
    const request = route.request();
    const body = request.postData();
    const answer = await server.fetch(request.url(), { method: request.method(), ...(body === null ? {} : { body }) });
    const headers = { 'content-type': answer.headers.get('content-type') ?? 'application/octet-stream' };
    const bytes = Buffer.from(await answer.arrayBuffer());
    // The page may be gone by now: nobody waits for the answer.
    await route.fulfill({ status: answer.status, headers, body: bytes }).catch(() => undefined);
  });
}

/** Opens the till of this profile; resolves when all rows are there. */
export async function openTill(page: Page): Promise<void> {
  await page.evaluate(async (store) => {
    const { harness } = window;
    const identities = new harness.IdentityDatabase();
    let identity = await identities.identity.get('till');
    if (identity === undefined) {
      const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
      const pinKey = (await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])) as CryptoKey;
      const named = { storeId: store, storeName: 'Shop', tillNumber: 1, token: 'token', pairedAtMs: 0 };
      identity = { slot: 'till', ...named, signingKey: (keys as CryptoKeyPair).privateKey, pinKey };
      await identities.identity.put(identity);
    }
    const opened = await harness.openTill({ identity, baseUrl: '', waitMs: 20_000 });
    if (!opened.ok) throw new Error(opened.error.code);
    Object.assign(window, { till: opened.value });
    while (!opened.value.status.complete) await new Promise((resolve) => setTimeout(resolve, 50));
  }, storeId);
}

/** Sales of other tills, one unit each, put beside the till as a pull leaves them. */
async function addEntries(page: Page, entries: number): Promise<void> {
  const skus = Array.from({ length: 100 }, (_, index) => ({ skuId: skuIdOf(index), gtin14: gtin14Of(index) }));
  await page.evaluate(
    async ([count, goods, store]) => {
      const { harness } = window;
      const pouch = harness.journalPouch();
      const others: OwnJournal['database'] = new pouch(`onecode-others-${store}-1`, {
        adapter: 'idb',
        auto_compaction: false,
      });
      const amounts = { netMinor: 1_000, taxMinor: 200, totalMinor: 1_200 };
      const facts = { quantity: 1, unitPriceMinor: 1_200, taxClass: 'standard', taxRateBasisPoints: 2_000 };
      for (let from = 1; from <= count; from += 1_000) {
        const batch = Array.from({ length: 1_000 }, (_, at) => {
          const sequence = from + at;
          const number = sequence - 1;
          const sku = goods[Math.floor(number / 100) % goods.length] ?? { skuId: '', gtin14: '' };
          const serial = `U${String((Math.floor(number / 100) % goods.length) * 100 + (number % 100)).padStart(11, '0')}`;
          const line = { lineNumber: 1, ...sku, serial, name: 'Thing', placeId: 'floor', priceOverride: null };
          const body = {
            ...{ transactionId: crypto.randomUUID(), businessDay: '2026-11-22', openedAtMs: 1, currency: 'GBP' },
            ...{ pricesIncludeTax: true, lines: [{ ...line, ...facts, ...amounts }], ...amounts, roundingMinor: 0 },
            ...{ tenders: [{ type: 'cash', amountMinor: 1_200 }], changeMinor: 0, memberId: null, approvals: [] },
          };
          return {
            ...{ _id: `0002-${String(sequence).padStart(9, '0')}`, version: 2, kind: 'retail-transaction' },
            ...{ storeId: store, tillNumber: 2, sequence, previousHash: '0'.repeat(64), deviceAtMs: sequence },
            ...{ clockOffsetMs: 0, orderedAtMs: sequence, operatorId: 'ben', body, hash: '0'.repeat(64) },
            signature: 'A'.repeat(86),
          };
        });
        await others.bulkDocs(batch);
      }
      await others.close();
    },
    [entries, skus, storeId] as const,
  );
}

/** Milliseconds of each look-up, in a page that has looked up nothing before. */
function resolve(page: Page, scans: readonly string[]): Promise<number[]> {
  return page.evaluate(async (texts) => {
    const { harness } = window;
    const { till } = window as unknown as Ready;
    const taken: number[] = [];
    for (const text of texts) {
      const startedAtMs = performance.now();
      const scanned = harness.parseScan(text);
      if (scanned.kind !== 'item-code') throw new Error(text);
      const { gtin14, serial } = scanned;
      const [found, unit] = await Promise.all([till.skuByGtin(gtin14), till.unit(gtin14, serial)]);
      taken.push(performance.now() - startedAtMs);
      if (found?.price == null || unit === null) throw new Error(`${text} was not found`);
      // A person needs longer; what the browser does between two scans is not to be counted.
      await new Promise((rest) => setTimeout(rest, 20));
    }
    return taken;
  }, scans);
}

function lives(page: Page, numbers: readonly number[]): Promise<number[]> {
  const codes = numbers.map((number) => [gtin14Of(Math.floor(number / unitsOfSku)), serialOf(number)] as const);
  return page.evaluate(async (wanted) => {
    const { till } = window as unknown as Ready;
    const taken: number[] = [];
    for (const [gtin14, serial] of wanted) {
      const startedAtMs = performance.now();
      const { steps } = await till.unitLife(gtin14, serial);
      taken.push(performance.now() - startedAtMs);
      if (steps.length === 0) throw new Error(`${serial} has no step`);
    }
    return taken;
  }, codes);
}

/** Until every entry is in the index; each look-up reads on for a while. `sold`: how often the unit of the last one was. */
function readAll(page: Page, last: number, sold: number): Promise<number> {
  const code = [gtin14Of(Math.floor(last / unitsOfSku)), serialOf(last), sold] as const;
  return page.evaluate(async ([gtin14, serial, times]) => {
    const { till } = window as unknown as Ready;
    const startedAtMs = performance.now();
    while ((await till.unitLife(gtin14, serial)).steps.length < times);
    return performance.now() - startedAtMs;
  }, code);
}

/** On a profile of its own: loads the store, then looks up throttled so, in a page that has just been opened. */
export async function benchResolving(rate: number, size: ResolvingSize = fullSize): Promise<Resolving> {
  const { units, entries, times } = size;
  const server = new FakeServer(storeId);
  fill(server, units);
  const harness = await startHarness();
  const profile = new BrowserProfile();
  try {
    const first = await profile.open(harness.url);
    await answerWith(first, server);
    await openTill(first);
    await addEntries(first, entries);
    await profile.kill();
    const page = await profile.open(harness.url);
    await answerWith(page, server);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    await openTill(page);
    const some = Array.from({ length: times }, (_, at) => ((at + 1) * 7_919_777) % units);
    const codes = some.map(scanOf);
    const cold = await resolve(page, codes.slice(0, times / 2));
    await page.waitForTimeout(settleMs);
    const resolved = await resolve(page, codes.slice(times / 2));
    const told = Math.min(entries, soldUnits, units);
    const firstLife = [await readAll(page, told - 1, Math.floor(entries / told))];
    const looked = Array.from({ length: times }, (_, at) => ((at + 1) * 7_919) % told);
    return { units, cold, resolved, life: await lives(page, looked), firstLife };
  } finally {
    await profile.remove();
    await harness.close();
  }
}
