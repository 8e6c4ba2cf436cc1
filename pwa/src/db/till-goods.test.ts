import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyStock } from '#schemas/stock/stock-row.ts';
import { plainLine, plainTender, plainTicket } from '#schemas/transaction/retail-transaction.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import { openTill } from './till.ts';
import type { Till, TillIdentity } from './till-types.ts';

const gtin14 = '05012345678900';
const deliveryId = '0000-000000001';
const sscc = '350123451234567894';
let identity: TillIdentity;
let server: FakeServer;
let till: Till;
/** Nothing reaches the journal at the server while it is true. */
let isHeld: boolean;

async function open(): Promise<Till> {
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  await vi.waitFor(() => expect(opened.value.status.complete).toBe(true), { timeout: 20_000, interval: 5 });
  return opened.value;
}

const source = { type: 'supplier', supplierId: null, name: 'Mill' } as const;
const line = { skuId: 'SHIRT', batch: 'L1', expiresOn: null };

function announce(id: string, expectedOn: string | null, serials: string[]): void {
  const quantity = serials.length;
  const delivery = { source, reference: id, expectedOn, announcedAtMs: 5, cartons: [sscc] };
  server.set('delivery', id, { ...delivery, deliveryId: id, skus: [{ skuId: 'SHIRT', quantity }] });
  server.set('carton', `${sscc}|${id}`, { sscc, deliveryId: id, lines: [{ ...line, gtin14, quantity, serials }] });
}

const received = (serials: string[], of: string | null = deliveryId) => ({
  deliveryId: of,
  isTransfer: false,
  reference: '',
  lines: [
    {
      ...{ ...line, gtin14, quantity: serials.length, serials, placeId: 'back', sscc },
      ...{ condition: 'good', reason: '', photo: null },
    },
  ],
  unknown: [],
  approvals: [],
});
const receive = (serials: string[]) => till.commit('goods-received', received(serials), 'anna');
const moved = (serial: string) => ({
  note: '',
  lines: [{ skuId: 'SHIRT', gtin14, quantity: 1, serials: [serial], fromPlaceId: 'back', toPlaceId: 'floor' }],
  approvals: [],
});
const saleOf = (serial: string, quantity: 1 | -1, transactionId: string) => {
  const amounts = { netMinor: 1_000 * quantity, taxMinor: 200 * quantity, totalMinor: 1_200 * quantity };
  const sold = { lineNumber: 1, skuId: 'SHIRT', gtin14, serial, name: 'Shirt', quantity, unitPriceMinor: 1_200 };
  return {
    ...plainTicket,
    ...{ transactionId, businessDay: '2026-11-22', openedAtMs: 1, currency: 'GBP', pricesIncludeTax: true },
    lines: [{ ...plainLine, ...sold, ...amounts, taxClass: 'standard', taxRateBasisPoints: 2_000, placeId: 'floor' }],
    ...{ ...amounts, roundingMinor: 0, tenders: [plainTender('cash', 1_200 * quantity)] },
    ...{ changeMinor: 0, memberId: null, approvals: [] },
  };
};
const transactionId = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
const sell = (serial: string, at = 1) =>
  till.commit('retail-transaction', saleOf(serial, 1, transactionId(at)), 'anna');
const receivedPieces = async () => (await till.delivery(deliveryId))?.state.skus[0]?.received;

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  isHeld = false;
  server.meets = (path) => (isHeld && path.endsWith('/_bulk_docs') ? server.error(503, 'busy') : null);
  server.set('stock', 'floor|SHIRT', emptyStock('floor', 'SHIRT'));
  announce(deliveryId, '2026-11-23', ['A', 'B', 'C']);
  server.cut();
  till = await open();
});

afterEach(async () => {
  await till.close();
  vi.restoreAllMocks();
});

