import type pg from 'pg';

/**
 * - `die`: the process dies at the statement. `failover`: the connection breaks before it. `answer-lost`: after it was done, as a
 *   COMMIT's may be. `serialization`, `deadlock`, `too-many`: PostgreSQL refuses. `slow`: the disk takes its time.
 */
export const sqlFaults = ['die', 'failover', 'answer-lost', 'serialization', 'deadlock', 'too-many', 'slow'] as const;
export type SqlFault = (typeof sqlFaults)[number];

const codes = { serialization: '40001', deadlock: '40P01', 'too-many': '53300' } as const;
type Callback = (error: Error | null, result?: unknown) => void;
type Query = (...args: unknown[]) => unknown;

/** Strikes at one statement of a process's connections, counted from when it is armed. */
export class StatementFaults {
  #armed: { fault: SqlFault; left: number } | null = null;
  #isDead = false;
  readonly #makeError: (code: string) => Error;
  /** Whether anything was struck since `calm`. */
  struck = false;

  constructor(makeError: (code: string) => Error) {
    this.#makeError = makeError;
  }

  /** At the `nth` statement from now, 1 is the next. */
  arm(fault: SqlFault, nth: number): void {
    this.#armed = { fault, left: nth };
  }

  calm(): void {
    this.#armed = null;
    if (!this.#isDead) this.struck = false;
  }

  /** Has every statement of a connection pass here. */
  watch(client: pg.PoolClient): void {
    const query = client.query.bind(client) as Query;
    // A connection's statements are run in the order they were sent: behind one that is struck the next ones wait.
    let turn: Promise<unknown> | null = null;
    (client as { query: Query }).query = (...args) => {
      const fault = this.#next();
      if (fault === null && turn === null) return query(...args);
      const last = args.at(-1);
      const callback = typeof last === 'function' ? (last as Callback) : null;
      const asked = callback === null ? args : args.slice(0, -1);
      const ask = () => query(...asked) as Promise<unknown>;
      const before = turn;
      const answer = (before ?? Promise.resolve()).then(() =>
        fault === null ? ask() : this.#strike(fault, client, ask),
      );
      const done = answer
        .catch(() => undefined)
        .then(() => {
          if (turn === done) turn = null;
        });
      turn = done;
      if (callback === null) return answer;
      answer.then(
        (result) => callback(null, result),
        (error: Error) => callback(error),
      );
      return undefined;
    };
  }

  #next(): SqlFault | null {
    if (this.#isDead) return 'die';
    if (this.#armed === null || --this.#armed.left > 0) return null;
    const { fault } = this.#armed;
    this.#armed = null;
    this.struck = true;
    return fault;
  }

  async #strike(fault: SqlFault, client: pg.PoolClient, query: () => Promise<unknown>): Promise<unknown> {
    switch (fault) {
      case 'slow':
        for (let turns = 20; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        return query();
      case 'answer-lost':
        await query();
        return breakOff(client);
      case 'die':
        this.#isDead = true;
        return breakOff(client);
      case 'failover':
        return breakOff(client);
      default:
        throw this.#makeError(codes[fault]);
    }
  }
}

function breakOff(client: pg.PoolClient): never {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  throw new Error('Connection terminated unexpectedly');
}
