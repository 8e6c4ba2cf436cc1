import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { epcOf } from '#schemas/item-code/epc.ts';
import { isGtin14 } from '#schemas/item-code/gtin.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import type { GoodsCounted } from '#schemas/stock/count-entries.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { CountBatch } from '../db/count-book.ts';
import { Counting } from './counting.svelte.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { StockGate } from './stock-gate.ts';

const gtin = '09506000134352';
const teaGtin = '04006381333931';
const countId = '0b8c1c59-6f7e-4d0a-9c39-0d2a5b2f7a10';
const keptKey = 'onecode-counted-north-3';
let till: FakeTill;
let counter: string | null;
let isHandedOut: boolean;
let counting: Counting;
let storage: MemoryStorage;
let heard: string[];

const plan: CountRow = {
  ...{ countId, name: 'Night', isBlind: false, passes: 1, deadlineAtMs: null, operatorIds: [], reason: 'plan' },
  ...{ scope: { placeIds: [], skuIds: [], categoryIds: [], brands: [] }, state: 'open', openedBy: 'bob' },
  ...{ openedAtMs: 1, closedPlaces: [], recounts: [] },
};

function newCounting(): Counting {
  const gate = {
    get counter() {
      return counter;
    },
    get operatorId() {
      return counter;
    },
  } as StockGate;
  return new Counting({
    ...{ storage, copy: { read: async () => null, write: async () => undefined }, nowMs: () => 1 },
    ...{ till: () => (isHandedOut ? till : null), gate, locale: () => 'en' as const, newId: () => crypto.randomUUID() },
    signal: (sound) => heard.push(sound),
  });
}

beforeEach(async () => {
  vi.useFakeTimers();
  till = new FakeTill();
  const tea = fakeSku('TEA', 350, teaGtin);
  tea.sku.tracking = 'quantity';
  till.skus.push(fakeSku('COAT', 12_000, gtin), tea);
  till.counts.rows = [plan];
  storage = new MemoryStorage();
  counter = 'ann';
  isHandedOut = true;
  heard = [];
  counting = newCounting();
  await counting.attach(till);
  await counting.open();
});

afterEach(async () => {
  await counting.leave();
  vi.useRealTimers();
});

function unit(serial: string, state: UnitState, placeId = 'floor'): void {
  till.units.push({ gtin14: gtin, serial, skuId: 'COAT', placeId, state, entryId: '0009-000000001', orderedAtMs: 1 });
}
const codeOf = (serial: string) => `https://id.example/01/${gtin}/21/${serial}`;
const scan = (serial: string) => counting.read(codeOf(serial));
const enter = (placeId: string) => counting.enter({ countId, placeId });
const here = () => counting.hand.tally.of(counting.where?.placeId ?? '', counting.pass).pieces;
const batches = () =>
  till.committed.filter(({ kind }) => kind === 'goods-counted').map(({ body }) => body as GoodsCounted);
const serials = () => batches().flatMap(({ lines }) => lines.flatMap((line) => line.serials));

function other(serial: string, orderedAtMs: number, placeId = 'floor'): CountBatch {
  const line = { skuId: 'COAT', gtin14: gtin, quantity: 1, serials: [serial], agosMs: [0], how: 'scan' as const };
  const told = { entryId: `0007-${String(orderedAtMs).slice(-9)}`, operatorId: 'bob', tillNumber: 7, orderedAtMs };
  return { ...told, countId, placeId, pass: 1, lines: [line], unknowns: [] };
}

test('[SC7] a unit counts once: a repeated scan is heard, told and harmless', async () => {
  unit('A1', 'in-stock');
  await enter('floor');
  await scan('A1');
  await scan('A1');
  expect([here(), counting.notice?.code, heard]).toEqual([1, 'again', ['good', 'again']]);
  await counting.pause();
  expect(serials()).toEqual(['A1']);
});

test('[SC4] nothing is in memory alone for five seconds, however fast somebody scans; a pause writes at once', async () => {
  await enter('floor');
  let longest = 0;
  for (let at = 0; at < 400; at += 1) {
    unit(`S${at}`, 'in-stock');
    await scan(`S${at}`);
    await vi.advanceTimersByTimeAsync(20);
    till.clockMs += 20;
    for (const { lines } of batches()) for (const line of lines) longest = Math.max(longest, ...line.agosMs);
  }
  await vi.advanceTimersByTimeAsync(2_000);
  expect(new Set(serials()).size).toBe(400);
  expect(serials()).toHaveLength(400);
  expect(longest).toBeLessThan(5_000);
  expect(batches().length).toBeLessThan(5);
  expect(till.committed.every((entry) => factOf(entry).ok)).toBe(true);
});

