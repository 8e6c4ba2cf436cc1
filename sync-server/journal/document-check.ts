import { createHash } from 'node:crypto';
import { type Effect, effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, entryId, envelopeSchema, maxEntryBytes, occurredAtMs } from '#schemas/journal/envelope.ts';
import { type Fact, factOf, type UnpostableCode } from '#schemas/journal/kinds.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type Refusal, refusal } from './refusal.ts';
import { type PublicKeyJwk, recomputedHash, signatureHolds } from './seal-check.ts';

/** Who sent a document, as authentication found it. Till 0 is the back office. */
export type Author = { tillNumber: number; publicKey: PublicKeyJwk };

/** What posting needs of an entry, apart from its document. */
export type PostableEntry = {
  entryId: string;
  tillNumber: number;
  sequence: number;
  operatorId: string;
  occurredAtMs: number;
  orderedAtMs: number;
  /** The fact and its effects, or why there are none. */
  meaning: Meaning;
};
export type Meaning =
  | { postable: true; fact: Fact; effects: readonly Effect[] }
  | { postable: false; code: UnpostableCode | 'internal' };

/** An authentic entry, ready for the journal. */
export type CheckedEntry = PostableEntry & {
  rev: string;
  kind: string;
  /** Server time − device time as the till knew it; 0 before the first contact. */
  clockOffsetMs: number;
  hash: string;
  previousHash: string;
  /** The whole document without `_rev`, as JSON. */
  text: string;
};

const entryRevision = /^1-[0-9a-f]{32}$/;
/** Members of CouchDB's own that a replicator may send along; they are not part of the entry. */
const transport = new Set(['_id', '_rev', '_revisions']);

/** NUL and lone surrogates, which JSON.stringify escapes: PostgreSQL's JSON operators fail on a document with either. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** What an entry means, or why it cannot be posted by this version. A crash of our own code marks this entry alone (P3). */
export function meaningOf(entry: Pick<Entry, 'kind' | 'version' | 'body'>): Meaning {
  try {
    const fact = factOf(entry);
    if (!fact.ok) return { postable: false, code: fact.error.code };
    return { postable: true, fact: fact.value, effects: effectsOf(fact.value) };
  } catch (error) {
    if (error instanceof Error) return { postable: false, code: 'internal' };
    throw error;
  }
}

/** The revision that the server gives an entry written without one: like PouchDB's, it follows from the content. */
export function revisionOf(hash: string): string {
  return `1-${createHash('md5').update(hash).digest('hex')}`;
}

/**
 * Checks a document in the order of SPEC.md: revision, shape, store and till, id, size, hash, signature.
 * `newEdits`: the writer leaves the revision to the server, as an application does and a replicator does not.
 */
export function checkDocument(
  document: Record<string, unknown>,
  storeId: string,
  author: Author,
  newEdits: boolean,
): Result<CheckedEntry, Refusal> {
  const { _rev, _revisions, ...content } = document;
  if (document._deleted !== undefined) return fail(refusal('immutable'));
  if (newEdits ? _rev !== undefined : isLaterRevision(_rev)) return fail(refusal('immutable'));
  if (!newEdits && (typeof _rev !== 'string' || !entryRevision.test(_rev))) {
    return fail(refusal('not-an-entry', '_rev is not 1-<32 hex digits>'));
  }
  const special = Object.keys(document).find((name) => name.startsWith('_') && !transport.has(name));
  if (special !== undefined) return fail(refusal('not-an-entry', `unknown special member ${special}`));
  const shape = envelopeSchema.safeParse(content);
  if (!shape.success) {
    const issue = shape.error.issues[0];
    return fail(refusal('not-an-entry', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`));
  }
  // Fields that this version does not know are covered by the hash, so the document as it came goes on from here.
  const entry = content as Entry;
  if (entry.storeId !== storeId) return fail(refusal('wrong-store'));
  if (entry.tillNumber !== author.tillNumber) return fail(refusal('wrong-till'));
  if (entry._id !== entryId(entry.tillNumber, entry.sequence)) {
    return fail(refusal('not-an-entry', '_id is not the till and the sequence'));
  }
  const hash = recomputedHash(entry);
  if (hash === null) return fail(refusal('not-an-entry', 'nested too deep'));
  const text = JSON.stringify(content);
  if (Buffer.byteLength(text) > maxEntryBytes) return fail(refusal('too-large'));
  if (unstorable.test(text)) return fail(refusal('not-an-entry', 'text with NUL or a lone surrogate'));
  if (hash !== entry.hash) return fail(refusal('broken-hash'));
  if (!signatureHolds(hash, entry.signature, author.publicKey)) return fail(refusal('broken-signature'));
  return ok({
    entryId: entry._id,
    tillNumber: entry.tillNumber,
    sequence: entry.sequence,
    operatorId: entry.operatorId,
    occurredAtMs: occurredAtMs(entry),
    orderedAtMs: entry.orderedAtMs,
    meaning: meaningOf(entry),
    rev: newEdits ? revisionOf(hash) : String(_rev),
    kind: entry.kind,
    clockOffsetMs: entry.clockOffsetMs ?? 0,
    hash,
    previousHash: entry.previousHash,
    text,
  });
}

function isLaterRevision(rev: unknown): boolean {
  return typeof rev === 'string' && /^(?:[2-9]|[1-9]\d+)-/.test(rev);
}
