// A store's first delivery, from the codes to the first thousand sales: every unit by its own code, two tablets, one server with
// fsync. The machine's time alone: nobody walks or scans. Run alone: node e2e/bench/goods-flow.ts
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDigit } from '#schemas/item-code/gtin.ts';
import { newSerial, SERIAL_BYTES } from '#schemas/item-code/serial.ts';
import type { PackedLine } from '#schemas/stock/delivery.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { writeBackOfficeEntry } from '#sync-server/journal/back-office.ts';
import {
  asDocument,
  makeStore,
  makeTill,
  openTestContext,
  saleBody,
  type TestTill,
} from '#sync-server/journal/test-journal.ts';
import { startTestServer } from '#sync-server/journal/test-server.ts';

export type GoodsFlowSize = { skus: number; unitsPerSku: number; unitsPerCarton: number; sold: number };
export const openingDay: GoodsFlowSize = { skus: 600, unitsPerSku: 25, unitsPerCarton: 50, sold: 1_000 };

/** Seconds of each step; `bytesPerUnit`: how much the database grew by all of it. */
export type GoodsFlow = { steps: { step: string; seconds: number }[]; totalSeconds: number; bytesPerUnit: number };

type Carton = { sscc: string; lines: PackedLine[] };
type Shop = { url: string; storeId: string; tills: readonly [TestTill, TestTill] };
const nothingApproved = { approvals: [] };

