import type { ScorecardDetail, ScorecardList } from '#schemas/api/scorecards.ts';
import type { Order } from '#schemas/procurement/order.ts';
import {
  type DeliveryHistory,
  figuresOf,
  measures,
  type OrderHistory,
  type ReturnHistory,
  type ScoreFact,
  type ScoreHistory,
  scoreFacts,
} from '#schemas/procurement/scorecard.ts';
import type { DeliveryRow, ReceiptRow } from '#schemas/stock/delivery.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { journalOf } from '../statements/statement-pieces.ts';
import type { Parties } from './deposit.ts';
import { readStars } from './ratings.ts';
import { findRules } from './rules.ts';

const dayMs = 86_400_000;
/** [FP6] Of the last 90 days, and of each kind of paper the latest 500. */
const windowMs = 90 * dayMs;
const mostPapers = 500;
const mostFacts = 200;
const usualHours = 48;
const mostCompared = 50;

type Came = ReceiptRow['lines'][number] & { day: string };
type Delivery = DeliveryHistory & { orderId: string | null; came: Came[] };

async function readOrders(database: Queryable, { merchantId, supplierId }: Parties, sinceMs: number) {
  const { rows } = await database.query<{
    storeId: string;
    orderId: string;
    number: number;
    state: Order;
    steps: OrderHistory['steps'];
  }>(
    `select o.store_id as "storeId", o.order_id as "orderId", o.number, o.state,
            (select jsonb_agg(jsonb_build_object('side', t.side, 'step', t.step ->> 'step', 'atMs', t.at_ms) order by t.version)
               from purchase_order_step t where t.store_id = o.store_id and t.order_id = o.order_id) as steps
       from purchase_order o
      where o.merchant_id = $1 and o.supplier_id = $2 and o.phase not in ('draft', 'to-approve', 'discarded')
        and o.changed_at_ms >= $3
      order by o.changed_at_ms desc, o.order_id desc limit ${mostPapers}`,
    [merchantId, supplierId, sinceMs],
  );
  return rows;
}

type DeliveryPaper = {
  storeId: string;
  timeZone: string;
  row: DeliveryRow;
  receipts: { row: ReceiptRow; atMs: number; unreadable: number }[] | null;
};

/** Each with its receipts, when they were, and how many codes that were scanned with them say nothing. */
async function readDeliveries(
  database: Queryable,
  { merchantId, supplierId }: Parties,
  sinceMs: number,
): Promise<Delivery[]> {
  const { rows } = await database.query<DeliveryPaper>(
    `select d.store_id as "storeId", s.time_zone as "timeZone", d.row,
            (select jsonb_agg(jsonb_build_object('row', e.row, 'atMs', j.occurred_at_ms, 'unreadable', coalesce(
                      (select sum((u ->> 'count')::int) from jsonb_array_elements((j.document -> 'body' -> 'unknown')::jsonb) u
                        where e.row ->> 'closes' = 'false'), 0)))
               from receipt e join ${journalOf} where e.store_id = d.store_id and e.delivery_id = d.delivery_id) as receipts
       from store s join delivery d on d.store_id = s.store_id
      where s.merchant_id = $1 and (d.row -> 'source' ->> 'supplierId') = $2 and d.announced_at_ms >= $3
      order by d.announced_at_ms desc, d.delivery_id desc limit ${mostPapers}`,
    [merchantId, supplierId, sinceMs],
  );
  return rows.map(({ storeId, timeZone, row, receipts }) => {
    const all = receipts ?? [];
    const { skus, isClosed } = deliveryState(
      row,
      all.map((one) => one.row),
    );
    return {
      ref: { kind: 'delivery', storeId, id: row.deliveryId, name: row.reference },
      ...{ atMs: row.announcedAtMs, isClosed, skus },
      unreadable: all.reduce((sum, { unreadable }) => sum + unreadable, 0),
      orderId: row.source.type === 'supplier' ? (row.source.orderId ?? null) : null,
      came: all.flatMap(({ row: { lines }, atMs }) =>
        lines.map((line) => ({ ...line, day: businessDayAt(atMs, timeZone) })),
      ),
    };
  });
}

