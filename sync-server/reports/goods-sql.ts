import { evenX, evenY, type GoodsSumId, goodsSumIds, slowDays } from '#schemas/reports/goods-measures.ts';
import type { SqlValues } from './sales-source.ts';

export type GoodsScope = { storeId: string; merchantId: string; currency: string; timeZone: string };
export type GoodsDays = { from: string; to: string; today: string };

const expiryDays = 30;
/** Costs are those of what came in this time, and so is how old goods are told. */
const lookedBackDays = 366;
const dayMs = 86_400_000;

/** Ways of a coded piece into the store; what is left of `unitsMovedSql` are ways out of it. */
const came = `('received', 'received-damaged', 'arrived', 'arrived-damaged', 'found')`;
/** As the index says it: coming and going otherwise than over the counter. */
const unitsMovedSql = `type not in ('sold', 'returned', 'returned-damaged', 'moved', 'reserved', 'set-aside', 'commissioned', 'announced', 'delivered')`;
const lostReasons = `('damaged', 'lost', 'theft', 'expired', 'found')`;

/** What the parts of the statement are told, as places of values. */
type Told = { store: string; from: string; to: string; today: string; zone: string; currency: string };
// Facts of goods: each part reads a bounded time of one store, by an index.

/** What was sold, a day and a week of it. */
function soldSql(w: Told): string {
  const startOf = (day: string) =>
    `(extract(epoch from (${day}::date)::timestamp at time zone ${w.zone}) * 1000)::int8`;
  const ticketDays = `sum(units)::float8 as units, sum(units_back)::float8 as back,
    coalesce(sum(net_minor) filter (where currency = ${w.currency}), 0)::float8 as net,
    coalesce(sum(sales_minor) filter (where currency = ${w.currency}), 0)::float8 as sales,
    coalesce(sum(returns_minor) filter (where currency = ${w.currency}), 0)::float8 as returns`;
  return `
  w as materialized (select ${startOf(w.from)} as from_ms, ${startOf(`(${w.to}::date + 1)`)} as to_ms,
                            ${startOf(`(${w.today}::date + 1)`)} as now_ms, (${w.to}::date - ${w.from}::date + 1) as days),
  sd as materialized (
    select key as sku_id, business_day as day, ${ticketDays} from sales_sum
     where store_id = ${w.store} and by = 'sku' and key <> '' and business_day between ${w.from} and ${w.today} group by 1, 2),
  s as materialized (
    select sku_id, sum(units) as sold, sum(back) as sold_back, sum(net) as net, sum(sales) as sales, sum(returns) as returns
      from sd where day <= ${w.to} group by 1),
  spread as (
    select sku_id, sum(u) as su, sum(u * u) as suu from (
      select sku_id, (day::date - ${w.from}::date) / 7 as week, greatest(0, sum(units - back)) as u
        from sd where day <= ${w.to} group by 1, 2) x group by 1)`;
}