/** `scans`: a carton's SSCC brings its units, or each unit is scanned and is an entry of its own. */
export async function benchGoodsFlow(scans: 'by carton' | 'unit by unit', size = openingDay): Promise<GoodsFlow> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-bench-goods-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  try {
    await migrate(context.database);
    const storeId = await makeStore(context);
    const server = await startTestServer(context);
    const tills = [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)] as const;
    const shop: Shop = { url: server.url, storeId, tills };
    const steps: GoodsFlow['steps'] = [];
    const timed = async <Value>(step: string, work: () => Promise<Value>): Promise<Value> => {
      const startedAtMs = performance.now();
      const value = await work();
      steps.push({ step, seconds: (performance.now() - startedAtMs) / 1_000 });
      return value;
    };
    const databaseBytes = async () =>
      Number((await context.database.pool.query('select pg_database_size(current_database()) as bytes')).rows[0].bytes);
    const bytesBefore = await databaseBytes();
    const goods = await timed('codes made', () => commission(shop, size));
    const cartons = pack(goods, size.unitsPerCarton);
    const deliveryId = await timed('shipping notice', async () => {
      const source = { type: 'supplier', supplierId: null, name: 'Mill' };
      const lines = cartons.flatMap((carton) => carton.lines);
      const body = { source, reference: 'ASN 1', expectedOn: null, placeId: 'back', lines, ...nothingApproved };
      const written = await writeBackOfficeEntry(context, storeId, {
        kind: 'delivery-announced',
        body,
        operatorId: 'amy',
      });
      if (!written.ok) throw new Error(JSON.stringify(written.error));
      return written.value._id;
    });
    await timed('received on two tablets', () => receive(shop, cartons, deliveryId, scans));
    await timed('put away', () => putAway(shop, cartons));
    await timed(`${size.sold} sold`, () => sell(shop, goods, size.sold));
    const { rows } = await context.database.pool.query(
      'select state, count(*)::int as units from unit where store_id = $1 group by state',
      [storeId],
    );
    const units = size.skus * size.unitsPerSku;
    const found = Object.fromEntries(rows.map(({ state, units: count }) => [state, count]));
    if (found.sold !== size.sold || found['in-stock'] !== units - size.sold) throw new Error(JSON.stringify(found));
    const bytesPerUnit = Math.round(((await databaseBytes()) - bytesBefore) / units);
    await server.stop();
    return { steps, totalSeconds: steps.reduce((sum, { seconds }) => sum + seconds, 0), bytesPerUnit };
  } finally {
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Sends entries as a till's replication does. */
async function send({ url, storeId }: Shop, till: TestTill, drafts: { kind: string; body: Record<string, unknown> }[]) {
  const docs: Record<string, unknown>[] = [];
  for (const { kind, body } of drafts) docs.push(asDocument(await till.next(kind, body)));
  const answer = await fetch(`${url}/sync/${storeId}/_bulk_docs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${till.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ docs, new_edits: false }),
  });
  const refused = (await answer.json()) as unknown[];
  if (answer.status !== 201 || refused.length > 0) throw new Error(JSON.stringify(refused).slice(0, 300));
}

/** One till makes the codes, thirty SKUs an entry. */
async function commission(shop: Shop, size: GoodsFlowSize): Promise<PackedLine[]> {
  const goods = Array.from({ length: size.skus }, (_, at): PackedLine => {
    const body = `0200${String(at).padStart(9, '0')}`;
    const serials = Array.from({ length: size.unitsPerSku }, () => newSerial(randomBytes(SERIAL_BYTES)));
    const origin = { batch: `L${at % 40}`, expiresOn: '2027-11-22', sscc: null };
    return { skuId: `sku-${at}`, gtin14: `${body}${checkDigit(body)}`, quantity: serials.length, serials, ...origin };
  });
  for (let at = 0; at < goods.length; at += 30) {
    const lines = goods.slice(at, at + 30).map(({ sscc, ...line }) => ({ ...line, placeId: 'back' }));
    await send(shop, shop.tills[0], [{ kind: 'units-commissioned', body: { lines, ...nothingApproved } }]);
  }
  return goods;
}

function pack(goods: readonly PackedLine[], unitsPerCarton: number): Carton[] {
  const cartons: Carton[] = [];
  let room = 0;
  for (const line of goods) {
    if (room < line.quantity) {
      const body = `3061414${String(cartons.length).padStart(10, '0')}`;
      cartons.push({ sscc: `${body}${checkDigit(body)}`, lines: [] });
      room = unitsPerCarton;
    }
    const carton = cartons.at(-1);
    carton?.lines.push({ ...line, sscc: carton.sscc });
    room -= line.quantity;
  }
  return cartons;
}

/** The two tablets take every other carton; each waits for nobody. */
async function onBothTills<Item>(
  shop: Shop,
  items: readonly Item[],
  work: (till: TestTill, item: Item) => Promise<void>,
) {
  await Promise.all(
    shop.tills.map(async (till, nth) => {
      for (let at = nth; at < items.length; at += shop.tills.length) await work(till, items[at] as Item);
    }),
  );
}

async function receive(
  shop: Shop,
  cartons: readonly Carton[],
  deliveryId: string,
  scans: 'by carton' | 'unit by unit',
) {
  const whole = { placeId: 'back', condition: 'good', reason: '', photo: null };
  const entry = (lines: object[]) => ({
    kind: 'goods-received',
    body: { deliveryId, isTransfer: false, reference: 'ASN 1', lines, unknown: [], ...nothingApproved },
  });
  await onBothTills(shop, cartons, async (till, { lines }) => {
    if (scans === 'by carton') return send(shop, till, [entry(lines.map((line) => ({ ...line, ...whole })))]);
    const units = lines.flatMap((line) => line.serials.map((serial) => ({ ...line, quantity: 1, serials: [serial] })));
    return send(
      shop,
      till,
      units.map((line) => entry([{ ...line, ...whole }])),
    );
  });
}

async function putAway(shop: Shop, cartons: readonly Carton[]) {
  await onBothTills(shop, cartons, (till, { lines }) => {
    const moved = lines.map(({ skuId, gtin14, quantity, serials }) => {
      return { skuId, gtin14, quantity, serials, fromPlaceId: 'back', toPlaceId: 'floor' };
    });
    return send(shop, till, [{ kind: 'goods-moved', body: { note: '', lines: moved, ...nothingApproved } }]);
  });
}

async function sell(shop: Shop, goods: readonly PackedLine[], count: number) {
  const units = goods.flatMap(({ skuId, gtin14, serials }) => serials.map((serial) => ({ skuId, gtin14, serial })));
  // Spread over the SKUs.
  const step = Math.floor(units.length / count);
  const sold = Array.from({ length: count }, (_, at) => units[at * step]).filter((unit) => unit !== undefined);
  await onBothTills(shop, sold, (till, unit) => {
    const line = { ...unit, name: unit.skuId, quantity: 1, unitPriceMinor: 1_250, taxClass: 'standard' };
    return send(shop, till, [{ kind: 'retail-transaction', body: saleBody([line]) }]);
  });
}

if (import.meta.main) {
  for (const scans of ['by carton', 'unit by unit'] as const) {
    const { steps, totalSeconds, bytesPerUnit } = await benchGoodsFlow(scans);
    console.log(`${scans}: ${totalSeconds.toFixed(1)} s, ${bytesPerUnit} bytes of database a unit`);
    console.table(steps);
  }
}
