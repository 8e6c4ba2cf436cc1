import { assert } from '#schemas/assert.ts';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import type { DeliveryAnnounced, PackedLine } from '#schemas/stock/delivery.ts';
import { type DemoStore, type DemoSupplierId, demoSuppliers } from './demo-chain.ts';

/** Of the restricted prefixes, like the demo's GTINs: it means nothing outside. */
const companyPrefix = '2900000';
const dayMs = 86_400_000;

/** What is in each carton: item-coded SKUs with pieces, batch, and days until they expire (null: never). */
const cartons = [
  [{ skuId: 'BEA-116-30', pieces: 8, batch: 'EDT-2611A', lastsDays: 900 }],
  [{ skuId: 'BEA-116-50', pieces: 6, batch: 'EDT-2611B', lastsDays: 900 }],
  [
    { skuId: 'ELE-104-BLK', pieces: 4, batch: 'WE-0447', lastsDays: null },
    { skuId: 'ELE-104-WHT', pieces: 4, batch: 'WE-0447', lastsDays: null },
  ],
  [
    { skuId: 'ELE-103-10', pieces: 6, batch: 'PB-1180', lastsDays: 1_500 },
    { skuId: 'ELE-103-20', pieces: 4, batch: 'PB-1181', lastsDays: 1_500 },
  ],
] as const;

const groceries = [
  ['GRO-101-1K', 24],
  ['GRO-103-500', 18],
  ['GRO-106-400', 36],
  ['GRO-110-500', 24],
  ['GRO-112-500', 12],
] as const;

export type DemoSku = { skuId: string; gtin14: string };

/** SSCC-18: extension digit, company prefix, serial reference, check digit (GS1 General Specifications, 3.2). */
function demoSscc(number: number): string {
  const body = `0${companyPrefix}${String(number).padStart(9, '0')}`;
  return `${body}${checkDigit(body)}`;
}

/** Two deliveries on their way to a store: coded units in cartons, and goods that are counted. */
export function demoDeliveries(store: DemoStore, skus: readonly DemoSku[], nowMs: number): DeliveryAnnounced[] {
  const gtinBySku = new Map(skus.map(({ skuId, gtin14 }) => [skuId, gtin14]));
  const dayAfter = (days: number) => new Date(nowMs + days * dayMs).toISOString().slice(0, 10);
  const coded = cartons.flatMap((contents, at) =>
    contents.map(({ skuId, pieces, batch, lastsDays }): PackedLine => {
      const gtin14 = gtinBySku.get(skuId);
      assert(gtin14, `the demo's catalogue has ${skuId}`);
      // The shelves open with numbers from 1.
      const serials = Array.from({ length: pieces }, (_, piece) => `${store.serialLetter}${1001 + piece}`);
      const expiresOn = lastsDays === null ? null : dayAfter(lastsDays);
      return { skuId, gtin14, quantity: pieces, serials, batch, expiresOn, sscc: demoSscc(store.ssccStart + at) };
    }),
  );
  const counted = groceries.map(
    ([skuId, quantity]): PackedLine => ({
      skuId,
      gtin14: null,
      quantity,
      serials: [],
      batch: null,
      expiresOn: null,
      sscc: null,
    }),
  );
  const of = (id: DemoSupplierId, reference: string, days: number, lines: PackedLine[]): DeliveryAnnounced => ({
    source: {
      type: 'supplier',
      supplierId: id,
      name: demoSuppliers.find(({ supplierId }) => supplierId === id)?.name ?? id,
    },
    reference,
    expectedOn: dayAfter(days),
    placeId: 'back',
    lines,
    approvals: [],
  });
  return [of('fernhollow', 'FW-20418', 0, coded), of('harrow-mill', 'HM-7731', 1, counted)];
}
