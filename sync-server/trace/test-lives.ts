import { post } from '../journal/derived-rows.ts';
import type { TestTill } from '../journal/test-journal.ts';
import { makeTill, saleBody, testNowMs } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

// For tests: units that were labelled, delivered, moved, sent to another store and sold, in two stores of a chain.

export const gtin14 = '05012345678900';
const noOrigin = { batch: null, expiresOn: null };

export function goods(serials: string[], gtin = gtin14, skuId = 'coat') {
  return { skuId, gtin14: gtin, quantity: serials.length, serials };
}

export function announced(lines: object[], source: object = supplier('Northern Mills'), reference = 'DN 881') {
  return { source, reference, expectedOn: null, placeId: 'floor', lines, approvals: [] };
}

export function supplier(name: string) {
  return { type: 'supplier', supplierId: null, name };
}

export function packed(serials: string[], told: object = noOrigin, sscc: string | null = null) {
  return { ...goods(serials), ...noOrigin, ...told, sscc };
}

export function received(lines: object[], deliveryId: string | null = null, isTransfer = false) {
  const placed = lines.map((line) => ({
    ...noOrigin,
    placeId: 'floor',
    sscc: null,
    condition: 'good',
    reason: '',
    photo: null,
    ...line,
  }));
  return { deliveryId, isTransfer, reference: '', lines: placed, unknown: [], approvals: [] };
}

export function sold(serial: string, memberId: string | null = null) {
  const line = {
    skuId: 'coat',
    gtin14,
    serial,
    name: 'Coat',
    quantity: 1,
    unitPriceMinor: 9_900,
    taxClass: 'standard',
  };
  return { ...saleBody([line]), memberId };
}

/** A till whose entries are a minute apart, from an hour before now; Mia works at it. */
export class LivesTill {
  readonly #chain: TestChain;
  readonly #till: TestTill;
  #atMs: number;

  constructor(chain: TestChain, till: TestTill, atMs = testNowMs - 3_600_000) {
    this.#chain = chain;
    this.#till = till;
    this.#atMs = atMs;
  }

  /** Posts one entry; answers its id. */
  async write(kind: string, body: object, operatorId = 'mia'): Promise<string> {
    this.#atMs += 60_000;
    const entry = await this.#till.next(kind, body as Record<string, unknown>, {
      operatorId,
      deviceAtMs: this.#atMs,
      orderedAtMs: this.#atMs,
    });
    await post(this.#chain.context, this.#till, [entry]);
    return entry._id;
  }
}

export async function livesTill(chain: TestChain, storeId: string, number = 1, atMs?: number): Promise<LivesTill> {
  return new LivesTill(chain, await makeTill(chain.context, storeId, number), atMs);
}

/** The chain with its SKUs, places and members. */
export async function openLives(): Promise<TestChain> {
  const chain = await TestChain.open();
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'coat', '{"en": "Rain coat"}', 'standard', 'item', 1),
            ('chain', 'jam', '{"en": "Jam"}', 'standard', 'quantity', 1)`,
  );
  await chain.sql(
    `insert into gtin (merchant_id, gtin14, sku_id, revision)
     values ('chain', $1, 'coat', 1), ('chain', '09506000134352', 'jam', 1)`,
    [gtin14],
  );
  await chain.sql(
    `insert into place (store_id, place_id, names, kind) values ('store-a', 'floor', '{"en": "Shop floor"}', 'sales-floor'),
       ('store-a', 'back', '{"en": "Stock room"}', 'stock-room') on conflict do nothing`,
  );
  await chain.sql(
    `insert into member (store_id, member_id, name, phone, code, tier, revision)
     values ('store-a', 'm1', '=Ada', '+447700900001', 'M1', 'gold', 1), ('store-b', 'm2', 'Bo', null, 'M2', 'gold', 1)`,
  );
  return chain;
}