async function readReturns(
  database: Queryable,
  { merchantId, supplierId }: Parties,
  sinceMs: number,
): Promise<ReturnHistory[]> {
  const { rows } = await database.query<{ storeId: string; id: string; name: string; atMs: number; pieces: number }>(
    `select b.store_id as "storeId", coalesce(r.return_id, b.entry_id) as id, coalesce(r.number::text, '') as name,
            b.sent_at_ms as "atMs", (select coalesce(sum((l ->> 'quantity')::int), 0)::int
              from jsonb_array_elements(b.body -> 'lines') l) as pieces
       from store s join sent_back b on b.store_id = s.store_id and b.supplier_id = $2 and b.sent_at_ms >= $3
       left join supplier_return r on r.store_id = b.store_id and r.return_id = b.return_id
      where s.merchant_id = $1 order by b.sent_at_ms desc, b.entry_id limit ${mostPapers}`,
    [merchantId, supplierId, sinceMs],
  );
  return rows.map(({ storeId, id, name, atMs, pieces }) => ({
    ref: { kind: 'return', storeId, id, name },
    atMs,
    pieces,
  }));
}

async function readHistory(database: Queryable, parties: Parties, sinceMs: number): Promise<ScoreHistory> {
  const deliveries = await readDeliveries(database, parties, sinceMs);
  const orders = (await readOrders(database, parties, sinceMs)).map(({ storeId, orderId, number, state, steps }) => ({
    ...{ ref: { kind: 'order' as const, storeId, id: orderId, name: String(number) }, state, steps },
    came: deliveries.flatMap((one) => (one.orderId === orderId && one.ref.storeId === storeId ? one.came : [])),
  }));
  return { orders, deliveries, returns: await readReturns(database, parties, sinceMs) };
}

async function factsOf(context: ServerContext, database: Queryable, parties: Parties): Promise<ScoreFact[]> {
  const nowMs = context.nowMs();
  const history = await readHistory(database, parties, nowMs - windowMs);
  const { rows } = await database.query<{ storeId: string; timeZone: string }>(
    'select store_id as "storeId", time_zone as "timeZone" from store where merchant_id = $1',
    [parties.merchantId],
  );
  const today = new Map(rows.map(({ storeId, timeZone }) => [storeId, businessDayAt(nowMs, timeZone)]));
  const orderHours = (await findRules(database, parties.merchantId))?.rules.orderHours ?? usualHours;
  return scoreFacts(history, { nowMs, orderHours, today: (storeId) => today.get(storeId) ?? '' });
}

/** [FP6] A supplier's figures with the papers behind them, what was not right first. Null: no such supplier. */
export async function readScorecard(context: ServerContext, parties: Parties): Promise<ScorecardDetail | null> {
  const { pool } = context.database;
  const { rows } = await pool.query<{ supplierName: string }>(
    'select name as "supplierName" from supplier where merchant_id = $1 and supplier_id = $2',
    [parties.merchantId, parties.supplierId],
  );
  const [about] = rows;
  if (!about) return null;
  const facts = await factsOf(context, pool, parties);
  const wrong = ({ good, of }: ScoreFact) => of - good;
  return {
    ...{ serverTimeMs: context.nowMs(), supplierId: parties.supplierId, ...about },
    ...{
      sinceMs: context.nowMs() - windowMs,
      figures: figuresOf(facts),
      stars: await readStars(pool, parties, context.nowMs()),
    },
    facts: measures.flatMap((measure) =>
      facts
        .filter((fact) => fact.measure === measure)
        .toSorted((a, b) => wrong(b) - wrong(a) || b.atMs - a.atMs)
        .slice(0, mostFacts),
    ),
  };
}

/** All suppliers that are bought from, side by side; by name, a page of them. */
export async function compareSuppliers(
  context: ServerContext,
  merchantId: string,
  after: string,
): Promise<ScorecardList> {
  const { pool } = context.database;
  const { rows } = await pool.query<{ supplierId: string; supplierName: string }>(
    `select supplier_id as "supplierId", name as "supplierName" from supplier
      where merchant_id = $1 and ended_at_ms is null and (lower(name), supplier_id) > (
        coalesce((select lower(name) from supplier where merchant_id = $1 and supplier_id = $2), ''), $2)
      order by lower(name), supplier_id limit ${mostCompared + 1}`,
    [merchantId, after],
  );
  const scorecards: ScorecardList['scorecards'] = [];
  for (const row of rows.slice(0, mostCompared)) {
    const parties = { merchantId, supplierId: row.supplierId };
    const figures = figuresOf(await factsOf(context, pool, parties));
    scorecards.push({ ...row, figures, stars: await readStars(pool, parties, context.nowMs()) });
  }
  return {
    ...{ serverTimeMs: context.nowMs(), sinceMs: context.nowMs() - windowMs, scorecards },
    next: rows.length > mostCompared ? (rows[mostCompared - 1]?.supplierId ?? null) : null,
  };
}
