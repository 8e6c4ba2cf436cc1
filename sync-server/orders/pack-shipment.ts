import type pg from 'pg';
import type { NewShipment, SaveShipment, ShipmentAnswer } from '#schemas/api/shipments.ts';
import { assert } from '#schemas/assert.ts';
import { newSerial, SERIAL_BYTES } from '#schemas/item-code/serial.ts';
import { inHouseSscc } from '#schemas/item-code/sscc.ts';
import {
  cartonsFor,
  maxShipmentCartons,
  type PackedCarton,
  type Packing,
  packedBySku,
  packingSchema,
  proposeCartons,
} from '#schemas/procurement/shipment.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import {
  deliveriesOfShipment,
  findShipment,
  type PackableGoods,
  readPackedGoods,
  readShippedOrder,
  type ShipmentReader,
  type ShipmentRow,
  type ShippedOrder,
} from './read-shipments.ts';
import type { OrderFailure } from './take-order-step.ts';

type Answer = Result<ShipmentAnswer, OrderFailure>;
/** Of one order; far more than anybody sends on it. */
const mostShipments = 200;

/** [SH1] [SH2] A new shipment, packed by proposal; of nothing, an empty one. */
export async function proposeShipment(
  context: ServerContext,
  reader: ShipmentReader,
  { goods }: NewShipment,
): Promise<Answer> {
  const { pool } = context.database;
  const order = await readShippedOrder(pool, reader);
  if (order === null) return fail({ code: 'not-found', detail: 'no such order' });
  if (!isShippable(order)) return fail({ code: 'conflict', detail: 'not-now' });
  if (cartonsFor(goods) > maxShipmentCartons) return badRequest('too many cartons');
  const known = await readPackedGoods(pool, reader, order);
  const cartons = proposeCartons(goods).map((lines) => ({
    sscc: '',
    goods: lines.map(({ skuId, quantity }) => ({
      ...{ skuId, quantity, serials: [], batch: '', expiresOn: '' },
      gtin14: known.find((one) => one.skuId === skuId)?.gtins[0] ?? null,
    })),
  }));
  return inTransaction(context.database, async (tx) => {
    // Numbers have no gaps: shipments of one order take turns.
    await tx.query('select 1 from purchase_order where store_id = $1 and order_id = $2 for update', [
      order.storeId,
      reader.orderId,
    ]);
    const { rows } = await tx.query<{ number: number }>(
      'select count(*)::int + 1 as number from shipment where store_id = $1 and order_id = $2',
      [order.storeId, reader.orderId],
    );
    const number = rows[0]?.number ?? 1;
    if (number > mostShipments) return fail({ code: 'conflict', detail: `there are ${mostShipments} shipments` });
    const packing = { reference: `${order.number}-${number}`, expectedOn: null, cartons };
    const whole = await completed(context, tx, reader, known, packing);
    if (!whole.ok) return whole;
    const shipmentId = newId(context);
    await tx.query(
      `insert into shipment (store_id, order_id, shipment_id, number, phase, version, packing, changed_at_ms)
       values ($1, $2, $3, $4, 'draft', 1, $5, $6)`,
      [order.storeId, reader.orderId, shipmentId, number, JSON.stringify(whole.value), context.nowMs()],
    );
    return ok({ shipmentId, version: 1 });
  });
}

/** [SH3] [SH4] What is packed now, with the codes and numbers that are missing. */
export function saveShipment(
  context: ServerContext,
  reader: ShipmentReader,
  shipmentId: string,
  { version, packing }: SaveShipment,
): Promise<Answer> {
  return change(context, reader, shipmentId, version, async (tx, order) => {
    const known = await readPackedGoods(tx, reader, order);
    const whole = await completed(context, tx, reader, known, packing);
    return whole.ok ? ok({ packing: whole.value }) : whole;
  });
}

export function discardShipment(
  context: ServerContext,
  reader: ShipmentReader,
  shipmentId: string,
  version: number,
): Promise<Answer> {
  return change(context, reader, shipmentId, version, async () => ok({ phase: 'discarded' }));
}

type Changes = Partial<Pick<ShipmentRow, 'phase' | 'packing'>>;

