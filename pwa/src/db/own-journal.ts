import { assert } from '#schemas/assert.ts';
import { type Entry, entryId, maxEntryBytes, maxSequence, type UnsealedEntry } from '#schemas/journal/envelope.ts';
import { genesisHash, sealEntry } from '#schemas/journal/seal.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { lastPosted, type Posted, type SequenceRange } from '#schemas/sync/posted.ts';
import { toBase64url } from './base64url.ts';
import { ownJournalName, type Pouch } from './pouch.ts';
import type { CommitFailure } from './till-types.ts';

export type EntryDatabase = PouchDB.Database<Entry>;
export type EntryDocument = PouchDB.Core.ExistingDocument<Entry>;

export type JournalOptions = {
  pouch: Pouch;
  adapter: 'idb' | 'memory';
  storeId: string;
  tillNumber: number;
  signingKey: CryptoKey;
  /** False once another tab may write as this till (J4). */
  isOwner: () => boolean;
  /** Nothing is committed before it is over (log-renewal.ts). */
  renewal?: Promise<void>;
};

/** What a command puts on record; the journal adds the rest of the envelope. */
export type EntryDraft = Pick<Entry, 'kind' | 'version' | 'body' | 'operatorId' | 'deviceAtMs' | 'clockOffsetMs'> & {
  /** The latest hybrid logical clock that the till has seen; the entry is later. */
  seenOrderedAtMs: number;
};

/** The last entry, which the next one builds upon. */
type Head = Pick<Entry, 'sequence' | 'hash' | 'orderedAtMs'>;

type ReadOptions = { descending?: boolean; limit?: number; startkey?: string; endkey?: string };

const encoder = new TextEncoder();

/** The journal of this till's own entries: a chain that only grows, one strict put an entry (J1, J3). */
export class OwnJournal {
  readonly #options: JournalOptions;
  #database: EntryDatabase;
  /** Null: not known, a put's outcome is unclear; read again before the next. */
  #head: Head | null = null;
  #lastSequence = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;
  #onReopened: () => void = () => undefined;

  private constructor(options: JournalOptions) {
    this.#options = options;
    this.#database = open(options);
    if (options.renewal) this.#queue = options.renewal;
  }

  /** Opens by reading the last entry alone. Throws when the database cannot be opened. */
  static async open(options: JournalOptions): Promise<OwnJournal> {
    const journal = new OwnJournal(options);
    journal.#setHead(await journal.#readHead());
    return journal;
  }

  /** The database to replicate from; another one after `onReopened`. */
  get database(): EntryDatabase {
    return this.#database;
  }

  /** As last known, also while the outcome of a put is unclear. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** The server has entries that are not here: the storage was lost or rolled back, and a number would be used twice. */
  isBehind(posted: Posted): boolean {
    return lastPosted(posted) > this.#lastSequence;
  }

  /** The database had to be opened anew after a failure. */
  onReopened(listener: () => void): void {
    this.#onReopened = listener;
  }

