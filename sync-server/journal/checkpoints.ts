import { fail, ok, type Result } from '#schemas/result.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { badRequest, type CouchFailure, couchFailure } from './couch-answer.ts';
import { journalHead } from './journal-sequence.ts';

const maxCheckpointChars = 64_000;
/** A client has one checkpoint for each way it replicates; more than this is no replicator. */
const maxCheckpointsPerTill = 1_000;
const checkpointId = /^[!-~]{1,200}$/;

const conflict = couchFailure(409, 'conflict', 'Document update conflict.');

/** Checkpoints are kept under the journal's history: when that is cut, clients find none and begin again. */
async function storedId(context: ServerContext, storeId: string, id: string): Promise<string> {
  const head = await journalHead(context, storeId);
  return `${head?.journalUuid.slice(0, 8) ?? ''}/${id}`;
}

/** The JSON of a till's checkpoint with `_id` and `_rev`, or null. */
export async function readCheckpoint(
  context: ServerContext,
  storeId: string,
  tillNumber: number,
  id: string,
): Promise<string | null> {
  if (!checkpointId.test(id)) return null;
  const { rows } = await context.database.pool.query<{ rev_number: number; document: string }>({
    name: 'read checkpoint',
    text: `select rev_number, document from checkpoint
            where store_id = $1 and till_number = $2 and checkpoint_id = $3`,
    values: [storeId, tillNumber, await storedId(context, storeId, id)],
  });
  const [row] = rows;
  if (!row) return null;
  const head = `"_id":${JSON.stringify(`_local/${id}`)},"_rev":"0-${row.rev_number}"`;
  return row.document === '{}' ? `{${head}}` : `{${head},${row.document.slice(1)}`;
}

/** Writes a checkpoint when `_rev` names the stored one; answers the new revision. */
export async function writeCheckpoint(
  context: ServerContext,
  storeId: string,
  tillNumber: number,
  id: string,
  document: Record<string, unknown>,
): Promise<Result<{ rev: string }, CouchFailure>> {
  if (!checkpointId.test(id)) return fail(badRequest('a local id is 1 to 200 printable ASCII characters'));
  const { _id, _rev, _revisions, ...content } = document;
  const base = _rev === undefined ? 0 : revNumber(_rev);
  if (base === null) return fail(badRequest('Invalid rev format'));
  const text = checkpointText(content);
  if (text === null)
    return fail(couchFailure(413, 'too_large', `a checkpoint has at most ${maxCheckpointChars} characters`));
  const key = await storedId(context, storeId, id);
  return inTransaction(context.database, async (transaction) => {
    // The till's row stands for all its checkpoints: one writer at a time.
    await transaction.query('select from till where store_id = $1 and till_number = $2 for no key update', [
      storeId,
      tillNumber,
    ]);
    const { rows } = await transaction.query<{ mine: number | null; kept: number }>(
      `select max(rev_number) filter (where checkpoint_id = $3) as mine, count(*) as kept
         from checkpoint where store_id = $1 and till_number = $2`,
      [storeId, tillNumber, key],
    );
    const { mine = null, kept = 0 } = rows[0] ?? {};
    if ((mine ?? 0) !== base) return fail(conflict);
    if (mine === null && kept >= maxCheckpointsPerTill) {
      return fail(couchFailure(403, 'forbidden', 'this till keeps too many checkpoints already'));
    }
    await transaction.query(
      `insert into checkpoint (store_id, till_number, checkpoint_id, rev_number, document) values ($1, $2, $3, $4, $5)
       on conflict (store_id, till_number, checkpoint_id) do update
       set rev_number = excluded.rev_number, document = excluded.document`,
      [storeId, tillNumber, key, base + 1, text],
    );
    return ok({ rev: `0-${base + 1}` });
  });
}

function revNumber(rev: unknown): number | null {
  const match = typeof rev === 'string' ? /^0-(\d{1,9})$/.exec(rev) : null;
  return match ? Number(match[1]) : null;
}

function checkpointText(content: Record<string, unknown>): string | null {
  try {
    const text = JSON.stringify(content);
    return text.length > maxCheckpointChars ? null : text;
  } catch (error) {
    // Nested deeper than the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
