import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, inTransaction, openDatabase } from './database.ts';
import { createTestDatabase } from './test-database.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const test = await createTestDatabase();
  database = openDatabase(test.url, { poolSize: 2 });
  drop = test.drop;
});
afterAll(async () => {
  await database.close();
  await drop();
});

it('a connection lost inside a transaction fails that transaction alone; the next one works', async () => {
  const lost = inTransaction(database, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    // No statement is under way when the connection goes.
    await ended;
    await client.query('select 1');
  });
  await expect(lost).rejects.toThrow();
  const { rows } = await inTransaction(database, (client) => client.query<{ one: number }>('select 1 as one'));
  expect(rows).toEqual([{ one: 1 }]);
});
