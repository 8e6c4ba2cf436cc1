import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { emptyStock } from '#schemas/stock/stock-row.ts';
import { plainLine, plainTender, plainTicket } from '#schemas/transaction/retail-transaction.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import { journalPouch, ownJournalName } from './pouch.ts';
import { openTill } from './till.ts';
import type { Till, TillIdentity, TillStatus } from './till-types.ts';

let identity: TillIdentity;
let server: FakeServer;
let till: Till;

const names = [
  { en: 'Red tea cup', 'zh-Hans': '红茶杯', 'zh-Hant': '紅茶杯' },
  { en: 'Green tea tin', 'zh-Hans': '绿茶罐', 'zh-Hant': '綠茶罐' },
  { en: 'Coffee beans' },
];
const sku = (at: number) => ({
  skuId: `SKU-${at}`,
  names: names[at % names.length] as { en: string },
  categoryId: null,
  brand: null,
  taxClass: 'standard',
  tracking: 'quantity' as const,
  variant: null,
});
const gtin = (at: number) => String(2_000_000_000_000 + at).padStart(14, '0');

function stockShop(count: number): void {
  for (let at = 0; at < count; at++) {
    const { skuId } = sku(at);
    server.set('sku', skuId, sku(at));
    server.set('gtin', gtin(at), { gtin14: gtin(at), skuId });
    server.set('price', skuId, { skuId, priceMinor: 100 + at, onlinePriceMinor: null });
    server.set('stock', `floor|${skuId}`, { ...emptyStock('floor', skuId), received: 10 });
  }
  server.cut();
}

async function open(): Promise<Till> {
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

function until(is: (status: TillStatus) => boolean): Promise<void> {
  return vi.waitFor(() => expect(is(till.status)).toBe(true), { timeout: 20_000, interval: 5 });
}

let transactionNumber = 0;
const sale = (skuId: string, transactionId?: string) => {
  const id = transactionId ?? `00000000-0000-4000-8000-${String(++transactionNumber).padStart(12, '0')}`;
  const line = { lineNumber: 1, skuId, gtin14: null, serial: null, name: 'Thing', quantity: 1, unitPriceMinor: 120 };
  const amounts = { netMinor: 100, taxMinor: 20, totalMinor: 120 };
  return {
    ...plainTicket,
    transactionId: id,
    businessDay: '2026-11-22',
    openedAtMs: 1,
    currency: 'GBP',
    pricesIncludeTax: true,
    lines: [{ ...plainLine, ...line, ...amounts, taxClass: 'standard', taxRateBasisPoints: 2_000, placeId: 'floor' }],
    ...amounts,
    roundingMinor: 0,
    tenders: [plainTender('cash', 120)],
    changeMinor: 0,
    memberId: null,
    approvals: [],
  };
};
const sell = (skuId: string, transactionId?: string) =>
  till.commit('retail-transaction', sale(skuId, transactionId), 'anna');
const onHand = async (skuId: string) => (await till.skuById(skuId))?.onHand;

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  stockShop(10);
  till = await open();
});

afterEach(async () => {
  await till.close();
  vi.restoreAllMocks();
});

