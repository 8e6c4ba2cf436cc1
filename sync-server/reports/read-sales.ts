import type { SalesReport, SalesReportQuery, SalesRow } from '#schemas/api/sales-report.ts';
import { filterIds } from '#schemas/api/sales-report.ts';
import {
  type Dimension,
  type MeasureId,
  measures,
  measuresBy,
  noSums,
  type Parts,
  type Sums,
  sumIds,
} from '#schemas/reports/measures.ts';
import { type Period, periodBefore, shiftOf } from '#schemas/reports/period.ts';
import type { Queryable } from '../db/database.ts';
import { type Filters, groupedSql, type Question, type SalesScope, SqlValues } from './sales-source.ts';
import { sumColumns, sumNames } from './sales-sql.ts';

export type AskedSales = Omit<SalesReportQuery, 'from' | 'to'> & { period: Period; storeCurrency: string | null };

const toldLateDays = 31;

/** The filters of a question. */
export function filtersOf(query: Partial<Record<(typeof filterIds)[number], string | undefined>>): Filters {
  return Object.fromEntries(filterIds.flatMap((id) => (query[id] === undefined ? [] : [[id, query[id]]])));
}

/** What was sold along a dimension, a page of its rows. */
export async function readSales(
  database: Queryable,
  scope: SalesScope,
  asked: AskedSales,
): Promise<Omit<SalesReport, 'behind'>> {
  const { by, period, compare } = asked;
  const filters = filtersOf(asked);
  const before = compare === 'none' ? null : periodBefore(period, compare);
  const whole = await readWhole(database, { scope, by: null, period, filters, currency: null, shift: null });
  const currencies = [...whole.keys()].toSorted();
  const currency = asked.currency ?? mostOf(whole, asked.storeCurrency);
  const question: Question = { scope, by, period, filters, currency, shift: null };
  const wholeBefore = before && (await readWhole(database, { ...question, by: null, period: before }));
  const values = new SqlValues();
  const [now, then] = [
    groupedSql(question, values),
    before && compare !== 'none'
      ? groupedSql({ ...question, period: before, shift: shiftOf(period, compare) }, values)
      : null,
  ];
  const { rows } = await database.query<RowOfSql>(pageSql(asked, scope, { now, then }, values), values.values);
  return {
    by,
    ...period,
    before,
    currency,
    currencies,
    total: whole.get(currency) ?? noSums,
    totalBefore: wholeBefore && (wholeBefore.get(currency) ?? noSums),
    rows: rows.map(rowOf),
    count: rows[0]?.count ?? 0,
    lateDays: await readLateDays(database, scope, { period, currency }),
  };
}

type RowOfSql = { key: string; names: SalesRow['names']; now: number[] | null; before: number[] | null; count: number };

function sumsOf(values: readonly number[]): Sums {
  return Object.fromEntries(sumIds.map((id, at) => [id, values[at] ?? 0])) as Record<(typeof sumIds)[number], number>;
}

function rowOf({ key, names, now, before }: RowOfSql): SalesRow {
  return { key, names, sums: now === null ? noSums : sumsOf(now), before: before && sumsOf(before) };
}

async function readWhole(database: Queryable, question: Question): Promise<Map<string, Sums>> {
  const values = new SqlValues();
  const grouped = groupedSql(question, values);
  const { rows } = await database.query<{ key: string; sums: number[] }>(
    `select key, jsonb_build_array(${sumNames.join(', ')}) as sums from (${grouped}) g`,
    values.values,
  );
  return new Map(rows.map(({ key, sums }) => [key, sumsOf(sums)]));
}

function mostOf(whole: ReadonlyMap<string, Sums>, storeCurrency: string | null): string {
  const most = [...whole].toSorted(([, a], [, b]) => b.tickets - a.tickets)[0]?.[0];
  return storeCurrency !== null && (whole.has(storeCurrency) || most === undefined) ? storeCurrency : (most ?? 'XXX');
}

const namedBys: readonly Dimension[] = ['sku', 'category', 'operator', 'store', 'promotion'];

/** Names of keys, as jsonb: of goods in languages, of people and stores as they are called. */
function namesSql(by: Dimension, merchantId: string): string {
  const of = (select: string, from: string) => `(select ${select} from ${from} and n.merchant_id = ${merchantId})`;
  if (by === 'sku') return of('n.names', 'sku n where n.sku_id = r.key');
  if (by === 'category') return of('n.names', 'category n where n.category_id = r.key');
  if (by === 'operator') return of('to_jsonb(n.name)', 'operator n where n.operator_id = r.key');
  if (by === 'store') return of('to_jsonb(n.name)', 'store n where n.store_id = r.key');
  if (by === 'promotion') return of(`n.row -> 'names'`, 'promotion n where n.promotion_id = r.key');
  return 'null::jsonb';
}

