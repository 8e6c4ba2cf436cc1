import type { Queryable } from '../db/database.ts';

export type StoreReading = {
  store: string;
  entries: number;
  postingLagMs: number;
  pagesBehind: number;
  exceptions: number;
  chainBreaks: number;
  unposted: number;
  printJobs: number;
  outbox: number;
};

export type TillReading = {
  store: string;
  till: number;
  waiting: number;
  silentMs: number;
  missing: number;
  offsetMs: number;
};

/** Each from an index or the last rows: asking every fifteen seconds costs next to nothing. */
export async function readStores(database: Queryable): Promise<StoreReading[]> {
  const { rows } = await database.query<StoreReading>(
    `select c.store_id as store, c.journal_seq as entries,
            coalesce((select percentile_disc(0.5) within group (order by greatest(0, l.recorded_at_ms - l.occurred_at_ms))
                        from (select recorded_at_ms, occurred_at_ms from journal j
                               where j.store_id = c.store_id and j.journal_seq > c.journal_seq - 100) l), 0)::int8 as "postingLagMs",
            coalesce(c.revision - (select min(revision) from feed_manifest m where m.scope_id = 'store/' || c.store_id), 0)::int8
              as "pagesBehind",
            (select count(*)::int from exception e where e.store_id = c.store_id) as exceptions,
            (select count(*)::int from exception e where e.store_id = c.store_id and e.code = 'chain-broken') as "chainBreaks",
            (select count(*)::int from journal j where j.store_id = c.store_id and j.unpostable is not null) as unposted,
            (select count(*)::int from print_job p where p.store_id = c.store_id
                and p.state in ('queued', 'printing', 'blocked', 'unknown')) as "printJobs",
            (select count(*)::int from outbox o where o.store_id = c.store_id and o.done_at_ms is null) as outbox
       from store_counter c order by 1`,
  );
  return rows;
}

export async function readTills(database: Queryable, nowMs: number): Promise<TillReading[]> {
  const { rows } = await database.query<TillReading>(
    `select t.store_id as store, t.till_number as till, coalesce(t.waiting_entries, 0) as waiting,
            greatest(0, $1::int8 - coalesce(t.last_contact_at_ms, t.paired_at_ms))::int8 as "silentMs",
            coalesce((select max(sequence) - count(*) from journal j
                       where j.store_id = t.store_id and j.till_number = t.till_number), 0)::int8 as missing,
            coalesce(t.clock_offset_ms, 0) as "offsetMs"
       from till t where t.till_number > 0 and t.revoked_at_ms is null order by 1, 2`,
    [nowMs],
  );
  return rows;
}
