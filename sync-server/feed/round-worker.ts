import type { ServerContext } from '../context.ts';

type Rounds = {
  /** A hint of it on the change bus begins a round. */
  scope: string;
  /** A lost hint, and what is due by the clock, is found this late. */
  pollMs: number;
  /** Does all that is due; ends early when `signal` aborts. */
  round(signal: AbortSignal): Promise<void>;
  /** What is written down when a round fails; the next one tries again. */
  waiting: string;
};

/** Does work in rounds, as soon as there is a hint of some. One a server. */
export class RoundWorker {
  readonly #context: ServerContext;
  readonly #rounds: Rounds;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(context: ServerContext, rounds: Rounds) {
    this.#context = context;
    this.#rounds = rounds;
  }

  start(): this {
    this.#running = this.#run();
    return this;
  }

  /** Resolves once what is at hand is done. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { changes, log } = this.#context;
    const { scope, pollMs, round, waiting } = this.#rounds;
    const { signal } = this.#ending;
    while (!signal.aborted && !changes.closed) {
      // Before reading, so that nothing is missed.
      const heard = changes.wait([scope], pollMs, signal);
      try {
        await round(signal);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        log.warn({ error: error.message }, waiting);
      }
      await heard;
    }
  }
}
