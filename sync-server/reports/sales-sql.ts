import { type SumId, sumIds } from '#schemas/reports/measures.ts';

/** Columns of the sums, in SQL. */
export const sumColumns: Readonly<Record<SumId, string>> = {
  tickets: 'tickets',
  returnTickets: 'return_tickets',
  units: 'units',
  unitsBack: 'units_back',
  salesMinor: 'sales_minor',
  returnsMinor: 'returns_minor',
  netMinor: 'net_minor',
  taxMinor: 'tax_minor',
  roundingMinor: 'rounding_minor',
  discountMinor: 'discount_minor',
  paidMinor: 'paid_minor',
  lateTickets: 'late_tickets',
  lateMinor: 'late_minor',
};
export const sumNames = sumIds.map((id) => sumColumns[id]);

/** An entry recorded later than this on the day after is late: who looked in the morning saw other figures. */
const lateHours = 30;

/**
 * Hours of a business day go on after midnight: 25 is one o'clock of the night after, so a day stays whole and in order. Clocks
 * that are put back have two first hours, which are one here. A clock that is far off has the hour that it showed.
 */
const hourSql = (atMs: string, day: string, zone: string) => `(
  select extract(hour from l.at)::int
         + case when l.at::date = ${day}::date + 1 and extract(hour from l.at) < 12 then 24 else 0 end
    from (select to_timestamp(least(greatest(${atMs}, 0), 253402300000000) / 1000.0) at time zone ${zone} as at) l)`;

/** `0000` is a year of ISO 8601 and none of PostgreSQL's. */
const daySql = (day: string) => `case when ${day} < '0001' then '0001-01-01' else ${day} end`;

/**
 * Tickets of stores and days with what their lines come to: `where` over retail_transaction `t`, joined to its store `s`. Gives one row
 * a ticket: its keys, its currency and its sums.
 */
export function ticketsSql(where: string): string {
  return `
  select t.store_id, t.business_day, t.till_number, t.sequence, t.currency, t.operator_id, t.channel, t.occurred_at_ms,
         coalesce(t.member_tier, '') as tier, t.change_minor,
         lpad(${hourSql('t.occurred_at_ms', daySql('t.business_day'), 's.time_zone')}::text, 2, '0') as hour,
         1 as tickets, (coalesce(l.units_back, 0) > 0)::int as return_tickets,
         coalesce(l.units, 0) as units, coalesce(l.units_back, 0) as units_back,
         coalesce(l.sales_minor, 0) as sales_minor, coalesce(l.returns_minor, 0) as returns_minor,
         t.net_minor, t.tax_minor, t.rounding_minor, coalesce(l.discount_minor, 0) as discount_minor,
         t.total_minor as paid_minor, j.is_late::int as late_tickets,
         case when j.is_late then t.net_minor + t.tax_minor + t.rounding_minor else 0 end as late_minor
    from retail_transaction t
    join store s using (store_id)
    cross join lateral (
      select coalesce(bool_or(j.recorded_at_ms > extract(epoch from
                ((${daySql('t.business_day')})::date + interval '${lateHours} hours') at time zone s.time_zone) * 1000), false) as is_late
        from journal j where j.store_id = t.store_id and j.till_number = t.till_number and j.sequence = t.sequence) j
    left join lateral (
      select sum(quantity) filter (where quantity > 0) as units, -sum(quantity) filter (where quantity < 0) as units_back,
             sum(total_minor) filter (where quantity > 0) as sales_minor,
             sum(total_minor) filter (where quantity < 0) as returns_minor, sum(discount_minor) as discount_minor
        from line_item l where l.store_id = t.store_id and l.till_number = t.till_number and l.sequence = t.sequence) l on true
   where ${where}`;
}

/** Sums of lines `l` of tickets `t`; a ticket counts once for each key. */
export const lineSumsSql = `count(distinct (t.store_id, t.till_number, t.sequence)) as tickets,
  count(distinct (t.store_id, t.till_number, t.sequence)) filter (where l.quantity < 0) as return_tickets,
  coalesce(sum(l.quantity) filter (where l.quantity > 0), 0) as units,
  coalesce(-sum(l.quantity) filter (where l.quantity < 0), 0) as units_back,
  coalesce(sum(l.total_minor) filter (where l.quantity > 0), 0) as sales_minor,
  coalesce(sum(l.total_minor) filter (where l.quantity < 0), 0) as returns_minor,
  sum(l.net_minor) as net_minor, sum(l.tax_minor) as tax_minor, 0 as rounding_minor, sum(l.discount_minor) as discount_minor,
  0 as paid_minor,
  count(distinct (t.store_id, t.till_number, t.sequence)) filter (where t.late_tickets > 0) as late_tickets,
  coalesce(sum(l.total_minor) filter (where t.late_tickets > 0), 0) as late_minor`;

/** Sums of a dimension that tells tickets and one amount alone. */
function amountSumsSql(column: 'discount_minor' | 'paid_minor', tickets: string, amount: string): string {
  return sumNames
    .map((name) =>
      name === 'tickets' ? `${tickets} as tickets` : name === column ? `${amount} as ${name}` : `0 as ${name}`,
    )
    .join(', ');
}

export const summed = (from = '') =>
  sumNames.map((name) => `coalesce(sum(${from}${name}), 0)::int8 as ${name}`).join(', ');

const key3 = 'store_id, till_number, sequence';

/** What tickets `t` were paid by: less the change, which is cash. */
export const tenderSumsSql = `select p.type as key, p.currency, ${amountSumsSql('paid_minor', 'count(*)', 'sum(p.amount)')}
  from (select type, currency, sum(amount_minor) as amount from (
          select t.${key3.replaceAll(', ', ', t.')}, t.currency, r.type, r.amount_minor from t join tender r using (${key3})
          union all select ${key3}, currency, 'cash', -change_minor from t where change_minor <> 0) paid
         group by ${key3}, type, currency) p group by 1, 2`;

/** What promotions gave to tickets `t`; what none gave was taken off by hand, under the empty key. */
export const promotionSumsSql = `select d.key, d.currency, ${amountSumsSql('discount_minor', 'count(*)', 'sum(d.amount)')}
  from (select key, currency, sum(amount) as amount from (
          select t.${key3.replaceAll(', ', ', t.')}, t.currency, a.promotion_id as key, a.discount_minor as amount
            from t join applied_promotion a using (${key3})
          union all select ${key3}, currency, '', discount_minor from t where discount_minor <> 0
          union all select t.${key3.replaceAll(', ', ', t.')}, t.currency, '', -a.discount_minor
            from t join applied_promotion a using (${key3})) off
         group by ${key3}, key, currency having sum(amount) <> 0) d group by 1, 2`;
