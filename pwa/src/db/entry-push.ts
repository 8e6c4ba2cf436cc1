import type { EntryDatabase } from './own-journal.ts';
import type { Fetch, Pouch } from './pouch.ts';
import {
  openRemote,
  type RemoteAddress,
  type Replication,
  replicationBackOff,
  watchWaiting,
} from './remote-journal.ts';
import type { DeniedEntry } from './till-types.ts';

export type EntryPushOptions = {
  pouch: Pouch;
  address: RemoteAddress;
  fetch: Fetch;
  /** The own journal's database; asked again at each start, since a failed put opens it anew. */
  own: () => EntryDatabase;
  /** The last entry that was there when the till opened: which of those the server has, it alone can say. */
  openedThrough: number;
  /** Own entries that the server has not posted, as far as the till knows. */
  waitingIds: () => string[];
  onDenied: (denied: DeniedEntry) => void;
};

/** The server takes batches of this many; entries are 2 MB at most and mostly 1 KB (bulk-parts.ts). */
const batchSize = 500;

/**
 * Pushes own entries as they are put. PouchDB does it; this decides when: a push that waits out its back-off is started
 * anew the moment the feed reaches the server.
 */
export class EntryPush {
  readonly #options: EntryPushOptions;
  readonly #remote: EntryDatabase;
  #push: Replication | null = null;
  #isWaiting = false;
  #hasOffered = false;
  #isStopped = false;
  /** Entries of this session that may have been sent. */
  readonly #offered = new Set<string>();

  constructor(options: EntryPushOptions) {
    this.#options = options;
    this.#remote = openRemote(options.pouch, options.address, options.fetch);
    const ask = this.#remote.revsDiff.bind(this.#remote);
    // Before each batch PouchDB asks what of it is missing. What was committed in this session and never sent is, so that
    // a sale saves the question; whatever was sent once, with or without an answer, is asked for.
    this.#remote.revsDiff = async (revisions) => {
      const ids = Object.keys(revisions);
      const isNew = ids.every((id) => sequenceOf(id) > options.openedThrough && !this.#offered.has(id));
      for (const id of ids) this.#offered.add(id);
      if (!isNew) return ask(revisions);
      return Object.fromEntries(Object.entries(revisions).map(([id, missing]) => [id, { missing }]));
    };
  }

  /** Begins, or begins anew when it waits after a failure. One that runs is left alone. */
  start(): void {
    if (this.#push === null || this.#isWaiting) this.restart();
  }

  restart(): void {
    if (this.#isStopped) return;
    this.#push?.cancel();
    this.#isWaiting = false;
    const push = this.#options.pouch.replicate(this.#options.own(), this.#remote, {
      live: true,
      retry: true,
      batch_size: batchSize,
      batches_limit: 2,
      // The server alone keeps the checkpoint: one write less beside each sale, and a server restored from an older
      // backup asks for what it lost.
      checkpoint: 'target',
      back_off_function: replicationBackOff,
    }) as Replication;
    this.#push = push;
    watchWaiting(push, (isWaiting) => {
      if (this.#push === push) this.#isWaiting = isWaiting;
    });
    push.on('paused', (error?: unknown) => {
      if (this.#push === push && !error && !this.#hasOffered) void this.#offerWaiting();
    });
    push.on('denied', (denied: unknown) => this.#options.onDenied(deniedOf(denied)));
  }

  /**
   * Once a session, when the push has nothing left: entries that wait although the push went past them were refused, or
   * the server lost them. They are offered again, so that a refusal is told after a reload too and nothing is left behind.
   */
  async #offerWaiting(): Promise<void> {
    this.#hasOffered = true;
    const ids = this.#options.waitingIds();
    if (ids.length === 0) return;
    try {
      const { rows } = await this.#options.own().allDocs({ keys: ids, include_docs: true });
      const docs = rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
      const missing = (await this.#remote.revsDiff(
        Object.fromEntries(docs.map((doc) => [doc._id, [doc._rev]])),
      )) as object;
      const unknown = docs.filter((doc) => doc._id in missing);
      if (unknown.length === 0) return;
      for (const answer of await this.#remote.bulkDocs(unknown, { new_edits: false })) {
        if ('error' in answer) this.#options.onDenied(deniedOf(answer));
      }
    } catch {
      // The network went meanwhile: at the next idle moment again.
      this.#hasOffered = false;
    }
  }

  /** Nothing is sent any more; what is here stays. */
  stop(): void {
    this.#isStopped = true;
    this.#push?.cancel();
  }
}

function sequenceOf(entryId: string): number {
  return Number(entryId.slice(5));
}

/** PouchDB's `denied` has `{ id, name, reason }`; the server's reason begins with the refusal code. */
function deniedOf(denied: unknown): DeniedEntry {
  const { id, reason, doc } = denied as { id?: unknown; reason?: unknown; doc?: { id?: unknown; reason?: unknown } };
  const code = String(reason ?? doc?.reason ?? '').match(/^[a-z-]+/)?.[0];
  return { entryId: String(id ?? doc?.id ?? ''), code: code ?? 'not-an-entry' };
}
