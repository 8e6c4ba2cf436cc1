import type { OrderRating, RatingWord, ScorecardDetail } from '#schemas/api/scorecards.ts';
import type { OrderPhase, OrderSide } from '#schemas/procurement/order.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import type { OrderReader } from '../orders/read-orders.ts';
import type { FairPlayFailure, Parties } from './deposit.ts';

/** [FP7] What one side says is told when the other has said its own too, or so much later: nobody pays back in kind. */
const toldAfterMs = 7 * 86_400_000;

type Rated = { side: OrderSide; stars: number; note: string; atMs: number };
type Found = { storeId: string; supplierId: string; phase: OrderPhase };

/** [A1] An order of theirs that was sent; null: none. */
async function findOrder(database: Queryable, reader: OrderReader, orderId: string): Promise<Found | null> {
  const { rows } = await database.query<Found>(
    `select store_id as "storeId", supplier_id as "supplierId", phase from purchase_order
      where merchant_id = $1 and ${reader.side === 'buyer' ? 'store_id' : 'supplier_id'} = $2 and order_id = $3
        and phase not in ('draft', 'to-approve', 'discarded')`,
    [reader.merchantId, reader.side === 'buyer' ? reader.storeId : reader.supplierId, orderId],
  );
  return rows[0] ?? null;
}

async function readRated(database: Queryable, { storeId }: Found, orderId: string): Promise<Rated[]> {
  const { rows } = await database.query<Rated>(
    'select side, stars, note, at_ms as "atMs" from order_rating where store_id = $1 and order_id = $2',
    [storeId, orderId],
  );
  return rows;
}

/** An order that is over: nothing more is awaited, and it was agreed or refused. */
const isOver = ({ phase }: Found) => phase === 'closed' || phase === 'refused' || phase === 'cancelled';

/** Null: no such order of theirs. */
export async function readRating(
  context: ServerContext,
  reader: OrderReader,
  orderId: string,
): Promise<OrderRating | null> {
  const { pool } = context.database;
  const found = await findOrder(pool, reader, orderId);
  if (found === null) return null;
  const rated = await readRated(pool, found, orderId);
  const own = rated.find(({ side }) => side === reader.side) ?? null;
  const other = rated.find(({ side }) => side !== reader.side) ?? null;
  const isTold = other !== null && (own !== null || other.atMs + toldAfterMs <= context.nowMs());
  const said = ({ stars, note, atMs }: Rated) => ({ stars, note, atMs });
  return {
    ...{ serverTimeMs: context.nowMs(), may: own === null && isOver(found) },
    ...{ own: own && said(own), other: other && isTold ? said(other) : null },
  };
}

/** [FP7] Once a side, and never changed. */
export async function rateOrder(
  context: ServerContext,
  reader: OrderReader & { by: AuditActor },
  orderId: string,
  { stars, note }: RatingWord,
): Promise<Result<object, FairPlayFailure>> {
  return inTransaction(context.database, async (tx) => {
    const found = await findOrder(tx, reader, orderId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such order' });
    if (!isOver(found)) return fail({ code: 'conflict', detail: 'not-now' });
    const { merchantId, side, by } = reader;
    const { rowCount } = await tx.query(
      `insert into order_rating (store_id, order_id, side, merchant_id, supplier_id, stars, note, actor_id, at_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [found.storeId, orderId, side, merchantId, found.supplierId, stars, note, by.actorId, context.nowMs()],
    );
    if (rowCount === 0) return fail({ code: 'conflict', detail: 'it was rated' });
    await recordAudit(tx, context, by, {
      ...{ merchantId, storeId: found.storeId, action: 'order-rated', subjectType: 'order', subjectId: orderId },
      after: { side, stars, note },
    });
    return ok({});
  });
}

/** [FP7] Of those that are told, however one asks: a mean that moves at once would tell what is not told yet. */
export async function readStars(
  database: Queryable,
  parties: Parties,
  nowMs: number,
): Promise<ScorecardDetail['stars']> {
  const { rows } = await database.query<{ side: OrderSide; count: number; sum: number }>(
    `select r.side, count(*)::int as count, sum(r.stars)::int as sum from order_rating r
      where r.merchant_id = $1 and r.supplier_id = $2 and (r.at_ms <= $3 or exists (select 1 from order_rating o
        where o.store_id = r.store_id and o.order_id = r.order_id and o.side <> r.side))
      group by r.side`,
    [parties.merchantId, parties.supplierId, nowMs - toldAfterMs],
  );
  const by = (side: OrderSide) => {
    const { count = 0, sum = 0 } = rows.find((one) => one.side === side) ?? {};
    return { count, sum };
  };
  return { ofSupplier: by('buyer'), ofBuyer: by('supplier') };
}
