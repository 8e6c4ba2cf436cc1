import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import { type Entry, entryId, maxEntryBytes, type UnsealedEntry } from '#schemas/journal/envelope.ts';
import { entryVersionOf, factOf, type UnpostableCode } from '#schemas/journal/kinds.ts';
import { sealEntry } from '#schemas/journal/seal.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { key } from '#schemas/text.ts';
import { type KeyPlace, newKeyPair, openPrivateKey } from '../auth/private-keys.ts';
import type { ServerContext } from '../context.ts';
import type { Author } from './document-check.ts';
import { postDocuments } from './posting.ts';
import { genesisHashOf, type PublicKeyJwk } from './seal-check.ts';

export type BackOfficeDraft = {
  kind: string;
  /** In the shape of the kind's latest version. */
  body: Record<string, unknown>;
  operatorId: string;
};
export type BackOfficeOptions = { unless?: () => Promise<boolean> };
export type BackOfficeFailure =
  | { code: UnpostableCode; detail: string }
  /** It cannot be an entry: too large, or an operator id that is none. */
  | { code: 'refused'; detail: string }
  /** The database cannot commit now; nothing was written. */
  | { code: 'unavailable'; detail: string };

/** The back office is till 0 of its store. */
const backOffice = 0;
/** Another server may take a number first; it cannot do so for ever. */
const attempts = 20;

const turns = new WeakMap<ServerContext, Map<string, Promise<unknown>>>();

/** As `writeBackOfficeEntries`, for one. */
export async function writeBackOfficeEntry(
  context: ServerContext,
  storeId: string,
  draft: BackOfficeDraft,
): Promise<Result<Entry, BackOfficeFailure>> {
  const written = await writeBackOfficeEntries(context, storeId, [draft]);
  if (!written.ok) return written;
  const [entry] = written.value;
  assert(entry, 'one draft makes one entry');
  return ok(entry);
}

/**
 * Writes entries by till 0, sealed with the store's own key and posted like any other; the key is made on first use. Only
 * what this version can post is written. Entries of one store take turns, so that their numbers have no gap. All of them
 * or none, as long as they are less than 8 MB together: they are committed by one transaction (lane.ts). None, and an
 * empty answer, where `unless` says so. It is asked after the last number is read, so whatever another server writes from
 * then on takes the number: what `unless` looks for is written once, with any number of servers.
 */
export function writeBackOfficeEntries(
  context: ServerContext,
  storeId: string,
  drafts: readonly BackOfficeDraft[],
  options: BackOfficeOptions = {},
): Promise<Result<Entry[], BackOfficeFailure>> {
  const queues = turns.get(context) ?? new Map<string, Promise<unknown>>();
  turns.set(context, queues);
  const turn = (queues.get(storeId) ?? Promise.resolve()).then(() => write(context, storeId, drafts, options));
  // The next one waits for this one, whatever becomes of it; its caller gets the error.
  queues.set(
    storeId,
    turn.catch(() => undefined),
  );
  return turn;
}

async function write(
  context: ServerContext,
  storeId: string,
  drafts: readonly BackOfficeDraft[],
  { unless }: BackOfficeOptions,
): Promise<Result<Entry[], BackOfficeFailure>> {
  for (const draft of drafts) {
    const fact = factOf({ ...draft, version: entryVersionOf(draft.kind) });
    if (!fact.ok) return fail(fact.error);
    if (!key(40).safeParse(draft.operatorId).success) {
      return fail({ code: 'refused', detail: 'the operator id is not one' });
    }
  }
  const signer = await storeSigner(context, storeId);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const entries = await sealNext(context, storeId, drafts, signer.privateKey);
    if (await unless?.()) return ok([]);
    const tooLong = entries.find((entry) => Buffer.byteLength(JSON.stringify(entry)) > maxEntryBytes);
    if (tooLong) return fail({ code: 'refused', detail: `${tooLong._id} is too large` });
    const documents = entries.map((entry) => ({ ...entry }));
    const posted = await postDocuments(context, storeId, signer.author, documents, { newEdits: true });
    if (!posted.ok) return fail({ code: 'unavailable', detail: posted.error.code });
    const refusal = posted.value.map((result) => (result.ok ? null : result.refusal)).find((found) => found !== null);
    if (refusal === undefined) return ok(entries);
    // The numbers are taken together: another server that came first has taken the first of them at least.
    if (refusal?.code !== 'sequence-taken') return fail({ code: 'refused', detail: refusal?.reason ?? '' });
  }
  return fail({ code: 'unavailable', detail: 'other servers took every number' });
}

/** The next entries of till 0, each with the hash of the one before it. */
async function sealNext(
  context: ServerContext,
  storeId: string,
  drafts: readonly BackOfficeDraft[],
  privateKey: KeyObject,
): Promise<Entry[]> {
  const { rows } = await context.database.pool.query<{
    ordered_at_ms: number;
    from_sequence: number;
    sequence: number | null;
    hash: string | null;
  }>(
    `select c.ordered_at_ms, c.office_from_sequence as from_sequence, j.sequence, j.hash
       from store_counter c
       left join lateral (select sequence, hash from journal
                           where store_id = $1 and till_number = $2 order by sequence desc limit 1) j on true
      where c.store_id = $1`,
    [storeId, backOffice],
  );
  const [last] = rows;
  assert(last, `store ${storeId} has a counter row`);
  const nowMs = context.nowMs();
  const entries: Entry[] = [];
  for (const [at, { kind, body, operatorId }] of drafts.entries()) {
    const sequence = Math.max((last.sequence ?? 0) + 1, last.from_sequence) + at;
    const unsealed: UnsealedEntry = {
      _id: entryId(backOffice, sequence),
      version: entryVersionOf(kind),
      kind,
      storeId,
      tillNumber: backOffice,
      sequence,
      previousHash: entries.at(-1)?.hash ?? last.hash ?? genesisHashOf(storeId, backOffice),
      deviceAtMs: nowMs,
      clockOffsetMs: 0,
      orderedAtMs: Math.max(nowMs, last.ordered_at_ms + 1) + at,
      operatorId,
      body,
    };
    entries.push(await sealEntry(unsealed, async (text) => signed(text, privateKey)));
  }
  return entries;
}

function signed(text: string, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(text, 'latin1'), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  );
}

/** The store's own key: made once, by whichever server needs it first. */
async function storeSigner(
  context: ServerContext,
  storeId: string,
): Promise<{ author: Author; privateKey: KeyObject }> {
  const read = () =>
    context.database.pool.query<{ public_key: PublicKeyJwk; private_key: string }>(
      'select public_key, private_key from till where store_id = $1 and till_number = $2',
      [storeId, backOffice],
    );
  const place: KeyPlace = { kind: 'office', id: storeId };
  let { rows } = await read();
  if (rows.length === 0) {
    const { publicKey, privateKey } = newKeyPair(context, place);
    await context.database.pool.query(
      `insert into till (store_id, till_number, name, public_key, private_key, paired_at_ms)
       values ($1, $2, 'Back office', $3, $4, $5) on conflict do nothing`,
      [storeId, backOffice, publicKey, privateKey, context.nowMs()],
    );
    ({ rows } = await read());
  }
  const [row] = rows;
  assert(row?.private_key, `store ${storeId} has a key of its own`);
  return {
    author: { tillNumber: backOffice, publicKey: row.public_key },
    privateKey: createPrivateKey({
      key: openPrivateKey(context, place, row.private_key),
      format: 'der',
      type: 'pkcs8',
    }),
  };
}
