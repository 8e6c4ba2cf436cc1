import type { GoodsReport, GoodsReportQuery, GoodsRow } from '#schemas/api/goods-report.ts';
import {
  factorOf,
  type GoodsBy,
  type GoodsMeasureId,
  type GoodsSumId,
  type GoodsSums,
  goodsMeasures,
  goodsSumIds,
  noGoodsSums,
} from '#schemas/reports/goods-measures.ts';
import { daysIn } from '#schemas/reports/period.ts';
import type { Queryable } from '../db/database.ts';
import { type GoodsDays, type GoodsScope, goodsSql } from './goods-sql.ts';
import { SqlValues } from './sales-source.ts';

type Asked = Omit<GoodsReportQuery, 'from' | 'to'>;
type RowOfSql = Omit<GoodsRow, 'sums'> & { sums: number[] };

const keyOf: Readonly<Record<GoodsBy, string>> = {
  sku: 'sku_id',
  category: `coalesce(category_id, '')`,
  brand: `coalesce(brand, '')`,
  supplier: `coalesce(supplier_id, '')`,
};
const sumArray = `jsonb_build_array(${goodsSumIds.map((id) => `"${id}"`).join(', ')})`;

/** How a store's goods did, a page of its rows. */
export async function readGoods(
  database: Queryable,
  scope: GoodsScope,
  days: GoodsDays,
  asked: Asked,
): Promise<Omit<GoodsReport, 'behind'>> {
  const values = new SqlValues();
  const goods = goodsSql(scope, days, values);
  const merchant = values.add(scope.merchantId);
  const count = daysIn(days);
  const { by } = asked;
  const names = {
    sku: 'g.names',
    brand: 'null::jsonb',
    category: `(select names from category n where n.merchant_id = ${merchant} and n.category_id = g.key)`,
    supplier: `(select to_jsonb(name) from supplier n where n.merchant_id = ${merchant} and n.supplier_id = g.key)`,
  }[by];
  const summed = goodsSumIds.map((id) => `sum("${id}") as "${id}"`).join(', ');
  // A value that no part of the statement uses would have no type.
  const text = `${goods},
    wanted as (select * from goods where ${merchant}::text is not null ${filtersSql(asked, values)}),
    grouped as (
      ${
        by === 'sku'
          ? `select sku_id as key, names, abc, xyz, state, ${goodsSumIds.map((id) => `"${id}"`).join(', ')} from wanted`
          : `select ${keyOf[by]} as key, null::jsonb as names, null as abc, null as xyz, null as state, ${summed} from wanted group by 1`
      }),
    named as (select g.*, ${names} as name from grouped g),
    found as (select * from named ${searchSql(asked, values)})
    select (select count(*)::int from found) as count,
           (select ${sumArray} from (select ${summed} from found) t) as total,
           coalesce((select jsonb_agg(jsonb_build_object('key', key, 'names', name, 'abc', abc, 'xyz', xyz, 'state', state,
                                                         'sums', ${sumArray}))
              from (select * from found order by ${orderSql(asked, count, values)}
                     limit ${values.add(asked.limit)} offset ${values.add(asked.offset)}) p), '[]') as rows`;
  const { rows } = await database.query<{ count: number; total: (number | null)[]; rows: RowOfSql[] }>(
    text,
    values.values,
  );
  const [answer] = rows;
  return {
    ...{ by, from: days.from, to: days.to, days: count, currency: scope.currency },
    total: sumsOf(answer?.total ?? []),
    rows: (answer?.rows ?? []).map((row) => ({ ...row, sums: sumsOf(row.sums) })),
    count: answer?.count ?? 0,
  };
}

function sumsOf(values: readonly (number | null)[]): GoodsSums {
  return { ...noGoodsSums, ...Object.fromEntries(goodsSumIds.map((id, at) => [id, values[at] ?? 0])) };
}

function filtersSql(asked: Asked, values: SqlValues): string {
  const columns = {
    category: keyOf.category,
    brand: keyOf.brand,
    supplier: keyOf.supplier,
    ...{ state: 'state', abc: 'abc', xyz: 'xyz' },
  };
  return Object.entries(columns)
    .flatMap(([id, column]) => {
      const value = asked[id as keyof typeof columns];
      return value === undefined ? [] : [`and ${column} = ${values.add(value)}`];
    })
    .join(' ');
}

function searchSql({ q }: Asked, values: SqlValues): string {
  return q === undefined || q === ''
    ? ''
    : `where position(lower(${values.add(q)}) in lower(key || ' ' || coalesce(name::text, ''))) > 0`;
}

/** The definition of a measure, in SQL. */
function measureSql(id: GoodsMeasureId, days: number): string {
  const measure = goodsMeasures[id];
  const sum = (parts: Partial<Record<GoodsSumId, number>>) =>
    `(${Object.entries(parts)
      .map(([part, times]) => `${times} * "${part}"`)
      .join(' + ')})`;
  const of = `${sum(measure.of)} * ${factorOf(measure, days)}::float8`;
  return measure.per === undefined ? of : `case when ${sum(measure.per)} > 0 then ${of} / ${sum(measure.per)} end`;
}

function orderSql({ sort, dir, locale }: Asked, days: number, values: SqlValues): string {
  const way = dir === 'up' ? 'asc' : 'desc';
  if (sort !== 'name') return `${measureSql(sort, days)} ${way} nulls last, key`;
  return `lower(coalesce(name ->> ${values.add(locale)}, name ->> 'en', name #>> '{}', key)) ${way}, key`;
}
