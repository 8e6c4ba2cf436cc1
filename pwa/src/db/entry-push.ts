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
  nowMs: () => number;
};

/** What waits although nothing is left to send is offered again no more often than this. */
const offerEveryMs = 20_000;

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
  /** The push has nothing left to send, as it believes. */
  #isIdle = false;
  #isOffering = false;
  #offeredAtMs: number | null = null;
  /** Refused and told: that will not change in this session. */
  readonly #refused = new Set<string>();
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

  /**
   * Begins, or begins anew when it waits after a failure. One that runs is left alone; one that has nothing left looks whether
   * the server has it all: a server that was restored from a backup may have lost what it had taken, and never told of it.
   */
  start(): void {
    if (this.#push === null || this.#isWaiting) this.restart();
    else if (this.#isIdle) void this.#offerWaiting();
  }

  restart(): void {
    if (this.#isStopped) return;
    this.#push?.cancel();
    this.#isWaiting = false;
    this.#isIdle = false;
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
    push.on('active', () => {
      if (this.#push === push) this.#isIdle = false;
    });
    push.on('paused', (error?: unknown) => {
      if (this.#push !== push || error) return;
      this.#isIdle = true;
      void this.#offerWaiting();
    });
    push.on('denied', (denied: unknown) => this.#denied(denied));
  }

  #denied(denied: unknown): void {
    const told = deniedOf(denied);
    this.#refused.add(told.entryId);
    this.#options.onDenied(told);
  }

  /**
   * When the push has nothing left: entries that wait although it went past them were refused, or the server lost them. They
   * are offered again, so that a refusal is told after a reload too and nothing is left behind.
   */
  async #offerWaiting(): Promise<void> {
    const { nowMs, own, waitingIds } = this.#options;
    const isEarly = this.#offeredAtMs !== null && Math.abs(nowMs() - this.#offeredAtMs) < offerEveryMs;
    if (this.#isOffering || isEarly) return;
    const ids = waitingIds().filter((id) => !this.#refused.has(id));
    this.#offeredAtMs = nowMs();
    if (ids.length === 0) return;
    this.#isOffering = true;
    try {
      const { rows } = await own().allDocs({ keys: ids, include_docs: true });
      const docs = rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
      const missing = (await this.#remote.revsDiff(
        Object.fromEntries(docs.map((doc) => [doc._id, [doc._rev]])),
      )) as object;
      const unknown = docs.filter((doc) => doc._id in missing);
      if (unknown.length === 0) return;
      for (const answer of await this.#remote.bulkDocs(unknown, { new_edits: false })) {
        if ('error' in answer) this.#denied(answer);
      }
    } catch {
      // The network went meanwhile: at the next idle moment again.
      this.#offeredAtMs = null;
    } finally {
      this.#isOffering = false;
    }
  }

  /** Nothing is sent until `start`. */
  pause(): void {
    this.#push?.cancel();
    this.#push = null;
  }

  /** Nothing is sent any more; what is here stays. */
  stop(): void {
    this.#isStopped = true;
    this.pause();
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