describe('rows', () => {
  test('an empty tablet loads the shop and finds what is scanned', async () => {
    await until((status) => status.complete);
    expect(till.status).toMatchObject({ online: true, sellable: true, progress: null, trouble: null });
    expect(await till.skuByGtin(gtin(4))).toMatchObject({
      sku: { skuId: 'SKU-4' },
      price: { priceMinor: 104 },
      onHand: 10,
    });
    expect(await till.skuByGtin(gtin(99))).toBe(null);
    expect(till.config()?.storeId).toBe(identity.storeId);
  });

  test('search finds names in each language, codes and GTIN ends, and what changed since', async () => {
    await until((status) => status.complete);
    const found = async (text: string) => (await till.search(text, 20)).map((hit) => hit.sku.skuId).sort();
    expect(await found('tea green')).toEqual(['SKU-1', 'SKU-4', 'SKU-7']);
    expect(await found('绿茶')).toEqual(await found('綠茶'));
    expect(await found('sku-3')).toEqual(['SKU-3']);
    expect((await till.search('0004', 5))[0]).toMatchObject({ sku: { skuId: 'SKU-4' }, gtin14: gtin(4) });
    server.set('sku', 'SKU-2', { ...sku(2), names: { en: 'Oolong' } });
    server.set('sku', 'SKU-1', null);
    await vi.waitFor(async () => expect(await found('oolong')).toEqual(['SKU-2']));
    expect(await found('tea green')).toEqual(['SKU-4', 'SKU-7']);
    expect(await found('coffee')).toEqual(['SKU-5', 'SKU-8']);
  });

  test('members are found by phone digits and by code, changed ones too', async () => {
    const member = (at: number, phone: string | null) => ({
      memberId: `M${at}`,
      name: `Member ${at}`,
      phone,
      code: `CARD-${at}`,
      tier: 'basic',
    });
    for (let at = 0; at < 8; at++) {
      server.set('member', `M${at}`, member(at, `+44700${at % 2}00${at}`));
    }
    server.cut();
    await till.close();
    identity = { ...(await newIdentity()), storeId: identity.storeId, tillNumber: 1 };
    indexedDB.deleteDatabase(`onecode-rows-${identity.storeId}-1`);
    till = await open();
    await until((status) => status.complete);
    const found = async (digits: string, limit = 10) =>
      (await till.members.find(digits, limit)).members.map((row) => row.memberId).sort();
    expect(await found('+44 70010')).toEqual(['M1', 'M3', 'M5', 'M7']);
    expect(await found('member', 3)).toHaveLength(3);
    expect((await till.members.byCode('CARD-5'))?.memberId).toBe('M5');
    expect((await till.members.byCode('M2'))?.code).toBe('CARD-2');
    expect(await till.members.byCode('CARD-99')).toBe(null);
    server.set('member', 'M5', member(5, '+49123456'));
    await vi.waitFor(async () => expect(await found('456')).toEqual(['M5']));
    expect(await found('+4470010')).toEqual(['M1', 'M3', 'M7']);
    expect((await till.members.byCode('CARD-5'))?.phone).toBe('+49123456');
  });

  test('a changed price is there at once, and after a restart without a network', async () => {
    await until((status) => status.complete);
    server.set('price', 'SKU-1', { skuId: 'SKU-1', priceMinor: 7, onlinePriceMinor: null });
    await vi.waitFor(async () => expect((await till.skuById('SKU-1'))?.price?.priceMinor).toBe(7));
    await till.close();
    server.meets = () => Promise.reject(new TypeError('no network'));
    till = await open();
    expect((await till.skuById('SKU-1'))?.price?.priceMinor).toBe(7);
    await until((status) => status.offlineSinceMs !== null);
    expect(till.status).toMatchObject({ online: false, sellable: true });
  });

  test('a cut load goes on where it was: no stored page is fetched twice', async () => {
    await till.close();
    identity = await newIdentity();
    server = new FakeServer(identity.storeId);
    server.rowsPerPage = 1;
    stockShop(30);
    let pages = 0;
    server.meets = (path) => (path.includes('/page/') && ++pages > 20 ? Promise.reject(new TypeError('cut')) : null);
    till = await open();
    await vi.waitFor(() => expect(pages).toBeGreaterThan(20));
    await till.close();
    const fetchedBefore = new Set(server.asked.filter((path) => path.includes('/page/')).slice(0, 20));
    server.asked.length = 0;
    server.meets = () => null;
    till = await open();
    await until((status) => status.complete);
    const fetchedAfter = server.asked.filter((path) => path.includes('/page/'));
    expect(fetchedAfter.filter((path) => fetchedBefore.has(path))).toEqual([]);
    expect(fetchedAfter.length).toBe(server.pages.size - 20);
  });

  test('newer pages are fetched beside the selling, adopted, and the old ones dropped', async () => {
    await till.close();
    const opened = await openTill({ identity, baseUrl: 'http://s', fetch: server.fetch, waitMs: 200, swapAtRows: 5 });
    if (!opened.ok) throw new Error('opened');
    till = opened.value;
    await until((status) => status.complete);
    for (let at = 0; at < 6; at++)
      server.set('price', `SKU-${at}`, { skuId: `SKU-${at}`, priceMinor: 50 + at, onlinePriceMinor: null });
    const before = server.asked.length;
    server.cut();
    server.wake();
    await vi.waitFor(() =>
      expect(server.asked.slice(before).filter((path) => path.includes('/page/'))).not.toEqual([]),
    );
    server.set('price', 'SKU-9', { skuId: 'SKU-9', priceMinor: 1, onlinePriceMinor: null });
    await vi.waitFor(async () => expect((await till.skuById('SKU-9'))?.price?.priceMinor).toBe(1));
    for (let at = 0; at < 6; at++) expect((await till.skuById(`SKU-${at}`))?.price?.priceMinor).toBe(50 + at);
  });

  test('a page whose bytes are not what its name says is not stored', async () => {
    await till.close();
    identity = await newIdentity();
    server = new FakeServer(identity.storeId);
    stockShop(3);
    const good = new Map(server.pages);
    for (const hash of server.pages.keys()) server.pages.set(hash, new TextEncoder().encode('forged').buffer);
    till = await open();
    await until((status) => status.trouble === 'server-error');
    expect(till.status.sellable).toBe(false);
    for (const [hash, bytes] of good) server.pages.set(hash, bytes);
    await until((status) => status.complete && status.trouble === null);
  });

  test('a full disk while pages are stored is told, and loading goes on when there is room', async () => {
    await till.close();
    identity = await newIdentity();
    server = new FakeServer(identity.storeId);
    stockShop(3);
    const put = IDBObjectStore.prototype.put;
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      value,
      key,
    ) {
      if (this.name === 'pages') throw new DOMException('no room', 'QuotaExceededError');
      return put.call(this, value, key);
    });
    till = await open();
    await until((status) => status.trouble === 'storage-full');
    full.mockRestore();
    await until((status) => status.complete && status.trouble === null);
  });
});

