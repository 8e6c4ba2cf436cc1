import { beforeEach, expect, test, vi } from 'vitest';
import { factOf } from '#schemas/journal/kinds.ts';
import { deliveryRowsOf, deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import { Approvals } from './approvals.svelte.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import { type MoveMode, moveWarning } from './moving-draft.ts';
import { Session } from './session.svelte.ts';
import { StockRoom } from './stock-room.svelte.ts';

const gtin = '09506000134352';
const teaGtin = '04006381333931';
const sscc = '095060001343520017';
let till: FakeTill;
let approvals: Approvals;
let session: Session;
let room: StockRoom;

beforeEach(async () => {
  till = new FakeTill();
  const tea = fakeSku('TEA', 350, teaGtin);
  tea.sku.tracking = 'quantity';
  till.skus.push(fakeSku('COAT', 12_000, gtin), tea);
  const shared = {
    till: () => till,
    newId: () => crypto.randomUUID(),
    nowMs: () => 1_000,
    signal: () => undefined,
  };
  const staff = () => till.config().staff;
  session = new Session({ ...shared, storage: new MemoryStorage(), staff, idleMinutes: () => 60 });
  const operatorId = () => session.operator?.operatorId ?? null;
  approvals = new Approvals({ ...shared, staff, operatorId, passkeys: null });
  room = new StockRoom({
    ...shared,
    storage: new MemoryStorage(),
    copy: { read: async () => null, write: async () => undefined },
    session,
    approvals,
    locale: () => 'en',
    labelPrinter: { partLabels: 5, print: async () => ({ ok: true, value: null }) },
    shelfPrice: () => null,
  });
  await room.attach(till);
  await session.signIn('ann', '1234');
});

function unit(serial: string, state: UnitState, placeId = 'back'): void {
  till.units.push({ gtin14: gtin, serial, skuId: 'COAT', placeId, state, entryId: '0009-000000001', orderedAtMs: 1 });
}
const scanUnit = (serial: string) => room.moving.read(`https://id.example/01/${gtin}/21/${serial}`);
const warnings = () => {
  const { draft } = room.moving;
  return draft?.lines.map((line) => moveWarning(draft, line)) ?? [];
};

async function finish(mode: MoveMode): Promise<unknown> {
  await room.moving.start(mode);
  const finishing = room.moving.finish([]);
  await vi.waitFor(() => expect(approvals.need !== null || room.moving.notice?.code === 'done').toBe(true));
  if (approvals.need !== null) await approvals.byPin('bob', '1234');
  expect(await finishing).toBe(true);
  const entry = till.committed.at(-1);
  expect(entry && factOf(entry).ok).toBe(true);
  return entry?.body;
}

test('what is scanned while the next screen is on its way goes to it, or to the one that stays', async () => {
  const taken: string[] = [];
  room.isShown = true;
  room.onScan = async (raw) => void taken.push(`hub ${raw}`);
  room.isOnTheWay = true;
  await room.read('A');
  expect(taken).toEqual([]);
  room.onScan = null;
  room.onScan = async (raw) => void taken.push(`shelf ${raw}`);
  room.isOnTheWay = false;
  room.isOnTheWay = true;
  await room.read('B');
  room.isOnTheWay = false;
  expect(taken).toEqual(['shelf A', 'shelf B']);
});

test('what is scanned before its screen is there waits for it, and is forgotten when the stock room is left', async () => {
  const taken: string[] = [];
  const take = async (raw: string) => void taken.push(raw);
  room.isShown = true;
  await room.read('A');
  room.onScan = take;
  await room.read('B');
  room.onScan = null;
  await room.read('C');
  room.isShown = false;
  room.onScan = take;
  expect(taken).toEqual(['A', 'B']);
});

test('[RT3] goods go back to a supplier by the list that was chosen, and not without one', async () => {
  await room.moving.start('supplier');
  unit('A1', 'set-aside', 'aside');
  await scanUnit('A1');
  await room.moving.read('4006381333931');
  expect(await room.moving.finish([])).toBe(false);
  const pick = { returnId: 'r1', supplierId: 'acme', supplierName: 'Acme' };
  room.moving.write({ pick, note: 'Chipped' });
  expect(await finish('supplier')).toMatchObject({
    ...{ ...pick, note: 'Chipped' },
    lines: [
      { skuId: 'COAT', gtin14: gtin, serials: ['A1'], quantity: 1, placeId: 'aside', reason: 'Chipped' },
      { skuId: 'TEA', serials: [], quantity: 1, placeId: 'back' },
    ],
  });
  expect(till.committed.at(-1)?.kind).toBe('goods-sent-back');
});

test('units move from where they are by the books, counted goods from where the person says', async () => {
  await room.moving.start('place');
  unit('A1', 'in-stock');
  unit('A2', 'in-stock', 'aside');
  await scanUnit('A1');
  await scanUnit('A2');
  await scanUnit('A2');
  expect(room.moving.notice?.code).toBe('unit-scanned');
  await room.moving.read('4006381333931');
  expect(await finish('place')).toMatchObject({
    lines: [
      { skuId: 'COAT', serials: ['A1'], fromPlaceId: 'back', toPlaceId: 'floor' },
      { skuId: 'COAT', serials: ['A2'], fromPlaceId: 'aside', toPlaceId: 'floor' },
      { skuId: 'TEA', quantity: 1, serials: [], fromPlaceId: 'back', toPlaceId: 'floor' },
    ],
  });
  expect(room.moving.draft).toBeNull();
});

test('nothing goes negative silently: more than the books have, and a unit that is not here, are said first', async () => {
  await room.moving.start('place');
  unit('A1', 'sold');
  await scanUnit('A1');
  await room.moving.read('4006381333931');
  expect(warnings()).toEqual(['not-here', null]);
  await room.moving.setPieces(2, 6);
  expect(warnings()).toEqual(['not-here', 'more-than-books']);
});

test('what lies where it is to go is not moved', async () => {
  await room.moving.start('place');
  unit('A1', 'in-stock', 'floor');
  await scanUnit('A1');
  expect(room.moving.notice?.code).toBe('there-already');
  expect(room.moving.draft?.lines).toEqual([]);
  unit('A2', 'in-stock');
  await scanUnit('A2');
  await room.moving.setPlaces({ toPlaceId: 'back' });
  expect(await room.moving.finish([])).toBe(false);
  expect(till.committed).toEqual([]);
});

test('[A1] sending to another store takes a right of its own; the entry names the store and the carton', async () => {
  await room.moving.start('store');
  for (const serial of ['A1', 'A2']) unit(serial, 'in-stock');
  unit('A3', 'sold');
  const line = { skuId: 'COAT', gtin14: gtin, quantity: 3, serials: ['A1', 'A2', 'A3'], batch: 'L1', expiresOn: null };
  till.cartons.push({ sscc, deliveryId: '0000-000000007', lines: [line] });
  await room.moving.read(`00${sscc}`);
  expect(room.moving.notice).toMatchObject({ code: 'carton', count: 2 });
  expect(await finish('store')).toMatchObject({
    toStoreId: 'south',
    toStoreName: 'South',
    lines: [{ serials: ['A1', 'A2'], quantity: 2, sscc, batch: 'L1', placeId: 'back' }],
    approvals: [{ right: 'transfer-goods', operatorId: 'bob' }],
  });
});

test('a write-off counts down and a find counts up, with a second person', async () => {
  await room.moving.start('adjust');
  await room.moving.read('4006381333931');
  room.moving.write({ reason: 'theft' });
  expect(await finish('adjust')).toMatchObject({ reason: 'theft', lines: [{ quantity: -1, placeId: 'back' }] });
  await room.moving.start('adjust');
  await room.moving.read('4006381333931');
  room.moving.write({ reason: 'found' });
  expect(await finish('adjust')).toMatchObject({ reason: 'found', lines: [{ quantity: 1 }] });
});

test('what is typed while a scan is looked up is there at once, and stays', async () => {
  await room.moving.start('store');
  const scanned = room.moving.read('4006381333931');
  room.moving.write({ note: 'For the window' });
  expect(room.moving.draft?.note).toBe('For the window');
  await scanned;
  expect(room.moving.draft).toMatchObject({ note: 'For the window', lines: [{ skuId: 'TEA', quantity: 1 }] });
});

test('a state is set for units alone', async () => {
  await room.moving.start('set');
  await room.moving.read('4006381333931');
  expect(room.moving.notice?.code).toBe('units-only');
  unit('A1', 'in-stock');
  await scanUnit('A1');
  room.moving.write({ state: 'reserved', note: 'Mrs Gray' });
  expect(await finish('set')).toMatchObject({ state: 'reserved', reason: 'Mrs Gray', lines: [{ serials: ['A1'] }] });
});

test('codes are new each time, on record before a label is printed, and printed part by part', async () => {
  session.signOut();
  await session.signIn('bob', '1234');
  const { commissioning } = room;
  await commissioning.read('4006381333931');
  expect(commissioning.notice?.code).toBe('not-coded');
  await commissioning.read('9506000134352');
  const job = await commissioning.make({ quantity: 12, batch: 'L1', expiresOn: '2027-01-31' });
  expect(till.committed.map(({ kind }) => kind)).toEqual(['units-commissioned']);
  expect(new Set(job?.goods[0]?.serials).size).toBe(12);
  const jobId = job?.jobId ?? '';
  await commissioning.printing.print(jobId, room.labelChoice.printer, room.labelChoice.format);
  expect(commissioning.jobs[0]?.printed).toBe(12);
  const printed = till.committed.slice(1).map(({ body }) => (body.lines as { quantity: number }[])[0]?.quantity);
  expect(printed).toEqual([5, 5, 2]);
  const range = { from: 4, to: 5, reason: 'Jammed' };
  expect(await commissioning.printing.reprint(jobId, range, room.labelChoice.printer, room.labelChoice.format)).toBe(
    true,
  );
  expect(till.committed.at(-1)?.body).toMatchObject({
    reprintOf: jobId,
    reason: 'Jammed',
    lines: [{ serials: job?.goods[0]?.serials.slice(3, 5) }],
  });
  expect(till.committed.every((entry) => factOf(entry).ok)).toBe(true);
});

test('labels that no printer took are not on record as printed', async () => {
  session.signOut();
  await session.signIn('bob', '1234');
  const { commissioning } = room;
  await commissioning.read('9506000134352');
  const job = await commissioning.make({ quantity: 2, batch: null, expiresOn: null });
  const broken = { partLabels: 5, print: async () => ({ ok: false, error: { code: 'not-drawn' } }) as const };
  await commissioning.printing.print(job?.jobId ?? '', broken, room.labelChoice.format);
  expect(commissioning.notice?.code).toBe('print-failed');
  expect(till.committed).toHaveLength(1);
  expect(commissioning.jobs[0]?.printed).toBe(0);
});

test('a unit that is looked up says its state, its recall, and is set aside by a second person’s yes', async () => {
  unit('A1', 'in-stock');
  till.recallRows.push({
    recallId: 'f0d0f0a0-0000-4000-8000-000000000001',
    title: 'Loose buttons',
    advice: '',
    gtins: [gtin],
    batches: [],
    units: [],
    openedAtMs: 1,
  });
  await room.lookUp.read(`https://id.example/01/${gtin}/21/A1`);
  expect(room.lookUp.unit?.history.unit?.state).toBe('in-stock');
  expect(room.lookUp.unit?.recalls).toMatchObject([{ recall: { title: 'Loose buttons' }, isCertain: true }]);
  const acting = room.lookUp.act({ type: 'set', state: 'set-aside', reason: 'Button off' }, []);
  await vi.waitFor(() => expect(approvals.need?.right).toBe('adjust-stock'));
  await approvals.byPin('bob', '1234');
  expect(await acting).toBe(true);
  expect(till.committed[0]?.body).toMatchObject({ state: 'set-aside', lines: [{ serials: ['A1'], placeId: 'back' }] });
  await room.lookUp.read('NO-SUCH-THING');
  expect(room.lookUp.missing).toEqual({ text: 'NO-SUCH-THING', problem: null });
  await room.lookUp.read('https://dlnkd.example/AQnO2IRCICDKWcnpqQtCQiJABemo');
  expect(room.lookUp.missing).toMatchObject({ problem: 'compressed-link' });
});

async function asManager(): Promise<StockRoom> {
  session.signOut();
  await session.signIn('bob', '1234');
  return room;
}

test('a whole delivery is labelled in one go: codes that its notice names, and new ones for what has none', async () => {
  const { commissioning } = await asManager();
  const origin = { batch: 'L1', expiresOn: '2027-01-31' };
  const lines = [
    { skuId: 'COAT', gtin14: gtin, quantity: 2, serials: ['A1', 'A2'], sscc: '095060001343520017', ...origin },
    { skuId: 'COAT', gtin14: gtin, quantity: 5, serials: [], sscc: null, ...origin },
    { skuId: 'TEA', gtin14: '04006381333931', quantity: 9, serials: [], sscc: null, ...origin },
  ];
  const source = { type: 'supplier', supplierId: null, name: 'Mill' } as const;
  const body = { source, reference: 'PO 7', expectedOn: null, placeId: 'back', lines, approvals: [] };
  const rows = deliveryRowsOf({ kind: 'delivery-announced', body }, { entryId: '0000-000000007', occurredAtMs: 1 });
  const [delivery] = rows.deliveries;
  if (delivery === undefined) throw new Error('an announcement makes a delivery');
  till.cartons.push(...rows.cartons);
  const order = await commissioning.ofDelivery({ delivery, receipts: [], state: deliveryState(delivery, []) });
  if (order === null) throw new Error('there is something to label');
  expect(order.skus).toMatchObject([{ found: { gtin14: gtin }, expected: 7, received: 0, coded: 2, ...origin }]);
  const job = await commissioning.makeForDelivery(order, [5], true);
  expect(job?.goods.map(({ skuId, quantity, batch }) => [skuId, quantity, batch])).toEqual([
    ['COAT', 2, 'L1'],
    ['COAT', 5, 'L1'],
  ]);
  expect(job?.goods[0]?.serials).toEqual(['A1', 'A2']);
  // What is new is on record before a label is printed; what the notice names is already.
  expect(till.committed).toMatchObject([{ kind: 'units-commissioned', body: { lines: [{ quantity: 5, ...origin }] } }]);
  expect(await commissioning.makeForDelivery(order, [0], false)).toBeNull();
  expect(await commissioning.makeForDelivery(order, [5_001], false)).toBeNull();
  expect(till.committed).toHaveLength(1);
});

test('labels that another tablet printed are printed again here, on record as hers once more', async () => {
  const { commissioning } = await asManager();
  const jobId = '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e77';
  const origin = { batch: null, expiresOn: null };
  const goods = [{ skuId: 'COAT', gtin14: gtin, quantity: 3, serials: ['X1', 'X2', 'X3'], ...origin }];
  const about = { jobId, printedAtMs: 5, tillNumber: 9, operatorName: 'Mia', skus: [{ skuId: 'COAT', quantity: 3 }] };
  till.printers.printedJobs.push({ ...about, total: 3, goods });
  till.printers.isOffline = true;
  expect(await commissioning.takeOver({ ...about, total: 3 })).toBeNull();
  expect(commissioning.notice?.code).toBe('offline');
  till.printers.isOffline = false;
  const job = await commissioning.takeOver({ ...about, total: 3 });
  expect(job).toMatchObject({ jobId, printed: 3, createdAtMs: 5 });
  const range = { from: 2, to: 3, reason: 'Torn' };
  const { printer, format } = room.labelChoice;
  expect(await commissioning.printing.reprint(jobId, range, printer, format)).toBe(true);
  expect(till.committed).toMatchObject([
    { kind: 'labels-printed', body: { reprintOf: jobId, reason: 'Torn', lines: [{ serials: ['X2', 'X3'] }] } },
  ]);
});
