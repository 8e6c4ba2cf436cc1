import { parseEntryId } from '#schemas/journal/envelope.ts';
import type { ServerContext } from '../context.ts';
import { documentJson, storedDocument } from './documents.ts';
import { type JournalHead, sequenceToken } from './journal-sequence.ts';

/** Which changes a client wants. `exceptTill`: filter `onecode/other-tills`; `ids`: filter `_doc_ids`. */
export type ChangesFilter = {
  /** Who asks; once that till is revoked, it is given nothing more. */
  askingTill: number;
  includeDocs: boolean;
  exceptTill: number | null;
  ids: readonly string[] | null;
};

export type ChangesPage = {
  /** Each change as JSON. */
  lines: string[];
  /** Where the next page goes on. */
  position: number;
  lastSeq: string;
  /** An upper bound: filtered changes are counted in. */
  pending: number;
  /** The asking till has been revoked since its feed began. */
  revoked: boolean;
};

type Row = JournalHeadRow & {
  position: number | null;
  till_number: number;
  sequence: number;
  rev: string;
  document: string | null;
};
type JournalHeadRow = { head: number; journal_uuid: string; revoked: boolean };

/**
 * Changes after a position, oldest first. Positions are gapless and in order of commit, and the head is read in the same
 * snapshot, so nothing committed can be skipped.
 */
export async function readChanges(
  context: ServerContext,
  storeId: string,
  after: number,
  limit: number,
  filter: ChangesFilter,
): Promise<ChangesPage> {
  const ids = filter.ids?.map(parseEntryId).filter((part) => part !== null) ?? null;
  const values: unknown[] = [storeId, after, limit, filter.askingTill];
  const conditions = ['j.store_id = c.store_id', 'j.journal_seq > $2', 'j.journal_seq <= c.journal_seq'];
  if (filter.exceptTill !== null) {
    values.push(filter.exceptTill);
    conditions.push(`j.till_number <> $${values.length}`);
  }
  if (ids !== null) {
    values.push(
      ids.map((part) => part.tillNumber),
      ids.map((part) => part.sequence),
    );
    conditions.push(
      `(j.till_number, j.sequence) in (select * from unnest($${values.length - 1}::int4[], $${values.length}::int8[]))`,
    );
  }
  const { rows } = await context.database.pool.query<Row>(
    `select c.journal_seq as head, c.journal_uuid, j.*,
            exists (select from till where store_id = $1 and till_number = $4 and revoked_at_ms is not null) as revoked
       from store_counter c
       left join lateral (
         select journal_seq as position, till_number, sequence, rev, ${filter.includeDocs ? 'document' : 'null as document'}
           from journal j where ${conditions.join(' and ')} order by j.journal_seq limit $3) j on true
      where c.store_id = $1 order by j.position`,
    values,
  );
  const [first] = rows;
  const head: JournalHead = { journalSeq: first?.head ?? 0, journalUuid: first?.journal_uuid ?? '' };
  const revoked = first?.revoked ?? false;
  const changed = revoked ? [] : rows.filter((row) => row.position !== null);
  const last = changed.length === limit ? (changed.at(-1)?.position ?? after) : Math.max(head.journalSeq, after);
  const position = revoked ? after : last;
  return {
    lines: changed.map((row) => changeJson(row, head, filter.includeDocs)),
    position,
    lastSeq: sequenceToken(position, head.journalUuid),
    pending: Math.max(0, head.journalSeq - position),
    revoked,
  };
}

function changeJson(row: Row, head: JournalHead, includeDocs: boolean): string {
  const document = storedDocument(row);
  const seq = sequenceToken(row.position ?? 0, head.journalUuid);
  const doc = includeDocs ? `,"doc":${documentJson(document)}` : '';
  return `{"seq":"${seq}","id":"${document.id}","changes":[{"rev":"${document.rev}"}]${doc}}`;
}

export function changesJson(page: ChangesPage): string {
  return `{"results":[\n${page.lines.join(',\n')}\n],"last_seq":"${page.lastSeq}","pending":${page.pending}}\n`;
}
