import type { ServerContext } from '../context.ts';

/** Where a store's journal stands. */
export type JournalHead = { journalSeq: number; journalUuid: string };

export async function journalHead(context: ServerContext, storeId: string): Promise<JournalHead | null> {
  const { rows } = await context.database.pool.query<{ journal_seq: number; journal_uuid: string }>({
    name: 'journal head',
    text: 'select journal_seq, journal_uuid from store_counter where store_id = $1',
    values: [storeId],
  });
  const [row] = rows;
  return row ? { journalSeq: row.journal_seq, journalUuid: row.journal_uuid } : null;
}

/** The opaque update sequence of the protocol: position and history, so that no position outlives its history. */
export function sequenceToken(position: number, journalUuid: string): string {
  return `${position}-${journalUuid.slice(0, 8)}`;
}

/**
 * The position that a client's `since` means; null when it is malformed. A position of another history, or one that this
 * journal has not reached (it was restored from a backup), means the beginning: what the client has it does not take again.
 */
export function sincePosition(since: string, head: JournalHead): number | null {
  if (since === 'now') return head.journalSeq;
  const match = /^(\d{1,15})(?:-([0-9a-zA-Z]{1,32}))?$/.exec(since);
  if (!match) return null;
  const position = Number(match[1]);
  const sameHistory = match[2] === undefined || match[2] === head.journalUuid.slice(0, 8);
  return sameHistory && position <= head.journalSeq ? position : 0;
}

const dayMs = 86_400_000;
const keptMs = 90 * dayMs;
const believedMs = 3_600_000;
const kept = new WeakMap<ServerContext, Map<string, { position: number; readAtMs: number }>>();

/**
 * The position before the first entry recorded in the last 90 days: a till need not pull what is older. Found by halving,
 * as positions and times of recording rise together; remembered for an hour.
 */
export async function positionBefore90Days(
  context: ServerContext,
  storeId: string,
  head: JournalHead,
): Promise<number> {
  const known = kept.get(context) ?? new Map<string, { position: number; readAtMs: number }>();
  kept.set(context, known);
  const nowMs = context.nowMs();
  const remembered = known.get(storeId);
  if (remembered && Math.abs(nowMs - remembered.readAtMs) < believedMs && remembered.position <= head.journalSeq) {
    return remembered.position;
  }
  let low = 0;
  let high = head.journalSeq;
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const { rows } = await context.database.pool.query<{ old: boolean }>({
      name: 'recorded before',
      text: 'select recorded_at_ms < $3 as old from journal where store_id = $1 and journal_seq = $2',
      values: [storeId, middle, nowMs - keptMs],
    });
    if (rows[0]?.old) low = middle;
    else high = middle - 1;
  }
  known.set(storeId, { position: low, readAtMs: nowMs });
  return low;
}
