import type { ServerContext } from '../context.ts';

export type BucketRule = {
  /** So many at once … */
  burst: number;
  /** … and so many a second on and on. */
  perSecond: number;
};

/** Names that are remembered at most: who floods us with new ones makes the oldest be forgotten. */
const remembered = 50_000;

/**
 * Rate limits by name (an address, a till, a key): token buckets by the server's own clock, in memory, of this process.
 * With several servers each lets the rule's rate through.
 */
export class TokenBuckets {
  readonly #context: Pick<ServerContext, 'nowMs'>;
  readonly #rule: BucketRule;
  readonly #buckets = new Map<string, { thousandths: number; atMs: number }>();

  constructor(context: Pick<ServerContext, 'nowMs'>, rule: BucketRule) {
    this.#context = context;
    this.#rule = rule;
  }

  /** Takes a token; 0, or the milliseconds after which there will be one. */
  take(name: string): number {
    const { burst, perSecond } = this.#rule;
    const nowMs = this.#context.nowMs();
    const before = this.#buckets.get(name) ?? { thousandths: burst * 1_000, atMs: nowMs };
    // A clock that was set back must not take anything away.
    const passedMs = Math.max(0, nowMs - before.atMs);
    const thousandths = Math.min(burst * 1_000, before.thousandths + passedMs * perSecond);
    const left = thousandths >= 1_000 ? thousandths - 1_000 : thousandths;
    // Taken out and put in again, so that the Map keeps the order of last use.
    this.#buckets.delete(name);
    this.#buckets.set(name, { thousandths: left, atMs: nowMs });
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= remembered) break;
      this.#buckets.delete(oldest);
    }
    return thousandths >= 1_000 ? 0 : Math.ceil((1_000 - thousandths) / perSecond);
  }
}
