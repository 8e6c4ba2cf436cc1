import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.ownerUrl);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test('servers that start together migrate once', async () => {
  await database.pool.query('drop schema public cascade; drop schema if exists drizzle cascade; create schema public');
  await Promise.all([migrate(database), migrate(database), migrate(database)]);
  const { rows } = await database.pool.query(
    `select (select count(*) from drizzle.__drizzle_migrations) as applied, to_regclass('journal') is not null as there`,
  );
  expect(rows).toEqual([{ applied: expect.any(Number), there: true }]);
  await migrate(database);
  const again = await database.pool.query('select count(*) as applied from drizzle.__drizzle_migrations');
  expect(again.rows[0].applied).toBe(rows[0].applied);
});

test('int8 comes as a number, json as its text to the letter, jsonb parsed', async () => {
  const { rows } = await database.pool.query(
    `select 9007199254740991::int8 as number, '{"a": 1.0}'::json as text, '{"a":1}'::jsonb as value`,
  );
  expect(rows).toEqual([{ number: Number.MAX_SAFE_INTEGER, text: '{"a": 1.0}', value: { a: 1 } }]);
});
