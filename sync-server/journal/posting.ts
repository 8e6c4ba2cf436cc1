import { setImmediate as nextTurn } from 'node:timers/promises';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import type { PostedEntry } from '../watching/trace-settings.ts';
import { type Author, type CheckedEntry, checkDocument } from './document-check.ts';
import { type LaneFailure, laneOf } from './lane.ts';
import { type Refusal, refusal } from './refusal.ts';
import { keepRefused, type RefusedDocument } from './refused-documents.ts';

/** What became of one document. `known`: it was there already. `id` and `rev` are the document's own, as far as it had any. */
export type DocumentResult = { id: string; rev: string } & (
  | { ok: true; known: boolean }
  | { ok: false; refusal: Refusal }
);

/** So many signatures are checked before other requests get a turn. */
const checksPerTurn = 25;

/**
 * Checks documents of one author, stores the authentic ones in the journal and posts what they mean, all in one SQL
 * transaction per batch. Results in the order given. Fails as a whole only when the database cannot commit now; then
 * sending the same again is safe (P1).
 */
export async function postDocuments(
  context: ServerContext,
  storeId: string,
  author: Author,
  documents: readonly Record<string, unknown>[],
  options: { newEdits?: boolean } = {},
): Promise<Result<DocumentResult[], LaneFailure>> {
  const receivedAtMs = context.nowMs();
  const results: DocumentResult[] = [];
  const refused: RefusedDocument[] = [];
  const accepted: { entry: CheckedEntry; at: number; document: Record<string, unknown> }[] = [];
  for (const [at, document] of documents.entries()) {
    if (at % checksPerTurn === checksPerTurn - 1) await nextTurn();
    const checked = checkDocument(document, storeId, author, options.newEdits ?? false);
    const id = typeof document._id === 'string' ? document._id : '';
    if (checked.ok) {
      accepted.push({ entry: checked.value, at, document });
      results.push({ id, rev: checked.value.rev, ok: true, known: false });
    } else {
      refused.push({ document, refusal: checked.error });
      results.push({
        id,
        rev: typeof document._rev === 'string' ? document._rev : '',
        ok: false,
        refusal: checked.error,
      });
    }
  }
  if (accepted.length > 0) {
    const posted = await laneOf(context, storeId).submit(accepted.map(({ entry }) => entry));
    if (!posted.ok) return fail(posted.error);
    const stored = accepted.flatMap(({ entry }, index) => (posted.value[index] === 'stored' ? [tracedOf(entry)] : []));
    context.traces?.posted({ storeId, entries: stored, receivedAtMs, committedAtMs: context.nowMs() });
    for (const [index, { entry, at, document }] of accepted.entries()) {
      const { entryId: id, rev } = entry;
      if (posted.value[index] === 'sequence-taken') {
        const taken = refusal('sequence-taken');
        refused.push({ document, refusal: taken });
        results[at] = { id, rev, ok: false, refusal: taken };
      } else {
        results[at] = { id, rev, ok: true, known: posted.value[index] === 'known' };
      }
    }
  }
  await keepRefused(context, storeId, author.tillNumber, refused);
  return ok(results);
}

function tracedOf({ entryId, tillNumber, kind, occurredAtMs, meaning }: CheckedEntry): PostedEntry {
  const fact = meaning.postable ? meaning.fact : null;
  const openedAtMs = fact?.kind === 'retail-transaction' ? fact.body.openedAtMs : null;
  return { entryId, tillNumber, kind, openedAtMs, occurredAtMs };
}
