import type pg from 'pg';
import type { Database, Queryable } from './database.ts';

/** "current transaction is aborted": what PostgreSQL says to every statement behind the one that failed. */
const behindFailed = '25P02';

/**
 * A transaction that does not wait for what it need not know: PostgreSQL runs a connection's statements in the order they were
 * sent, so what is read after a write sees it, answered or not. What is sent in one turn of the event loop leaves in one packet.
 */
class PipelinedTransaction {
  readonly #client: pg.PoolClient;
  readonly #sent: Promise<unknown>[] = [];
  #isCorked = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  query(...args: unknown[]): Promise<unknown> {
    this.#cork();
    return (this.#client.query as (...args: unknown[]) => Promise<unknown>).apply(this.#client, args);
  }

  /** A statement whose answer nobody needs but the commit. */
  send(statement: pg.QueryConfig | string): void {
    const answer = this.query(statement);
    // Looked at by `settle`; until then a failure is no unhandled one.
    answer.catch(() => undefined);
    this.#sent.push(answer);
  }

  /** Waits for all that was sent; throws when one of them went wrong. */
  async settle(): Promise<void> {
    throwFirst(await Promise.allSettled(this.#sent));
  }

  /** The work has failed: throws what it came from, once nothing is under way any more. */
  async fail(reason: unknown): Promise<never> {
    throwFirst([...(await Promise.allSettled(this.#sent)), { status: 'rejected', reason }]);
    throw reason;
  }

  #cork(): void {
    const { stream } = (this.#client as unknown as { connection: { stream: Corkable } }).connection;
    if (this.#isCorked) return;
    this.#isCorked = true;
    stream.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      stream.uncork();
    });
  }
}

type Corkable = { cork(): void; uncork(): void };

/**
 * As `inTransaction`, for work that leaves its writes to `write` and asks together what it asks at the same time.
 * Plans are PostgreSQL's choice: `plan_cache_mode = force_generic_plan` was measured, and cost a third more of its CPU a sale.
 */
export async function inPipeline<Value>(
  database: Database,
  work: (client: Queryable) => Promise<Value>,
): Promise<Value> {
  const client = await database.pool.connect();
  const transaction = new PipelinedTransaction(client);
  let broken: Error | undefined;
  try {
    transaction.send('begin');
    const value = await work(transaction as unknown as Queryable).catch((error) => transaction.fail(error));
    await transaction.settle();
    await client.query('commit');
    return value;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    // A connection that cannot even roll back is not used again.
    client.release(broken);
  }
}

/** Writes without waiting where the transaction is a pipelined one; a failure then fails its commit. */
export async function write(transaction: Queryable, statement: pg.QueryConfig): Promise<void> {
  if (transaction instanceof PipelinedTransaction) transaction.send(statement);
  else await transaction.query(statement);
}

/** Waits until all of these are done, also when one fails, so that nothing goes on behind a rollback. */
export async function together<Values extends readonly unknown[]>(
  ...works: { [At in keyof Values]: Promise<Values[At]> }
): Promise<Values> {
  const answers = await Promise.allSettled(works);
  throwFirst(answers);
  return answers.map((answer) => (answer as PromiseFulfilledResult<unknown>).value) as unknown as Values;
}

/** Throws the failure that the others come from: not what was merely behind it. */
function throwFirst(answers: readonly PromiseSettledResult<unknown>[]): void {
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
  const [first] = failures;
  const cause = failures.find((failure) => (failure as { code?: string }).code !== behindFailed) ?? first;
  if (cause !== undefined) throw cause;
}
