import type { ServerContext } from '../context.ts';

export type AttemptRule = {
  /** So many wrong attempts cost nothing. */
  free: number;
  /** Each further one doubles the wait, from this … */
  firstWaitMs: number;
  /** … to this. Wrong attempts are forgotten after as long without one. */
  longestWaitMs: number;
};

/** Names that are remembered at most: who floods us with new ones makes the oldest be forgotten. */
const remembered = 20_000;

/** Counts wrong attempts by name (an address, an account) and says how long to wait. Of this process, in memory. */
export class Attempts {
  readonly #context: ServerContext;
  readonly #rule: AttemptRule;
  readonly #wrong = new Map<string, { count: number; latestAtMs: number }>();

  constructor(context: ServerContext, rule: AttemptRule) {
    this.#context = context;
    this.#rule = rule;
  }

  /** Milliseconds until the next attempt is looked at; 0: now. */
  waitMs(name: string): number {
    const wrong = this.#wrong.get(name);
    if (!wrong) return 0;
    const { free, firstWaitMs, longestWaitMs } = this.#rule;
    const passedMs = this.#context.nowMs() - wrong.latestAtMs;
    if (passedMs >= longestWaitMs || passedMs < 0) {
      this.#wrong.delete(name);
      return 0;
    }
    if (wrong.count < free) return 0;
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(40, wrong.count - free));
    return Math.max(0, waitMs - passedMs);
  }

  /** Counts an attempt before it is looked at, so that many at once count too. */
  begin(name: string): void {
    const count = (this.#wrong.get(name)?.count ?? 0) + 1;
    this.#wrong.delete(name);
    this.#wrong.set(name, { count, latestAtMs: this.#context.nowMs() });
    for (const oldest of this.#wrong.keys()) {
      if (this.#wrong.size <= remembered) break;
      this.#wrong.delete(oldest);
    }
  }

  /** The attempt was right: the name starts afresh. */
  forgive(name: string): void {
    this.#wrong.delete(name);
  }
}
