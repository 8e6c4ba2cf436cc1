import { assert, unreachable } from '#schemas/assert.ts';
import type { DeltaQuery } from '#schemas/sync/delta-query.ts';
import type { Cursor, Delta, Manifest } from '#schemas/sync/feed.ts';
import type { DeviceFacts } from './device-report.ts';
import { backOffMs, type FeedEvent, type FeedState, nextFeedState } from './feed-machine.ts';
import type { FeedRequest, Timed } from './feed-request.ts';
import { type LoadFailure, PageLoader } from './page-loader.ts';
import type { Contact, RowChange, RowsStore } from './rows-store.ts';
import type { LoadProgress, TillStatus } from './till-types.ts';

export type FeedClientOptions = {
  rows: RowsStore;
  request: FeedRequest;
  nowMs: () => number;
  random: () => number;
  /** How long one question for changes waits at the server. */
  waitMs: number;
  /** Changed rows beside the pages that make newer pages worth fetching. */
  swapAtRows: number;
  /** What the till says of itself. */
  waiting: () => number;
  /** What the tablet knows of itself, and which instruction it has heard. */
  report: () => DeviceFacts & Pick<DeltaQuery, 'instruction' | 'app'>;
  on: {
    /** An answer came: the server is there. */
    contact: () => void;
    /** Nothing came, or nothing that helps. */
    silence: () => void;
    /** Rows, posted number and perhaps config changed; called in the step that changed them. */
    rows: (changes: readonly RowChange[]) => void;
    /** What the back office calls this till, and what it asks of it. */
    told: (told: Pick<Delta, 'tillName' | 'instruction'>) => void;
    progress: (progress: LoadProgress | null) => void;
    state: (state: FeedState) => void;
    /** The till is revoked, and asked to clear itself. */
    discard: (instructionId: string) => void;
    /** What is wrong with writing or fetching rows or pages, or null when it went well again. */
    trouble: (source: 'rows' | 'pages', trouble: TillStatus['trouble']) => void;
  };
};

/** Keeps the rows up to date: joins by a manifest, follows by deltas, loads pages beside, waits out failures. */
export class FeedClient {
  readonly #options: FeedClientOptions;
  readonly #loader: PageLoader;
  #state: FeedState = { type: 'stopped' };
  #running: Promise<void> = Promise.resolve();
  /** Aborts the request at work, or the wait. */
  #current = new AbortController();
  #closing = new AbortController();
  /** The load of the adopted manifest's pages, or of newer ones. */
  #loading: Promise<void> | null = null;
  /** Newer pages, all stored: to be adopted at the next question. */
  #newer: Manifest | null = null;
  /** How long the server asked to be left alone with its last failure. */
  #askedMs = 0;
  #shortestTripMs = 500;
  /** No answer since the start or the last failure: the next question answers at once and tells the time. */
  #isFresh = true;
  #clockOffsetMs: number | null;

