import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type ExportLine, type ExportReport, namedRefusals } from '#schemas/api/exports.ts';
import {
  type ExportFault,
  type ExportFile,
  type ExportHeader,
  maxExportLineBytes,
  maxExportPlainBytes,
  openExport,
  readExport,
} from '#schemas/export/export-file.ts';
import type { SequenceRange } from '#schemas/sync/posted.ts';
import type { ServerContext } from '../context.ts';
import type { Author } from '../journal/document-check.ts';
import { missingSequences } from '../journal/journal-state.ts';
import { type DocumentResult, postDocuments } from '../journal/posting.ts';
import type { PublicKeyJwk } from '../journal/seal-check.ts';
import { exportPrivateKey } from './export-key.ts';

const gunzipAsync = promisify(gunzip);
/** Posted at a time; between two, others of the store get their turn. */
const batchEntries = 250;
const namedGaps = 20;

type Till = { name: string; public_key: PublicKeyJwk; revoked_at_ms: number | null };
type Tally = Pick<ExportReport, 'added' | 'known' | 'refusedCount' | 'refused' | 'afterRevocation'>;

/**
 * Posts what an emergency export holds, as if its till had sent it (R1 to R5): each entry is checked by hash, chain and the
 * signature of the till that made it, and is posted once, whoever brings it. A revoked till's entries are taken too, since
 * it is the manager who brings them. Tells how far it is; the last line is the report, or why nothing was loaded.
 */
export async function* loadExport(
  context: ServerContext,
  storeId: string,
  bytes: Uint8Array<ArrayBuffer>,
): AsyncGenerator<ExportLine> {
  const file = readExport(bytes);
  if (!file.ok) {
    yield refused(file.error.code, null);
    return;
  }
  const { header } = file.value;
  const opened = await open(context, storeId, file.value);
  if (typeof opened === 'string') {
    yield refused(opened, header);
    return;
  }
  const { till, lines } = opened;
  const author: Author = { tillNumber: header.tillNumber, publicKey: till.public_key };
  const tally: Tally = { added: 0, known: 0, refusedCount: 0, refused: [], afterRevocation: 0 };
  for (let done = 0; done < lines.length; done += batchEntries) {
    yield { type: 'progress', done, of: lines.length };
    const documents = lines.slice(done, done + batchEntries).map(documentOf);
    const posted = await postDocuments(context, storeId, author, documents);
    if (!posted.ok) {
      yield { type: 'interrupted', done, of: lines.length };
      return;
    }
    count(tally, documents, posted.value, till.revoked_at_ms);
  }
  const { added, known, refusedCount } = tally;
  context.log.info({ storeId, tillNumber: header.tillNumber, added, known, refusedCount }, 'export loaded');
  yield { ...(await report(context, storeId, header, till)), ...tally, entries: lines.length };
}

function refused(code: ExportFault, header: ExportHeader | null): ExportLine {
  return { type: 'refused', code, storeName: header?.storeName ?? null, tillNumber: header?.tillNumber ?? null };
}

async function open(
  context: ServerContext,
  storeId: string,
  file: ExportFile,
): Promise<{ till: Till; lines: Buffer[] } | ExportFault> {
  const { header } = file;
  if (header.storeId !== storeId) return 'wrong-store';
  const { rows } = await context.database.pool.query<Till>(
    'select name, public_key, revoked_at_ms from till where store_id = $1 and till_number = $2 and till_number > 0',
    [storeId, header.tillNumber],
  );
  const [till] = rows;
  if (!till) return 'unknown-till';
  const privateKey = await exportPrivateKey(context, storeId, header.storeKey);
  if (privateKey === null) return 'other-key';
  const gzipped = await openExport(file, privateKey);
  if (gzipped === null) return 'changed';
  const lines = await linesOf(gzipped);
  return lines === null ? 'not-an-export' : { till, lines };
}

/** Null: what was sealed is no such list. Only somebody who makes exports of their own gets there. */
async function linesOf(gzipped: Uint8Array): Promise<Buffer[] | null> {
  let plain: Buffer;
  try {
    plain = await gunzipAsync(gzipped, { maxOutputLength: maxExportPlainBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
  const lines: Buffer[] = [];
  for (let from = 0; from < plain.length; ) {
    const end = plain.indexOf(0x0a, from);
    if (end < 0 || end - from > maxExportLineBytes) return null;
    lines.push(plain.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

/** A line that is no document is refused as one, beside the others. */
function documentOf(line: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : { unreadable: line.toString('latin1', 0, 1_000) };
  } catch (error) {
    if (error instanceof SyntaxError) return { unreadable: line.toString('latin1', 0, 1_000) };
    throw error;
  }
}

function count(
  tally: Tally,
  documents: readonly Record<string, unknown>[],
  results: readonly DocumentResult[],
  revokedAtMs: number | null,
): void {
  for (const [at, result] of results.entries()) {
    if (!result.ok) {
      tally.refusedCount += 1;
      const refusal = { entryId: result.id.slice(0, 40), code: result.refusal.code };
      if (tally.refused.length < namedRefusals) tally.refused.push(refusal);
      continue;
    }
    tally[result.known ? 'known' : 'added'] += 1;
    const { deviceAtMs, clockOffsetMs } = documents[at] as { deviceAtMs: number; clockOffsetMs: number | null };
    if (revokedAtMs !== null && deviceAtMs + (clockOffsetMs ?? 0) > revokedAtMs) tally.afterRevocation += 1;
  }
}

/** What the journal lacks of the till still: the gaps in it, and what lies between its end and the till's last number. */
async function report(
  context: ServerContext,
  storeId: string,
  header: ExportHeader,
  till: Till,
): Promise<Omit<ExportReport, keyof Tally | 'entries'>> {
  const { tillNumber, madeAtMs, lastSequence } = header;
  const { rows } = await context.database.pool.query<{ last: number; entries: number }>(
    `select coalesce(max(sequence), 0) as last, count(*) as entries from journal
      where store_id = $1 and till_number = $2`,
    [storeId, tillNumber],
  );
  const { last, entries } = rows[0] ?? { last: 0, entries: 0 };
  const gaps: SequenceRange[] = await missingSequences(context, storeId, tillNumber, namedGaps);
  const end = Math.max(last, lastSequence ?? 0);
  if (end > last && gaps.length < namedGaps) gaps.push([last + 1, end]);
  return {
    type: 'report',
    tillNumber,
    tillName: till.name,
    madeAtMs,
    revokedAtMs: till.revoked_at_ms,
    missing: end - entries,
    missingRanges: gaps,
    lastSequence,
  };
}
