import type { Entry } from '#schemas/journal/envelope.ts';
import type { Queryable } from '../db/database.ts';
import { meaningOf } from './document-check.ts';
import type { RecordedEntry } from './judge-entries.ts';

export type StoredEntry = RecordedEntry & { unpostable: string | null };

/** Entries of the journal after a position, in its order, with what they mean to this version. Their seals were checked when they came in. */
export async function readStoredEntries(
  transaction: Queryable,
  storeId: string,
  after: number,
  limit: number,
  which: 'all' | 'unposted',
): Promise<StoredEntry[]> {
  const { rows } = await transaction.query<{
    journal_seq: number;
    occurred_at_ms: number;
    recorded_at_ms: number;
    price_revision: number | null;
    unpostable: string | null;
    document: string;
  }>(
    `select journal_seq, occurred_at_ms, recorded_at_ms, price_revision, unpostable, document from journal
      where store_id = $1 and journal_seq > $2 ${which === 'unposted' ? 'and unpostable is not null' : ''}
      order by journal_seq limit $3`,
    [storeId, after, limit],
  );
  return rows.map((row) => {
    const entry = JSON.parse(row.document) as Entry;
    return {
      journalSeq: row.journal_seq,
      recordedAtMs: row.recorded_at_ms,
      priceRevision: row.price_revision,
      unpostable: row.unpostable,
      entryId: entry._id,
      tillNumber: entry.tillNumber,
      sequence: entry.sequence,
      operatorId: entry.operatorId,
      occurredAtMs: row.occurred_at_ms,
      orderedAtMs: entry.orderedAtMs,
      meaning: meaningOf(entry),
    };
  });
}

/** Writes down which entries are posted and which are kept unposted, and why. */
export async function markEntries(
  transaction: Queryable,
  storeId: string,
  entries: readonly StoredEntry[],
): Promise<void> {
  const changed = entries.filter((entry) => codeOf(entry) !== entry.unpostable);
  if (changed.length === 0) return;
  await transaction.query(
    `update journal j set unpostable = k.unpostable
       from unnest($2::int8[], $3::text[]) k(journal_seq, unpostable)
      where j.store_id = $1 and j.journal_seq = k.journal_seq`,
    [storeId, changed.map((entry) => entry.journalSeq), changed.map(codeOf)],
  );
}

function codeOf({ meaning }: StoredEntry): string | null {
  return meaning.postable ? null : meaning.code;
}
