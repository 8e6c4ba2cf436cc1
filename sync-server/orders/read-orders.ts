import type { Bought, OrderDetail, OrderSummary, OrdersQuery } from '#schemas/api/orders.ts';
import { agreedCost } from '#schemas/procurement/contract.ts';
import {
  awaitedSide,
  costOf,
  isSentPhase,
  type Order,
  type OrderLine,
  type OrderStep,
  standingLines,
} from '#schemas/procurement/order.ts';
import {
  goodsStage,
  isBehind,
  lateSince,
  linesOrdered,
  type OrderProgress,
  orderProgress,
} from '#schemas/procurement/order-progress.ts';
import type { DeliveryRow, ReceiptRow } from '#schemas/stock/delivery.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { Names } from '#schemas/text.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { readReceipts, summaryOf } from '../deliveries/read-deliveries.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { readOrderable } from '../supplier-catalogue/read-catalogue.ts';
import { readTerms } from './order-terms.ts';

/** Whose orders: of a store, or of a supplier of the chain. */
export type OrderReader = { merchantId: string } & (
  | { side: 'buyer'; storeId: string }
  | { side: 'supplier'; supplierId: string }
);

type Row = {
  orderId: string;
  number: number;
  storeId: string;
  storeName: string;
  timeZone: string;
  currency: string;
  supplierId: string;
  supplierName: string;
  state: Order;
  changedAtMs: number;
};
type Came = { row: DeliveryRow; receipts: ReceiptRow[] };

const ended = ['discarded', 'refused', 'cancelled', 'closed'];
const mostBought = 200;
const columns = `o.order_id as "orderId", o.number, o.store_id as "storeId", s.name as "storeName",
  s.time_zone as "timeZone", s.currency, o.supplier_id as "supplierId", p.name as "supplierName", o.state,
  o.changed_at_ms as "changedAtMs"`;
const source = `purchase_order o join store s on s.store_id = o.store_id
  join supplier p on p.merchant_id = o.merchant_id and p.supplier_id = o.supplier_id`;

/** [A1] [OR8] What a reader may see: a condition with two parameters from `$1`. */
function theirs(reader: OrderReader): { sql: string; values: [string, string] } {
  return reader.side === 'buyer'
    ? { sql: 'o.merchant_id = $1 and o.store_id = $2', values: [reader.merchantId, reader.storeId] }
    : {
        sql: `o.merchant_id = $1 and o.supplier_id = $2 and o.phase not in ('draft', 'to-approve', 'discarded')`,
        values: [reader.merchantId, reader.supplierId],
      };
}

/** A page of orders, the latest changed first. */
export async function listOrders(
  context: ServerContext,
  reader: OrderReader,
  { state, limit, before }: OrdersQuery,
): Promise<{ orders: OrderSummary[]; next: string | null }> {
  const { pool } = context.database;
  const { sql, values } = theirs(reader);
  const isChosen = state === 'behind' ? isBehind : () => true;
  const orders: OrderSummary[] = [];
  // What came is known of deliveries alone: of orders that may be behind as many are read as fill a page, and one more.
  const atOnce = state === 'behind' ? Math.max(limit + 1, mostLooked) : limit + 1;
  for (let mark = before; orders.length <= limit; ) {
    const [atMs = null, markId = null] = mark?.split('_') ?? [];
    const { rows } = await pool.query<Row>(
      `select ${columns} from ${source}
        where ${sql} and (o.phase = any ($3)) = $4 and (not $8::boolean or ${maybeBehind})
          and ($5::int8 is null or (o.changed_at_ms, o.order_id) < ($5::int8, $6::text))
        order by o.changed_at_ms desc, o.order_id desc limit $7`,
      [...values, ended, state === 'ended', atMs, markId, atOnce, state === 'behind', lastDayAt(context.nowMs())],
    );
    const came = await readCame(pool, rows);
    orders.push(
      ...rows.map((row) => summaryOfOrder(context, row, came.get(row.orderId) ?? [])).filter((one) => isChosen(one)),
    );
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) break;
    mark = markOf(last);
  }
  const shown = orders.slice(0, limit);
  const last = shown.at(-1);
  return { orders: shown, next: orders.length > limit && last ? markOf(last) : null };
}

const markOf = ({ changedAtMs, orderId }: Pick<Row, 'changedAtMs' | 'orderId'>) => `${changedAtMs}_${orderId}`;
const mostLooked = 200;
/** [OR6] Agreed, and due before a day that it is somewhere (`$9`) or on its way: of others there is nothing to ask. */
const maybeBehind = `jsonb_typeof(o.state->'agreed') = 'array' and (
  exists (select 1 from jsonb_array_elements(o.state->'agreed') l where l->>'dueOn' < $9::text)
  or o.phase = 'proposed' and exists (select 1 from jsonb_array_elements(o.state->'proposed') l where l->>'dueOn' < $9::text)
  or exists (select 1 from delivery d where d.store_id = o.store_id and d.row->'source'->>'orderId' = o.order_id))`;
