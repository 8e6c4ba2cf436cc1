import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DeliveryAnnounced, TransferDelivered } from '#schemas/stock/delivery.ts';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { writeBackOfficeEntries } from '../journal/back-office.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { goods, received, receivedLine, sent } from '../journal/test-goods.ts';
import { makeStore, makeTill, openTestContext, type TestTill, taxRules, testNowMs } from '../journal/test-journal.ts';
import { giveRole } from '../journal/test-staff.ts';
import { drainOutbox } from './drain-outbox.ts';
import { messageOf } from './outbox-message.ts';
import { startOutbox } from './outbox-worker.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let url: string;
let ownerUrl: string;
let nowMs = testNowMs;
let here: TestTill;
let there: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, url, ownerUrl } = made);
  context = { ...openTestContext(made.url), nowMs: () => nowMs };
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  nowMs = testNowMs;
  await context.database.pool.query('delete from outbox');
  const merchantId = await createMerchant(context, { name: 'Test chain' });
  const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules };
  const stores = await Promise.all(
    ['Camden', 'Ancoats'].map((name) => createStore(context, { merchantId, name, ...place })),
  );
  for (const storeId of stores) await giveRole(context, storeId, 'amy', 'store-manager');
  const [one = '', two = ''] = stores;
  here = await makeTill(context, one, 1);
  there = await makeTill(context, two, 1);
});

async function rows<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await context.database.pool.query(text, values)).rows as Row[];
}
type Written<Body> = { id: string; operatorId: string; body: Body };
const writtenTo = <Body>({ storeId }: TestTill, kind: string) =>
  rows<Written<Body>>(
    `select document->>'_id' as id, document->>'operatorId' as "operatorId", (document->>'body')::jsonb as body
       from journal where store_id = $1 and kind = $2 and till_number = 0 order by sequence`,
    [storeId, kind],
  );
const announcedTo = (till: TestTill) => writtenTo<DeliveryAnnounced>(till, 'delivery-announced');
const deliveredTo = (till: TestTill) => writtenTo<TransferDelivered>(till, 'transfer-delivered');
const states = ({ storeId }: TestTill) =>
  rows<{ serial: string; state: string }>('select serial, state from unit where store_id = $1 order by serial', [
    storeId,
  ]).then((units) => units.map(({ serial, state }) => `${serial} ${state}`).join(', '));
const open = () =>
  rows<{ entryId: string; trouble: string }>(`select entry_id as "entryId", attempts, trouble,
  next_try_at_ms - ${nowMs} as "inMs" from outbox where done_at_ms is null order by 1`);
const exceptions = ({ storeId }: TestTill) =>
  rows('select code, entry_id from exception where store_id = $1', [storeId]);

/** Two phones in stock, the first of them of batch L1, and both sent to the other store. */
async function send(): Promise<string> {
  const lines = [
    receivedLine(goods('phone', ['a']), { batch: 'L1', expiresOn: '2027-01-01' }),
    receivedLine(goods('phone', ['b'])),
    receivedLine(goods('tea', 10)),
  ];
  const transfer = sent(there.storeId, [goods('phone', ['a', 'b']), goods('tea', 4)]);
  const entries = [await here.next('goods-received', received(lines)), await here.next('transfer-sent', transfer)];
  await post(context, here, entries);
  return entries[1]?._id ?? '';
}

async function receive(deliveryId: string, serials: string[], teas: number): Promise<void> {
  const lines = [goods('phone', serials), ...(teas > 0 ? [goods('tea', teas)] : [])];
  await post(context, there, [
    await there.next('goods-received', received(lines, { deliveryId, isTransfer: true }), {
      orderedAtMs: nowMs + 5_000,
    }),
  ]);
}

test('goods sent are announced in the other store, with batch and date as known; what it receives is told back', async () => {
  const transferId = await send();
  expect(await states(here)).toBe('a in-transit, b in-transit');
  expect(await drainOutbox(context)).toBe(1);
  const [announcement, ...more] = await announcedTo(there);
  expect(more).toEqual([]);
  expect(announcement).toMatchObject({
    operatorId: 'amy',
    body: {
      source: { type: 'transfer', storeId: here.storeId, name: 'Camden', entryId: transferId },
      placeId: 'back',
      lines: [
        { serials: ['a'], quantity: 1, batch: 'L1', expiresOn: '2027-01-01', sscc: null },
        { serials: ['b'], quantity: 1, batch: null, expiresOn: null },
        { skuId: 'tea', quantity: 4 },
      ],
    },
  });
  expect(await states(there)).toBe('a expected, b expected');
  await receive(announcement?.id ?? '', ['a'], 3);
  await post(context, there, [
    await there.next('delivery-closed', { deliveryId: announcement?.id, note: '', approvals: [] }),
  ]);
  expect(await drainOutbox(context)).toBe(2);
  expect((await deliveredTo(here)).map(({ body }) => body)).toMatchObject([
    {
      transferId,
      toStoreId: there.storeId,
      entryId: '0001-000000001',
      isClosed: false,
      lines: [{ serials: ['a'] }, { quantity: 3 }],
    },
    { transferId, toStoreId: there.storeId, entryId: '0001-000000002', isClosed: true, lines: [] },
  ]);
  expect(await states(here)).toBe('a elsewhere, b in-transit');
  expect(await states(there)).toBe('a in-stock, b expected');
  expect([...(await exceptions(here)), ...(await exceptions(there))]).toEqual([]);
  expect(await drainOutbox(context)).toBe(0);
});

