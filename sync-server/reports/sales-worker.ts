import type { ServerContext } from '../context.ts';
import { rest } from '../rest.ts';
import { salesScope } from './sales-due.ts';
import { settleSales } from './settle-sales.ts';

/** Lost hints are found this late. */
const pollMs = 60_000;
/** Between two rounds; sales of half a second are added up together. */
const restMs = 500;
/** After each day so many times as long as it took: while stores sell, days are due without end, and sales come first. */
const restShare = 9;

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
      try {
        await settleSales(this.#context, signal, (tookMs) => rest(tookMs * restShare, signal));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        log.warn({ error: error.message }, 'sums of sales wait');
      }
      await rest(restMs, signal);
      await heard;
    }
  }
}
