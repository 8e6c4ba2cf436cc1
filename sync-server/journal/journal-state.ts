import type { Posted, SequenceRange } from '#schemas/sync/posted.ts';
import type { ServerContext } from '../context.ts';
import { maxClockLeadMs } from './post-batch.ts';
import { gapParameters, postedIslandsSql, withIslands } from './posted-islands.ts';
import { postedMemoryOf } from './posted-memory.ts';

/**
 * The highest number up to which the journal has all of a till's entries. It never goes back, as entries are never
 * deleted (J2), so it is remembered and only what came later is read.
 */
const contiguousByContext = new WeakMap<ServerContext, Map<string, number>>();

async function contiguousThrough(context: ServerContext, storeId: string, tillNumber: number): Promise<number> {
  const known = contiguousByContext.get(context) ?? new Map<string, number>();
  contiguousByContext.set(context, known);
  const name = `${storeId}/${tillNumber}`;
  const from = known.get(name) ?? 0;
  const { rows } = await context.database.pool.query<{ through: number | null }>({
    name: 'contiguous through',
    text: `select max(sequence) as through
             from (select sequence, row_number() over (order by sequence) as nth
                     from journal where store_id = $1 and till_number = $2 and sequence > $3) numbered
            where sequence = $3 + nth`,
    values: [storeId, tillNumber, from],
  });
  const through = rows[0]?.through ?? from;
  known.set(name, Math.max(through, known.get(name) ?? 0));
  return through;
}

/** Which of a till's entries are posted. */
export async function postedOf(context: ServerContext, storeId: string, tillNumber: number): Promise<Posted> {
  const known = postedMemoryOf(context).recall(storeId, tillNumber);
  const { rows } = await context.database.pool.query<{ posted: string | null }>({
    name: 'posted of till',
    text: `select ${postedIslandsSql('$1', '$2', '$3', '$4')} as posted`,
    values: [storeId, tillNumber, ...gapParameters(known.posted)],
  });
  const posted = withIslands(known.posted, rows[0]?.posted ?? null);
  known.keep(posted);
  return posted;
}

/** [J3] The numbers that a till must have given out and that the journal does not have, lowest first, at most `limit` ranges. */
export async function missingSequences(
  context: ServerContext,
  storeId: string,
  tillNumber: number,
  limit = 100,
): Promise<SequenceRange[]> {
  const from = await contiguousThrough(context, storeId, tillNumber);
  const { rows } = await context.database.pool.query<{ from: number; to: number }>(
    `select previous + 1 as from, sequence - 1 as to
       from (select sequence, lag(sequence, 1, $3::int8) over (order by sequence) as previous
               from journal where store_id = $1 and till_number = $2 and sequence > $3::int8) pairs
      where sequence > previous + 1 order by sequence limit $4`,
    [storeId, tillNumber, from, limit],
  );
  return rows.map((row) => [row.from, row.to]);
}

export type TillJournal = {
  tillNumber: number;
  /** Highest number in the journal. */
  lastSequence: number;
  entries: number;
  /** Kept but not posted. */
  unposted: number;
};

/** How far each till's journal goes, for the manager. `lastSequence − entries` numbers are missing. */
export async function tillJournals(context: ServerContext, storeId: string): Promise<TillJournal[]> {
  const { rows } = await context.database.pool.query<TillJournal>(
    `select till_number as "tillNumber", max(sequence) as "lastSequence", count(*) as entries, count(unpostable) as unposted
       from journal where store_id = $1 group by till_number order by till_number`,
    [storeId],
  );
  return rows;
}

export type ClockTrouble = { tillNumber: number; entries: number; firstSequence: number; lastSequence: number };

/**
 * Tills with entries that are dated more than a day off, among the latest `among` entries: dated after the server
 * recorded them, or before something that the till had seen already. Lateness alone is no trouble: it was offline.
 */
export async function clockTroubles(context: ServerContext, storeId: string, among = 20_000): Promise<ClockTrouble[]> {
  const { rows } = await context.database.pool.query<ClockTrouble>(
    `select till_number as "tillNumber", count(*) as entries,
            min(sequence) as "firstSequence", max(sequence) as "lastSequence"
       from journal
      where store_id = $1
        and journal_seq > (select journal_seq from store_counter where store_id = $1) - $2
        and (occurred_at_ms > recorded_at_ms + $3
             or (ordered_at_ms > occurred_at_ms + $3 and ordered_at_ms <= recorded_at_ms + $3))
      group by till_number order by till_number`,
    [storeId, among, maxClockLeadMs],
  );
  return rows;
}
