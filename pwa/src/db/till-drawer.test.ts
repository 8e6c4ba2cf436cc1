import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { entryId } from '#schemas/journal/envelope.ts';
import { nextShift } from '#schemas/shift/drawer-state.ts';
import { closing, movement, opening, ticket } from '#schemas/shift/test-drawer.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import { openTill } from './till.ts';
import { drawerDatabaseName } from './till-drawer.ts';
import type { Till, TillIdentity } from './till-types.ts';

let identity: TillIdentity;
let server: FakeServer;
let till: Till;

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  server.cut();
  till = await open();
  await vi.waitFor(() => expect(till.config()).not.toBeNull(), { timeout: 20_000 });
});
afterEach(() => till.close());

async function open(): Promise<Till> {
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

async function restart(): Promise<void> {
  await till.close();
  till = await open();
}

const sold = (pence: number) => ({
  ...ticket([{ quantity: 1, unitPriceMinor: pence, taxClass: 'zero' }]),
  transactionId: crypto.randomUUID(),
});

test('how the drawer stands follows the own entries, posted or not, and is the same after a restart', async () => {
  expect(await till.drawer()).toEqual({
    phase: 'closed',
    shiftNumber: 0,
    grandTotal: { currency: 'GBP', totalMinor: 0 },
  });
  await till.commit('retail-transaction', sold(300), 'ann');
  const before = await till.drawer();
  if (before?.phase !== 'closed') throw new Error('it is closed');
  await till.commit('shift-opened', opening(nextShift(before, 'GBP')), 'ann');
  await till.commit('retail-transaction', sold(500), 'ann');
  await till.commit('cash-moved', movement({ amountMinor: 1_000 }), 'ann');
  const state = await till.drawer();
  expect(state).toMatchObject({
    phase: 'open',
    shift: {
      shiftId: entryId(identity.tillNumber, 2),
      report: { expectedMinor: 9_500, grandTotalMinor: 800, transactionCount: 1 },
    },
  });
  await restart();
  expect(await till.drawer()).toEqual(state);
});

test('a start goes through what came since the drawer was written down, and through all when that is another journal', async () => {
  await till.commit('shift-opened', opening(), 'ann');
  for (let count = 0; count < 120; count += 1) await till.commit('retail-transaction', sold(100), 'ann');
  await restart();
  const state = await till.drawer();
  expect(state).toMatchObject({ shift: { report: { transactionCount: 120, totalMinor: 12_000 } } });
  await till.commit('retail-transaction', sold(100), 'ann');
  await restart();
  expect(await till.drawer()).toMatchObject({ shift: { report: { transactionCount: 121 } } });
  await till.close();
  const { default: Dexie } = await import('dexie');
  const database = await new Dexie(drawerDatabaseName(identity.storeId, identity.tillNumber)).open();
  const mark = await database.table('marks').get('mark');
  expect(mark.sequence).toBe(121);
  await database.table('marks').put({ ...mark, hash: 'f'.repeat(64), state: { phase: 'closed', shiftNumber: 9 } });
  database.close();
  till = await open();
  expect(await till.drawer()).toMatchObject({ shift: { report: { transactionCount: 121 } } });
}, 30_000);

test('closings are found latest first', async () => {
  for (let number = 1; number <= 3; number += 1) {
    await till.commit('shift-opened', opening({ shiftNumber: number }), 'ann');
    const state = await till.drawer();
    if (state?.phase !== 'open') throw new Error('it is open');
    const { shiftId, report } = state.shift;
    await till.commit('shift-closed', closing(shiftId, report, { shiftNumber: number }), 'ann');
  }
  expect((await till.shiftClosings(2)).map(({ body }) => body.shiftNumber)).toEqual([3, 2]);
});