test('what the books say of each piece is said, and each counts all the same', async () => {
  await enter('floor');
  const told: (string | undefined)[] = [];
  for (const [serial, state, placeId] of [
    ['E', 'in-stock', 'back'],
    ['S', 'sold', 'floor'],
    ['X', 'expected', 'floor'],
    ['T', 'in-transit', 'floor'],
    ['G', 'gone', 'floor'],
    ['M', 'missing', 'floor'],
  ] as const) {
    unit(serial, state, placeId);
    await scan(serial);
    told.push(counting.notice?.code);
  }
  await scan('NOBODY');
  expect([...told, counting.notice?.code]).toEqual([
    ...['elsewhere', 'sold', 'not-received', 'other-store', 'gone', 'turned-up', 'unknown-unit'],
  ]);
  expect(here()).toBe(7);
});

test("another merchant's code and half a code are kept as they were read, once, and count for nothing", async () => {
  await enter('floor');
  await counting.read('(01)09506000134369(21)ZZ');
  await counting.read('(01)0950600');
  await counting.read('(01)0950600');
  expect([here(), counting.notice?.code]).toEqual([0, 'unknown']);
  await counting.pause();
  expect(batches()[0]?.unknowns.map(({ scanned }) => scanned)).toEqual(['(01)09506000134369(21)ZZ', '(01)0950600']);
});

test('[SC13] pieces count up, are set by the number pad, and 0 says that somebody looked', async () => {
  await enter('floor');
  await counting.read('4006381333931');
  await counting.read('4006381333931');
  const [, tea] = till.skus;
  if (!tea) throw new Error('there is tea');
  await counting.setPieces(tea, 10, true);
  await counting.setPieces(tea, 5, false);
  expect([here(), counting.notice?.count]).toEqual([5, 5]);
  await counting.undo();
  expect(here()).toBe(12);
  await counting.setPieces(tea, 0, false);
  await counting.setPieces(tea, 0, false);
  await counting.pause();
  const sum = batches().flatMap(({ lines }) => lines.map(({ quantity }) => quantity));
  expect(sum.reduce((total, quantity) => total + quantity, 0)).toBe(0);
  expect(counting.hand.tally.of('floor', 1).numbers.get('TEA')).toBe(0);
});

test('[SC16] weighed goods are pieces, as sales book them, whatever their label says', async () => {
  const [, apples] = till.skus;
  if (!apples) throw new Error('there is something to weigh');
  apples.sku.tracking = 'weight';
  await enter('floor');
  await counting.read('4006381333931');
  await counting.read('4006381333931');
  expect([here(), counting.notice?.code, counting.notice?.count]).toEqual([2, 'pieces', 2]);
});

test('the last scan is taken back, before it is on record and after', async () => {
  unit('A1', 'in-stock');
  unit('A2', 'in-stock');
  await enter('floor');
  await scan('A1');
  await counting.pause();
  await scan('A2');
  await counting.undo();
  await counting.undo();
  expect([here(), counting.hand.canUndo]).toEqual([0, false]);
  await counting.pause();
  expect(batches().flatMap(({ lines }) => lines.map(({ quantity, serials: of }) => [quantity, ...of]))).toEqual([
    [1, 'A1'],
    [-1, 'A1'],
  ]);
  till.clockMs += 1;
  await scan('A1');
  expect([here(), counting.notice?.code]).toEqual([1, 'counted']);
});

test('a batch that cannot be written is kept and written later; nothing is there twice', async () => {
  unit('A1', 'in-stock');
  unit('A2', 'in-stock');
  await enter('floor');
  await scan('A1');
  till.failing = { code: 'storage-full', written: false };
  expect(await counting.pause()).toBe(false);
  expect(counting.notice?.code).toBe('storage-full');
  expect(await counting.enter({ countId, placeId: 'back' })).toBe(false);
  expect(counting.where?.placeId).toBe('floor');
  till.failing = null;
  await scan('A2');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(serials()).toEqual(['A1', 'A2']);
});

