import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BasketParked } from '#schemas/parking/parked-basket.ts';
import { ticket } from '#schemas/shift/test-drawer.ts';
import { FakeServer, newIdentity } from './fake-server.ts';
import { openTill } from './till.ts';
import { parkingDatabaseName } from './till-parking.ts';
import type { Till, TillIdentity } from './till-types.ts';

let identity: TillIdentity;
let server: FakeServer;
let till: Till;

beforeEach(async () => {
  identity = await newIdentity();
  server = new FakeServer(identity.storeId);
  server.cut();
  till = await open();
});
afterEach(() => till.close());

async function open(): Promise<Till> {
  const opened = await openTill({ identity, baseUrl: 'http://server', fetch: server.fetch, waitMs: 300 });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

function basket(label: string): BasketParked {
  const goods = { skuId: 'tea', gtin14: null, serial: null, name: 'Tea', variant: null, taxClass: 'zero' };
  const line = { ...goods, lineNumber: 1, categoryIds: [], brand: null, grams: null, quantity: 1, returned: null };
  return {
    ...{ transactionId: crypto.randomUUID(), openedAtMs: 1, currency: 'GBP', ticketDiscount: null, couponIds: [] },
    lines: [{ ...line, price: { from: 'list' }, priceOverride: null, discount: null, note: null, askedMinor: 300 }],
    ...{ label, note: null, totalMinor: 300, quote: null, deposit: null, approvals: [] },
  };
}

const labels = async () => (await till.parking.list()).map(({ state, parked }) => `${state} ${parked.body.label}`);

test('[PK2] baskets are listed from the entries, after a restart and when the index is lost too', async () => {
  const [red, blue, sold] = [basket('red'), basket('blue'), basket('sold')];
  const parked = await till.commit('basket-parked', red, 'ann');
  await till.commit('basket-parked', blue, 'ann');
  await till.commit('basket-parked', sold, 'ann');
  if (!parked.ok) throw new Error(parked.error.code);
  const taking = { transactionId: red.transactionId, fromEntryId: parked.value._id, how: 'taken-up', approvals: [] };
  await till.commit('basket-taken', taking, 'ann');
  const sale = ticket([{ quantity: 1, unitPriceMinor: 300, taxClass: 'zero' }]);
  await till.commit('retail-transaction', { ...sale, transactionId: sold.transactionId }, 'ann');
  await vi.waitFor(async () => expect(await labels()).toEqual(['parked blue', 'open red']));
  expect(await till.parking.of(sold.transactionId)).toMatchObject({ state: 'sold' });
  expect(await till.parking.of(crypto.randomUUID())).toBeNull();
  await till.close();
  till = await open();
  expect(await labels()).toEqual(['parked blue', 'open red']);
  await till.close();
  indexedDB.deleteDatabase(parkingDatabaseName(identity.storeId, identity.tillNumber));
  till = await open();
  expect(await labels()).toEqual(['parked blue', 'open red']);
  expect(await till.parking.of(sold.transactionId)).toMatchObject({ state: 'sold' });
}, 30_000);

test('a sale of a basket that was never parked is none of the list, and what is told is told once', async () => {
  let told = 0;
  till.parking.onChange(() => (told += 1));
  await till.commit(
    'retail-transaction',
    { ...ticket([{ quantity: 1, unitPriceMinor: 300, taxClass: 'zero' }]), transactionId: crypto.randomUUID() },
    'ann',
  );
  expect(await labels()).toEqual([]);
  expect(told).toBe(0);
  await till.commit('basket-parked', basket('red'), 'ann');
  await vi.waitFor(() => expect(told).toBeGreaterThan(0));
}, 30_000);
