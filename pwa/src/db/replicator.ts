import type { Entry } from '#schemas/journal/envelope.ts';
import { protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import type { EntryDatabase } from './own-journal.ts';
import type { Fetch, Pouch } from './pouch.ts';
import type { DeniedEntry } from './till-types.ts';

export type ReplicatorOptions = {
  pouch: Pouch;
  baseUrl: string;
  storeId: string;
  token: string;
  fetch: Fetch;
  /** The own journal's database; asked again at each start, since a failed put opens it anew. */
  own: () => EntryDatabase;
  /** The pulled entries' database. */
  others: EntryDatabase;
  /** Own entries that the server has not posted, as far as the till knows. */
  waitingIds: () => string[];
  onDenied: (denied: DeniedEntry) => void;
};

type Replication = PouchDB.Replication.Replication<Entry>;

/** A till's entries are at most 1 MB each and mostly 1 KB; the server takes batches of this many. */
const pushBatch = 500;
const pullBatch = 1_000;
const patienceMs = 30_000;
const longestBackOffMs = 5_000;

/**
 * Pushes own entries as they are put, and pulls the other tills' recent ones. PouchDB does both; this decides when they
 * run: a push that waits out its back-off is started anew the moment the feed reaches the server.
 */
export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #remote: EntryDatabase;
  #push: Replication | null = null;
  #pull: Replication | null = null;
  #isPushWaiting = false;
  #isPullWaiting = false;
  #isPullStarting = false;
  #hasOffered = false;

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    this.#remote = new options.pouch<Entry>(`${options.baseUrl}/sync/${options.storeId}`, {
      adapter: 'http',
      skip_setup: true,
      fetch: (url, init) => this.#fetch(String(url), init),
    });
    // QUIRK(PouchDB 9 asks for `info` after each pulled batch, for a progress count, and listens to no failure of it): one
    // that fails is answered with an empty count. Whatever is asked next fails too, and is listened to.
    const info = this.#remote.info.bind(this.#remote);
    this.#remote.info = async () => {
      try {
        return await info();
      } catch {
        return { db_name: options.storeId, doc_count: 0, update_seq: 0 };
      }
    };
  }

  /** QUIRK(in Node, PouchDB's HTTP adapter brings node-fetch's Headers): they are read as pairs and made anew. */
  #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers([...(init.headers as Headers).entries()]);
    headers.set('authorization', `Bearer ${this.#options.token}`);
    headers.set(protocolHeader, String(protocolVersion));
    // A dead connection would hold the push up for minutes. The pull's long wait is kept alive by heartbeats.
    const patience = url.includes('/_changes') ? [] : [AbortSignal.timeout(patienceMs)];
    const signal = AbortSignal.any([...(init.signal ? [init.signal] : []), ...patience]);
    return this.#options.fetch(url, { ...init, headers, signal, credentials: 'omit' });
  }

  /** Begins to push, or begins anew when a push waits after a failure. One that runs is left alone. */
  push(): void {
    if (this.#push !== null && !this.#isPushWaiting) return;
    this.restartPush();
  }

  restartPush(): void {
    this.#push?.cancel();
    this.#isPushWaiting = false;
    const push = this.#options.pouch.replicate(this.#options.own(), this.#remote, {
      live: true,
      retry: true,
      batch_size: pushBatch,
      batches_limit: 2,
      // The server alone keeps the checkpoint: one write less beside each sale, and a server restored from an older
      // backup asks for what it lost.
      checkpoint: 'target',
      back_off_function: backOff,
    }) as Replication;
    this.#push = push;
    push.on('paused', (error?: unknown) => {
      if (this.#push !== push) return;
      this.#isPushWaiting = error !== undefined && error !== null;
      if (!this.#isPushWaiting && !this.#hasOffered) void this.#offerWaiting();
    });
    push.on('active', () => {
      if (this.#push === push) this.#isPushWaiting = false;
    });
    push.on('denied', (denied: unknown) => this.#options.onDenied(deniedOf(denied)));
    // A 401 ends a live replication; the feed hears the same and tells the clerk.
    push.on('error', () => {
      if (this.#push === push) this.#isPushWaiting = true;
    });
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

  /** Begins to pull the others' entries of the last 90 days, or anew after a failure. */
  async pull(signal: AbortSignal): Promise<void> {
    if (this.#isPullStarting || (this.#pull !== null && !this.#isPullWaiting)) return;
    this.#isPullStarting = true;
    this.#pull?.cancel();
    this.#pull = null;
    const isEmpty = (await this.#options.others.info()).doc_count === 0;
    const since = isEmpty ? await this.#since90Days(signal) : null;
    this.#isPullStarting = false;
    if (signal.aborted) return;
    this.#isPullWaiting = false;
    const pull = this.#options.pouch.replicate(this.#remote, this.#options.others, {
      live: true,
      retry: true,
      batch_size: pullBatch,
      batches_limit: 1,
      filter: 'onecode/other-tills',
      checkpoint: 'target',
      back_off_function: backOff,
      ...(since === null ? {} : { since }),
    }) as Replication;
    this.#pull = pull;
    pull.on('paused', (error?: unknown) => {
      if (this.#pull === pull) this.#isPullWaiting = error !== undefined && error !== null;
    });
    pull.on('error', () => {
      if (this.#pull === pull) this.#isPullWaiting = true;
    });
  }

  /** Where the first pull begins; null when the server does not say: from the beginning then. */
  async #since90Days(signal: AbortSignal): Promise<number | string | null> {
    const { baseUrl, storeId } = this.#options;
    try {
      const response = await this.#fetch(`${baseUrl}/sync/${storeId}`, { headers: new Headers(), signal });
      const { onecode_since_90_days: since } = (await response.json()) as { onecode_since_90_days?: unknown };
      return typeof since === 'number' || typeof since === 'string' ? since : null;
    } catch {
      return null;
    }
  }

  /** The till is refused: nothing is sent or fetched any more; what is here stays. */
  stop(): void {
    this.#push?.cancel();
    this.#pull?.cancel();
    this.#push = null;
    this.#pull = null;
  }

  async close(): Promise<void> {
    this.stop();
    await this.#remote.close();
  }
}

/** 0.25 s doubling to 5 s; PouchDB gives the delay before, 0 at first. */
function backOff(delayMs: number): number {
  return Math.min(Math.max(250, delayMs * 2), longestBackOffMs);
}

/** PouchDB's `denied` has `{ id, name, reason }`; the server's reason begins with the refusal code. */
function deniedOf(denied: unknown): DeniedEntry {
  const { id, reason, doc } = denied as { id?: unknown; reason?: unknown; doc?: { id?: unknown; reason?: unknown } };
  const code = String(reason ?? doc?.reason ?? '').match(/^[a-z-]+/)?.[0];
  return { entryId: String(id ?? doc?.id ?? ''), code: code ?? 'not-an-entry' };
}