/** The day that it is where days begin first. */
const lastDayAt = (nowMs: number) => new Date(nowMs + 14 * 3_600_000).toISOString().slice(0, 10);

/** One order with all that was said of it; null: it is none of theirs. */
export async function readOrder(
  context: ServerContext,
  reader: OrderReader,
  orderId: string,
): Promise<Omit<OrderDetail, 'limitMinor'> | null> {
  const { pool } = context.database;
  const { sql, values } = theirs(reader);
  const { rows } = await pool.query<Row>(`select ${columns} from ${source} where ${sql} and o.order_id = $3`, [
    ...values,
    orderId,
  ]);
  const [row] = rows;
  if (!row || (reader.side === 'supplier' && !isSentPhase(row.state.phase))) return null;
  const came = (await readCame(pool, [row])).get(orderId) ?? [];
  const progress = progressOf(row, came);
  const { asked, proposed, agreed } = row.state;
  const goods = await readGoods(pool, reader.merchantId, [
    ...new Set([...asked, ...(proposed ?? []), ...(agreed ?? []), ...progress.others].map(({ skuId }) => skuId)),
  ]);
  const { ordered, atMs } = await readOrdered(pool, row);
  const day = businessDayAt(atMs ?? context.nowMs(), row.timeZone);
  const terms = await readTerms(pool, { ...reader, ...row }, day, atMs);
  const named = (lines: OrderLine[]) =>
    lines.map((line) => ({
      ...{ ...line, ...(goods.get(line.skuId) ?? unnamed) },
      agreedCostMinor: agreedCost(terms, { skuId: line.skuId, quantity: line.quantity, day }),
    }));
  return {
    ...summaryOfOrder(context, row, came),
    serverTimeMs: context.nowMs(),
    minimumMinor: terms?.minimumMinor ?? null,
    asked: named(asked),
    proposed: proposed && named(proposed),
    agreed: agreed && named(agreed),
    progress: progress.lines.map((line) => ({ ...line, ordered: ordered.get(line.lineNumber) ?? 0 })),
    others: progress.others.map((other) => {
      const { names, variant } = goods.get(other.skuId) ?? unnamed;
      return { ...other, names, variant };
    }),
    deliveries: came.map((one) => {
      const { source: _, ...summary } = summaryOf(one.row, one.receipts);
      return summary;
    }),
    history: await readHistory(pool, reader, row),
    messages: await readMessages(pool, reader, row),
  };
}

/** What was last agreed on of each SKU with a supplier, in any store of the chain. */
export async function readBought(
  context: ServerContext,
  { merchantId, currency, timeZone }: OfficeStore,
  supplierId: string,
): Promise<Bought> {
  const database = context.database.pool;
  const day = businessDayAt(context.nowMs(), timeZone);
  const terms = await readTerms(database, { merchantId, supplierId, currency }, day, null);
  const holds = ({ validFrom, validUntil }: { validFrom: string; validUntil: string | null }) =>
    validFrom <= day && (validUntil === null || day <= validUntil);
  const { rows } = await database.query<Bought['goods'][number]>(
    `select k.sku_id as "skuId", k.names, k.variant, b.quantity, b.cost as "unitCostMinor"
       from (select distinct on (l->>'skuId') l->>'skuId' as sku_id, (l->>'quantity')::int as quantity,
                    (l->>'unitCostMinor')::int8 as cost, o.changed_at_ms as at_ms
               from purchase_order o, jsonb_array_elements(o.state->'agreed') l
              where o.merchant_id = $1 and o.supplier_id = $2 and jsonb_typeof(o.state->'agreed') = 'array'
                and (l->>'quantity')::int > 0
              order by l->>'skuId', o.changed_at_ms desc, o.order_id desc) b
       join sku k on k.merchant_id = $1 and k.sku_id = b.sku_id and not k.deleted
      order by b.at_ms desc, k.sku_id limit ${mostBought}`,
    [merchantId, supplierId],
  );
  return {
    goods: rows.map((row) => ({ ...row, unitCostMinor: Number(row.unitCostMinor) })),
    offers: await readOrderable(database, { merchantId, supplierId, currency }),
    prices: terms?.prices.filter(holds) ?? [],
    minimumMinor: terms?.minimumMinor ?? null,
  };
}

function progressOf({ state }: Row, came: readonly Came[]): OrderProgress {
  return orderProgress(
    standingLines(state),
    came.map(({ row, receipts }) => deliveryState(row, receipts)),
  );
}

