import type { MissedReport, PairReport } from '#schemas/api/customer-report.ts';
import { fewestTogether } from '#schemas/reports/customer-measures.ts';
import type { Queryable } from '../db/database.ts';
import type { GoodsScope } from './goods-sql.ts';
import { type CustomerDays, customerTickets } from './read-customers.ts';

const shown = 100;
/** Pairs are looked for among the articles that are bought most often, and on tickets of no more articles than these. */
const mostArticles = 300;
const mostOnTicket = 200;

/** Which articles are bought together, the strongest first. */
export async function readPairs(database: Queryable, scope: GoodsScope, days: CustomerDays): Promise<PairReport> {
  const { rows } = await database.query<{ visits: number; rows: PairReport['rows'] | null }>(
    `with ${customerTickets},
     n as (select count(*)::int as visits from t where is_visit),
     x as materialized (
       select distinct t.till_number, t.sequence, l.sku_id from t join line_item l using (store_id, till_number, sequence)
        where l.quantity > 0 and l.sku_id is not null),
     a as materialized (select sku_id, count(*)::int as tickets from x group by 1
                         having count(*) >= ${fewestTogether} order by 2 desc, 1 limit ${mostArticles}),
     w as materialized (select x.* from x join a using (sku_id) join (
        select till_number, sequence from x group by 1, 2 having count(*) between 2 and ${mostOnTicket}) s using (till_number, sequence)),
     p as (select v.sku_id as one, w.sku_id as other, count(*)::int as both
             from w v join w on w.till_number = v.till_number and w.sequence = v.sequence and v.sku_id < w.sku_id
            group by 1, 2 having count(*) >= ${fewestTogether}),
     q as (select p.*, f.tickets as of_one, g.tickets as of_other from p join a f on f.sku_id = p.one join a g on g.sku_id = p.other
            order by p.both::float8 / (f.tickets::float8 * g.tickets) desc, p.both desc, 1, 2 limit ${shown})
     select n.visits, (select jsonb_agg(jsonb_build_object('both', q.both,
         'first', jsonb_build_object('skuId', q.one, 'tickets', q.of_one, 'names', (select names from sku where merchant_id = $5 and sku_id = q.one)),
         'second', jsonb_build_object('skuId', q.other, 'tickets', q.of_other, 'names', (select names from sku where merchant_id = $5 and sku_id = q.other)))
         order by q.both::float8 / (q.of_one::float8 * q.of_other) desc, q.both desc, q.one, q.other) from q) as rows
       from n`,
    [scope.storeId, days.from, days.to, scope.currency, scope.merchantId],
  );
  const [answer] = rows;
  return { ...days, currency: scope.currency, visits: answer?.visits ?? 0, rows: answer?.rows ?? [] };
}

/** What lay in a basket that was put aside, as it was last, and was not bought with it. */
export async function readMissed(database: Queryable, scope: GoodsScope, days: CustomerDays): Promise<MissedReport> {
  const { rows } = await database.query<MissedReport['rows'][number]>(
    `with w as (select (extract(epoch from ($2::date)::timestamp at time zone $6) * 1000)::int8 as from_ms,
                       (extract(epoch from ($3::date + 1)::timestamp at time zone $6) * 1000)::int8 as to_ms),
     p as (select distinct on (basket_id) b.basket_id, b.till_number, b.sequence from basket_step b, w
            where b.store_id = $1 and b.type = 'parked' and b.at_ms >= w.from_ms and b.at_ms < w.to_ms
            order by basket_id, ordered_at_ms desc, till_number desc, sequence desc),
     asked as (
       select p.basket_id, l ->> 'skuId' as sku_id, sum((l ->> 'quantity')::int) as pieces,
              max(coalesce((l -> 'priceOverride' ->> 'priceMinor')::int8, (l ->> 'askedMinor')::int8, 0)) as price
         from p join journal j on j.store_id = $1 and j.till_number = p.till_number and j.sequence = p.sequence
         cross join lateral json_array_elements(j.document -> 'body' -> 'lines') l
        where j.document -> 'body' ->> 'currency' = $4 and l ->> 'skuId' is not null and (l ->> 'quantity')::int > 0
          and l ->> 'grams' is null
        group by 1, 2),
     left_over as (
       select a.sku_id, a.basket_id, a.price, a.pieces - coalesce((
                select sum(l.quantity) from retail_transaction t join line_item l using (store_id, till_number, sequence)
                 where t.store_id = $1 and t.transaction_id = a.basket_id and l.sku_id = a.sku_id and l.quantity > 0), 0) as pieces
         from asked a)
     select m.sku_id as "skuId", k.names, count(*)::int as baskets, sum(pieces)::int as pieces, sum(pieces * price)::int8 as "valueMinor",
            coalesce((select sum(received + returned + moved_in - sold - moved_out + adjusted) from stock
                       where store_id = $1 and sku_id = m.sku_id), 0)::int as "onHand"
       from left_over m left join sku k on k.merchant_id = $5 and k.sku_id = m.sku_id
      where m.pieces > 0 group by 1, 2 order by 5 desc, 4 desc, 1 limit ${shown}`,
    [scope.storeId, days.from, days.to, scope.currency, scope.merchantId, scope.timeZone],
  );
  return { ...days, currency: scope.currency, rows };
}
