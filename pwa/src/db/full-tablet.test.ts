import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ticket } from '#schemas/shift/test-drawer.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import { openTill } from './till.ts';
import type { Till, TillStatus } from './till-types.ts';

let server: FakeServer;
let till: Till;

beforeEach(async () => {
  const identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  server.cut();
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  till = opened.value;
  await until((status) => status.complete);
});
afterEach(async () => {
  await till.close();
  vi.restoreAllMocks();
});

function until(is: (status: TillStatus) => boolean): Promise<void> {
  return vi.waitFor(() => expect(is(till.status)).toBe(true), { timeout: 20_000, interval: 5 });
}

const sell = () => {
  const sold = ticket([{ quantity: 1, unitPriceMinor: 300, taxClass: 'zero' }]);
  return till.commit('retail-transaction', { ...sold, transactionId: crypto.randomUUID() }, 'ann');
};

/** No write succeeds, as IndexedDB reports a full disk: the transaction aborts. */
function fillUp() {
  const put = IDBObjectStore.prototype.put;
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    Object.defineProperty(this.transaction, 'error', { value: new DOMException('no room', 'QuotaExceededError') });
    const request = put.call(this, value, key);
    this.transaction.abort();
    return request;
  });
}

test('[J1] a tablet without a byte left keeps what it holds and says so; with room it sends it without a hand, and sells on', async () => {
  server.meets = () => Promise.reject(new TypeError('no network'));
  server.wake();
  await until((status) => !status.online);
  for (let at = 0; at < 3; at++) expect((await sell()).ok).toBe(true);
  const full = fillUp();
  expect(await sell()).toEqual({ ok: false, error: { code: 'storage-full' } });
  expect(till.status).toMatchObject({ trouble: 'storage-full', lastSequence: 3, waiting: 3 });
  server.meets = () => null;
  await until((status) => status.online);
  full.mockRestore();
  server.wake();
  await until((status) => status.waiting === 0);
  expect(await sell()).toMatchObject({ ok: true, value: { sequence: 4 } });
  await until((status) => status.waiting === 0 && status.trouble === null);
  expect(server.couch.received.sort()).toEqual([1, 2, 3, 4].map((at) => `0001-00000000${at}`));
});
