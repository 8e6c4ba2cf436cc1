import { setTimeout as delay } from 'node:timers/promises';
import type { ServerContext } from '../context.ts';
import { salesScope } from './sales-due.ts';
import { settleSales } from './settle-sales.ts';

/** Lost hints are found this late. */
const pollMs = 60_000;
/** Between two rounds; of a large day at least as long as it takes to add it up several times, so that sales come first. */
const restMs = 500;
const restShare = 4;

/** Keeps the reports' sums up to date as soon as something is sold. One a server. */
export class SalesWorker {
  readonly #context: ServerContext;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  start(): this {
    this.#running = this.#run();
    return this;
  }

  /** Resolves once the day at hand is done. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { changes, log } = this.#context;
    const { signal } = this.#ending;
    while (!signal.aborted && !changes.closed) {
      // Before reading, so that nothing is missed.
      const heard = changes.wait([salesScope], pollMs, signal);
      const startedAtMs = performance.now();
      try {
        await settleSales(this.#context, signal);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        log.warn({ error: error.message }, 'sums of sales wait');
      }
      const tookMs = performance.now() - startedAtMs;
      await delay(Math.max(restMs, tookMs * restShare), undefined, { signal }).catch(() => undefined);
      await heard;
    }
  }
}
