import type { EntryDatabase } from './own-journal.ts';
import type { Fetch, Pouch } from './pouch.ts';
import {
  openRemote,
  type RemoteAddress,
  type Replication,
  replicationBackOff,
  tillFetch,
  watchWaiting,
} from './remote-journal.ts';

const batchSize = 500;

/** Pulls the entries of the store's other tills, those of the last 90 days first of all, then as they come. */
export class EntryPull {
  readonly #pouch: Pouch;
  readonly #others: EntryDatabase;
  readonly #address: RemoteAddress;
  readonly #fetch: Fetch;
  readonly #remote: EntryDatabase;
  readonly #onPulled: () => void;
  #pull: Replication | null = null;
  #isWaiting = false;
  #isStarting = false;
  #isStopped = false;

  constructor(options: {
    pouch: Pouch;
    others: EntryDatabase;
    address: RemoteAddress;
    fetch: Fetch;
    onPulled: () => void;
  }) {
    this.#onPulled = options.onPulled;
    this.#pouch = options.pouch;
    this.#others = options.others;
    this.#address = options.address;
    this.#fetch = options.fetch;
    this.#remote = openRemote(options.pouch, options.address, options.fetch);
  }

  /** Begins, or begins anew when it waits after a failure. One that runs is left alone. */
  async start(): Promise<void> {
    if (this.#isStopped || this.#isStarting || (this.#pull !== null && !this.#isWaiting)) return;
    this.#isStarting = true;
    this.#pull?.cancel();
    const isEmpty = (await this.#others.info()).doc_count === 0;
    const since = isEmpty ? await this.#since90Days() : null;
    this.#isStarting = false;
    if (this.#isStopped) return;
    this.#isWaiting = false;
    const pull = this.#pouch.replicate(this.#remote, this.#others, {
      live: true,
      retry: true,
      batch_size: batchSize,
      batches_limit: 1,
      filter: 'onecode/other-tills',
      checkpoint: 'target',
      back_off_function: replicationBackOff,
      ...(since === null ? {} : { since }),
    }) as Replication;
    this.#pull = pull;
    pull.on('change', () => this.#onPulled());
    watchWaiting(pull, (isWaiting) => {
      if (this.#pull === pull) this.#isWaiting = isWaiting;
    });
  }

  /** Where the first pull begins; null when the server does not say: from the beginning then. */
  async #since90Days(): Promise<number | string | null> {
    const { baseUrl, storeId } = this.#address;
    try {
      const response = await tillFetch(this.#address, this.#fetch)(`${baseUrl}/sync/${storeId}`);
      const { onecode_since_90_days: since } = (await response.json()) as { onecode_since_90_days?: unknown };
      return typeof since === 'number' || typeof since === 'string' ? since : null;
    } catch {
      return null;
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#pull?.cancel();
  }
}
