import { beforeEach, describe, expect, test, vi } from 'vitest';
import { epcOf } from '#schemas/item-code/epc.ts';
import type { Gtin14 } from '#schemas/item-code/gtin.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { ok } from '#schemas/result.ts';
import type { GoodsReceived } from '#schemas/stock/delivery.ts';
import { deliveryRowsOf, deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { App } from './app.svelte.ts';
import { startFakeApp } from './fake-app.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { Receiving } from './receiving.svelte.ts';

const gtin = '09506000134352';
const teaGtin = '04006381333931';
const sscc = '095060001343520017';
const deliveryId = '0000-000000007';
let till: FakeTill;
let app: App;
let storage: MemoryStorage;
let receiving: Receiving;

async function open(): Promise<App> {
  const opened = await startFakeApp(till, { storage });
  // A manager may receive alone.
  await opened.session.signIn('bob', '1234');
  receiving = opened.stock.receiving;
  opened.stock.isShown = true;
  opened.stock.onScan = (raw) => receiving.read(raw);
  return opened;
}

function announce(): void {
  const line = { skuId: 'COAT', gtin14: gtin, batch: 'L1', expiresOn: null };
  const body = {
    source: { type: 'supplier' as const, supplierId: null, name: 'Mill' },
    reference: 'PO 7',
    expectedOn: null,
    placeId: 'back',
    lines: [
      { ...line, quantity: 3, serials: ['A1', 'A2', 'A3'], sscc },
      { ...line, skuId: 'TEA', gtin14: teaGtin, quantity: 10, serials: [], sscc: null },
    ],
    approvals: [],
  };
  const rows = deliveryRowsOf({ kind: 'delivery-announced', body }, { entryId: deliveryId, occurredAtMs: 1 });
  for (const delivery of rows.deliveries) {
    till.standings.push({ delivery, receipts: [], state: deliveryState(delivery, []) });
  }
  till.cartons.push(...rows.cartons);
  for (const serial of ['A1', 'A2', 'A3']) standing(serial, 'expected', deliveryId);
}

function standing(serial: string, state: UnitState, entryId: string): void {
  const at = till.units.findIndex((unit) => unit.serial === serial);
  if (at >= 0) till.units.splice(at, 1);
  till.units.push({ gtin14: gtin, serial, skuId: 'COAT', placeId: 'back', state, entryId, orderedAtMs: 1 });
}

const scanUnit = (serial: string) => app.read(`https://id.example/01/${gtin}/21/${serial}`);
const code = () => receiving.notice?.code;
const received = () => till.committed.map((entry) => entry.body as unknown as GoodsReceived);

beforeEach(async () => {
  till = new FakeTill();
  const tea = fakeSku('TEA', 350, teaGtin);
  tea.sku.tracking = 'quantity';
  till.skus.push(fakeSku('COAT', 12_000, gtin), tea);
  storage = new MemoryStorage();
  announce();
  app = await open();
  expect(await receiving.open(deliveryId, 'PO 7', [])).toBe(true);
});

test('a carton brings all its units; a second scan of it or of one of them adds nothing', async () => {
  await app.read(`00${sscc}`);
  expect(receiving.notice).toMatchObject({ code: 'carton', count: 3, of: 3 });
  expect(receiving.standing?.state.skus).toMatchObject([
    { skuId: 'COAT', expected: 3, received: 3, difference: 0 },
    { skuId: 'TEA', expected: 10, received: 0, difference: -10 },
  ]);
  await scanUnit('A2');
  expect(code()).toBe('unit-scanned');
  await app.read(`]C100${sscc}`);
  expect(code()).toBe('carton-again');
  expect(till.committed).toEqual([]);
});

test('tags of a reader are taken together: each unit once, one change of the disk, strange ones written down', async () => {
  till.skus.push(fakeSku('HAT', 900, '09506000134369'));
  const epcs = Array.from({ length: 60 }, (_, at) => epcOf('09506000134369' as Gtin14, String(at + 1), 7).hex);
  const writes = vi.spyOn(storage, 'setItem');
  await receiving.readTags([...epcs, ...epcs, 'E2801160600002054F2A1B3C']);
  // The portion of tags is larger than that of scans: nothing is on record yet.
  expect(till.committed).toEqual([]);
  expect(writes).toHaveBeenCalledTimes(2);
  expect(receiving.draft?.scans).toHaveLength(60);
  expect(receiving.draft?.unknown).toMatchObject([{ count: 1 }]);
  expect(receiving.standing?.state.skus.find(({ skuId }) => skuId === 'HAT')).toMatchObject({ received: 60 });
  await receiving.leave();
  expect(received().flatMap(({ lines }) => lines.flatMap(({ serials }) => serials))).toHaveLength(60);
});

test('[T5] a unit whose GTIN became another SKU’s since the notice is received as that, and both differences are told', async () => {
  const [coat] = till.skus;
  if (coat) till.skus.splice(0, 1, fakeSku('PARKA', 15_000, gtin), { ...coat, gtin14: null });
  await scanUnit('A1');
  expect(receiving.draft?.scans[0]?.lines).toMatchObject([{ skuId: 'PARKA', gtin14: gtin, serials: ['A1'] }]);
  const told = receiving.standing?.state.skus.map(({ skuId, difference }) => [skuId, difference]);
  expect(told).toEqual([
    ['COAT', -3],
    ['TEA', -10],
    ['PARKA', 1],
  ]);
  await scanUnit('A1');
  expect(code()).toBe('unit-scanned');
});

test('the last scan can be taken back until it is on record', async () => {
  await scanUnit('A1');
  await receiving.remove(receiving.draft?.scans.at(-1)?.scanId ?? 0);
  expect(receiving.draft?.scans).toEqual([]);
  await app.read(`00${sscc}`);
  expect(await receiving.leave()).toBe(true);
  expect(till.committed.map(({ kind }) => kind)).toEqual(['goods-received']);
  expect(received()[0]).toMatchObject({
    deliveryId,
    isTransfer: false,
    lines: [{ skuId: 'COAT', serials: ['A1', 'A2', 'A3'], sscc, placeId: 'back', batch: 'L1', condition: 'good' }],
  });
  expect(receiving.draft).toBeNull();
});

test('what another tablet received is said with its number, and a carton brings the rest', async () => {
  standing('A1', 'in-stock', '0009-000000003');
  await scanUnit('A1');
  expect(receiving.notice).toMatchObject({ code: 'unit-received', tillNumber: 9 });
  await app.read(`00${sscc}`);
  expect(receiving.notice).toMatchObject({ code: 'carton-part', count: 2, of: 3, tillNumber: 9 });
});

test('goods that are counted go up with each scan, and by a number', async () => {
  await app.read('4006381333931');
  await app.read('4006381333931');
  const [scan] = receiving.draft?.scans ?? [];
  expect(scan?.lines).toMatchObject([{ skuId: 'TEA', quantity: 2, serials: [] }]);
  await receiving.setPieces(scan?.scanId ?? 0, 12);
  expect(receiving.standing?.state.skus.find(({ skuId }) => skuId === 'TEA')?.difference).toBe(2);
  await app.read('9506000134352');
  expect(code()).toBe('needs-code');
});

test('a damaged unit of a carton is set aside with its reason and picture; the others are not', async () => {
  await app.read(`00${sscc}`);
  const photo = 'data:image/webp;base64,AAAA';
  const goods = { scanId: receiving.draft?.scans[0]?.scanId ?? 0, skuId: 'COAT', serial: 'A2', quantity: 1 };
  await receiving.setDamaged(goods, { reason: 'Wet', photo, placeId: 'aside' });
  await receiving.settle();
  expect(received()[0]?.lines).toMatchObject([
    { serials: ['A1', 'A3'], condition: 'good', placeId: 'back' },
    { serials: ['A2'], condition: 'damaged', reason: 'Wet', photo, placeId: 'aside' },
  ]);
});

test('what is odd is received and said: not announced, another store’s, left before', async () => {
  await scanUnit('Z9');
  expect(code()).toBe('not-announced');
  till.whereabouts = ok({ here: null, elsewhere: { storeId: 's', storeName: 'South', state: 'expected' } });
  await scanUnit('Z8');
  await vi.waitFor(() => expect(receiving.notice).toMatchObject({ code: 'other-store', text: 'South' }));
  standing('Z7', 'sold', '0003-000000001');
  await scanUnit('Z7');
  expect(code()).toBe('left-before');
  expect(receiving.draft?.scans.map(({ flag }) => flag)).toEqual(['not-announced', 'other-store', 'left-before']);
});

const elsewhere = '095060001343520024';
function awaitElsewhere(): void {
  const skus = [{ skuId: 'COAT', quantity: 6 }];
  till.awaitedCartons.push({ sscc: elsewhere, storeId: 'south', sourceName: 'Maple Mills', announcedAtMs: 1, skus });
}

test('a carton that another store awaits is said at once, offline too, and is on record once', async () => {
  awaitElsewhere();
  till.setStatus({ online: false });
  await app.read(`00${elsewhere}`);
  const told = { storeName: 'South', name: 'Maple Mills', contents: [{ skuId: 'COAT', quantity: 6 }] };
  expect(receiving.notice).toMatchObject({ code: 'carton-other-store', ...told });
  receiving.setCartonAside();
  expect(code()).toBe('carton-set-aside');
  await app.read(`00${elsewhere}`);
  await receiving.settle();
  expect(received()[0]).toMatchObject({ lines: [], unknown: [{ text: `(00)${elsewhere}`, count: 1 }] });
  expect(receiving.draft?.misdirected).toEqual([{ sscc: elsewhere, storeName: 'South', isAccepted: false }]);
});

test('a carton announced here too is of this delivery', async () => {
  awaitElsewhere();
  till.awaitedCartons.push({ sscc, storeId: 'south', sourceName: 'Maple Mills', announcedAtMs: 1 });
  await app.read(`00${sscc}`);
  expect(code()).toBe('carton');
});

test('who may not expect deliveries is approved to keep another store’s carton; it is on record once', async () => {
  awaitElsewhere();
  const rights = ['receive-goods'];
  till.setStaff(till.config().staff.map((row) => (row.operatorId === 'ann' ? { ...row, rights } : row)));
  await app.session.signIn('ann', '1234');
  await app.read(`00${elsewhere}`);
  const accepted = receiving.acceptCarton(['Keep it']);
  await vi.waitFor(() => expect(app.approvals.need?.right).toBe('announce-delivery'));
  await app.approvals.byPin('bob', '1234');
  expect(await accepted).toBe(true);
  expect(code()).toBe('carton-accepted');
  await scanUnit('A1');
  await receiving.settle();
  await scanUnit('A2');
  await receiving.settle();
  const approved = received().map(({ approvals }) =>
    approvals.map(({ right, operatorId }) => `${right} ${operatorId}`),
  );
  expect(approved).toEqual([['announce-delivery bob'], []]);
  expect(receiving.draft?.misdirected).toMatchObject([{ isAccepted: true }]);
});

test('what is no goods of the chain is written down, and no more', async () => {
  await app.read('HELLO');
  await app.read('HELLO');
  expect(code()).toBe('unknown');
  await receiving.settle();
  expect(received()[0]).toMatchObject({ lines: [], unknown: [{ text: 'HELLO', count: 2 }] });
});

test('a shelf’s code puts what follows there', async () => {
  await app.read('floor');
  await scanUnit('A1');
  expect(receiving.draft?.scans[0]?.lines[0]?.placeId).toBe('floor');
});

test('fifty pieces are put on record without being asked for', async () => {
  for (let piece = 0; piece < 49; piece++) await app.read('4006381333931');
  expect(till.committed).toEqual([]);
  await app.read('4006381333931');
  expect(received()[0]?.lines).toMatchObject([{ quantity: 50 }]);
});

test('[J1] a tablet that dies while it writes has the goods on record once', async () => {
  await scanUnit('A1');
  const before = storage.getItem('onecode-receiving-north-3');
  app = await open();
  expect(receiving.draft?.scans).toHaveLength(1);
  // It died between the put and the answer: the entry is there and the draft says that it was being written.
  storage.setItem('onecode-receiving-north-3', JSON.stringify({ ...JSON.parse(before ?? ''), after: 0, rest: null }));
  till.status = { ...till.status, lastSequence: 1 };
  app = await open();
  expect(receiving.draft).toBeNull();
});

test('an entry that cannot be written leaves the draft as it is', async () => {
  await scanUnit('A1');
  till.failing = { code: 'storage-full', written: false };
  expect(await receiving.leave()).toBe(false);
  expect(code()).toBe('storage-full');
  expect(receiving.draft?.scans).toHaveLength(1);
});

test('closing puts the rest on record first; every entry can be posted', async () => {
  await scanUnit('A1');
  expect(await receiving.close('two missing')).toBe(true);
  expect(till.committed.map(({ kind }) => kind)).toEqual(['goods-received', 'delivery-closed']);
  expect(till.committed.map((entry) => factOf(entry).ok)).toEqual([true, true]);
});

test('[A1] a clerk receives with a second person, whose word is in every entry of that delivery', async () => {
  await receiving.leave();
  app.session.signOut();
  await app.session.signIn('ann', '1234');
  const opening = receiving.open(deliveryId, 'PO 7', ['PO 7']);
  await vi.waitFor(() => expect(app.approvals.need?.right).toBe('receive-goods'));
  await app.approvals.byPin('bob', '1234');
  expect(await opening).toBe(true);
  await scanUnit('A1');
  await receiving.settle();
  await scanUnit('A2');
  await receiving.settle();
  expect(received().map(({ approvals }) => approvals.map(({ operatorId }) => operatorId))).toEqual([['bob'], ['bob']]);
});

describe('a scan while no delivery is open', () => {
  const isOpen = () => receiving.draft?.deliveryId ?? null;
  const pieces = () => receiving.draft?.scans.flatMap(({ lines }) => lines.map(({ quantity }) => quantity)) ?? [];

  beforeEach(async () => {
    await receiving.leave();
    expect(receiving.draft).toBeNull();
  });

  test('of a carton opens its delivery and receives the carton', async () => {
    await app.read(`00${sscc}`);
    expect([isOpen(), code(), pieces()]).toEqual([deliveryId, 'carton', [3]]);
  });

  test('of a unit finds its delivery by the notice, of an article the one delivery that awaits it', async () => {
    await scanUnit('A2');
    expect([isOpen(), code(), pieces()]).toEqual([deliveryId, 'received', [1]]);
    await receiving.leave();
    await app.read('4006381333931');
    expect([isOpen(), pieces()]).toEqual([deliveryId, [1]]);
  });

  test('of an article of two deliveries asks which one it is', async () => {
    const [first] = till.standings;
    if (first) till.standings.push({ ...first, delivery: { ...first.delivery, deliveryId: '0000-000000008' } });
    await app.read('4006381333931');
    expect([isOpen(), receiving.notice]).toMatchObject([null, { code: 'several-await', count: 2 }]);
    await scanUnit('A1');
    expect(isOpen()).toBe(deliveryId);
  });

  test('is said where it belongs to none, and nothing is noted', async () => {
    awaitElsewhere();
    const said: [string, string][] = [
      [`00${elsewhere}`, 'carton-elsewhere'],
      ['00095060001343520031', 'carton-not-awaited'],
      ['HELLO', 'not-known'],
      ['4006381333932', 'not-known'],
      ['floor', 'place-first'],
    ];
    for (const [scan, expected] of said) {
      await app.read(scan);
      expect([scan, code()]).toEqual([scan, expected]);
    }
    standing('A1', 'in-stock', '0002-000000001');
    await scanUnit('A1');
    expect(receiving.notice).toMatchObject({ code: 'unit-here', tillNumber: 2 });
    till.standings.splice(0);
    await app.read('4006381333931');
    expect(code()).toBe('nobody-awaits');
    await app.read(`00${sscc}`);
    expect(code()).toBe('carton-closed');
    expect([receiving.draft, till.committed]).toEqual([null, []]);
  });

  test('[A1] asks a second person first, and nothing is received if nobody comes', async () => {
    app.session.signOut();
    await app.session.signIn('ann', '1234');
    const scanned = app.read(`00${sscc}`);
    await vi.waitFor(() => expect(app.approvals.need?.right).toBe('receive-goods'));
    app.approvals.cancel();
    await scanned;
    expect(receiving.draft).toBeNull();
  });
});
