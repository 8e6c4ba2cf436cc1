import type { PeopleReport, PeopleTickets } from '#schemas/api/people-report.ts';
import { noPeopleSums, type PeopleSums, peopleSumIds } from '#schemas/reports/people-measures.ts';
import type { Queryable } from '../db/database.ts';
import type { GoodsScope } from './goods-sql.ts';

export type PeopleDays = { from: string; to: string };

/** Deliveries are announced, and counts opened, that long before somebody works at them. */
const aheadDays = 60;
const dayMs = 86_400_000;

const ticket = 't.store_id = $1 and t.business_day between $2::text and $3::text';
const at = (day: string) => `(extract(epoch from (${day}::date)::timestamp at time zone $5) * 1000)::int8`;

/** What each person did in these days: from the sums of days, and from tickets, shifts, counts and receipts of these days alone. */
const peopleSql = `
  with w as materialized (select ${at('$2::text')} as from_ms, ${at('($3::text::date + 1)')} as to_ms),
  done as (
    select key as id, sum(tickets) as tickets, sum(units) as units, sum(units_back) as "unitsBack",
           coalesce(sum(net_minor) filter (where currency = $4), 0) as "netMinor",
           coalesce(sum(sales_minor) filter (where currency = $4), 0) as "salesMinor",
           coalesce(sum(returns_minor) filter (where currency = $4), 0) as "returnsMinor",
           coalesce(sum(discount_minor) filter (where currency = $4), 0) as "discountMinor"
      from sales_sum where store_id = $1 and by = 'operator' and business_day between $2::text and $3::text group by 1),
  busy as (
    select t.operator_id as id, count(distinct t.occurred_at_ms / 3600000) as hours, count(t.voids_entry_id) as voids,
           coalesce(-sum(t.net_minor + t.tax_minor + t.rounding_minor)
             filter (where t.voids_entry_id is not null and t.currency = $4), 0) as "voidedMinor"
      from retail_transaction t where ${ticket} group by 1),
  drawers as (
    select ended_by as id, count(*) as shifts, coalesce(sum(difference_minor), 0) as "differenceMinor",
           coalesce(sum(abs(difference_minor)), 0) as "differencesMinor"
      from shift where store_id = $1 and business_day between $2::text and $3::text and state = 'closed' and ended_by is not null group by 1),
  counted as (
    select b.operator_id as id, sum(b.pieces) as "countedPieces",
           sum(greatest(60000, b.last_at_ms - b.first_at_ms)) / 60000.0 as "countedMinutes"
      from w join stock_count c on c.store_id = $1 and c.opened_at_ms between w.from_ms - ${aheadDays * dayMs}::int8 and w.to_ms
      join count_batch b on b.store_id = c.store_id and b.count_id = c.count_id
     where b.last_at_ms >= w.from_ms and b.last_at_ms < w.to_ms group by 1),
  received as (
    select j.document ->> 'operatorId' as id, count(*) as receipts, sum(r.pieces) as "receivedPieces"
      from w join delivery d on d.store_id = $1 and d.announced_at_ms between w.from_ms - ${aheadDays * dayMs}::int8 and w.to_ms
      join lateral (
        select g.entry_id, (select sum((l ->> 'quantity')::int) from jsonb_array_elements(g.row -> 'lines') l) as pieces
          from receipt g where g.store_id = d.store_id and g.delivery_id = d.delivery_id) r on r.pieces > 0
      join journal j on j.store_id = $1 and j.till_number = left(r.entry_id, 4)::int4 and j.sequence = substr(r.entry_id, 6)::int8
     where j.occurred_at_ms >= w.from_ms and j.occurred_at_ms < w.to_ms group by 1),
  people as (select id from done union select id from busy union select id from drawers union select id from counted
             union select id from received)
  select p.id as "operatorId", coalesce(o.name, p.id) as name,
         jsonb_build_array(${peopleSumIds.map((id) => `coalesce("${id}", 0)::float8`).join(', ')}) as sums
    from people p
    left join done on done.id = p.id left join busy on busy.id = p.id left join drawers on drawers.id = p.id
    left join counted on counted.id = p.id left join received on received.id = p.id
    left join operator o on o.merchant_id = $6 and o.operator_id = p.id
   order by lower(coalesce(o.name, p.id)), p.id`;

/** What a store's people did. */
export async function readPeople(
  database: Queryable,
  { storeId, merchantId, currency, timeZone }: GoodsScope,
  { from, to }: PeopleDays,
): Promise<Omit<PeopleReport, 'behind'>> {
  const { rows } = await database.query<{ operatorId: string; name: string; sums: number[] }>(peopleSql, [
    ...[storeId, from, to, currency, timeZone, merchantId],
  ]);
  const total = { ...noPeopleSums };
  const told = rows.map(({ operatorId, name, sums: values }) => {
    const sums: PeopleSums = {
      ...noPeopleSums,
      ...Object.fromEntries(peopleSumIds.map((id, i) => [id, values[i] ?? 0])),
    };
    for (const id of peopleSumIds) total[id] += sums[id];
    return { operatorId, name, sums };
  });
  return { from, to, currency, total, rows: told };
}

const listed = 100;
const lines =
  'from line_item l where l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence';
const amounts = {
  void: `case when t.voids_entry_id is not null then -(t.net_minor + t.tax_minor + t.rounding_minor) end`,
  discount: `(select nullif(sum(l.discount_minor), 0) ${lines})`,
  back: `(select -sum(l.total_minor) ${lines} and l.quantity < 0)`,
};

/** The tickets behind one of a person's figures. */
export async function readPeopleTickets(
  database: Queryable,
  { storeId, currency }: GoodsScope,
  { from, to }: PeopleDays,
  { operator, kind }: { operator: string; kind: keyof typeof amounts },
): Promise<PeopleTickets> {
  const { rows } = await database.query<PeopleTickets['tickets'][number]>(
    `select * from (
       select lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0') as "entryId",
              t.occurred_at_ms as "occurredAtMs", (${amounts[kind]})::int8 as "amountMinor", t.currency
         from retail_transaction t where ${ticket} and t.operator_id = $4 and t.currency = $5) x
      where "amountMinor" is not null order by "occurredAtMs" desc, "entryId" desc limit ${listed}`,
    [storeId, from, to, operator, currency],
  );
  return { tickets: rows };
}