/** Changes a draft of the version that was seen; its row is locked meanwhile. */
export async function change(
  context: ServerContext,
  reader: ShipmentReader,
  shipmentId: string,
  version: number,
  make: (tx: pg.PoolClient, order: ShippedOrder, row: ShipmentRow) => Promise<Result<Changes, OrderFailure>>,
  from: readonly ShipmentRow['phase'][] = ['draft'],
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const order = await readShippedOrder(tx, reader);
    const row = order && (await findShipment(tx, { ...order, ...reader }, shipmentId, 'for update'));
    if (!order || !row) return fail({ code: 'not-found', detail: 'no such shipment' });
    if (row.version !== version) return fail({ code: 'conflict', detail: `it is at version ${row.version}` });
    const isOpen = from.includes(row.phase) && (await deliveriesOfShipment(tx, row)).length === 0;
    if (!isOpen) return fail({ code: 'conflict', detail: 'not-now' });
    const changes = await make(tx, order, row);
    if (!changes.ok) return changes;
    const next = { ...row, ...changes.value, version: row.version + 1 };
    await tx.query(
      `update shipment set phase = $4, packing = $5, version = $6, changed_at_ms = $7
        where store_id = $1 and order_id = $2 and shipment_id = $3`,
      [row.storeId, row.orderId, shipmentId, next.phase, JSON.stringify(next.packing), next.version, context.nowMs()],
    );
    return ok({ shipmentId, version: next.version });
  });
}

/** Goods are sent on what both agreed on, until it is over. */
export function isShippable({ state }: ShippedOrder): boolean {
  return state.agreed !== null && state.phase !== 'cancelled' && state.phase !== 'closed';
}

/** [SH3] With an item code for each piece that has one, and a number for each carton. */
async function completed(
  context: ServerContext,
  tx: pg.PoolClient,
  { merchantId }: ShipmentReader,
  known: readonly PackableGoods[],
  packing: Packing,
): Promise<Result<Packing, OrderFailure>> {
  const bySku = new Map(known.map((goods) => [goods.skuId, goods]));
  const other = [...packedBySku(packing).keys()].find((skuId) => !bySku.has(skuId));
  if (other !== undefined) return badRequest(`skuId: ${other} is not of this order`);
  const coded = packing.cartons.map(
    ({ sscc, goods }): PackedCarton => ({
      sscc: sscc.trim(),
      goods: goods.map((line) => {
        const { tracking, gtins } = bySku.get(line.skuId) ?? { tracking: 'quantity', gtins: [] };
        const gtin14 = line.gtin14 ?? gtins[0] ?? null;
        const isCoded = tracking === 'item' && gtin14 !== null && line.quantity <= 5_000;
        const missing = isCoded ? Math.max(0, line.quantity - line.serials.length) : 0;
        const fresh = Array.from({ length: missing }, () => newSerial(context.randomBytes(SERIAL_BYTES)));
        return { ...line, gtin14, serials: [...line.serials, ...fresh] };
      }),
    }),
  );
  const wanted = coded.filter(({ sscc }) => sscc === '').length;
  let number = wanted === 0 ? 0 : (await takeCartonNumbers(tx, merchantId, wanted)) - wanted;
  const cartons = coded.map((carton) => {
    if (carton.sscc !== '') return carton;
    number += 1;
    return { ...carton, sscc: inHouseSscc(number) };
  });
  const whole = packingSchema.safeParse({ ...packing, cartons });
  return whole.success ? ok(whole.data) : badRequest(whole.error.issues[0]?.message ?? 'packing');
}

/** Answers the last of so many numbers. */
async function takeCartonNumbers(tx: pg.PoolClient, merchantId: string, count: number): Promise<number> {
  const { rows } = await tx.query<{ last: string }>(
    `insert into carton_number (merchant_id, last) values ($1, $2)
       on conflict (merchant_id) do update set last = carton_number.last + $2 returning last`,
    [merchantId, count],
  );
  const last = Number(rows[0]?.last);
  assert(Number.isSafeInteger(last), 'cartons are counted');
  return last;
}

const badRequest = (detail: string) => fail<OrderFailure>({ code: 'bad-request', detail });