test('[SC4] a tablet that dies right after a scan has it, and puts it on record when it starts: once', async () => {
  for (const serial of ['A1', 'A2', 'A3']) unit(serial, 'in-stock');
  await enter('floor');
  await scan('A1');
  await counting.read(teaGtin);
  await vi.advanceTimersByTimeAsync(150);
  expect(batches()).toEqual([]);
  const text = storage.getItem(keptKey) ?? '';
  counting = newCounting();
  await counting.attach(till);
  expect(batches().map(({ placeId, lines }) => [placeId, lines.map(({ quantity }) => quantity)])).toEqual([
    ['floor', [1, 1]],
  ]);
  await counting.open();
  // It died after the entry was written, and before the draft was put away.
  storage.setItem(keptKey, JSON.stringify({ ...JSON.parse(text), after: 0 }));
  till.setStatus({ lastSequence: 1 });
  counting = newCounting();
  await counting.attach(till);
  expect(batches()).toHaveLength(1);
  // It died before.
  storage.setItem(keptKey, JSON.stringify({ ...JSON.parse(text), after: 1 }));
  counting = newCounting();
  await counting.attach(till);
  expect(batches()).toHaveLength(2);
});

test('what is scanned while an entry is written is kept behind it', async () => {
  for (const serial of ['A1', 'A2']) unit(serial, 'in-stock');
  await enter('floor');
  await scan('A1');
  const { promise, resolve: written } = Promise.withResolvers<void>();
  till.gate = promise;
  const pause = counting.pause();
  await scan('A2');
  await vi.advanceTimersByTimeAsync(300);
  expect(JSON.parse(storage.getItem(keptKey) ?? '').value.scans).toMatchObject([{ serial: 'A1' }]);
  written();
  expect(await pause).toBe(true);
  expect(serials()).toEqual(['A1', 'A2']);
  expect(storage.getItem(keptKey)).toBe(null);
});

test('scans go to the shelf at which they were made, in the name of who made them', async () => {
  for (const serial of ['A1', 'A2', 'A3']) unit(serial, 'in-stock');
  await enter('floor');
  await scan('A1');
  await counting.read('BACK');
  expect(counting.where?.placeId).toBe('back');
  await scan('A2');
  counter = 'bob';
  await scan('A3');
  await counting.pause();
  const told = till.committed.map(({ body, operatorId }) => [body.placeId, operatorId]);
  expect(told).toEqual([
    ['floor', 'ann'],
    ['back', 'ann'],
    ['back', 'bob'],
  ]);
  counter = null;
  await scan('A1');
  expect(counting.notice?.code).toBe('no-right');
});

test('[P1] others in the same place: their scans come in, and what they counted is not counted again', async () => {
  unit('A1', 'in-stock');
  await enter('floor');
  till.counts.arrive(other('A1', 5));
  till.counts.arrive(other('A9', 6));
  expect(here()).toBe(2);
  await scan('A1');
  expect([counting.notice?.code, counting.notice?.operatorId, here()]).toEqual(['again', 'bob', 2]);
  // Seen later at another shelf: it is there now.
  till.counts.arrive(other('A9', till.clockMs + 60_000, 'back'));
  expect([here(), counting.hand.tally.of('back', 1).pieces]).toEqual([1, 1]);
});

test('a tablet that died goes on at the shelf where it was, with all that was on record', async () => {
  unit('A1', 'in-stock');
  await enter('floor');
  await scan('A1');
  await counting.pause();
  const [entry] = till.committed;
  if (!entry) throw new Error('the batch is on record');
  const { _id: entryId, operatorId, tillNumber, orderedAtMs } = entry;
  till.counts.held.push({ ...(entry.body as GoodsCounted), entryId, operatorId, tillNumber, orderedAtMs });
  counting = newCounting();
  isHandedOut = false;
  await counting.attach(till);
  isHandedOut = true;
  await counting.open();
  expect([counting.where, here()]).toEqual([{ countId, placeId: 'floor' }, 1]);
});

test('[SC12] what is still missing is what the books have here now and nobody has seen; what is sold meanwhile is not', async () => {
  const expected = ['A1', 'A2', 'A3'].map((serial) => ({ gtin14: gtin, serial, skuId: 'COAT' }));
  for (const { serial } of expected) unit(serial, 'in-stock');
  till.counts.expected = { units: expected, numbers: new Map([['TEA', 4]]) };
  await enter('floor');
  await vi.advanceTimersByTimeAsync(0);
  expect(counting.progress.now).toMatchObject({ expected: 7, missing: 7 });
  await scan('A1');
  await counting.read('4006381333931');
  await vi.advanceTimersByTimeAsync(400);
  expect(counting.progress.goods).toEqual([
    { skuId: 'TEA', expected: 4, missing: 3, serials: [] },
    { skuId: 'COAT', expected: 3, missing: 2, serials: ['A2', 'A3'] },
  ]);
  const sold = till.units.find(({ serial }) => serial === 'A1');
  if (sold) sold.state = 'sold';
  till.tellKeys('unit', [`${gtin}.A1`]);
  await vi.advanceTimersByTimeAsync(400);
  expect(counting.progress.now).toMatchObject({ expected: 6, missing: 5 });
  expect(counting.notice?.code).toBe('sold-since');
  // Taken back it is missing again; found by others, wherever, it is not.
  await scan('A2');
  await counting.undo();
  till.counts.arrive(other('A3', till.clockMs, 'back'));
  await vi.advanceTimersByTimeAsync(400);
  expect(counting.progress.goods).toMatchObject([{ skuId: 'TEA' }, { skuId: 'COAT', serials: ['A2'] }]);
});