/** What came and went otherwise, and what was lost of it. */
function movedSql(w: Told): string {
  return `
  moved as materialized (
    select sku_id, ordered_at_ms as at, entry_id,
           coalesce(sum(quantity) filter (where stock_column = 'received'), 0)
             + greatest(0, coalesce(sum(quantity) filter (where stock_column in ('movedIn', 'movedOut')), 0)) as received,
           coalesce(sum(quantity) filter (where stock_column = 'adjusted'), 0) as adjusted, sum(quantity) as net
      from stock_movement, w
     where store_id = ${w.store} and stock_column not in ('sold', 'returned')
       and ordered_at_ms >= least(w.from_ms, w.now_ms - ${lookedBackDays * dayMs}::int8)
     group by 1, 2, 3
    union all
    select sku_id, ordered_at_ms, entry_id,
           case when type in ${came} and type <> 'found' then 1 else 0 end,
           case when type = 'found' then 1 when type in ('written-off', 'missed') then -1 else 0 end,
           case when type in ${came} then 1 else -1 end
      from unit_step, w
     where store_id = ${w.store} and ${unitsMovedSql}
       and ordered_at_ms >= least(w.from_ms, w.now_ms - ${lookedBackDays * dayMs}::int8)),
  counted as materialized (
    select sku_id, as_of_ms as at, value_minor,
           case when counted is not null then counted - expected when outcome = 'found' then 1 when outcome = 'missing' then -1
                else 0 end as difference,
           counted is null as is_unit, coalesce(counted <> expected, true) as is_wrong
      from count_line, w where store_id = ${w.store} and as_of_ms >= least(w.from_ms, w.now_ms - ${lookedBackDays * dayMs}::int8)),
  m as (
    select sku_id,
           sum(received) filter (where at >= w.from_ms and at < w.to_ms) as received,
           sum(net) filter (where at >= w.to_ms) as net_after, sum(net) filter (where at >= w.from_ms) as net_since,
           ${[30, 90, 180, 365].map((days) => `sum(received + greatest(0, adjusted)) filter (where at >= w.now_ms - ${days * dayMs}::int8) as in${days}`).join(', ')}
      from (select sku_id, at, received, adjusted, net from moved
            union all select sku_id, at, 0, difference, difference from counted where not is_unit) x, w group by sku_id),
  reasons as materialized (
    select e.entry_id, j.document -> 'body' ->> 'reason' as reason
      from (select distinct entry_id from moved, w where adjusted <> 0 and at >= w.from_ms and at < w.to_ms) e
      join journal j on j.store_id = ${w.store} and j.till_number = left(e.entry_id, 4)::int4
                    and j.sequence = substr(e.entry_id, 6)::int8 and j.kind = 'stock-adjusted'),
  lost as (
    select sku_id, -sum(pieces) as pieces, -sum(value) as value, sum(lines) as lines, sum(wrong) as wrong from (
      select sku_id, adjusted as pieces, null::numeric as value, 0 as lines, 0 as wrong
        from moved join reasons using (entry_id) where reason in ${lostReasons}
      union all
      select sku_id, difference, value_minor, 1, is_wrong::int from counted, w where at >= w.from_ms and at < w.to_ms) x
     group by 1)`;
}

/** On how many days there was none, walking back from what is there now. */
function emptySql(w: Told): string {
  const dayOf = (at: string) => `to_char(to_timestamp(${at} / 1000.0) at time zone ${w.zone}, 'YYYY-MM-DD')`;
  return `
  here as (
    select sku_id, sum(received + returned + moved_in - sold - moved_out + adjusted)::float8 as on_hand
      from stock where store_id = ${w.store} group by 1),
  hours as (
    select coalesce(avg(n), 0)::float8 as a_day from (
      select count(distinct key) as n from sales_sum
       where store_id = ${w.store} and by = 'hour' and business_day between ${w.from} and ${w.to} group by business_day) x),
  events as (
    select sku_id, day, sum(net) as net, sum(back) as back from (
      select sku_id, day, back - units as net, units as back from sd
      union all select sku_id, ${dayOf('at')}, net, 0 from moved, w where at >= w.from_ms
      union all select sku_id, ${dayOf('at')}, difference, 0 from counted, w where not is_unit and at >= w.from_ms) x
     where sku_id in (select sku_id from s where sold > sold_back) group by 1, 2),
  levels as (
    select e.sku_id, e.day::date as day, e.net,
           coalesce(h.on_hand, 0) - coalesce(sum(e.net) over (partition by e.sku_id order by e.day desc
             rows between unbounded preceding and 1 preceding), 0) as level,
           lead(e.day) over (partition by e.sku_id order by e.day)::date as next_day,
           row_number() over (partition by e.sku_id order by e.day) = 1 as is_first
      from events e left join here h using (sku_id)),
  empties as (
    select sku_id, sum(
             case when level <= 0 then greatest(0, least(coalesce(next_day, 'infinity'), w.until) - greatest(day + 1, ${w.from}::date)) else 0 end
             + case when is_first and level - net <= 0 then greatest(0, least(day, w.until) - ${w.from}::date) else 0 end)::float8 as days
      from levels, (select least(${w.to}::date + 1, ${w.today}::date) as until) w group by 1)`;
}

