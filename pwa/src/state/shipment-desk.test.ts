import { expect, test, vi } from 'vitest';
import type { ShipmentDetail } from '#schemas/api/shipments.ts';
import { packingSchema } from '#schemas/procurement/shipment.ts';
import { fail, ok } from '#schemas/result.ts';
import type { ApiCall } from './office-api.ts';
import type { PaperAsk } from './paper-desk.svelte.ts';
import { ShipmentDesk } from './shipment-desk.svelte.ts';

const gtin14 = '04006381333931';
const code = (serial: string) => `https://id.example/01/${gtin14}/21/${serial}`;

/** A server of one shipment that saves what it is told, makes codes, and can be away or asked by somebody else. */
class FakeServer {
  detail: ShipmentDetail = {
    ...{ shipmentId: 's', orderId: 'o', number: 1, phase: 'draft', version: 1, reference: '', pieces: 0, cartons: 0 },
    ...{ changedAtMs: 0, packing: packingSchema.parse({ cartons: [] }), orderNumber: 1, storeId: 'camden' },
    ...{ storeName: 'Camden', storeAddress: '', timeZone: 'UTC', merchantName: 'Larch', supplierName: 'Mill' },
    ...{ digitalLinkDomain: 'https://id.example', deliveryIds: [] },
    goods: [
      { skuId: 'CUP', names: { en: 'Cup' }, variant: null, tracking: 'item', gtins: [gtin14], ordered: 4, open: 4 },
    ],
  };
  isAway = false;
  saved = 0;

  ask = (async (_path: string, _schema: unknown, call: ApiCall = {}) => {
    await Promise.resolve();
    if (this.isAway) return fail({ code: 'offline' });
    if (call.method !== 'PUT') return ok(this.detail);
    const { version, packing } = call.body as Pick<ShipmentDetail, 'version' | 'packing'>;
    if (version !== this.detail.version) return fail({ code: 'conflict' });
    this.saved += 1;
    const cartons = packing.cartons.map((carton, at) => ({ ...carton, sscc: carton.sscc || `number ${at}` }));
    this.detail = { ...this.detail, version: version + 1, packing: { ...packing, cartons } };
    return ok({ shipmentId: 's', version: version + 1 });
  }) as PaperAsk;
}

async function opened() {
  const server = new FakeServer();
  const desk = new ShipmentDesk(server.ask, 0);
  await desk.load();
  return { server, desk };
}

test('what is scanned is saved by itself, and carton numbers come back', async () => {
  const { server, desk } = await opened();
  desk.scan(code('A1'));
  expect(desk.isSaved).toBe(false);
  await desk.save();
  expect([desk.isSaved, server.detail.packing.cartons[0]?.goods[0]?.serials]).toEqual([true, ['A1']]);
  expect(desk.packing?.cartons[0]?.sscc).toBe('number 0');
});

test('what is scanned while it is saved is kept, and saved next', async () => {
  const { server, desk } = await opened();
  desk.scan(code('A1'));
  const saving = desk.save();
  // It is on its way.
  await Promise.resolve();
  desk.scan(code('A2'));
  await saving;
  expect([desk.isSaved, desk.packing?.cartons[0]?.goods[0]?.serials]).toEqual([false, ['A1', 'A2']]);
  await desk.save();
  expect([desk.isSaved, server.detail.packing.cartons[0]?.goods[0]?.serials]).toEqual([true, ['A1', 'A2']]);
});

test('without a network nothing is lost: it is said, and saved when it is back', async () => {
  vi.useFakeTimers();
  const { server, desk } = await opened();
  server.isAway = true;
  desk.scan(code('A1'));
  await desk.save();
  expect([desk.failure, desk.isSaved, desk.packing?.cartons.length]).toEqual(['offline', false, 1]);
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([desk.failure, desk.isSaved, server.saved]).toEqual([null, true, 1]);
  vi.useRealTimers();
});

test('[SH4] who is second sees what the first one packed, and that theirs was not taken', async () => {
  const { server, desk } = await opened();
  server.detail = { ...server.detail, version: 5, packing: { ...server.detail.packing, reference: 'theirs' } };
  desk.scan(code('A1'));
  await desk.save();
  expect([desk.failure, desk.packing?.reference, desk.packing?.cartons]).toEqual(['conflict', 'theirs', []]);
});
