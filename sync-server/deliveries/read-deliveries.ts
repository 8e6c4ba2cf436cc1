import type { DeliveryList, DeliverySummary } from '#schemas/api/deliveries.ts';
import { parseEntryId } from '#schemas/journal/envelope.ts';
import type { DeliveryRow, ReceiptRow } from '#schemas/stock/delivery.ts';
import { type DeliveryDifference, deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { Queryable } from '../db/database.ts';

export type DeliveryPage = { state: 'open' | 'closed'; limit: number; before: string | undefined };

/** Whether delivery `d` of a query is closed. */
export const isClosedSql = `exists (select 1 from receipt r where r.store_id = d.store_id and r.delivery_id = d.delivery_id
                             and (r.row->>'closes')::boolean)`;

/** Deliveries of a store, latest announced first, with where they stand. */
export async function listDeliveries(
  database: Queryable,
  storeId: string,
  { state, limit, before }: DeliveryPage,
): Promise<Omit<DeliveryList, 'serverTimeMs'>> {
  const mark = before === undefined ? null : parseMark(before);
  const { rows } = await database.query<{ row: DeliveryRow }>(
    `select d.row from delivery d
      where d.store_id = $1 and ${state === 'closed' ? '' : 'not '}${isClosedSql}
        and ($3::int8 is null or (d.announced_at_ms, d.delivery_id) < ($3::int8, $4::text))
      order by d.announced_at_ms desc, d.delivery_id desc limit $2`,
    [storeId, limit + 1, mark?.atMs ?? null, mark?.id ?? null],
  );
  const shown = rows.slice(0, limit).map(({ row }) => row);
  const receipts = await readReceipts(
    database,
    storeId,
    shown.map(({ deliveryId }) => deliveryId),
  );
  const last = shown.at(-1);
  return {
    deliveries: shown.map((row) => summaryOf(row, receipts.get(row.deliveryId) ?? [])),
    next: rows.length > limit && last ? `${last.announcedAtMs}_${last.deliveryId}` : null,
  };
}

/** The delivery with its receipts; null: there is none. */
export async function readDelivery(
  database: Queryable,
  storeId: string,
  deliveryId: string,
): Promise<{ row: DeliveryRow; receipts: ReceiptRow[] } | null> {
  const { rows } = await database.query<{ row: DeliveryRow }>(
    'select row from delivery where store_id = $1 and delivery_id = $2',
    [storeId, deliveryId],
  );
  const [delivery] = rows;
  if (!delivery) return null;
  const receipts = await readReceipts(database, storeId, [deliveryId]);
  return { row: delivery.row, receipts: receipts.get(deliveryId) ?? [] };
}

export async function readReceipts(database: Queryable, storeId: string, deliveryIds: readonly string[]) {
  const { rows } = await database.query<{ row: ReceiptRow }>(
    'select row from receipt where store_id = $1 and delivery_id = any ($2) order by entry_id',
    [storeId, deliveryIds],
  );
  const byDelivery = new Map<string, ReceiptRow[]>();
  for (const { row } of rows) {
    const known = byDelivery.get(row.deliveryId);
    if (known) known.push(row);
    else byDelivery.set(row.deliveryId, [row]);
  }
  return byDelivery;
}

export function summaryOf(row: DeliveryRow, receipts: readonly ReceiptRow[]): DeliverySummary {
  const { skus, isClosed } = deliveryState(row, receipts);
  const { deliveryId, source, reference, expectedOn, announcedAtMs, cartons } = row;
  const pieces = piecesOf(skus);
  const isBegun = pieces.received > 0;
  return {
    deliveryId,
    source,
    reference,
    expectedOn,
    announcedAtMs,
    state: isClosed ? 'closed' : isBegun ? 'receiving' : 'awaited',
    skuCount: row.skus.length,
    cartonCount: cartons.length,
    ...pieces,
  };
}

function piecesOf(skus: readonly DeliveryDifference[]) {
  const sum = (pick: (sku: DeliveryDifference) => number) => skus.reduce((total, sku) => total + pick(sku), 0);
  return {
    expected: sum(({ expected }) => expected),
    received: sum(({ received }) => received),
    damaged: sum(({ damaged }) => damaged),
    short: sum(({ difference }) => Math.max(0, -difference)),
    over: sum(({ difference }) => Math.max(0, difference)),
  };
}

/** `<ms>_<entry id>`, as a page ends with it. */
export function parseMark(mark: string): { atMs: number; id: string } | null {
  const [atMs = '', id = ''] = mark.split('_');
  return parseEntryId(id) === null ? null : { atMs: Number(atMs), id };
}
