import { EntryPull } from './entry-pull.ts';
import type { EntryDatabase } from './own-journal.ts';
import type { Fetch, Pouch } from './pouch.ts';
import type { PullMessage } from './pull-worker.ts';
import type { RemoteAddress } from './remote-journal.ts';

export type BackgroundPullOptions = {
  pouch: Pouch;
  /** The pulled entries' database, open in this thread for reading. */
  others: EntryDatabase;
  address: RemoteAddress;
  /** A fetch of the caller's own keeps the pull in this thread. */
  fetch: Fetch | undefined;
  /** Entries have come and are stored. */
  onPulled: () => void;
};

/**
 * Runs the pull in a worker where there are workers: on a slow tablet, taking in thousands of entries in the page's own
 * thread held a sale up for half a second. The `idb` adapter bears two contexts on one database.
 */
export class BackgroundPull {
  readonly #options: BackgroundPullOptions;
  #worker: Worker | null = null;
  #inPage: EntryPull | null = null;
  #isStopped = false;

  constructor(options: BackgroundPullOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#isStopped) return;
    const { pouch, others, address, fetch, onPulled } = this.#options;
    if (fetch === undefined && typeof Worker !== 'undefined') {
      if (this.#worker === null) {
        this.#worker = new Worker(new URL('./pull-worker.ts', import.meta.url), { type: 'module' });
        // All it says is that something has come.
        this.#worker.addEventListener('message', onPulled);
      }
      this.#worker.postMessage({ database: others.name, address } satisfies PullMessage);
      return;
    }
    this.#inPage ??= new EntryPull({ pouch, others, address, fetch: fetch ?? globalThis.fetch, onPulled });
    void this.#inPage.start();
  }

  /** Nothing is pulled until `start`. */
  pause(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#inPage?.stop();
    this.#inPage = null;
  }

  stop(): void {
    this.#isStopped = true;
    this.pause();
  }
}
