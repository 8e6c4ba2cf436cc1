import type { ShipmentDetail, ShipmentSummary } from '#schemas/api/shipments.ts';
import { isSentPhase, type Order, standingLines } from '#schemas/procurement/order.ts';
import { type Packing, piecesIn } from '#schemas/procurement/shipment.ts';
import type { Queryable } from '../db/database.ts';
import type { shipment } from '../db/tables-orders.ts';
import { openPieces } from './announced-order.ts';

/** [A1] Whose shipments: of one supplier, for one order of the chain. */
export type ShipmentReader = { merchantId: string; supplierId: string; orderId: string };

export type ShippedOrder = { storeId: string; number: number; state: Order };
export type ShipmentRow = typeof shipment.$inferSelect;

export const shipmentColumns = `store_id as "storeId", order_id as "orderId", shipment_id as "shipmentId", number, phase, version,
  packing, changed_at_ms as "changedAtMs"`;

/** The order, as far as the supplier may see it; null: it is none of theirs. */
export async function readShippedOrder(database: Queryable, reader: ShipmentReader): Promise<ShippedOrder | null> {
  const { rows } = await database.query<ShippedOrder>(
    `select store_id as "storeId", number, state from purchase_order
      where order_id = $1 and merchant_id = $2 and supplier_id = $3`,
    [reader.orderId, reader.merchantId, reader.supplierId],
  );
  const [found] = rows;
  return found && isSentPhase(found.state.phase) ? found : null;
}

/** [SH5] The deliveries that a shipment became. */
export async function deliveriesOfShipment(
  database: Queryable,
  { storeId, orderId, shipmentId }: Pick<ShipmentRow, 'storeId' | 'orderId' | 'shipmentId'>,
): Promise<string[]> {
  const { rows } = await database.query<{ deliveryId: string }>(
    `select delivery_id as "deliveryId" from delivery
      where store_id = $1 and row->'source'->>'orderId' = $2 and row->'source'->>'shipmentId' = $3 order by delivery_id`,
    [storeId, orderId, shipmentId],
  );
  return rows.map(({ deliveryId }) => deliveryId);
}

/** Null: no such order of theirs. */
export async function listShipments(database: Queryable, reader: ShipmentReader): Promise<ShipmentSummary[] | null> {
  const order = await readShippedOrder(database, reader);
  if (order === null) return null;
  const { rows } = await database.query<ShipmentRow>(
    `select ${shipmentColumns} from shipment where store_id = $1 and order_id = $2 order by number`,
    [order.storeId, reader.orderId],
  );
  const all = await Promise.all(
    rows.map(async (row) => summaryOf(row, (await deliveriesOfShipment(database, row)).length > 0)),
  );
  return all.filter(({ phase }) => phase !== 'discarded');
}

export async function findShipment(
  database: Queryable,
  { storeId, orderId }: { storeId: string; orderId: string },
  shipmentId: string,
  lock: '' | 'for update' = '',
): Promise<ShipmentRow | null> {
  const { rows } = await database.query<ShipmentRow>(
    `select ${shipmentColumns} from shipment where store_id = $1 and order_id = $2 and shipment_id = $3 ${lock}`,
    [storeId, orderId, shipmentId],
  );
  return rows[0] ?? null;
}

/** All that a shipment's papers say; null: no such one of theirs. */
export async function readShipment(
  database: Queryable,
  reader: ShipmentReader,
  shipmentId: string,
): Promise<ShipmentDetail | null> {
  const order = await readShippedOrder(database, reader);
  const found = order && (await findShipment(database, { ...order, ...reader }, shipmentId));
  if (!order || !found) return null;
  const deliveryIds = await deliveriesOfShipment(database, found);
  const { rows } = await database.query<Omit<ShipmentDetail, keyof ShipmentSummary | 'packing' | 'goods'>>(
    `select o.number as "orderNumber", s.store_id as "storeId", s.name as "storeName", s.address as "storeAddress",
            s.time_zone as "timeZone", m.name as "merchantName", p.name as "supplierName",
            m.digital_link_domain as "digitalLinkDomain"
       from purchase_order o join store s on s.store_id = o.store_id join merchant m on m.merchant_id = o.merchant_id
       join supplier p on p.merchant_id = o.merchant_id and p.supplier_id = o.supplier_id
      where o.store_id = $1 and o.order_id = $2`,
    [order.storeId, reader.orderId],
  );
  const [about] = rows;
  if (about === undefined) return null;
  return {
    ...summaryOf(found, deliveryIds.length > 0),
    ...about,
    deliveryIds,
    packing: found.packing,
    goods: await readPackedGoods(database, reader, order),
  };
}

export type PackableGoods = ShipmentDetail['goods'][number];

/** [SH7] What may be packed for an order: the goods of its lines that the catalogue still has. */
export async function readPackedGoods(
  database: Queryable,
  { merchantId, orderId }: ShipmentReader,
  { storeId, state }: ShippedOrder,
): Promise<PackableGoods[]> {
  const lines = state.agreed ?? standingLines(state);
  const open = await openPieces(database, { storeId, orderId, lines });
  const { rows } = await database.query<Omit<PackableGoods, 'ordered' | 'open'>>(
    `select sku_id as "skuId", names, variant, tracking, array(
              select g.gtin14 from gtin g where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id and not g.deleted
               order by g.gtin14) as gtins
       from sku k where merchant_id = $1 and sku_id = any ($2) and not deleted`,
    [merchantId, lines.map(({ skuId }) => skuId)],
  );
  const bySku = new Map(rows.map((row) => [row.skuId, row]));
  return lines.flatMap(({ skuId, quantity }) => {
    const row = bySku.get(skuId);
    return row && quantity > 0 ? [{ ...row, ordered: quantity, open: open.get(skuId) ?? 0 }] : [];
  });
}

function summaryOf({ storeId: _, packing, ...row }: ShipmentRow, isSent: boolean): ShipmentSummary {
  const { reference, cartons } = packing satisfies Packing;
  return {
    ...row,
    phase: isSent ? 'sent' : row.phase,
    reference,
    pieces: piecesIn(packing),
    cartons: cartons.length,
  };
}
