import { type Entry, entryId, maxSequence, maxTillNumber, parseEntryId } from '#schemas/journal/envelope.ts';
import { isPosted, type Posted } from '#schemas/sync/posted.ts';
import { forgetDocuments } from './forget-documents.ts';
import { idle } from './idle.ts';
import type { EntryDatabase, OwnJournal } from './own-journal.ts';

/** A till holds so much of its store's journal. */
const keptMs = 90 * 86_400_000;
/** The last entries stay however old they are: the next one builds upon them, and an open basket asks for its sale there. */
const keptEntries = 20;
/** Let go at a time. One portion takes a few milliseconds of the disk. */
const portionEntries = 50;
const defaultQuietMs = 1_000;
const firstAfterMs = 60_000;
const everyMs = 3_600_000;

export type OldEntriesOptions = {
  tillNumber: number;
  journal: OwnJournal;
  others: EntryDatabase;
  /** What the server has posted of the own entries. */
  posted: () => Posted;
  /** The server's time; null while it is not in reach: a wrong clock must let nothing go. */
  serverNowMs: () => number | null;
  /** What was folded from the entries goes with them. */
  forget?: (beforeMs: number) => Promise<void>;
  /** So long nobody has sold before a portion is let go. */
  quietMs?: number;
};

/**
 * Lets entries older than 90 days go from this tablet: own ones that the server has posted, and pulled ones, which are
 * the server's. The journal itself, at the server, keeps them for ever (J2). Age is judged by the hybrid clock, which never
 * goes back along a till's chain.
 */
export class OldEntries {
  readonly #options: OldEntriesOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isStopped = false;

  constructor(options: OldEntriesOptions) {
    this.#options = options;
  }

  /** A minute after the start, then hourly. */
  start(): void {
    this.#after(firstAfterMs);
  }

  #after(waitMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      // Storage that fails here fails a sale too, and is told there; old entries wait for the next time.
      void this.letGo()
        .catch((error: unknown) => console.warn('old entries stay until the next time', error))
        .then(() => this.#after(everyMs));
    }, waitMs);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Goes through both journals once, portion by portion. A portion is forgotten wholly or not at all. */
  async letGo(): Promise<void> {
    const { tillNumber, journal, others, posted, serverNowMs } = this.#options;
    const nowMs = serverNowMs();
    if (nowMs === null) return;
    const beforeMs = nowMs - keptMs;
    const own = () => journal.database;
    const isOwnDone = ({ sequence }: Entry) =>
      isPosted(posted(), sequence) && sequence <= journal.lastSequence - keptEntries;
    await this.#letGoOfTill(own, tillNumber, beforeMs, isOwnDone);
    for (let till = await firstTill(others, 0); till !== null; till = await firstTill(others, till + 1)) {
      if (this.#isStopped) return;
      await this.#letGoOfTill(
        () => others,
        till,
        beforeMs,
        () => true,
      );
    }
    await this.#options.forget?.(beforeMs);
  }

  /** One till's chain from its first entry here to the first that is young; what is old but not done stays. */
  async #letGoOfTill(
    database: () => EntryDatabase,
    tillNumber: number,
    beforeMs: number,
    isDone: (entry: Entry) => boolean,
  ): Promise<void> {
    const chain = { startkey: entryId(tillNumber, 1), endkey: entryId(tillNumber, maxSequence) };
    for (;;) {
      await this.#quiet();
      if (this.#isStopped) return;
      const { rows } = await database().allDocs({ include_docs: true, limit: portionEntries, ...chain });
      const docs = rows.flatMap(({ doc }) => (doc ? [doc] : []));
      const old = docs.filter(({ orderedAtMs }) => orderedAtMs < beforeMs);
      const done = old.filter(isDone).map(({ _id, _rev }) => ({ id: _id, rev: _rev }));
      if (done.length > 0) await forgetDocuments(database(), done);
      const last = docs.at(-1);
      if (last === undefined || old.length < portionEntries || last.sequence === maxSequence) return;
      chain.startkey = entryId(tillNumber, last.sequence + 1);
    }
  }

  /** Waits for a moment in which nobody sells. */
  async #quiet(): Promise<void> {
    const { journal, quietMs = defaultQuietMs } = this.#options;
    for (let last = -1; last !== journal.lastSequence && !this.#isStopped; ) {
      last = journal.lastSequence;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
      await idle();
    }
  }
}

/** The first till, from a number on, of which there are entries; null: none. */
async function firstTill(database: EntryDatabase, from: number): Promise<number | null> {
  if (from > maxTillNumber) return null;
  const { rows } = await database.allDocs({ limit: 1, startkey: entryId(from, 1) });
  const [row] = rows;
  return (row && parseEntryId(row.key)?.tillNumber) ?? null;
}
