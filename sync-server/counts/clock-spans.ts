import { type ClockSpan, clockDoubtMs } from '#schemas/journal/clock-spans.ts';
import type { Queryable } from '../db/database.ts';

/** Clocks that were set after longer than this say nothing of entries before it. */
export const longestOffMs = 86_400_000;

/**
 * [H5] Entries of a store whose clock, as it turned out, was off, from a moment on. A clock was set between the last entry with
 * one correction and the first with another (`clock-set`), or before the till was heard again, if it has written nothing since. So
 * all entries with the correction of before are in doubt: each happened when it says, or when the new correction says. Entries
 * after it that had to be ordered behind those are in doubt too. Where no clock was set, this reads a row a till.
 */
export async function readClockSpans(database: Queryable, storeId: string, sinceMs: number): Promise<ClockSpan[]> {
  const { rows } = await database.query<ClockSpan>(
    `with changes as (
       select left(entry_id, 4)::int4 as till_number, substr(entry_id, 6)::int8 as sequence, detail::int8 as by_ms
         from exception where store_id = $1 and code = 'clock-set' and occurred_at_ms >= $2
       union all
       select t.till_number, l.sequence + 1, t.clock_offset_ms - l.offset_ms
         from till t
         cross join lateral (select j.sequence, ${offsetOf('j')} as offset_ms from journal j
                              where j.store_id = $1 and j.till_number = t.till_number order by j.sequence desc limit 1) l
        where t.store_id = $1 and t.clock_offset_ms is not null and abs(t.clock_offset_ms - l.offset_ms) > $3),
     runs as (
       select c.*, coalesce((
                select p.sequence + 1 from journal p
                 where p.store_id = $1 and p.till_number = c.till_number and p.sequence < c.sequence - 1
                   and ${offsetOf('p')} <> (select ${offsetOf('q')} from journal q
                     where q.store_id = $1 and q.till_number = c.till_number and q.sequence = c.sequence - 1)
                 order by p.sequence desc limit 1), 1) as first
         from changes c)
     select r.till_number as "tillNumber", r.first as "fromSequence", r.sequence - 1 as "toSequence",
            max(abs(j.occurred_at_ms + r.by_ms - j.ordered_at_ms))::int8 as "offMs"
       from runs r
       join journal j on j.store_id = $1 and j.till_number = r.till_number and j.sequence between r.first and r.sequence - 1
      group by 1, 2, 3
     union all
     select c.till_number, c.sequence, max(j.sequence), max(j.ordered_at_ms - j.occurred_at_ms)::int8
       from changes c
       join journal j on j.store_id = $1 and j.till_number = c.till_number and j.sequence >= c.sequence
        and j.sequence < coalesce((select min(n.sequence) from journal n
                                    where n.store_id = $1 and n.till_number = c.till_number and n.sequence >= c.sequence
                                      and n.ordered_at_ms - n.occurred_at_ms <= $3), 9223372036854775807)
      group by 1, 2
      order by 1, 2`,
    [storeId, sinceMs - longestOffMs, clockDoubtMs],
  );
  return rows.map((span) => ({ ...span, offMs: Math.min(span.offMs, longestOffMs) }));
}

/** The correction that an entry was written with. */
function offsetOf(row: string): string {
  return `coalesce((${row}.document ->> 'clockOffsetMs')::int8, 0)`;
}