  constructor(options: FeedClientOptions) {
    this.#options = options;
    this.#loader = new PageLoader({
      rows: options.rows,
      request: options.request,
      nowMs: options.nowMs,
      onProgress: options.on.progress,
    });
    this.#clockOffsetMs = options.rows.position?.clockOffsetMs ?? null;
  }

  /** Server time − device time; null before the first contact ever. */
  get clockOffsetMs(): number | null {
    return this.#clockOffsetMs;
  }

  start(): void {
    this.#closing = new AbortController();
    this.#on({ type: 'start', joined: this.#options.rows.manifest !== null });
    this.#running = this.#run();
  }

  /** The network or the person came back: asks at once instead of waiting out the back-off. */
  retry(): void {
    if (this.#state.type === 'waiting' || this.#state.type === 'refused') this.#current.abort();
  }

  /** The browser says that the network is gone: does not wait for a dead connection to be noticed. */
  interrupt(): void {
    if (this.#state.type === 'following') this.#current.abort();
  }

  async close(): Promise<void> {
    this.#on({ type: 'stop' });
    this.#closing.abort();
    this.#current.abort();
    await this.#running;
    await this.#loading;
  }

  #on(event: FeedEvent): void {
    const state = nextFeedState(this.#state, event);
    if (state === this.#state) return;
    this.#state = state;
    this.#options.on.state(state);
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#current = new AbortController();
      const signal = AbortSignal.any([this.#current.signal, this.#closing.signal]);
      switch (this.#state.type) {
        case 'stopped':
          return;
        case 'refused':
          await this.#askRefused(signal);
          break;
        case 'joining':
          await this.#join(signal);
          break;
        case 'following':
          await this.#follow(signal);
          break;
        case 'waiting':
          await pause(this.#backOffMs(this.#state.attempt), signal);
          this.#on({ type: 'retry' });
          break;
        default:
          unreachable(this.#state);
      }
    }
  }

  /**
   * Goes on asking, slowly. A revoked till may have been lost, and be asked to clear itself days later; a server that was
   * upgraded, rolled back or restored from a backup takes the till back.
   */
  async #askRefused(signal: AbortSignal): Promise<void> {
    await pause(this.#options.waitMs, signal);
    if (this.#state.type === 'refused') this.#on({ type: 'start', joined: this.#options.rows.manifest !== null });
  }

  /** A manifest, then the changes after it, adopted together. A till that sells keeps its pages until the new are there. */
  async #join(signal: AbortSignal): Promise<void> {
    const { rows, request } = this.#options;
    const manifest = await request.manifest(signal);
    if (!manifest.ok) return this.#failed(manifest.error);
    this.#contact(manifest.value, manifest.value.value.serverTimeMs);
    if (rows.sellable) {
      await this.#loading;
      const loaded = await this.#loader.load(manifest.value.value, signal);
      this.#options.on.progress(null);
      if (!loaded.ok) return this.#failed(loaded.error);
    }
    await this.#adopt(manifest.value.value, signal);
  }

  async #adopt(manifest: Manifest, signal: AbortSignal): Promise<void> {
    const delta = await this.#ask(manifest.cursor, 0, signal);
    if (!delta.ok) return this.#failed(delta.error);
    if (delta.value.reload) return this.#on({ type: 'must-join' });
    const changes = await this.#stored(() => this.#options.rows.adopt(manifest, delta.value, this.#lastContact()));
    if (changes === null) return;
    this.#on({ type: 'joined' });
    this.#options.on.rows(changes);
    if (this.#options.rows.complete) await this.#tidyPages();
    this.#keepLoading();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { rows, waitMs } = this.#options;
    const { cursor } = rows;
    assert(cursor !== null, 'a till that follows has a cursor');
    if (this.#newer !== null) {
      const newer = this.#newer;
      this.#newer = null;
      return this.#adopt(newer, signal);
    }
    const delta = await this.#ask(cursor, this.#isFresh ? 0 : waitMs, signal);
    // The wait may have been ended on purpose: pages to adopt are there, or one is gone.
    if (this.#newer !== null || this.#state.type !== 'following') return;
    if (!delta.ok) return this.#failed(delta.error);
    if (delta.value.reload) return this.#on({ type: 'must-join' });
    const changes = await this.#stored(() => rows.applyDelta(delta.value, this.#lastContact()));
    if (changes === null) return;
    this.#on({ type: 'answered' });
    this.#options.on.rows(changes);
    this.#keepLoading();
    if (rows.deltaRows >= this.#options.swapAtRows && isAhead(delta.value.pagesAt, rows.manifest)) this.#fetchNewer();
  }

  async #ask(cursor: Cursor, waitMs: number, signal: AbortSignal) {
    const { rows, request, waiting, report, on } = this.#options;
    const query = {
      ...cursor,
      waitMs,
      config: rows.position?.configVersion ?? '',
      through: rows.posted.through,
      waiting: waiting(),
      ...report(),
      ...(this.#clockOffsetMs === null ? {} : { offsetMs: this.#clockOffsetMs }),
    };
    const delta = await request.delta(query, signal);
    if (!delta.ok) return delta;
    this.#contact(delta.value, delta.value.value.serverTimeMs, waitMs > 0);
    on.told(delta.value.value);
    return { ok: true as const, value: delta.value.value };
  }

  /** The server's clock was read half a round trip ago; after a long wait, half the shortest trip so far. */
  #contact({ askedAtMs, answeredAtMs }: Timed<unknown>, serverTimeMs: number, waited = false): void {
    const tripMs = Math.max(0, answeredAtMs - askedAtMs);
    if (!waited) this.#shortestTripMs = Math.min(this.#shortestTripMs, tripMs);
    const backMs = waited ? this.#shortestTripMs / 2 : tripMs / 2;
    this.#clockOffsetMs = Math.round(serverTimeMs + backMs - answeredAtMs);
    this.#isFresh = false;
    this.#options.on.contact();
  }

  #lastContact(): Contact {
    return { clockOffsetMs: this.#clockOffsetMs, contactAtMs: this.#options.nowMs() };
  }

  /** Runs a write of the rows; null when it failed, which is told and tried again. */
  async #stored(write: () => Promise<RowChange[]>): Promise<RowChange[] | null> {
    try {
      const changes = await write();
      this.#options.on.trouble('rows', null);
      return changes;
    } catch (error) {
      if (this.#state.type === 'stopped') return null;
      this.#failed({ code: String(error).includes('QuotaExceeded') ? 'storage-full' : 'storage-failed' });
      return null;
    }
  }

  #failed(failure: LoadFailure): void {
    const { code } = failure;
    if (this.#state.type === 'stopped') return;
    if ('discard' in failure && failure.discard !== undefined) this.#options.on.discard(failure.discard);
    this.#isFresh = true;
    this.#askedMs = ('waitMs' in failure ? failure.waitMs : undefined) ?? 0;
    this.#on(this.#told(code));
  }

  /** By chance longer, so that the tills that were turned away together do not come back together. */
  #backOffMs(attempt: number): number {
    const random = this.#options.random();
    return Math.max(backOffMs(attempt, random), this.#askedMs * (1 + random));
  }

  /** Tells what failed, and what follows from it. */
  #told(code: LoadFailure['code']): FeedEvent {
    const { on } = this.#options;
    switch (code) {
      case 'offline':
        on.silence();
        return { type: 'failed' };
      case 'server-error':
        on.silence();
        on.trouble('rows', code);
        return { type: 'failed' };
      case 'storage-full':
      case 'storage-failed':
        on.trouble('rows', code);
        return { type: 'failed' };
      case 'page-gone':
        return { type: 'must-join' };
      case 'protocol-unknown':
        on.trouble('rows', code);
        return { type: 'refused', code };
      case 'till-revoked':
      case 'unauthorized':
        on.silence();
        return { type: 'refused', code };
      default:
        return unreachable(code);
    }
  }

  /** Loads what the adopted manifest's pages lack, beside the questions for changes. */
  #keepLoading(): void {
    const { rows } = this.#options;
    if (this.#loading !== null || rows.manifest === null) return;
    if (rows.complete) return;
    const manifest = rows.manifest;
    this.#beside(manifest, async () => {
      this.#options.on.progress(null);
      this.#options.on.rows([]);
      if (rows.complete) await this.#tidyPages();
    });
  }

  /** Old pages only take space: what cannot be dropped now is dropped after the next change of pages. */
  async #tidyPages(): Promise<void> {
    try {
      await this.#options.rows.dropUnreferenced();
    } catch {
      if (this.#state.type !== 'stopped') this.#options.on.trouble('pages', 'storage-failed');
    }
  }

  #fetchNewer(): void {
    if (this.#loading !== null || this.#newer !== null) return;
    this.#loading = (async () => {
      const manifest = await this.#options.request.manifest(this.#closing.signal);
      this.#loading = null;
      if (!manifest.ok || !isAhead(manifest.value.value.cursor, this.#options.rows.manifest)) return;
      this.#beside(manifest.value.value, async () => {
        this.#newer = manifest.value.value;
        this.#options.on.progress(null);
        // The long wait is over: the next question adopts.
        if (this.#state.type === 'following') this.#current.abort();
      });
    })();
  }

  /** Loads pages with a back-off of its own, while the till follows. */
  #beside(manifest: Manifest, whenLoaded: () => Promise<void>): void {
    const load = async () => {
      for (let attempt = 1; !this.#closing.signal.aborted; attempt++) {
        const loaded = await this.#loader.load(manifest, this.#closing.signal);
        if (loaded.ok) {
          this.#options.on.trouble('pages', null);
          return whenLoaded();
        }
        const { code } = loaded.error;
        if (code === 'page-gone' || code === 'till-revoked' || code === 'unauthorized') return this.#besideFailed(code);
        if (code !== 'offline') this.#options.on.trouble('pages', code);
        await pause(backOffMs(attempt, this.#options.random()), this.#closing.signal);
      }
    };
    this.#loading = load().finally(() => {
      this.#loading = null;
    });
  }

  #besideFailed(code: 'page-gone' | 'till-revoked' | 'unauthorized'): void {
    this.#failed({ code });
    this.#current.abort();
  }
}

function isAhead(at: Cursor, manifest: Manifest | null): boolean {
  return manifest === null || at.chain > manifest.cursor.chain || at.store > manifest.cursor.store;
}

/** Resolves after a time, or at once when aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
