import { parseEntryId } from '#schemas/journal/envelope.ts';
import type { ServerContext } from '../context.ts';

/** A stored entry: its document's JSON to the letter, without `_rev`. */
export type StoredDocument = { id: string; rev: string; text: string };

/** The document's JSON with the members of CouchDB's own that were asked for. */
export function documentJson(document: StoredDocument, options: { revisions?: boolean } = {}): string {
  const revisions = options.revisions ? `"_revisions":{"start":1,"ids":["${document.rev.slice(2)}"]},` : '';
  return `{"_rev":"${document.rev}",${revisions}${document.text.slice(1)}`;
}

/** Entries by id; ids that are none are left out. `withText: false` reads ids and revisions alone. */
export async function readDocuments(
  context: ServerContext,
  storeId: string,
  ids: readonly string[],
  options: { withText: boolean },
): Promise<Map<string, StoredDocument>> {
  const wanted = ids.map(parseEntryId).filter((part) => part !== null);
  const found = new Map<string, StoredDocument>();
  if (wanted.length === 0) return found;
  const { rows } = await context.database.pool.query<Row>({
    name: options.withText ? 'documents' : 'revisions',
    text: `select j.till_number, j.sequence, j.rev, ${options.withText ? 'j.document' : 'null'} as document
             from unnest($2::int4[], $3::int8[]) k(till_number, sequence)
             join journal j on j.store_id = $1 and j.till_number = k.till_number and j.sequence = k.sequence`,
    values: [storeId, wanted.map((part) => part.tillNumber), wanted.map((part) => part.sequence)],
  });
  for (const row of rows) {
    const document = storedDocument(row);
    found.set(document.id, document);
  }
  return found;
}

type Row = { till_number: number; sequence: number; rev: string; document: string | null };

export function storedDocument(row: Row): StoredDocument {
  const id = `${String(row.till_number).padStart(4, '0')}-${String(row.sequence).padStart(9, '0')}`;
  return { id, rev: row.rev, text: row.document ?? '{}' };
}

export type IdRange = {
  startId: string | null;
  endId: string | null;
  inclusiveEnd: boolean;
  descending: boolean;
  skip: number;
  limit: number;
  withText: boolean;
};

/** Entries in order of their ids (till, then sequence). */
export async function readRange(context: ServerContext, storeId: string, range: IdRange): Promise<StoredDocument[]> {
  const [low, high] = range.descending ? [range.endId, range.startId] : [range.startId, range.endId];
  const values: (string | number)[] = [storeId, range.skip, range.limit];
  const conditions = ['store_id = $1'];
  const bound = (id: string, comparison: string) => {
    const part = parseEntryId(id);
    if (part) {
      values.push(part.tillNumber, part.sequence);
      conditions.push(`(till_number, sequence) ${comparison} ($${values.length - 1}::int4, $${values.length}::int8)`);
    } else {
      values.push(id.replaceAll('\u0000', '').toWellFormed());
      conditions.push(`${entryIdSql} collate "C" ${comparison} $${values.length}`);
    }
  };
  if (low !== null) bound(low, range.descending && !range.inclusiveEnd ? '>' : '>=');
  if (high !== null) bound(high, range.descending || range.inclusiveEnd ? '<=' : '<');
  const order = range.descending ? 'desc' : 'asc';
  const { rows } = await context.database.pool.query<Row>(
    `select till_number, sequence, rev, ${range.withText ? 'document' : 'null as document'}
       from journal where ${conditions.join(' and ')}
      order by till_number ${order}, sequence ${order} offset $2 limit $3`,
    values,
  );
  return rows.map(storedDocument);
}

const entryIdSql = `(lpad(till_number::text, 4, '0') || '-' || lpad(sequence::text, 9, '0'))`;
