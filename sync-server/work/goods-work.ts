import type { WorkItem } from '#schemas/api/work.ts';
import type { Names } from '#schemas/text.ts';
import type { ServerContext } from '../context.ts';
import { suggestCycle } from '../counts/cycle.ts';
import type { Queryable } from '../db/database.ts';
import { isClosedSql } from '../deliveries/read-deliveries.ts';
import { suggestOrders } from '../orders/suggest-orders.ts';
import { listedWork, noWork, shortHash, type WorkAt } from './till-work.ts';

// Work that goods make.

const dayMs = 86_400_000;
/** What was announced before is not looked for any more. */
const deliveryDays = 400;
/** So far ahead a piece's last day is told, and so far it has to go today. */
const expirySoonDays = 7;
const expiryTodayDays = 2;
const priceDays = 2;

const dayAfter = (day: string, days: number) => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

/** Deliveries that should be here: today, or days ago. */
export async function deliveryWork(database: Queryable, { store, nowMs, today }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{ about: string; name: string; subject: string; day: string; atMs: number }>(
    `select d.delivery_id as about, d.row -> 'source' ->> 'name' as name, d.row ->> 'reference' as subject,
            d.row ->> 'expectedOn' as day, d.announced_at_ms as "atMs"
       from delivery d
      where d.store_id = $1 and d.announced_at_ms > $2 and d.row ->> 'expectedOn' <= $3 and not ${isClosedSql}
      order by 4, 5 limit ${listedWork}`,
    [store.storeId, nowMs - deliveryDays * dayMs, today],
  );
  return rows.map(({ about, name, subject, day, atMs }) => {
    const isLate = day < today;
    const code = isLate ? 'late' : 'today';
    const workId = `delivery ${about} ${code}`;
    return {
      ...noWork,
      workId,
      kind: 'delivery',
      urgency: isLate ? 'today' : 'soon',
      code,
      about,
      subject,
      name,
      day,
      atMs,
    };
  });
}

/** Orders that wait for us, and confirmed ones whose day has gone by with nothing announced. */
export async function orderWork(database: Queryable, { store, nowMs, today }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{
    about: string;
    phase: string;
    name: string;
    count: number;
    day: string | null;
    atMs: number;
  }>(
    `select o.order_id as about, o.phase, p.name, o.number as count, o.changed_at_ms as "atMs", due.day
       from purchase_order o
       join supplier p using (merchant_id, supplier_id)
       left join lateral (select min(l ->> 'dueOn') as day from jsonb_array_elements(
              case when jsonb_typeof(o.state -> 'agreed') = 'array' then o.state -> 'agreed' else '[]' end) l) due on true
      where o.store_id = $1 and o.merchant_id = $2 and o.changed_at_ms > $4
        and o.phase in ('to-approve', 'proposed', 'confirmed')
        and (o.phase in ('to-approve', 'proposed')
          or (o.phase = 'confirmed' and due.day < $3 and not exists (
                select 1 from delivery d where d.store_id = o.store_id and d.row -> 'source' ->> 'orderId' = o.order_id)))
      order by o.changed_at_ms limit ${listedWork}`,
    [store.storeId, store.merchantId, today, nowMs - deliveryDays * dayMs],
  );
  return rows.map(({ about, phase, name, count, day, atMs }) => {
    const code = phase === 'confirmed' ? 'late' : phase;
    return {
      ...noWork,
      workId: `order ${about} ${code}`,
      kind: 'order',
      urgency: 'today',
      code,
      about,
      name,
      count,
      day,
      atMs,
    };
  });
}

/** Stock-takes that should be over today. */
export async function countWork(database: Queryable, { store, nowMs }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{ about: string; name: string; deadlineAtMs: number }>(
    `select count_id as about, row ->> 'name' as name, (row ->> 'deadlineAtMs')::int8 as "deadlineAtMs"
       from stock_count
      where store_id = $1 and state = 'open' and opened_at_ms > $3 and (row ->> 'deadlineAtMs')::int8 < $2
      order by 3 limit ${listedWork}`,
    [store.storeId, nowMs + dayMs, nowMs - deliveryDays * dayMs],
  );
  return rows.map(({ about, name, deadlineAtMs }) => {
    const isLate = deadlineAtMs < nowMs;
    const code = isLate ? 'late' : 'due';
    const workId = `count ${about} ${code}`;
    return { ...noWork, workId, kind: 'count', urgency: 'today', code, about, name, atMs: deadlineAtMs };
  });
}