describe('deliveries', () => {
  test('[F2] an own receipt counts once: before it is posted, in the step that posts it, and after', async () => {
    isHeld = true;
    await receive(['A', 'B']);
    expect((await till.delivery(deliveryId))?.state.skus).toEqual([
      { skuId: 'SHIRT', expected: 3, received: 2, damaged: 0, difference: -1 },
    ]);
    const seen = new Set<number | undefined>();
    isHeld = false;
    while (till.status.waiting > 0) {
      seen.add(await receivedPieces());
      await new Promise((resolve) => setTimeout(resolve));
    }
    seen.add(await receivedPieces());
    expect([...seen]).toEqual([2]);
    expect(server.row('receipt', `${deliveryId}|0001-000000001`)).toMatchObject({ lines: [{ quantity: 2 }] });
  });

  test("another till's receipts add to the own ones, from pages and from changes", async () => {
    const theirs = { deliveryId, closes: false, lines: [{ skuId: 'SHIRT', quantity: 1, condition: 'damaged', sscc }] };
    server.set('receipt', `${deliveryId}|0002-000000001`, { ...theirs, entryId: '0002-000000001' });
    await vi.waitFor(async () => expect(await receivedPieces()).toBe(1));
    await receive(['A']);
    expect((await till.delivery(deliveryId))?.state.skus[0]).toMatchObject({ received: 2, damaged: 1, difference: -1 });
    server.cut();
    await till.close();
    till = await open();
    await vi.waitFor(async () => expect(await receivedPieces()).toBe(2));
  });

  test('open ones come by the day they are expected; a closed one is found by its id alone', async () => {
    announce('0000-000000002', null, ['D']);
    announce('0000-000000003', '2026-11-22', ['E']);
    const listed = async () => (await till.deliveries()).map(({ delivery }) => delivery.deliveryId);
    await vi.waitFor(async () => expect(await listed()).toEqual(['0000-000000003', deliveryId, '0000-000000002']));
    await till.commit('delivery-closed', { deliveryId, note: '', approvals: [] }, 'anna');
    expect(await listed()).toEqual(['0000-000000003', '0000-000000002']);
    expect((await till.delivery(deliveryId))?.state.isClosed).toBe(true);
    expect(await till.delivery('0000-000000009')).toBe(null);
  });

  test('an SSCC used again finds both cartons, the later delivery first; another one finds none', async () => {
    announce('0000-000000002', null, ['D']);
    const found = async (code: string) => (await till.cartonsBySscc(code)).map((carton) => carton.deliveryId);
    await vi.waitFor(async () => expect(await found(sscc)).toEqual(['0000-000000002', deliveryId]));
    expect(await found('350123451234567887')).toEqual([]);
  });

  test('what a commit changes is told by table and key', async () => {
    const told: unknown[] = [];
    const stop = till.onRows((changes) => told.push(...changes));
    isHeld = true;
    await receive(['A']);
    stop();
    expect(told).toEqual([
      { table: 'stock', keys: ['back|SHIRT'] },
      { table: 'unit', keys: [`${gtin14}.A`] },
      { table: 'receipt', keys: [`${deliveryId}|0001-000000001`] },
    ]);
  });
});

describe('recalls', () => {
  test('open ones are read anew when the rows change', async () => {
    expect(await till.recalls()).toEqual([]);
    const recallId = '00000000-0000-4000-8000-000000000009';
    const row = { recallId, title: 'Needle', advice: '', gtins: [gtin14], batches: [], units: [], openedAtMs: 1 };
    server.set('recall', recallId, row);
    await vi.waitFor(async () => expect(await till.recalls()).toEqual([row]));
    server.set('recall', recallId, null);
    await vi.waitFor(async () => expect(await till.recalls()).toEqual([]));
  });
});

describe('cartons of other stores', () => {
  test('are known without the network, the latest notice first; own ones and what is too old are not', async () => {
    const sscc = '095060001343520024';
    const row = (storeId: string, agoMs: number) => {
      const announced = { sscc, storeId, sourceName: 'Mill', announcedAtMs: Date.now() - agoMs };
      server.set('awaited-carton', `${sscc}|${storeId}`, announced);
      return announced;
    };
    const [south, east] = [row('south', 2_000), row('east', 1_000)];
    row(server.storeId, 500);
    row('west', 61 * 86_400_000);
    await vi.waitFor(async () => expect(await till.cartonsElsewhere(sscc)).toEqual([east, south]));
    server.set('awaited-carton', `${sscc}|east`, null);
    await vi.waitFor(async () => expect(await till.cartonsElsewhere(sscc)).toEqual([south]));
    expect(await till.cartonsElsewhere('095060001343520017')).toEqual([]);
  });
});

test('[F2] what lies at a place is told with what this till has not sent yet', async () => {
  isHeld = true;
  expect(await till.skusAt('back')).toEqual([]);
  await receive(['A', 'B']);
  expect([await till.skusAt('back'), await till.skusAt('floor')]).toEqual([['SHIRT'], []]);
  await till.commit('goods-moved', moved('A'), 'bo');
  expect([await till.skusAt('back'), await till.skusAt('floor')]).toEqual([['SHIRT'], ['SHIRT']]);
  await sell('A');
  expect(await till.skusAt('floor')).toEqual([]);
});