function pageSql(
  asked: AskedSales,
  scope: SalesScope,
  { now, then }: { now: string; then: string | null },
  values: SqlValues,
): string {
  const { by, q, limit, offset, locale } = asked;
  // What a statement does not use has no type.
  const names = namesSql(by, namedBys.includes(by) ? values.add(scope.merchantId) : '');
  const columns = (from: string) => `jsonb_build_array(${sumNames.map((name) => `${from}.${name}`).join(', ')})`;
  const rows =
    then === null
      ? `select n.key, ${columns('n')} as now, null::jsonb as before, ${sumNames.map((name) => `n.${name}`).join(', ')} from (${now}) n`
      : `select coalesce(n.key, b.key) as key, case when n.key is not null then ${columns('n')} end as now,
                case when b.key is not null then ${columns('b')} end as before, ${sumNames.map((name) => `coalesce(n.${name}, 0) as ${name}`).join(', ')}
           from (${now}) n full join (${then}) b on b.key = n.key`;
  const nameIn = () => `coalesce(names ->> ${values.add(locale)}, names ->> 'en', names #>> '{}', key)`;
  const wanted =
    q === undefined
      ? ''
      : `where position(lower(${values.add(q)}) in lower(key || ' ' || coalesce(names::text, ''))) > 0`;
  // Names are looked up for the rows of the page alone, where neither order nor search asks for all.
  const isNamed = q !== undefined || asked.sort === 'name';
  const named = (from: string) => `select r.*, ${names} as names from (${from}) r`;
  const order = orderSql(asked, nameIn);
  const page = `limit ${values.add(limit)} offset ${values.add(offset)}`;
  const counted = 'count(*) over ()::int as count';
  return isNamed
    ? `select key, names, now, before, ${counted} from (${named(rows)}) d ${wanted} order by ${order} ${page}`
    : `select key, names, now, before, count from (${named(`select *, ${counted} from (${rows}) s order by ${order} ${page}`)}) d order by ${order}`;
}

const inTime: readonly Dimension[] = ['hour', 'day', 'week', 'month'];

function orderSql({ by, sort, dir, ...rest }: AskedSales, nameIn: () => string): string {
  const chosen = sort ?? (inTime.includes(by) ? 'key' : (measuresBy(by, Object.keys(filtersOf(rest)))[0] ?? 'key'));
  const direction = (dir ?? (chosen === 'key' || chosen === 'name' ? 'up' : 'down')) === 'up' ? 'asc' : 'desc';
  if (chosen === 'key')
    return by === 'till' || by === 'tax' ? `length(key) ${direction}, key ${direction}` : `key ${direction}`;
  const of = chosen === 'name' ? `lower(${nameIn()})` : measureSql(chosen);
  return `${of} ${direction} nulls last, key`;
}

/** A measure over the columns of sums. */
export function measureSql(id: MeasureId): string {
  const { of, per } = measures[id];
  const sum = (parts: Parts) =>
    sumIds
      .flatMap((part) => (parts[part] === undefined ? [] : [`${parts[part] === 1 ? '+' : '-'} ${sumColumns[part]}`]))
      .join(' ');
  return per === undefined ? `(${sum(of)})` : `((${sum(of)})::float8 / nullif(${sum(per)}, 0))`;
}

async function readLateDays(
  database: Queryable,
  scope: SalesScope,
  { period, currency }: { period: Period; currency: string },
): Promise<SalesReport['lateDays']> {
  const source = scope.isChain
    ? `select key as day, late_tickets, late_minor from sales_chain
        where merchant_id = $1 and by = 'day' and month between left($2, 7) and left($3, 7) and key between $2 and $3 and currency = $4`
    : `select business_day as day, late_tickets, late_minor from sales_sum
        where store_id = $1 and by = 'total' and business_day between $2 and $3 and currency = $4`;
  const { rows } = await database.query<SalesReport['lateDays'][number]>(
    `select day, late_tickets as tickets, late_minor as "amountMinor" from (${source}) s
      where late_tickets > 0 order by day desc limit ${toldLateDays}`,
    [scope.isChain ? scope.merchantId : scope.storeIds[0], period.from, period.to, currency],
  );
  return rows;
}