/** Pieces in stock by their last day, a batch a piece of work. */
export async function expiryWork(database: Queryable, { store, nowMs, today }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{ about: string; name: Names; batch: string; day: string; count: number }>(
    `select u.sku_id as about, k.names as name, coalesce(u.batch, '') as batch, u.expires_on as day, count(*)::int as count
       from unit u join sku k on k.merchant_id = $2 and k.sku_id = u.sku_id
      where u.store_id = $1 and u.expires_on is not null and u.expires_on <= $3 and u.state = 'in-stock'
      group by 1, 2, 3, 4 order by 4, 1, 3 limit ${listedWork}`,
    [store.storeId, store.merchantId, dayAfter(today, expirySoonDays)],
  );
  return rows.map(({ about, name, batch, day, count }) => {
    const isOver = day < today;
    const urgency = isOver ? 'now' : day <= dayAfter(today, expiryTodayDays) ? 'today' : 'soon';
    const code = isOver ? 'expired' : 'expires';
    const workId = `expiring ${about} ${day} ${shortHash(batch)} ${code}`;
    return { ...noWork, workId, kind: 'expiring', urgency, code, about, subject: batch, name, count, day, atMs: nowMs };
  });
}

/** Goods that cost more in the shop than online since yesterday. */
export async function priceWork(database: Queryable, { store, today }: WorkAt): Promise<WorkItem[]> {
  const { rows } = await database.query<{
    about: string;
    name: Names;
    count: number;
    amountMinor: number;
    atMs: number;
  }>(
    `select l.sku_id as about, k.names as name, count(*)::int as count, max(t.occurred_at_ms) as "atMs",
            sum((l.unit_price_minor - l.online_price_minor) * l.quantity)::int8 as "amountMinor"
       from retail_transaction t
       join line_item l using (store_id, till_number, sequence)
       join sku k on k.merchant_id = $4 and k.sku_id = l.sku_id
      where t.store_id = $1 and t.business_day between $2 and $3 and l.quantity > 0
        and l.unit_price_minor > l.online_price_minor and not (k.tracking = 'weight' and l.grams is null)
      group by 1, 2 order by 5 desc, 1 limit ${listedWork}`,
    [store.storeId, dayAfter(today, 1 - priceDays), today, store.merchantId],
  );
  return rows.map((row) => ({
    ...noWork,
    ...({ kind: 'price', urgency: 'today' } as const),
    ...{ workId: `price ${today} ${row.about}`, code: 'above-online', day: today, ...row },
  }));
}

/** What a supplier is to be asked for, a supplier a piece of work. */
export async function reorderWork(context: ServerContext, { store, nowMs, today }: WorkAt): Promise<WorkItem[]> {
  const { suppliers } = await suggestOrders(context, store);
  return suppliers.slice(0, listedWork).map(({ supplierId, name, costMinor, lines }) => {
    const isOut = lines.some(({ onHand }) => onHand <= 0);
    return {
      ...noWork,
      ...({ kind: 'reorder', urgency: isOut ? 'today' : 'soon' } as const),
      ...{
        workId: `reorder ${today} ${supplierId}`,
        code: isOut ? 'out' : 'low',
        about: supplierId,
        name,
        count: lines.length,
        amountMinor: costMinor,
      },
      ...{ day: today, atMs: nowMs },
    };
  });
}

/** How many of the goods are due to be counted by the cycle. */
export async function cycleWork(context: ServerContext, { store, nowMs, today }: WorkAt): Promise<WorkItem[]> {
  const { classes } = await suggestCycle(context.database.pool, store, 1, nowMs);
  // Of the C goods a year's worth is always due somewhere; A and B are what a count pays for.
  const due = classes.reduce((all, one) => all + (one.valueClass === 'C' ? 0 : one.due), 0);
  if (due === 0) return [];
  const workId = `count cycle ${today}`;
  return [{ ...noWork, workId, kind: 'count', urgency: 'soon', code: 'cycle', count: due, day: today, atMs: nowMs }];
}