describe("[S2] a unit's life", () => {
  const typesOf = async (serial: string) => {
    const { steps, isWhole } = await till.unitLife(gtin14, serial);
    return { types: steps.map(({ type, after }) => `${type} → ${after}`), isWhole };
  };

  test('every step that own entries tell, with who, when and where, offline', async () => {
    isHeld = true;
    await receive(['A', 'B']);
    await till.commit('goods-moved', moved('A'), 'bo');
    await sell('A');
    const { unit, steps, isWhole } = await till.unitLife(gtin14, 'A');
    expect(unit).toMatchObject({ state: 'sold', placeId: 'floor', batch: 'L1' });
    expect(steps.map(({ type, after, operatorId, placeId }) => [type, after, operatorId, placeId])).toEqual([
      ['received', 'in-stock', 'anna', 'back'],
      ['moved', 'in-stock', 'bo', 'floor'],
      ['sold', 'sold', 'anna', 'floor'],
    ]);
    expect(steps.every((step) => step.isWaiting && step.contradiction === null && step.atMs > 0)).toBe(true);
    expect(isWhole).toBe(true);
    expect(await typesOf('nobody')).toEqual({ types: [], isWhole: true });
  });

  test('why it was set aside, with the photo, and what was said of it later, offline', async () => {
    isHeld = true;
    const photo = 'data:image/webp;base64,AAAA';
    const body = received(['A', 'B']);
    const lines = body.lines.flatMap((one) => [
      { ...one, quantity: 1, serials: ['A'] },
      { ...one, quantity: 1, serials: ['B'], condition: 'damaged', reason: 'crushed', photo },
    ]);
    await till.commit('goods-received', { ...body, lines }, 'anna');
    const goods = { skuId: 'SHIRT', gtin14, quantity: -1, serials: ['B'], placeId: 'back' };
    const written = { reason: 'damaged', note: 'not worth mending', lines: [goods], approvals: [] };
    await till.commit('stock-adjusted', written, 'bo');
    const told = async (serial: string) =>
      (await till.unitLife(gtin14, serial)).steps.map((step) => [step.type, step.reason, step.photo, step.adjustment]);
    expect(await told('A')).toEqual([['received', '', null, null]]);
    expect(await told('B')).toEqual([
      ['received-damaged', 'crushed', photo, null],
      ['written-off', 'not worth mending', null, 'damaged'],
    ]);
  });

  test('where and when it was counted: once a pass, without what was taken back, and how it stood by then', async () => {
    await receive(['A']);
    const scanned = (placeId: string, quantity: number, agoMs: number) => ({
      ...{ countId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12', placeId, pass: 1, unknowns: [], approvals: [] },
      lines: [{ skuId: 'SHIRT', gtin14, quantity, serials: ['A'], agosMs: [agoMs], how: 'scan' }],
    });
    for (const [placeId, quantity] of [
      ['floor', 1],
      ['floor', -1],
      ['back', 1],
      ['back', 1],
    ] as const) {
      await till.commit('goods-counted', scanned(placeId, quantity, 0), 'bo');
    }
    await sell('A');
    const { steps, isWhole } = await till.unitLife(gtin14, 'A');
    expect(steps.map(({ type, placeId, operatorId, after }) => [type, placeId, operatorId, after])).toEqual([
      ['received', 'back', 'anna', 'in-stock'],
      ['counted', 'back', 'bo', 'in-stock'],
      ['sold', 'floor', 'anna', 'sold'],
    ]);
    expect(isWhole).toBe(true);
  });

  test('is read on after a restart, and what came since is in it', async () => {
    await receive(['A']);
    expect((await typesOf('A')).types).toEqual(['received → in-stock']);
    await till.close();
    till = await open();
    await sell('A');
    await vi.waitFor(() => expect(till.status.waiting).toBe(0));
    expect(await typesOf('A')).toEqual({ types: ['received → in-stock', 'sold → sold'], isWhole: true });
    expect((await till.unitLife(gtin14, 'A')).steps[0]?.isWaiting).toBe(false);
  });

  test('what happened before the entries that are held here is missing, and that is said', async () => {
    const row = { gtin14, serial: 'OLD', skuId: 'SHIRT', placeId: 'floor', state: 'in-stock', orderedAtMs: 1 };
    server.set('unit', `${gtin14}.OLD`, { ...row, entryId: '0002-000000001' });
    await vi.waitFor(async () => expect(await till.unit(gtin14, 'OLD')).not.toBe(null));
    expect(await typesOf('OLD')).toEqual({ types: [], isWhole: false });
    await sell('OLD');
    expect(await typesOf('OLD')).toEqual({ types: ['sold → sold'], isWhole: false });
  });

  test('the sale of a sold unit is found with what was paid; a unit that came back has none', async () => {
    await receive(['A']);
    expect(await till.saleOfUnit(gtin14, 'A')).toBe(null);
    await sell('A');
    expect(await till.saleOfUnit(gtin14, 'A')).toMatchObject({
      ...{ entryId: '0001-000000002', unitPriceMinor: 1_200, name: 'Shirt', taxRateBasisPoints: 2_000 },
    });
    await till.commit('retail-transaction', saleOf('A', -1, transactionId(2)), 'anna');
    expect(await till.saleOfUnit(gtin14, 'A')).toBe(null);
  });
});

describe('a unit that is not here', () => {
  test('is asked for at the server, its serial encoded; no answer is said as that', async () => {
    const elsewhere = { storeId: 'south', storeName: 'South', state: 'in-stock' };
    const asked: string[] = [];
    server.meets = (path) => {
      if (!path.includes('/units/')) return null;
      asked.push(path);
      return Response.json({ here: null, elsewhere });
    };
    expect(await till.unitElsewhere(gtin14, 'A/1')).toEqual({ ok: true, value: { here: null, elsewhere } });
    expect(asked[0]?.endsWith(`/units/${gtin14}/A%2F1`)).toBe(true);
    server.meets = () => {
      throw new TypeError('no network');
    };
    expect(await till.unitElsewhere(gtin14, 'A')).toEqual({ ok: false, error: { code: 'offline' } });
  });
});