test('[SC1] "just count this shelf" opens a stock-take of it, or joins whoever counts it', async () => {
  await counting.countShelf('back');
  const opened = till.committed.find(({ kind }) => kind === 'count-opened');
  // Its name is nobody's language: it is worded where it is read.
  expect(opened?.body).toMatchObject({ reason: 'ad-hoc', name: 'back', scope: { placeIds: ['back'] } });
  const joined = { ...plan, countId: crypto.randomUUID(), reason: 'ad-hoc' as const };
  till.counts.rows = [{ ...joined, scope: { ...plan.scope, placeIds: ['floor'] } }];
  await counting.countShelf('floor');
  expect(counting.where).toEqual({ countId: joined.countId, placeId: 'floor' });
  expect(till.committed.filter(({ kind }) => kind === 'count-opened')).toHaveLength(1);
});

test('[SC17] a closed shelf is said to be whole in its pass, and a recount of it is another pass', async () => {
  unit('A1', 'in-stock');
  await enter('floor');
  await scan('A1');
  expect(await counting.closePlace()).toBe(true);
  expect(till.committed.map(({ kind }) => kind)).toEqual(['goods-counted', 'place-counted']);
  expect(counting.where).toBeNull();
  const ask = { placeId: 'floor', pass: 2, skuIds: ['COAT'], operatorId: null, note: '', recountId: '0000-000000001' };
  const closed = { placeId: 'floor', pass: 1, closedAtMs: 5, operatorId: 'ann' };
  till.counts.rows = [{ ...plan, closedPlaces: [closed], recounts: [{ ...ask, askedBy: 'bob' }] }];
  await counting.follow();
  await enter('floor');
  expect([counting.pass, here()]).toEqual([2, 0]);
  await scan('A1');
  await counting.read('4006381333931');
  expect([counting.notice?.code, here()]).toEqual(['not-asked', 2]);
});

test('a stock-take that was cancelled meanwhile goes on taking what is scanned', async () => {
  unit('A1', 'in-stock');
  await enter('floor');
  till.counts.rows = [{ ...plan, state: 'cancelled' }];
  await counting.follow();
  await scan('A1');
  await counting.pause();
  expect([counting.row?.state, serials()]).toEqual(['cancelled', ['A1']]);
});

test('a burst of tags: none lost, one sound, and entries that fit', async () => {
  await enter('floor');
  const epcs = Array.from({ length: 5_000 }, (_, at) => {
    unit(String(10_000 + at), 'in-stock');
    return isGtin14(gtin) ? epcOf(gtin, String(10_000 + at), 7).hex : '';
  });
  for (let at = 0; at < epcs.length; at += 200) await counting.readTags(epcs.slice(at, at + 200));
  await counting.pause();
  expect([here(), new Set(serials()).size, serials().length, heard.length]).toEqual([5_000, 5_000, 5_000, 25]);
  expect(
    Math.max(...batches().map(({ lines }) => lines.reduce((sum, line) => sum + line.serials.length, 0))),
  ).toBeLessThan(2_001);
});

test('a closed carton counts for what is in it by the books', async () => {
  for (const serial of ['C1', 'C2']) unit(serial, 'in-stock');
  unit('C3', 'sold');
  const sscc = '095060001343520017';
  const origin = { batch: null, expiresOn: null };
  const goods = { skuId: 'COAT', gtin14: gtin, quantity: 3, serials: ['C1', 'C2', 'C3'], ...origin };
  till.cartons.push({ sscc, deliveryId: '0000-000000001', lines: [goods] });
  await enter('floor');
  await counting.read(`(00)${sscc}`);
  expect([here(), counting.notice?.code, counting.notice?.count]).toEqual([2, 'carton', 2]);
  await counting.read(`(00)${sscc}`);
  expect([here(), counting.notice?.code]).toEqual([2, 'carton-again']);
});