  /** [J1] Seals and puts one entry. A failed put uses up no sequence number. Commits are done one after the other. */
  commit(draft: EntryDraft): Promise<Result<Entry, CommitFailure>> {
    if (this.#closed) return Promise.resolve(fail({ code: 'not-owner' }));
    const result = this.#queue.then(() => this.#commit(draft));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Opens the database anew where a put that failed left it shut, so that what it holds is sent though nothing new is put. */
  mend(): void {
    if (this.#head !== null || this.#closed) return;
    this.#queue = this.#queue.then(async () => {
      if (this.#head === null && !this.#closed && this.#options.isOwner()) await this.#reopen();
    });
  }

  async #commit(draft: EntryDraft): Promise<Result<Entry, CommitFailure>> {
    if (!this.#options.isOwner()) return fail({ code: 'not-owner' });
    if (this.#head === null && !(await this.#reopen())) return fail({ code: 'storage-failed' });
    assert(this.#head !== null, 'the head of the journal is known before a put');
    const entry = await this.#seal(draft, this.#head);
    if (encoder.encode(JSON.stringify(entry)).length > maxEntryBytes) return fail({ code: 'too-large' });
    // Asked again: sealing took a while, and a taken-over tab must not put.
    if (!this.#options.isOwner()) return fail({ code: 'not-owner' });
    try {
      await this.#database.put(entry);
    } catch (error) {
      return this.#afterFailedPut(entry, error);
    }
    this.#setHead(entry);
    return ok(entry);
  }

  async #seal(draft: EntryDraft, head: Head): Promise<Entry> {
    const { storeId, tillNumber, signingKey } = this.#options;
    const { kind, version, body, operatorId, deviceAtMs, clockOffsetMs, seenOrderedAtMs } = draft;
    const sequence = head.sequence + 1;
    const unsealed: UnsealedEntry = {
      _id: entryId(tillNumber, sequence),
      version,
      kind,
      storeId,
      tillNumber,
      sequence,
      previousHash: head.hash,
      deviceAtMs,
      clockOffsetMs,
      orderedAtMs: Math.max(head.orderedAtMs + 1, deviceAtMs + (clockOffsetMs ?? 0), seenOrderedAtMs + 1),
      operatorId,
      body,
    };
    return sealEntry(unsealed, async (hash) => {
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      return toBase64url(new Uint8Array(await crypto.subtle.sign(algorithm, signingKey, encoder.encode(hash))));
    });
  }

  #setHead(head: Head): void {
    this.#head = head;
    this.#lastSequence = head.sequence;
  }

  /** A put that failed may have happened (J1): the journal itself says. */
  async #afterFailedPut(entry: Entry, error: unknown): Promise<Result<Entry, CommitFailure>> {
    this.#head = null;
    const full = isQuotaError(error);
    const conflict = (error as { status?: unknown }).status === 409;
    if (!(conflict ? await this.#rereadHead() : await this.#reopen()))
      return fail({ code: full ? 'storage-full' : 'storage-failed' });
    const head = this.#head as Head | null;
    if (head?.hash === entry.hash) return ok(entry);
    // Somebody else wrote this sequence number: this tab is the owner no longer.
    if (head !== null && head.sequence >= entry.sequence) return fail({ code: 'not-owner' });
    return fail({ code: full ? 'storage-full' : 'storage-failed' });
  }

  async #rereadHead(): Promise<boolean> {
    try {
      this.#setHead(await this.#readHead());
      return true;
    } catch {
      return false;
    }
  }

  /** QUIRK(PouchDB's idb adapter closes its database after any aborted transaction): opens it anew and reads the head. */
  async #reopen(): Promise<boolean> {
    await this.#database.close().catch(() => undefined);
    this.#database = open(this.#options);
    if (!(await this.#rereadHead())) return false;
    this.#onReopened();
    return true;
  }

  async #readHead(): Promise<Head> {
    const { storeId, tillNumber } = this.#options;
    const [last] = await this.#documents({ descending: true, limit: 1 });
    if (last === undefined) return { sequence: 0, hash: await genesisHash(storeId, tillNumber), orderedAtMs: 0 };
    assert(last.tillNumber === tillNumber && last.storeId === storeId, 'the own journal holds own entries');
    return last;
  }

  /** Entries after a sequence number, in order. */
  after(sequence: number): Promise<Entry[]> {
    return this.within(sequence >= maxSequence ? [] : [[sequence + 1, maxSequence]]);
  }

  /** Entries within ranges of sequence numbers, in order. What lies between them is not read. */
  async within(ranges: readonly SequenceRange[]): Promise<Entry[]> {
    const found: Entry[] = [];
    for await (const documents of this.documents(ranges)) found.push(...documents.map(withoutRevision));
    return found;
  }

  /** The same with their revisions, as a push sends them, some at a time. */
  async *documents(ranges: readonly SequenceRange[], limit = 500): AsyncGenerator<EntryDocument[]> {
    const { tillNumber } = this.#options;
    for (const [from, to] of ranges) {
      const range = { startkey: entryId(tillNumber, from), endkey: entryId(tillNumber, to), limit };
      for (let isMore = from <= this.#lastSequence; isMore; ) {
        const documents = await this.#read(range);
        yield documents;
        const last = documents.at(-1)?.sequence ?? to;
        isMore = documents.length === limit && last < to;
        range.startkey = entryId(tillNumber, Math.min(last + 1, maxSequence));
      }
    }
  }

  /** The last entries before a sequence number (default: the last of all), latest first. */
  async latest(limit: number, before = maxSequence + 1): Promise<Entry[]> {
    if (before <= 1) return [];
    const startkey = entryId(this.#options.tillNumber, before - 1);
    return (await this.#read({ descending: true, limit, startkey })).map(withoutRevision);
  }

  /** After a failure a read, too, opens the database anew: what is asked first is whether the failed put happened. */
  async #read(options: ReadOptions): Promise<EntryDocument[]> {
    if (this.#head === null && !this.#closed) {
      const opened = this.#queue.then(() => this.#head !== null || this.#reopen());
      this.#queue = opened.catch(() => undefined);
      await opened;
    }
    return this.#documents(options);
  }

  async #documents(options: ReadOptions): Promise<EntryDocument[]> {
    const { rows } = await this.#database.allDocs({ include_docs: true, ...options });
    return rows.flatMap(({ doc }) => (doc ? [doc] : []));
  }

  /** Waits for the put at work, then closes. Afterwards nothing is committed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue;
    await this.#database.close();
  }
}

function open({ pouch, adapter, storeId, tillNumber }: JournalOptions): EntryDatabase {
  // J2: entries have one revision each, so there is nothing to compact; old ones are let go by old-entries.ts.
  return new pouch<Entry>(ownJournalName(storeId, tillNumber), { adapter, auto_compaction: false });
}

/** An entry as it was sealed. */
export function withoutRevision(document: EntryDocument): Entry {
  const { _rev, ...entry } = document;
  return entry;
}

/** PouchDB puts the name of the aborted transaction's error into `reason`. */
function isQuotaError(error: unknown): boolean {
  const { name, reason, message } = error as { name?: unknown; reason?: unknown; message?: unknown };
  return [name, reason, message].some((part) => String(part).includes('QuotaExceeded'));
}
