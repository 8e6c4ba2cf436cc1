import { beforeEach, expect, test } from 'vitest';
import { epcOf } from '#schemas/item-code/epc.ts';
import type { Gtin14 } from '#schemas/item-code/gtin.ts';
import { deliveryRowsOf, deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import { FakeTill, fakeSku } from './fake-till.ts';
import { TagOffers } from './tag-offers.svelte.ts';

const gtin = '09506000134352' as Gtin14;
const [mill, dock] = ['0000-000000007', '0000-000000008'];
const strange = 'E2801160600002054F2A1B3C';
const tag = (serial: number, of: Gtin14 = gtin) => epcOf(of, String(serial), 7).hex;
let till: FakeTill;
let tags: TagOffers;

function announce(entryId: string, name: string, serials: number[]): void {
  const goods = { skuId: 'COAT', gtin14: gtin, batch: null, expiresOn: null, sscc: null };
  const body = {
    source: { type: 'supplier' as const, supplierId: null, name },
    ...{ reference: '', expectedOn: null, placeId: 'back', approvals: [] },
    lines: [{ ...goods, quantity: serials.length, serials: serials.map(String) }],
  };
  for (const delivery of deliveryRowsOf({ kind: 'delivery-announced', body }, { entryId, occurredAtMs: 1 })
    .deliveries) {
    till.standings.push({ delivery, receipts: [], state: deliveryState(delivery, []) });
  }
  for (const serial of serials) put(serial, 'expected', entryId);
}
function put(serial: number, state: UnitState, entryId: string): void {
  const unit = { gtin14: gtin, serial: String(serial), skuId: 'COAT', placeId: 'back', orderedAtMs: 1 };
  till.units.push({ ...unit, state, entryId });
}
const offered = () => tags.offers.map(({ standing, count }) => [standing.delivery.source.name, count]);

beforeEach(() => {
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000, gtin), fakeSku('HAT', 900, '09506000134369'));
  announce(mill, 'Mill', [1, 2, 3]);
  announce(dock, 'Dock', [4]);
  tags = new TagOffers({ till: () => till, locale: () => 'en' });
});

test('tags of notices offer their deliveries, most first, each tag once however often it is seen', async () => {
  await tags.see([tag(4), tag(1), tag(2), tag(1)]);
  await tags.see([tag(2), tag(3)]);
  expect(offered()).toEqual([
    ['Mill', 3],
    ['Dock', 1],
  ]);
  expect(tags.strays).toBe(0);
});

test('whoever opens a delivery has its tags, in their order; the others stay on offer', async () => {
  await tags.see([tag(4), tag(1), tag(2)]);
  expect(await tags.take(mill)).toEqual([tag(1), tag(2)]);
  expect([offered(), await tags.take(mill)]).toEqual([[['Dock', 1]], []]);
  expect(await tags.take(dock)).toEqual([tag(4)]);
});

test('none is lost that is seen while a delivery is being opened', async () => {
  const seeing = tags.see([tag(1), tag(2)]);
  const taken = tags.take(mill);
  await seeing;
  expect(await taken).toEqual([tag(1), tag(2)]);
});

test('what several deliveries await goes with the one that is opened; what nobody awaits with goods without a delivery', async () => {
  await tags.see([tag(99), tag(7, '09506000134369' as Gtin14), strange]);
  expect([offered(), tags.strays]).toEqual([[], 3]);
  expect(await tags.take(dock)).toEqual([tag(99)]);
  expect(await tags.take(null)).toEqual([tag(7, '09506000134369' as Gtin14), strange]);
  expect(tags.strays).toBe(0);
});

test('tags of goods that are in stock are on no offer: they lie on the shelf beside the reader', async () => {
  put(50, 'in-stock', '0002-000000001');
  await tags.see([tag(50)]);
  expect([offered(), tags.strays, await tags.take(null)]).toEqual([[], 0, []]);
});

test('a screen that is left offers nothing', async () => {
  await tags.see([tag(1)]);
  tags.forget();
  expect([offered(), await tags.take(mill)]).toEqual([[], []]);
});
