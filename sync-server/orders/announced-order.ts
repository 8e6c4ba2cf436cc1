import type { AnnouncementWarning } from '#schemas/api/deliveries.ts';
import type { Order, OrderLine } from '#schemas/procurement/order.ts';
import { orderProgress } from '#schemas/procurement/order-progress.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { Queryable } from '../db/database.ts';
import type { Resolved } from '../deliveries/resolve-rows.ts';
import { readCame } from './read-orders.ts';

/** How many pieces of each SKU are ordered, and neither here nor announced. */
export type OpenPieces = ReadonlyMap<string, number>;

/**
 * [OR7] What may still be announced of the order that a notice names; null: it names none. An order of another supplier or
 * store, or one that nobody agreed on yet, is as unknown as any.
 */
export async function announcedOrder(
  database: Queryable,
  storeId: string,
  supplier: { supplierId: string } | null,
  orderId: string | undefined,
): Promise<Result<OpenPieces | null, { code: 'order-unknown' | 'order-over' }>> {
  if (orderId === undefined) return ok(null);
  const { rows } = await database.query<{ state: Order }>(
    'select state from purchase_order where store_id = $1 and order_id = $2 and supplier_id = $3',
    [storeId, orderId, supplier?.supplierId ?? ''],
  );
  const [order] = rows;
  if (!order || order.state.agreed === null) return fail({ code: 'order-unknown' });
  if (order.state.phase === 'cancelled' || order.state.phase === 'closed') return fail({ code: 'order-over' });
  return ok(await openPieces(database, { storeId, orderId, lines: order.state.agreed }));
}

/** What of the lines of an order is neither here nor announced. */
export async function openPieces(
  database: Queryable,
  { storeId, orderId, lines }: { storeId: string; orderId: string; lines: readonly OrderLine[] },
): Promise<OpenPieces> {
  const came = (await readCame(database, [{ storeId, orderId }])).get(orderId) ?? [];
  const progress = orderProgress(
    lines,
    came.map(({ row, receipts }) => deliveryState(row, receipts)),
  );
  const open = progress.lines.map(({ missing, onTheWay }) => Math.max(0, missing - onTheWay));
  return new Map(lines.map(({ skuId }, at) => [skuId, open[at] ?? 0]));
}

/** [OR7] What comes, comes; but whoever announces it should know. */
export function orderWarnings(open: OpenPieces, { rows }: Resolved): AnnouncementWarning[] {
  const pieces = new Map<string, number>();
  for (const { skuId, quantity } of rows) pieces.set(skuId, (pieces.get(skuId) ?? 0) + quantity);
  const others = [...pieces].filter(([skuId]) => !open.has(skuId));
  const more = [...pieces].flatMap(([skuId, count]): [string, number][] => {
    const over = count - (open.get(skuId) ?? count);
    return over > 0 ? [[skuId, over]] : [];
  });
  const warning = (code: AnnouncementWarning['code'], found: [string, number][]) => ({
    ...{ code, example: found[0]?.[0] ?? '' },
    count: found.reduce((sum, [, count]) => sum + count, 0),
  });
  const all = [warning('more-than-ordered', more), warning('not-ordered', others)];
  return all.filter(({ count }) => count > 0);
}