/** What it cost, from whom it comes, and what will not keep. */
function costSql(w: Told): string {
  return `
  lines as (
    select r.line ->> 'skuId' as sku_id, (r.line ->> 'quantity')::float8 as quantity, (o.line ->> 'unitCostMinor')::float8 as cost,
           d.announced_at_ms as at
      from w, delivery d
      join purchase_order p on p.store_id = d.store_id and p.order_id = d.row -> 'source' ->> 'orderId'
      join receipt g on g.store_id = d.store_id and g.delivery_id = d.delivery_id
     cross join lateral (select jsonb_array_elements(g.row -> 'lines') as line) r
     cross join lateral (
       select jsonb_array_elements(case when jsonb_typeof(p.state -> 'agreed') = 'array' then p.state -> 'agreed'
                                        else p.state -> 'asked' end) as line) o
     where d.store_id = ${w.store} and d.announced_at_ms >= w.now_ms - ${lookedBackDays * dayMs}::int8
       and o.line ->> 'skuId' = r.line ->> 'skuId'),
  paid as (
    select sku_id, sum(quantity * cost) / sum(quantity) as average, (array_agg(cost order by at desc))[1] as last
      from lines group by 1),
  bought as (
    select distinct on (l ->> 'skuId') l ->> 'skuId' as sku_id, p.supplier_id, (l ->> 'unitCostMinor')::float8 as cost
      from w, purchase_order p,
           lateral jsonb_array_elements(case when jsonb_typeof(p.state -> 'agreed') = 'array' then p.state -> 'agreed' else '[]' end) l
     where p.store_id = ${w.store} and p.changed_at_ms >= w.now_ms - ${2 * lookedBackDays * dayMs}::int8
     order by l ->> 'skuId', p.changed_at_ms desc, p.order_id),
  ends as (
    select sku_id, count(*) filter (where expires_on >= ${w.today})::float8 as expiring,
           count(*) filter (where expires_on < ${w.today})::float8 as expired
      from unit where store_id = ${w.store} and expires_on is not null and state = 'in-stock'
       and expires_on <= (${w.today}::date + ${expiryDays})::text group by 1)`;
}

const layer = (inAge: string, newer: string) =>
  `greatest(0, least(greatest(0, x.on_hand) - x.${newer}, x.${inAge} - x.${newer}))`;

/** One row of SQL a SKU, in the names of the sums. */
const sumsSql: Readonly<Record<GoodsSumId, string>> = {
  sold: 'x.sold',
  soldBack: 'x.sold_back',
  netMinor: 'x.net',
  returnsMinor: 'x.returns',
  salesMinor: 'x.sales',
  received: 'x.received',
  onHand: 'x.on_hand',
  onHandBefore: 'greatest(0, x.before)',
  age30: 'least(greatest(0, x.on_hand), x.in30)',
  age90: layer('in90', 'in30'),
  age180: layer('in180', 'in90'),
  age365: layer('in365', 'in180'),
  older: 'greatest(0, x.on_hand - x.in365)',
  emptyDays: 'x.empty_days',
  emptyHours: 'x.empty_days * x.hours_a_day',
  // What it sold on the days on which it was there, on the days on which it was not.
  lostUnits: 'x.lost_units',
  lostMinor: 'case when x.sold > x.sold_back then x.lost_units * x.net / (x.sold - x.sold_back) else 0 end',
  costMinor: 'coalesce((x.sold - x.sold_back) * x.average_cost, 0)',
  costedNetMinor: 'case when x.average_cost is null then 0 else x.net end',
  stockCostMinor: 'coalesce(greatest(0, x.on_hand) * x.average_cost, 0)',
  stockCostBeforeMinor: 'coalesce(greatest(0, x.before) * x.average_cost, 0)',
  lastCostMinor: 'coalesce((x.sold - x.sold_back) * x.last_cost, 0)',
  lostPieces: 'x.lost_pieces',
  lostValueMinor: 'x.lost_value',
  countedLines: 'x.counted_lines',
  wrongLines: 'x.wrong_lines',
  expiring: 'x.expiring',
  expired: 'x.expired',
};