test('a crash between the two writes: the entry is written once', async () => {
  await send();
  const raising = `$$ begin raise exception 'the power is off'; end $$`;
  await runSql(ownerUrl, `create function fail() returns trigger language plpgsql as ${raising}`);
  await runSql(ownerUrl, 'create trigger crash before update on outbox for each row execute function fail()');
  await expect(drainOutbox(context)).rejects.toThrow('the power is off');
  await runSql(ownerUrl, 'drop function fail cascade');
  expect(await announcedTo(there)).toHaveLength(1);
  expect(await open()).toMatchObject([{ attempts: 0, trouble: null }]);
  expect(await drainOutbox(context)).toBe(1);
  expect(await announcedTo(there)).toHaveLength(1);
  expect(await open()).toEqual([]);
});

test('servers that drain at once write each entry once, even without the locks on its rows', async () => {
  const entries = [];
  for (let at = 0; at < 8; at++) {
    entries.push(await here.next('transfer-sent', sent(there.storeId, [goods('tea', 1)])));
  }
  await post(context, here, entries);
  const servers = [context, openTestContext(url), openTestContext(url)];
  const item = { storeId: here.storeId, entryId: entries[0]?._id ?? '' };
  const lockless = servers.map(async (server) => {
    const message = await messageOf(server.database.pool, item);
    if (!message.ok || message.value === null || typeof message.value === 'string' || 'step' in message.value)
      throw new Error('there is something to tell');
    const { storeId, draft, isThere } = message.value;
    return writeBackOfficeEntries(server, storeId, [draft], { unless: isThere });
  });
  // Two that seal the same entry in the same millisecond both hear that it is there: it is there once.
  expect((await Promise.all(lockless)).every(({ ok }) => ok)).toBe(true);
  expect(await announcedTo(there)).toHaveLength(1);
  await Promise.all(servers.map((server) => drainOutbox(server)));
  expect(await announcedTo(there)).toHaveLength(8);
  await rows('update outbox set done_at_ms = null, next_try_at_ms = 0');
  await Promise.all(servers.map((server) => drainOutbox(server)));
  expect(await announcedTo(there)).toHaveLength(8);
  expect(await open()).toEqual([]);
  for (const other of servers.slice(1)) await other.close();
});

test('[P2] a rebuild sends nothing twice', async () => {
  await send();
  await drainOutbox(context);
  const before = await derivedRows(context, there.storeId);
  await rebuildStore(context, here.storeId);
  await rebuildStore(context, there.storeId);
  expect(await derivedRows(context, there.storeId)).toEqual(before);
  expect(await drainOutbox(context)).toBe(0);
  expect(await announcedTo(there)).toHaveLength(1);
});

test('[A1] goods go to stores of the chain alone, and nobody is told of what was never sent', async () => {
  const foreign = await makeStore(context);
  for (const storeId of [foreign, here.storeId, 'nowhere']) {
    await post(context, here, [await here.next('transfer-sent', sent(storeId, [goods('tea', 1)]))]);
  }
  // A till of the other store claims that something was sent to it.
  const source = { type: 'transfer', storeId: here.storeId, name: 'Camden', entryId: '0001-000000001' };
  const claim = { source, reference: '', expectedOn: null, placeId: 'floor', approvals: [] };
  const lines = [{ ...goods('phone', ['a']), batch: null, expiresOn: null, sscc: null }];
  await post(context, there, [await there.next('delivery-announced', { ...claim, lines })]);
  await receive('0001-000000001', ['a'], 0);
  await receive('0000-000000777', ['b'], 0);
  expect(await drainOutbox(context)).toBe(5);
  expect(
    await rows('select from journal where till_number = 0 and store_id = any($1)', [
      [here.storeId, there.storeId, foreign],
    ]),
  ).toEqual([]);
  expect(await open()).toMatchObject([{ entryId: '0001-000000003', trouble: 'the delivery is not known' }]);
});

test('a till that claims to have been told does not keep the goods from being announced', async () => {
  const source = { type: 'transfer', storeId: here.storeId, name: 'Camden', entryId: '0001-000000002' };
  const lines = [{ ...goods('phone', ['a']), batch: null, expiresOn: null, sscc: null }];
  const claim = { source, reference: '', expectedOn: null, placeId: 'floor', lines, approvals: [] };
  await post(context, there, [await there.next('delivery-announced', claim)]);
  await send();
  await drainOutbox(context);
  expect(await announcedTo(there)).toHaveLength(1);
});

test('what cannot be told is tried again, later and later, and blocks nothing; in the end it is given up', async () => {
  await receive('0000-000000009', ['a'], 0);
  await drainOutbox(context);
  expect(await open()).toMatchObject([{ attempts: 1, inMs: 1_000, trouble: 'the delivery is not known' }]);
  await send();
  expect(await drainOutbox(context)).toBe(1);
  expect(await announcedTo(there)).toHaveLength(1);
  for (let attempt = 2; attempt < 24; attempt++) {
    nowMs += 3_600_000;
    expect(await drainOutbox(context)).toBe(1);
  }
  expect(await open()).toMatchObject([{ attempts: 23, inMs: 3_600_000 }]);
  nowMs += 3_600_000;
  await drainOutbox(context);
  expect(await open()).toEqual([]);
});

test('a worker hears of a commit at once, and ends when it is told to', async () => {
  const worker = startOutbox(context);
  await send();
  for (let waited = 0; waited < 100 && (await announcedTo(there)).length === 0; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await worker.close();
  expect(await announcedTo(there)).toHaveLength(1);
  await post(context, here, [await here.next('transfer-sent', sent(there.storeId, [goods('tea', 1)]))]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await announcedTo(there)).toHaveLength(1);
});
