import type { Today } from '#schemas/api/today.ts';
import { measured, noSums, type Sums, sumIds } from '#schemas/reports/measures.ts';
import type { OfficeStore } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { businessDayAt } from '../routes/business-day.ts';
import { sumColumns } from './sales-sql.ts';
import { settleDay } from './settle-sales.ts';

const weekMs = 7 * 86_400_000;
/** A till in contact within this counts as online; a waiting one asks anew every half minute. */
const onlineMs = 60_000;
const topGoods = 10;

/** What the store's day is known by: it moves with each entry, and when a target is set. */
export async function todayMark(database: Queryable, { storeId }: OfficeStore, businessDay: string): Promise<string> {
  const { rows } = await database.query<{ mark: string }>(
    `select c.journal_seq || '.' || coalesce(t.target_minor, -1) as mark from store_counter c
       left join sales_target t on t.store_id = c.store_id and t.business_day = $2 where c.store_id = $1`,
    [storeId, businessDay],
  );
  return `${businessDay}.${rows[0]?.mark ?? ''}`;
}

/** The store now, beside the same weekday a week ago. */
export async function readToday(context: ServerContext, store: OfficeStore): Promise<Today> {
  const { pool } = context.database;
  const serverTimeMs = context.nowMs();
  const businessDay = businessDayAt(serverTimeMs, store.timeZone);
  const before = new Date(Date.parse(businessDay) - weekMs).toISOString().slice(0, 10);
  // Read first: what is posted from here on is another mark.
  const mark = await todayMark(pool, store, businessDay);
  for (const day of [businessDay, before]) await settleDay(context, { storeId: store.storeId, businessDay: day });
  const [sums, untilNowMinor, top, targetMinor, tills, exceptions] = await Promise.all([
    readSums(pool, store, [businessDay, before]),
    readUntil(pool, store, { day: before, atMs: serverTimeMs - weekMs }),
    readTop(pool, store, businessDay),
    readTarget(pool, store, businessDay),
    readTills(pool, store, serverTimeMs),
    pool.query<{ count: number }>('select count(*)::int as count from exception where store_id = $1', [store.storeId]),
  ]);
  const of = (day: string, hour: string) => sums.get(`${day} hour ${hour}`) ?? noSums;
  const hours = [...new Set([...sums.keys()].flatMap((name) => (name.includes(' hour ') ? [name.slice(-2)] : [])))];
  return {
    mark,
    serverTimeMs,
    businessDay,
    currency: store.currency,
    total: sums.get(`${businessDay} total `) ?? noSums,
    lastWeek: { total: sums.get(`${before} total `) ?? noSums, untilNowMinor },
    targetMinor,
    hours: hours.toSorted().map((hour) => ({
      hour,
      turnoverMinor: measured('turnoverMinor', of(businessDay, hour)) ?? 0,
      lastWeekMinor: measured('turnoverMinor', of(before, hour)) ?? 0,
    })),
    top,
    tills,
    exceptions: exceptions.rows[0]?.count ?? 0,
  };
}

async function readSums(database: Queryable, store: OfficeStore, days: readonly string[]): Promise<Map<string, Sums>> {
  const columns = sumIds.map((id) => `${sumColumns[id]} as "${id}"`).join(', ');
  const { rows } = await database.query<Sums & { name: string }>(
    `select business_day || ' ' || by || ' ' || key as name, ${columns} from sales_sum
      where store_id = $1 and by in ('total', 'hour') and business_day = any($2) and currency = $3`,
    [store.storeId, days, store.currency],
  );
  return new Map(rows.map(({ name, ...sums }) => [name, sums]));
}

async function readUntil(
  database: Queryable,
  store: OfficeStore,
  { day, atMs }: { day: string; atMs: number },
): Promise<number> {
  const { rows } = await database.query<{ minor: number }>(
    `select coalesce(sum(net_minor + tax_minor + rounding_minor), 0)::int8 as minor from retail_transaction
      where store_id = $1 and business_day = $2 and occurred_at_ms <= $3 and currency = $4`,
    [store.storeId, day, atMs, store.currency],
  );
  return rows[0]?.minor ?? 0;
}

async function readTop(database: Queryable, store: OfficeStore, businessDay: string): Promise<Today['top']> {
  const { rows } = await database.query<Today['top'][number]>(
    `select x.key as "skuId", k.names, x.units - x.units_back as units, x.net_minor + x.tax_minor as "amountMinor"
       from sales_sum x left join sku k on k.merchant_id = $4 and k.sku_id = x.key
      where x.store_id = $1 and x.by = 'sku' and x.business_day = $2 and x.currency = $3
      order by x.net_minor + x.tax_minor desc, x.key limit ${topGoods}`,
    [store.storeId, businessDay, store.currency, store.merchantId],
  );
  return rows;
}

async function readTarget(database: Queryable, store: OfficeStore, businessDay: string): Promise<number | null> {
  const { rows } = await database.query<{ minor: number }>(
    'select target_minor as minor from sales_target where store_id = $1 and business_day = $2 and target_minor > 0',
    [store.storeId, businessDay],
  );
  return rows[0]?.minor ?? null;
}

async function readTills(database: Queryable, store: OfficeStore, nowMs: number): Promise<Today['tills']> {
  const { rows } = await database.query<Today['tills'][number]>(
    `select till_number as "tillNumber", name, coalesce(last_contact_at_ms > $2, false) as "isOnline",
            coalesce(waiting_entries, 0) as "waitingEntries", battery_percent as "batteryPercent"
       from till where store_id = $1 and till_number > 0 and revoked_at_ms is null order by till_number`,
    [store.storeId, nowMs - onlineMs],
  );
  return rows;
}