/** The goods of a store with their sums, classes and supplier: a row a SKU that is there, was sold or moved. */
export function goodsSql(
  { storeId, merchantId, currency, timeZone }: GoodsScope,
  days: GoodsDays,
  values: SqlValues,
): string {
  const [store, merchant] = [values.add(storeId), values.add(merchantId)];
  const w: Told = {
    store,
    ...{
      from: `${values.add(days.from)}::text`,
      to: `${values.add(days.to)}::text`,
      today: `${values.add(days.today)}::text`,
    },
    ...{ zone: values.add(timeZone), currency: values.add(currency) },
  };
  const or0 = (column: string, name: string) => `coalesce(${column}, 0)::float8 as ${name}`;
  return `with ${[soldSql(w), movedSql(w), emptySql(w), costSql(w)].join(',')},
  x as (
    select k.sku_id, k.names, k.category_id, k.brand, b.supplier_id, w.days, ${[
      ...(['sold', 'sold_back', 'net', 'sales', 'returns'] as const).map((name) => or0(`s.${name}`, name)),
      ...(['received', 'in30', 'in90', 'in180', 'in365'] as const).map((name) => or0(`m.${name}`, name)),
      or0('h.on_hand', 'on_hand'),
      or0('l.pieces', 'lost_pieces'),
      or0('l.value', 'lost_value'),
      or0('l.lines', 'counted_lines'),
      or0('l.wrong', 'wrong_lines'),
      or0('e.expiring', 'expiring'),
      or0('e.expired', 'expired'),
      or0('z.days', 'empty_days'),
    ].join(', ')},
           coalesce(h.on_hand, 0) - coalesce(m.net_since, 0) + coalesce(t.gone, 0) as before,
           coalesce(p.average, b.cost) as average_cost, coalesce(p.last, b.cost) as last_cost, hours.a_day as hours_a_day,
           case when s.sold > s.sold_back and w.days > coalesce(z.days, 0)
                then coalesce(z.days, 0) * (s.sold - s.sold_back) / (w.days - coalesce(z.days, 0)) else 0 end as lost_units,
           v.su, v.suu
      from sku k cross join w cross join hours
      left join s on s.sku_id = k.sku_id left join here h on h.sku_id = k.sku_id left join m on m.sku_id = k.sku_id
      left join (select sku_id, sum(units - back) as gone from sd group by 1) t on t.sku_id = k.sku_id
      left join lost l on l.sku_id = k.sku_id left join ends e on e.sku_id = k.sku_id
      left join empties z on z.sku_id = k.sku_id left join paid p on p.sku_id = k.sku_id
      left join bought b on b.sku_id = k.sku_id left join spread v on v.sku_id = k.sku_id
     where k.merchant_id = ${merchant}
       and (s.sku_id is not null or coalesce(h.on_hand, 0) <> 0 or m.sku_id is not null or l.sku_id is not null)),
  goods as (
    select x.sku_id, x.names, x.category_id, x.brand, x.supplier_id,
           ${goodsSumIds.map((id) => `(${sumsSql[id]})::float8 as "${id}"`).join(', ')},
           case when x.net <= 0 then null
                when coalesce(sum(greatest(0, x.net)) over (order by x.net desc, x.sku_id rows between unbounded preceding and 1 preceding), 0)
                     < 0.8 * sum(greatest(0, x.net)) over () then 'A'
                when coalesce(sum(greatest(0, x.net)) over (order by x.net desc, x.sku_id rows between unbounded preceding and 1 preceding), 0)
                     < 0.95 * sum(greatest(0, x.net)) over () then 'B' else 'C' end as abc,
           case when coalesce(x.su, 0) <= 0 then null
                when sqrt(greatest(0, ceil(x.days / 7.0) * x.suu - x.su * x.su)) / x.su <= ${evenX} then 'X'
                when sqrt(greatest(0, ceil(x.days / 7.0) * x.suu - x.su * x.su)) / x.su <= ${evenY} then 'Y' else 'Z' end as xyz,
           case when x.on_hand <= 0 then case when x.sold > x.sold_back then 'out' else 'none' end
                when x.sold <= x.sold_back then case when x.received > 0 then 'fresh' else 'dead' end
                when x.on_hand * x.days / (x.sold - x.sold_back) > ${slowDays} then 'slow' else 'well' end as state
      from x)`;
}
