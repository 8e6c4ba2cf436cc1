import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

// int8 holds times, sequences and money here, all within 2^53; `json` holds documents that leave as they came (jsonb is parsed).
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.JSON, (text: string) => text);

export type Database = {
  pool: pg.Pool;
  orm: NodePgDatabase;
  close(): Promise<void>;
};

/** What runs a statement: the pool, or the client of a transaction. */
export type Queryable = Pick<pg.PoolClient, 'query'>;

/** Opens a pool; connects lazily. A connection lost while idle is replaced, so it ends nothing. */
export function openDatabase(url: string, options: { poolSize?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    // Statements of one connection are sent as they come, and answered in that order.
    pipeline: true,
    max: options.poolSize ?? 10,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 30_000,
    application_name: 'onecode',
  });
  // The pool has dropped that connection already; without a listener Node would end the process.
  pool.on('error', () => undefined);
  // The pool listens to idle connections only; one that is lost inside a transaction fails its statements, not the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, orm: drizzle(pool), close: () => pool.end() };
}

/** Runs `work` in one transaction (READ COMMITTED): committed when it returns, rolled back when it throws. */
export async function inTransaction<Value>(
  database: Database,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const value = await work(client);
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
