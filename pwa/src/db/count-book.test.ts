import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyStock } from '#schemas/stock/stock-row.ts';
import { CountBook, countDatabaseName } from './count-book.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import type { EntryDatabase } from './own-journal.ts';
import { openTill } from './till.ts';
import type { Till, TillIdentity } from './till-types.ts';

const gtin14 = '05012345678900';
const countId = '0b8c1c59-6f7e-4d0a-9c39-0d2a5b2f7a10';
let identity: TillIdentity;
let server: FakeServer;
let till: Till;

async function open(): Promise<Till> {
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  await vi.waitFor(() => expect(opened.value.status.complete).toBe(true), { timeout: 20_000, interval: 5 });
  return opened.value;
}

const counted = (serials: string[], placeId = 'back') => ({
  ...{ countId, placeId, pass: 1, unknowns: [], approvals: [] },
  lines: [
    { skuId: 'SHIRT', gtin14, quantity: serials.length, serials, agosMs: serials.map(() => 10), how: 'scan' as const },
  ],
});
const count = (serials: string[]) => till.commit('goods-counted', counted(serials), 'anna');
const serialsIn = (batches: Awaited<ReturnType<Till['counts']['batches']>>) =>
  batches.flatMap(({ lines }) => lines.flatMap(({ serials }) => serials)).sort();

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  server.set('sku', 'SHIRT', {
    ...{ skuId: 'SHIRT', names: { en: 'Shirt' }, categoryId: null, brand: null, taxClass: 'standard' },
    ...{ tracking: 'item', variant: null },
  });
  server.set('gtin', gtin14, { gtin14, skuId: 'SHIRT' });
  for (const serial of ['A', 'B', 'C', 'D']) {
    const placeId = serial === 'D' ? 'floor' : 'back';
    const state = serial === 'C' ? 'sold' : 'in-stock';
    const unit = { gtin14, serial, skuId: 'SHIRT', placeId, state, entryId: '0009-000000001', orderedAtMs: 1 };
    server.set('unit', `${gtin14}.${serial}`, unit);
  }
  server.set('stock', 'back|SHIRT', { ...emptyStock('back', 'SHIRT'), received: 5, sold: 1 });
  server.set('stock', 'floor|SHIRT', { ...emptyStock('floor', 'SHIRT'), received: 1 });
  till = await open();
});
afterEach(() => till.close());

test('[SC4] what was counted is there after a kill, without reading its entries again; each batch once', async () => {
  await count(['A', 'B']);
  expect(serialsIn(await till.counts.batches(countId))).toEqual(['A', 'B']);
  await count(['C']);
  await till.close();
  till = await open();
  expect(serialsIn(await till.counts.batches(countId))).toEqual(['A', 'B', 'C']);
  expect(serialsIn(await till.counts.batches(countId))).toEqual(['A', 'B', 'C']);
});

test('a book of an older app is written anew from the journals', async () => {
  await count(['A']);
  await till.close();
  const name = countDatabaseName(identity.storeId, identity.tillNumber);
  await Dexie.delete(name);
  const old = new Dexie(name);
  old.version(1).stores({ parts: '[countId+part]', marks: 'side' });
  await old
    .table('parts')
    .put({ countId, part: 0, units: 1, batches: [{ ...counted(['A']), entryId: '0001-000000001' }] });
  await old.table('marks').put({ side: 'own', through: 99 });
  old.close();
  till = await open();
  await count(['B']);
  expect(serialsIn(await till.counts.batches(countId))).toEqual(['A', 'B']);
});

test('many batches fill several parts, and all of them are read', async () => {
  const many = Array.from({ length: 12 }, (_, nth) => Array.from({ length: 400 }, (__, at) => `${nth}-${at}`));
  for (const serials of many) {
    await count(serials);
    await till.counts.batches(countId);
  }
  await till.close();
  till = await open();
  expect(serialsIn(await till.counts.batches(countId))).toEqual(many.flat().sort());
});

