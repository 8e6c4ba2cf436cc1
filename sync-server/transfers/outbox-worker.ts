import type { ServerContext } from '../context.ts';
import { outboxScope } from '../journal/post-deliveries.ts';
import { AwaitedCartonSweep } from './awaited-cartons.ts';
import { drainOutbox } from './drain-outbox.ts';

/** What was tried before is due again, and a lost hint is made good, this late. */
const pollMs = 2_000;

/** Tells other stores what they must hear, as soon as it is posted. One a server; servers share the work by row locks. */
export class OutboxWorker {
  readonly #context: ServerContext;
  readonly #sweep: AwaitedCartonSweep;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(context: ServerContext) {
    this.#context = context;
    this.#sweep = new AwaitedCartonSweep(context);
  }

  start(): this {
    this.#running = this.#run();
    return this;
  }

  /** Resolves once the row at hand is settled. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { changes, log } = this.#context;
    const { signal } = this.#ending;
    while (!signal.aborted && !changes.closed) {
      // Before reading, so that nothing is missed.
      const heard = changes.wait([outboxScope], pollMs, signal);
      try {
        await drainOutbox(this.#context, signal);
        await this.#sweep.sweepWhenDue(signal);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        log.warn({ error: error.message }, 'the outbox waits');
      }
      await heard;
    }
  }
}