function summaryOfOrder(context: ServerContext, row: Row, came: readonly Came[]): OrderSummary {
  const { state, changedAtMs, ...told } = row;
  const lines = standingLines(state);
  const progress = progressOf(row, came);
  const sum = (pick: (line: OrderProgress['lines'][number]) => number) =>
    progress.lines.reduce((total, line) => total + pick(line), 0);
  const days = lines.filter(({ quantity }) => quantity > 0).map(({ dueOn }) => dueOn);
  const isAwaited = state.agreed !== null && !ended.includes(state.phase);
  return {
    ...told,
    changedAtMs,
    phase: state.phase,
    version: state.version,
    awaits: awaitedSide(state),
    costMinor: costOf(lines),
    pieces: lines.reduce((total, { quantity }) => total + quantity, 0),
    stage: goodsStage(progress),
    received: sum(({ received }) => received),
    damaged: sum(({ damaged }) => damaged),
    onTheWay: sum(({ onTheWay }) => onTheWay),
    short: sum(({ short }) => short),
    missing: sum(({ missing }) => missing),
    dueOn: days.toSorted().at(-1) ?? null,
    lateSince: isAwaited ? lateSince(lines, progress, businessDayAt(context.nowMs(), row.timeZone)) : null,
  };
}

/** The deliveries that name these orders, with what was received of them. */
export async function readCame(
  database: Queryable,
  orders: readonly Pick<Row, 'storeId' | 'orderId'>[],
): Promise<Map<string, Came[]>> {
  const came = new Map<string, Came[]>();
  for (const storeId of new Set(orders.map((order) => order.storeId))) {
    const { rows } = await database.query<{ orderId: string; row: DeliveryRow }>(
      `select row->'source'->>'orderId' as "orderId", row from delivery
        where store_id = $1 and row->'source'->>'orderId' = any ($2) order by announced_at_ms, delivery_id`,
      [storeId, orders.map(({ orderId }) => orderId)],
    );
    const receipts = await readReceipts(
      database,
      storeId,
      rows.map(({ row }) => row.deliveryId),
    );
    for (const { orderId, row } of rows) {
      const one = { row, receipts: receipts.get(row.deliveryId) ?? [] };
      came.set(orderId, [...(came.get(orderId) ?? []), one]);
    }
  }
  return came;
}

type Goods = { names: Names | null; variant: Names | null; gtin14: string | null };
const unnamed: Goods = { names: null, variant: null, gtin14: null };

async function readGoods(database: Queryable, merchantId: string, skuIds: string[]): Promise<Map<string, Goods>> {
  const { rows } = await database.query<Goods & { skuId: string }>(
    `select sku_id as "skuId", names, variant,
            (select min(g.gtin14) from gtin g where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id
                and not g.deleted) as gtin14
       from sku k where merchant_id = $1 and sku_id = any ($2) and not deleted`,
    [merchantId, skuIds],
  );
  return new Map(rows.map(({ skuId, ...goods }) => [skuId, goods]));
}

/** [OR8] Names of one's own side alone. */
const nameSql = `case when t.side = $3 then coalesce(
  (select name from operator where merchant_id = $4 and operator_id = t.actor_id),
  (select name from api_key where merchant_id = $4 and key_id = t.actor_id)) end as name`;

async function readHistory(database: Queryable, reader: OrderReader, { storeId, orderId }: Row) {
  const { rows } = await database.query<OrderDetail['history'][number]>(
    `select version, side, at_ms as "atMs", step, ${nameSql} from purchase_order_step t
      where store_id = $1 and order_id = $2 and (side = $3 or step->>'step' <> 'drafted') order by version`,
    [storeId, orderId, reader.side, reader.merchantId],
  );
  return rows;
}

/** Pieces that the buyer asked for, by line, and when it was sent; null: it is a draft. */
async function readOrdered(
  database: Queryable,
  { storeId, orderId }: Row,
): Promise<{ ordered: Map<number, number>; atMs: number | null }> {
  const { rows } = await database.query<{ step: OrderStep; atMs: number }>(
    'select step, at_ms as "atMs" from purchase_order_step where store_id = $1 and order_id = $2 order by version',
    [storeId, orderId],
  );
  const lines = linesOrdered(rows.map(({ step }) => step));
  return {
    ordered: new Map(lines.map(({ lineNumber, quantity }) => [lineNumber, quantity])),
    atMs: rows.find(({ step }) => step.step === 'ordered')?.atMs ?? null,
  };
}

async function readMessages(database: Queryable, reader: OrderReader, { storeId, orderId }: Row) {
  const { rows } = await database.query<OrderDetail['messages'][number]>(
    `select message_number as "messageNumber", side, at_ms as "atMs", line_number as "lineNumber", text, ${nameSql}
       from purchase_order_message t where store_id = $1 and order_id = $2 order by message_number`,
    [storeId, orderId, reader.side, reader.merchantId],
  );
  return rows;
}