test('what is older than the entries that a tablet keeps goes with them', async () => {
  const entry = (sequence: number, orderedAtMs: number) => ({
    ...{ _id: `0001-${String(sequence).padStart(9, '0')}`, version: 1, kind: 'goods-counted', storeId: 'north' },
    ...{ tillNumber: 1, sequence, operatorId: 'anna', orderedAtMs, body: counted([`S${sequence}`]) },
  });
  const entries = Array.from({ length: 250 }, (_, at) => entry(at + 1, at < 200 ? 1_000 : 9_000));
  const changes = ({ since }: { since: number }) => ({
    results: entries.slice(since).map((doc, at) => ({ seq: since + at + 1, doc })),
  });
  const own = { changes: async (asked: { since: number }) => changes(asked) } as unknown as EntryDatabase;
  const others = { changes: async () => ({ results: [] }) } as unknown as EntryDatabase;
  const book = new CountBook({ name: `book-${identity.storeId}`, journals: { own: () => own, others: () => others } });
  expect(serialsIn(await book.batches(countId))).toHaveLength(250);
  await book.forget(5_000);
  expect(serialsIn(await book.batches(countId))).toHaveLength(50);
  await book.forget(50_000);
  expect(await book.batches(countId)).toEqual([]);
  entries.push(entry(251, 60_000));
  expect(serialsIn(await book.batches(countId))).toEqual(['S251']);
  await book.close();
});

test('new batches are told once, whoever listens', async () => {
  const told: string[] = [];
  const stop = till.counts.onBatches((batches) => told.push(...serialsIn([...batches])));
  await count(['A']);
  await count(['B']);
  await vi.waitFor(() => expect(told).toEqual(['A', 'B']), { timeout: 10_000 });
  stop();
  await count(['C']);
  await till.counts.batches(countId);
  expect(told).toEqual(['A', 'B']);
});

test('what should be at a place: its units by the books, and pieces that have no code, own entries in it', async () => {
  const expected = await till.counts.expectedAt('back');
  expect(expected.units.map(({ serial }) => serial).sort()).toEqual(['A', 'B']);
  expect([...expected.numbers]).toEqual([['SHIRT', 2]]);
  server.meets = (path) => (path.startsWith('/sync') ? new Response(null, { status: 503 }) : null);
  const moved = { skuId: 'SHIRT', gtin14, quantity: 1, serials: ['A'], fromPlaceId: 'back', toPlaceId: 'floor' };
  await till.commit('goods-moved', { note: '', lines: [moved], approvals: [] }, 'anna');
  expect((await till.counts.expectedAt('back')).units.map(({ serial }) => serial)).toEqual(['B']);
  expect((await till.counts.expectedAt('floor')).units.map(({ serial }) => serial).sort()).toEqual(['A', 'D']);
});

test('[SC5] an own stock-take is there before the server knows of it; a closed place of one that the feed tells, too', async () => {
  server.meets = (path) => (path.startsWith('/sync') ? new Response(null, { status: 503 }) : null);
  const scope = { placeIds: ['back'], skuIds: [], categoryIds: [], brands: [] };
  const plan = { countId, name: 'Back', scope, isBlind: false, passes: 1, deadlineAtMs: null, operatorIds: [] };
  await till.commit('count-opened', { ...plan, reason: 'ad-hoc', approvals: [] }, 'anna');
  await till.commit('place-counted', { countId, placeId: 'back', pass: 1, approvals: [] }, 'anna');
  const [own] = await till.counts.all();
  expect(own).toMatchObject({ state: 'open', openedBy: 'anna', closedPlaces: [{ placeId: 'back', pass: 1 }] });
  const row = {
    ...plan,
    reason: 'plan',
    state: 'open',
    openedBy: 'bob',
    openedAtMs: 1,
    closedPlaces: [],
    recounts: [],
  };
  server.set('stock-count', countId, row);
  await vi.waitFor(async () => expect((await till.counts.all())[0]?.openedBy).toBe('bob'), { timeout: 10_000 });
  expect((await till.counts.all())[0]?.closedPlaces).toMatchObject([{ placeId: 'back', pass: 1, operatorId: 'anna' }]);
});
