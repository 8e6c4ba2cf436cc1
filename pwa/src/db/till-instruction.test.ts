import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeServer, newIdentity } from './fake-server.ts';
import { clearTill, loadFarewell, sayFarewell } from './farewell.ts';
import { loadIdentity } from './identity.ts';
import { IdentityDatabase } from './identity-database.ts';
import { journalPouch } from './pouch.ts';
import { openTill } from './till.ts';
import type { Till, TillIdentity } from './till-types.ts';

let identity: TillIdentity;
let server: FakeServer;
let till: Till;
const instructionId = '6f9c1e8e-5a53-4d7e-9a8b-0c1d2e3f4a5b';

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  server.set('sku', 'tea', {
    ...{ skuId: 'tea', names: { en: 'Tea' }, categoryId: null, brand: null, taxClass: 'standard' },
    ...{ tracking: 'quantity', variant: null },
  });
  server.cut();
  const opened = await openTill({
    identity,
    baseUrl: 'http://server',
    fetch: server.fetch,
    waitMs: 300,
    appVersion: 'v9',
  });
  if (!opened.ok) throw new Error(opened.error.code);
  till = opened.value;
  await vi.waitFor(() => expect(till.status.complete).toBe(true), { timeout: 20_000 });
});
afterEach(() => till.close());

const find = () =>
  till.commit(
    'stock-adjusted',
    {
      reason: 'found',
      note: '',
      lines: [{ skuId: 'tea', gtin14: null, quantity: 1, serials: [], placeId: 'floor' }],
      approvals: [],
    },
    'anna',
  );

test('a till hears what it is called and what it is asked to do while it waits for changes', async () => {
  expect(till.status).toMatchObject({ name: 'Front desk', instruction: null });
  server.tillName = 'Back office tablet';
  server.instruction = { type: 'wipe', instructionId, askedAtMs: 1 };
  server.wake();
  await vi.waitFor(() => expect(till.status.instruction?.instructionId).toBe(instructionId), { timeout: 20_000 });
  expect(till.status.name).toBe('Back office tablet');
});

test('[J3] a till that has been asked to clear itself sends all of its entries first, and makes none after', async () => {
  server.instruction = { type: 'wipe', instructionId, askedAtMs: 1 };
  server.wake();
  await vi.waitFor(() => expect(till.status.instruction).not.toBe(null), { timeout: 20_000 });
  server.meets = (path) => (path.startsWith('/sync') ? server.error(503, 'busy') : null);
  expect((await find()).ok).toBe(true);
  expect(await till.carryOut()).toEqual({ ok: false, error: { code: 'entries-waiting' } });
  expect(server.done).toEqual([]);
  // It was not done, so the shop goes on.
  expect((await find()).ok).toBe(true);
  server.meets = () => null;
  await vi.waitFor(() => expect(till.status.waiting).toBe(0), { timeout: 30_000 });
  expect(await till.carryOut()).toEqual({ ok: true, value: { code: null } });
  expect(server.done).toEqual([{ lastSequence: 2 }]);
  expect(await find()).toEqual({ ok: false, error: { code: 'not-owner' } });
});

test('an answer that was lost is made good: a till that is revoked by then has done it', async () => {
  server.instruction = { type: 'wipe', instructionId, askedAtMs: 1 };
  server.wake();
  await vi.waitFor(() => expect(till.status.instruction).not.toBe(null), { timeout: 20_000 });
  server.meets = (path) => (path.includes('/instructions/') ? Promise.reject(new TypeError('cut')) : null);
  expect(await till.carryOut()).toEqual({ ok: false, error: { code: 'offline' } });
  server.meets = (path) => (path.includes('/instructions/') ? server.error(403, 'till-revoked') : null);
  expect(await till.carryOut()).toEqual({ ok: true, value: { code: null } });
});

test('a revoked till goes on asking, hears that it is to clear itself, and says what is lost; a cut line does not save it', async () => {
  server.meets = (path) => (path.startsWith('/sync') ? server.error(503, 'busy') : null);
  expect((await find()).ok).toBe(true);
  const said: unknown[] = [];
  let discard: string | undefined;
  server.meets = async (path, _url, init) => {
    if (path.includes('/discards/')) {
      said.push(path, JSON.parse(String(init?.body)));
      throw new TypeError('cut');
    }
    return Response.json({ error: { code: 'till-revoked', ...(discard ? { discard } : {}) } }, { status: 403 });
  };
  server.wake();
  await vi.waitFor(() => expect(till.status.revoked).toBe(true), { timeout: 20_000 });
  expect(till.status.discard).toBe(null);
  discard = instructionId;
  await vi.waitFor(() => expect(till.status.discard).toBe(instructionId), { timeout: 20_000 });
  expect(await till.discard()).toBe(1);
  expect(said).toEqual([`/feed/${identity.storeId}/discards/${instructionId}/done`, { lostEntries: 1 }]);
  expect(await find()).toEqual({ ok: false, error: { code: 'not-owner' } });
});

test('what a till leaves goes: who it was at once, its databases after', async () => {
  const names = async () => (await Dexie.getDatabaseNames()).filter((name) => name.includes(identity.storeId));
  const database = new IdentityDatabase();
  await database.identity.put({ ...identity, slot: 'till' });
  await find();
  await till.close();
  expect((await names()).length).toBeGreaterThanOrEqual(1);
  const moved = { storeName: 'South', code: 'AAAA0000' };
  const farewell = { storeId: identity.storeId, tillNumber: 1, name: 'Front desk', moved };
  await sayFarewell(farewell);
  expect(await loadIdentity()).toBe(null);
  expect(await loadFarewell()).toEqual(farewell);
  await clearTill(farewell, { pouch: journalPouch() });
  await clearTill(farewell, { pouch: journalPouch() });
  expect(await names()).toEqual([]);
  database.close();
});
