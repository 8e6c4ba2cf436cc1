import type { CohortReport, CustomerReport } from '#schemas/api/customer-report.ts';
import {
  type CustomerBy,
  customerSumIds,
  frequencySteps,
  noCustomerSums,
  rfmGroupOf,
} from '#schemas/reports/customer-measures.ts';
import type { Queryable } from '../db/database.ts';
import type { GoodsScope } from './goods-sql.ts';

export type CustomerDays = { from: string; to: string };

const entry = "lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0')";

/** Tickets `t` of the store $1 in the days $2 to $3 and its currency $4, of the chain $5, with who bought; none that was taken back whole. */
export const customerTickets = `t as materialized (
    select t.store_id, t.till_number, t.sequence, t.business_day, t.occurred_at_ms, t.net_minor, t.member_tier,
           coalesce(a.survivor_id, t.member_id) as customer, l.units, coalesce(l.units, 0) > 0 as is_visit
      from retail_transaction t
      left join member_account a on a.merchant_id = $5 and a.member_id = t.member_id
      left join lateral (select sum(quantity) filter (where quantity > 0) as units from line_item l
                          where l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence) l on true
     where t.store_id = $1 and t.business_day between $2::text and $3::text and t.currency = $4 and t.voids_entry_id is null
       and not exists (select from retail_transaction w where w.store_id = t.store_id and w.voids_entry_id = ${entry}))`;

/** Whether somebody bought in this store before a day: by all ids that are the same person. */
const boughtBefore = (customer: string, day: string) => `exists (
    select from (select ${customer} as id union select member_id from member_account where merchant_id = $5 and survivor_id = ${customer}) i
      join retail_transaction b on b.store_id = $1 and b.member_id = i.id and b.business_day < ${day} and b.voids_entry_id is null)`;

/** One row a customer, and one for nobody. */
const customersSql = `c as materialized (
    select customer, count(*) filter (where is_visit) as visits, coalesce(sum(units), 0) as units, sum(net_minor) as net,
           max(occurred_at_ms) filter (where is_visit) as last_ms,
           (array_agg(coalesce(member_tier, '') order by occurred_at_ms desc, till_number, sequence))[1] as tier
      from t group by 1),
  k as materialized (
    select c.*, c.customer is not null and c.visits > 0 as counts, c.customer is not null and not ${boughtBefore('c.customer', '$2::text')} as is_new
      from c)`;

const bucket = `case ${frequencySteps
  .toReversed()
  .map((least) => `when k.visits >= ${least} then '${String(least).padStart(2, '0')}'`)
  .join(' ')} else '00' end`;
const fifths = [1, 2, 3, 4, 5];
const rfmCase = `case ${fifths
  .flatMap((recency) =>
    fifths.map(
      (frequency) =>
        `when r.recency = ${recency} and r.frequency = ${frequency} then '${rfmGroupOf(recency, frequency)}'`,
    ),
  )
  .join(' ')} else 'none' end`;

const keys: Readonly<Record<Exclude<CustomerBy, 'brand'>, string>> = {
  kind: `case when k.is_new then 'new' else 'returning' end`,
  tier: 'k.tier',
  frequency: bucket,
  rfm: rfmCase,
};

const sumsOfCustomers = `
  count(*) filter (where k.counts) as customers, count(*) filter (where k.counts and k.is_new) as "newCustomers",
  count(*) filter (where k.counts and k.visits > 1) as "againCustomers", coalesce(sum(k.visits), 0) as visits,
  coalesce(sum(k.visits) filter (where k.customer is not null), 0) as "memberVisits", coalesce(sum(k.units), 0) as units,
  coalesce(sum(k.net), 0) as "netMinor", coalesce(sum(k.net) filter (where k.customer is not null), 0) as "memberNetMinor"`;

/** Brands are of lines; who bought one on two tickets came back for it. */
const sumsOfBrands = (of: string) => `
  count(*) filter (where b.customer is not null and b.visits > 0) as customers,
  count(*) filter (where b.customer is not null and b.visits > 0 and k.is_new) as "newCustomers",
  count(*) filter (where b.customer is not null and b.visits > 1) as "againCustomers", coalesce(sum(b.visits), 0) as visits,
  coalesce(sum(b.visits) filter (where b.customer is not null), 0) as "memberVisits", coalesce(sum(b.units), 0) as units,
  coalesce(sum(b.net), 0) as "netMinor", coalesce(sum(b.net) filter (where b.customer is not null), 0) as "memberNetMinor"
  from ${of} b join k on k.customer is not distinct from b.customer`;