describe('entries', () => {
  test('[F2] a sale shows at once, is posted once, and shows the same after', async () => {
    await until((status) => status.complete);
    const seen: (number | undefined)[] = [];
    till.onRows(() => {
      // Rows of the first load may still be told before the sale.
      if (till.status.lastSequence > 0) void onHand('SKU-3').then((count) => seen.push(count));
    });
    expect((await sell('SKU-3')).ok).toBe(true);
    expect(await onHand('SKU-3')).toBe(9);
    await until((status) => status.waiting === 0);
    expect(await onHand('SKU-3')).toBe(9);
    expect(server.row('stock', 'floor|SKU-3')).toMatchObject({ sold: 1 });
    expect(new Set(seen)).toEqual(new Set([9]));
  });

  test('what is sold offline is posted exactly once when the network comes back, without a hand moving', async () => {
    await until((status) => status.complete);
    server.meets = () => Promise.reject(new TypeError('no network'));
    server.wake();
    await until((status) => !status.online);
    for (let at = 0; at < 5; at++) await sell('SKU-0');
    expect(till.status).toMatchObject({ waiting: 5, lastSequence: 5, postedThrough: 0 });
    expect(await onHand('SKU-0')).toBe(5);
    await till.close();
    till = await open();
    expect(till.status.waiting).toBe(5);
    expect(await onHand('SKU-0')).toBe(5);
    server.meets = () => null;
    await until((status) => status.waiting === 0 && status.online);
    expect(server.couch.received.sort()).toEqual([1, 2, 3, 4, 5].map((at) => `0001-00000000${at}`));
    expect(await onHand('SKU-0')).toBe(5);
  });

  test('the same basket is committed once: twice in a row, at once, and after a restart', async () => {
    await until((status) => status.complete);
    const id = '11111111-1111-4111-8111-111111111111';
    const [first, second] = await Promise.all([sell('SKU-1', id), sell('SKU-1', id)]);
    expect(first).toEqual(second);
    await till.close();
    till = await open();
    expect(await sell('SKU-1', id)).toEqual(first);
    expect(till.status.lastSequence).toBe(1);
    expect((await till.entryOfTransaction(id))?._id).toBe('0001-000000001');
    expect(await till.entryOfTransaction('22222222-2222-4222-8222-222222222222')).toBe(null);
  });

  test('[M1] a body that does not add up is a fault of ours and is not put on record', async () => {
    await until((status) => status.complete);
    await expect(async () =>
      till.commit('retail-transaction', { ...sale('SKU-1'), netMinor: 99 }, 'anna'),
    ).rejects.toThrow('sums-differ');
    expect(till.status.lastSequence).toBe(0);
  });

  test('a refused entry is kept and shown, again after a restart', async () => {
    await until((status) => status.complete);
    server.couch.refuses = () => 'broken-signature: the signature is not of this till';
    await sell('SKU-1');
    const denied = [{ entryId: '0001-000000001', code: 'broken-signature' }];
    await vi.waitFor(() => expect(till.status.denied).toEqual(denied));
    await till.close();
    till = await open();
    await vi.waitFor(() => expect(till.status.denied).toEqual(denied), { timeout: 10_000 });
    expect(till.status.waiting).toBe(1);
    expect(await till.exportWaiting()).toEqual({ ok: false, error: { code: 'no-export-key' } });
  });

  test('a revoked till says so, sells on, sends nothing, asks now and then, and sends all when it is taken back', async () => {
    await until((status) => status.complete);
    server.meets = () => server.error(403, 'till-revoked');
    server.wake();
    await until((status) => status.revoked);
    expect((await sell('SKU-2')).ok).toBe(true);
    expect(till.status.waiting).toBe(1);
    server.asked.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(server.asked.filter((path) => !path.endsWith('/delta'))).toEqual([]);
    expect(server.asked.length).toBeLessThan(5);
    // It is taken back.
    server.meets = () => null;
    await until((status) => !status.revoked && status.waiting === 0 && status.postedThrough === 1);
    expect(server.couch.received).toEqual(['0001-000000001']);
  });

  test('a busy server is left alone as long as it asks, and then gets everything', async () => {
    await until((status) => status.complete);
    const askedAtMs: number[] = [];
    server.meets = (path) => {
      if (!path.endsWith('/_bulk_docs') || askedAtMs.push(performance.now()) > 1) return null;
      return Response.json({ error: 'busy', reason: '' }, { status: 503, headers: { 'retry-after': '0.4' } });
    };
    await sell('SKU-2');
    await until((status) => status.waiting === 0 && status.postedThrough === 1);
    const [first = 0, second = 0] = askedAtMs;
    expect(second - first).toBeGreaterThan(390);
    expect(server.couch.received).toEqual(['0001-000000001']);
  });

  test("other tills' entries are pulled, and shown with the own ones, latest first", async () => {
    await until((status) => status.complete);
    const own = await sell('SKU-1');
    if (!own.ok) throw new Error(own.error.code);
    const other = (sequence: number, orderedAtMs: number): Entry => ({
      ...own.value,
      _id: `0002-00000000${sequence}`,
      tillNumber: 2,
      sequence,
      orderedAtMs,
      body: sale('SKU-1'),
    });
    server.couch.put(other(1, own.value.orderedAtMs - 1));
    server.couch.put(other(2, own.value.orderedAtMs + 1));
    const ids = async () => (await till.recentTransactions(3)).map((entry) => entry._id);
    const expected = ['0002-000000002', '0001-000000001', '0002-000000001'];
    await vi.waitFor(async () => expect(await ids()).toEqual(expected), { timeout: 10_000 });
    expect((await till.recentTransactions(1)).map((entry) => entry._id)).toEqual(['0002-000000002']);
  });

  test('an app that is too old for the server says so, keeps selling and asks again now and then', async () => {
    await until((status) => status.complete);
    server.meets = (path) => (path.startsWith('/feed') ? Response.json({ protocol: 99 }) : null);
    server.wake();
    await until((status) => status.trouble === 'protocol-unknown');
    expect((await sell('SKU-2')).ok).toBe(true);
    // The server was rolled back, or a proxy had an old answer.
    server.meets = () => null;
    await until((status) => status.trouble === null && status.waiting === 0);
  });

  test('[J3] a till whose own journal is gone says so before all else, and never uses a number twice', async () => {
    await until((status) => status.complete);
    await sell('SKU-0');
    await until((status) => status.waiting === 0 && status.postedThrough === 1);
    await till.close();
    const pouch = journalPouch();
    await new pouch(ownJournalName(identity.storeId, identity.tillNumber), { adapter: 'idb' }).destroy();
    till = await open();
    await until((status) => status.trouble === 'journal-lost');
    expect(await sell('SKU-1')).toEqual({ ok: false, error: { code: 'storage-failed' } });
    expect(server.couch.received).toEqual(['0001-000000001']);
    server.meets = (path) => (path.startsWith('/feed') ? Response.json({ protocol: 99 }) : null);
    server.wake();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(till.status.trouble).toBe('journal-lost');
  });

  test('a server restored from an older backup gets what it lost, once', async () => {
    await until((status) => status.complete);
    await sell('SKU-0');
    await until((status) => status.waiting === 0);
    const restored = new FakeServer(identity.storeId);
    const lost = server;
    server = restored;
    stockShop(10);
    // Its counters are behind what the till has seen.
    restored.cursor.store = 5;
    restored.cut();
    lost.meets = (_path, url, init) => restored.fetch(url, init);
    lost.wake();
    await vi.waitFor(() => expect(restored.couch.received).toEqual(['0001-000000001']), { timeout: 20_000 });
    await until((status) => status.waiting === 0 && status.postedThrough === 1);
    expect(await onHand('SKU-0')).toBe(9);
  });
});
