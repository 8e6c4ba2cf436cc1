import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase, type Queryable } from './database.ts';
import { inPipeline, together, write } from './pipelined.ts';
import { createTestDatabase } from './test-database.ts';

let database: Database;
let drop: () => Promise<unknown>;
beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  database = openDatabase(made.url, { poolSize: 1 });
  // Of this connection alone, which is the only one.
  await database.pool.query('create temp table told (number int4 primary key)');
});
afterAll(async () => {
  await database.close();
  await drop();
});

async function told(): Promise<number[]> {
  const { rows } = await database.pool.query<{ number: number }>('select number from told order by number');
  return rows.map(({ number }) => number);
}

function tell(transaction: Queryable, number: number): Promise<void> {
  return write(transaction, { name: 'tell', text: 'insert into told (number) values ($1)', values: [number] });
}

test('what is read sees what was sent before it, and is committed with it', async () => {
  const seen = await inPipeline(database, async (transaction) => {
    await tell(transaction, 1);
    await tell(transaction, 2);
    const { rows } = await transaction.query<{ count: number }>('select count(*)::int as count from told');
    await tell(transaction, 3);
    return rows[0]?.count;
  });
  expect(seen).toBe(2);
  expect(await told()).toEqual([1, 2, 3]);
});

test('a write that fails is what the transaction fails with, not what was said of those behind it; nothing of it stays', async () => {
  const work = inPipeline(database, async (transaction) => {
    await tell(transaction, 4);
    await tell(transaction, 1);
    await together(transaction.query('select 1'), tell(transaction, 5));
    await tell(transaction, 6);
  });
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await told()).toEqual([1, 2, 3]);
  // The connection is as good as before.
  await inPipeline(database, (transaction) => tell(transaction, 7));
  expect(await told()).toEqual([1, 2, 3, 7]);
});

test('when one of several works fails, the others have ended before the rollback', async () => {
  const work = inPipeline(database, async (transaction) => {
    const failing = Promise.reject(new TypeError('ours'));
    const slow = (async () => {
      for (let turn = 0; turn < 5; turn++) await transaction.query('select 1');
      await tell(transaction, 8);
    })();
    await together(failing, slow);
  });
  await expect(work).rejects.toThrow('ours');
  expect(await told()).toEqual([1, 2, 3, 7]);
});