const linesSql = `b as materialized (
    select coalesce(s.brand, '') as brand, t.customer, count(distinct (t.till_number, t.sequence)) filter (where l.quantity > 0) as visits,
           coalesce(sum(l.quantity) filter (where l.quantity > 0), 0) as units, sum(l.net_minor) as net
      from t join line_item l using (store_id, till_number, sequence)
      left join sku s on s.merchant_id = $5 and s.sku_id = l.sku_id group by 1, 2)`;

function groupsSql(by: CustomerBy): string {
  const array = `jsonb_build_array(${customerSumIds.map((id) => `g."${id}"`).join(', ')})`;
  const whole = `select ${sumsOfCustomers} from k`;
  const told =
    by === 'brand'
      ? `select b.brand as key, ${sumsOfBrands('b')} group by 1`
      : `select case when k.customer is null then 'nobody' else ${keys[by]} end as key, ${sumsOfCustomers} from k
           left join (select customer, ntile(5) over (order by last_ms, customer) as recency,
                             ntile(5) over (order by visits, customer) as frequency from k where k.counts) r on r.customer = k.customer
          group by 1`;
  return `with ${customerTickets}, ${customersSql}${by === 'brand' ? `, ${linesSql}` : ''}
    select null as key, ${array} as sums from (${whole}) g
    union all (select key, ${array} from (${told}) g order by g."netMinor" desc, key limit ${mostGroups})`;
}
/** Of brands, those that bring the most. */
const mostGroups = 500;

const valuesOf = ({ storeId, currency, merchantId }: GoodsScope, { from, to }: CustomerDays) => [
  ...[storeId, from, to, currency, merchantId],
];

/** What a store's customers did, in groups. */
export async function readCustomers(
  database: Queryable,
  scope: GoodsScope,
  days: CustomerDays,
  by: CustomerBy,
): Promise<CustomerReport> {
  const { rows } = await database.query<{ key: string | null; sums: number[] }>(groupsSql(by), valuesOf(scope, days));
  const sumsOf = (values: readonly number[]) => ({
    ...noCustomerSums,
    ...Object.fromEntries(customerSumIds.map((id, at) => [id, Number(values[at] ?? 0)])),
  });
  const groups = rows.flatMap(({ key, sums }) => (key === null ? [] : [{ key, sums: sumsOf(sums) }]));
  const total = sumsOf(rows.find(({ key }) => key === null)?.sums ?? []);
  return { by, from: days.from, to: days.to, currency: scope.currency, total, rows: groups };
}

const monthsBack = 11;

/** Of who bought first in each month up to the last day's, how many came in the months after; a year of them. */
export async function readCohorts(database: Queryable, scope: GoodsScope, to: string): Promise<CohortReport> {
  const first = new Date(Date.UTC(Number(to.slice(0, 4)), Number(to.slice(5, 7)) - 1 - monthsBack, 1));
  const from = first.toISOString().slice(0, 10);
  const { rows } = await database.query<{ month: string; later: number; customers: number }>(
    `with ${customerTickets},
     m as (select customer, left(business_day, 7) as month from t where customer is not null and is_visit group by 1, 2),
     f as (select customer, min(month) as first from m group by 1)
     select f.first as month, count(*)::int as customers,
            ((left(m.month, 4)::int - left(f.first, 4)::int) * 12 + right(m.month, 2)::int - right(f.first, 2)::int) as later
       from f join m using (customer) where not ${boughtBefore('f.customer', '$2::text')} group by 1, 3 order by 1, 3`,
    valuesOf(scope, { from, to }),
  );
  const last = Number(to.slice(0, 4)) * 12 + Number(to.slice(5, 7));
  const months = [...new Set(rows.map(({ month }) => month))];
  return {
    ...{ from, to, currency: scope.currency },
    rows: months.map((month) => {
      const length = last - (Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7))) + 1;
      const of = (later: number) => rows.find((row) => row.month === month && row.later === later)?.customers ?? 0;
      return { month, customers: Array.from({ length }, (_, later) => of(later)) };
    }),
  };
}
