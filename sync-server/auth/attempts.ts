import { createHash } from 'node:crypto';
import type { ServerContext } from '../context.ts';

export type AttemptRule = {
  /** So many wrong attempts cost nothing. */
  free: number;
  /** Each further one doubles the wait, from this … */
  firstWaitMs: number;
  /** … to this. */
  longestWaitMs: number;
  /** Wrong attempts are forgotten after as long without one; at least the longest wait. */
  forgetMs: number;
};

/** Rows that no rule remembers any more are swept away once in so many attempts. */
const sweepEvery = 500;
const sweepMs = 7 * 24 * 60 * 60_000;

/** The wait that a row asks for at a moment, in SQL: $2 the time, $3 to $6 the rule. Zero or less: none. */
const waitSql = `case when count < $3 or $2 - latest_at_ms >= $6 or $2 < latest_at_ms then 0
  else least($5, $4 * power(2, least(40, count - $3))) - ($2 - latest_at_ms) end`;

/**
 * Counts wrong attempts by name (an address, an account) and says how long to wait. Kept in the database: all servers of
 * the installation count together, and a restart forgets nothing. Names are kept as hashes.
 */
export class Attempts {
  readonly #context: ServerContext;
  readonly #kind: string;
  readonly #rule: AttemptRule;
  #untilSweep = sweepEvery;

  /** `kind` keeps names of different things apart. */
  constructor(context: ServerContext, kind: string, rule: AttemptRule) {
    this.#context = context;
    this.#kind = kind;
    this.#rule = rule;
  }

  /** Milliseconds until the next attempt is looked at; 0: now. */
  async waitMs(name: string): Promise<number> {
    const { rows } = await this.#context.database.pool.query<{ waitMs: number }>(
      `select ceil(${waitSql})::int8 as "waitMs" from attempt where id = $1`,
      this.#values(name),
    );
    return Math.max(0, rows[0]?.waitMs ?? 0);
  }

  /**
   * Counts an attempt before it is looked at, so that many at once count too. Answers 0 when it may be looked at, else how
   * long to wait: then it is not counted. One statement: of several at once, each sees those before it.
   */
  async begin(name: string): Promise<number> {
    const values = this.#values(name);
    const { rowCount } = await this.#context.database.pool.query(
      `insert into attempt (id, count, latest_at_ms) values ($1, 1, $2)
       on conflict (id) do update
         set count = case when $2 - attempt.latest_at_ms >= $6 or $2 < attempt.latest_at_ms then 1
                          else attempt.count + 1 end,
             latest_at_ms = $2
       where ${waitSql.replaceAll(/\b(count|latest_at_ms)\b/g, 'attempt.$1')} <= 0`,
      values,
    );
    if (--this.#untilSweep <= 0) await this.#sweep();
    return rowCount === 1 ? 0 : Math.max(1, await this.waitMs(name));
  }

  /** The attempt was right: the name starts afresh. */
  async forgive(name: string): Promise<void> {
    await this.#context.database.pool.query('delete from attempt where id = $1', [this.#idOf(name)]);
  }

  #idOf(name: string): string {
    return createHash('sha256').update(`${this.#kind}\n${name}`).digest('hex');
  }

  #values(name: string): (string | number)[] {
    const { free, firstWaitMs, longestWaitMs, forgetMs } = this.#rule;
    return [this.#idOf(name), this.#context.nowMs(), free, firstWaitMs, longestWaitMs, forgetMs];
  }

  async #sweep(): Promise<void> {
    this.#untilSweep = sweepEvery;
    await this.#context.database.pool.query('delete from attempt where latest_at_ms < $1', [
      this.#context.nowMs() - sweepMs,
    ]);
  }
}
