import { rfmDays } from '#schemas/members/segments.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { sumSince } from './profile-sql.ts';

const dayMs = 86_400_000;
/** Chains with fewer are sorted whenever it is asked: it takes less than a second. */
const manyMembers = 50_000;
/** They are worked out each day; a worker that is late is waited for this long. */
const keptMs = 2 * dayMs;

export type RfmMeasure = 'recency' | 'frequency' | 'monetary';
/** [MS2] The last person of each fifth but the best, from the first on: what they have, and who they are. */
export type Fifths = Record<RfmMeasure, readonly { value: number; memberId: string }[]>;

/** What fifths are made of, of one row of `member_profile` (`p`). `since`: a placeholder of when they begin. */
export function rfmValues(since: string): Record<RfmMeasure, string> {
  const [frequency, monetary] = [sumSince('visits_so_far', since), sumSince('spent_so_far_minor', since)];
  return { recency: 'p.last_visit_at_ms', frequency, monetary };
}

/** The bounds of a chain's fifths: those of the day where it has very many members, else as of now. */
export async function readFifths(context: ServerContext, merchantId: string): Promise<Fifths> {
  const { rows } = await context.database.pool.query<{ bounds: Fifths }>(
    'select bounds from member_fifths where merchant_id = $1 and worked_out_at_ms between $2 and $3',
    [merchantId, context.nowMs() - keptMs, context.nowMs() + dayMs],
  );
  return rows[0]?.bounds ?? (await workOutFifths(context, merchantId));
}

/** Works out anew what is older than a day. */
export async function refreshFifths(context: ServerContext, signal?: AbortSignal): Promise<void> {
  const { pool } = context.database;
  const { rows } = await pool.query<{ merchantId: string }>(
    `select p.merchant_id as "merchantId" from member_profile p
      where not exists (select from member_fifths f where f.merchant_id = p.merchant_id and f.worked_out_at_ms > $1)
      group by 1 having count(*) >= ${manyMembers}`,
    [context.nowMs() - dayMs],
  );
  for (const { merchantId } of rows) {
    if (signal?.aborted) return;
    await keepFifths(pool, merchantId, await workOutFifths(context, merchantId), context.nowMs());
  }
}

export async function keepFifths(
  database: Queryable,
  merchantId: string,
  bounds: Fifths,
  nowMs: number,
): Promise<void> {
  await database.query(
    `insert into member_fifths (merchant_id, worked_out_at_ms, bounds) values ($1, $2, $3)
     on conflict (merchant_id) do update set worked_out_at_ms = excluded.worked_out_at_ms, bounds = excluded.bounds`,
    [merchantId, nowMs, JSON.stringify(bounds)],
  );
}

/** Buyers alone are sorted; of equals the id decides, so that everybody counts the same. The first fifths have what is left over. */
async function workOutFifths(context: ServerContext, merchantId: string): Promise<Fifths> {
  const { recency, frequency, monetary } = rfmValues('$2::int8');
  const places = (what: RfmMeasure) =>
    `select '${what}' as what, ${what} as value, member_id, row_number() over (order by ${what}, member_id) as place from buyer`;
  const rows = await inTransaction(context.database, async (tx) => {
    await tx.query("select set_config('work_mem', '128MB', true)");
    const found = await tx.query<{ what: RfmMeasure; value: number; memberId: string }>(
      `with buyer as materialized (
              select * from (select p.member_id, ${recency} as recency, ${frequency} as frequency, ${monetary} as monetary
                               from member_profile p where p.merchant_id = $1 and p.last_visit_at_ms > $2) b
               where frequency > 0),
            bound as (select f.fifth, f.fifth * (n / 5) + least(f.fifth, n % 5) as place
                        from (select count(*) as n from buyer) b, generate_series(1, 4) f(fifth))
       select what, value::int8, member_id as "memberId"
         from (${places('recency')} union all ${places('frequency')} union all ${places('monetary')}) placed
         join bound using (place) order by what, fifth`,
      [merchantId, context.nowMs() - rfmDays * dayMs],
    );
    return found.rows;
  });
  const of = (measure: RfmMeasure) =>
    rows.filter(({ what }) => what === measure).map(({ value, memberId }) => ({ value, memberId }));
  return { recency: of('recency'), frequency: of('frequency'), monetary: of('monetary') };
}
