import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { goods, received } from '../journal/test-goods.ts';
import { line, makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { type Database, openDatabase } from './database.ts';
import { knownMigrations, migrate } from './migrate.ts';
import { createTestDatabase, runSql, type TestDatabase } from './test-database.ts';

/**
 * Versions that data is carried from, whole. Before the third, rights were of operators, whom this store has none of: the first test
 * has those.
 */
const milestones = [3, 4, 10, 15, 19, 23, 27, 35, 38, 43];

let fresh: TestDatabase;
let owner: Database;
const dropped: (() => Promise<void>)[] = [];

beforeAll(async () => {
  fresh = await createTestDatabase();
  owner = openDatabase(fresh.ownerUrl, { poolSize: 2 });
});
afterAll(async () => {
  await owner.close();
  await fresh.drop();
  for (const drop of dropped) await drop();
});

/** A database of the test's own, empty or a copy of another that nobody is connected to. */
async function makeDatabase(template = 'template0'): Promise<{ name: string; url: string }> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(fresh.ownerUrl, `create database ${name} template ${template}`);
  dropped.push(() => runSql(fresh.ownerUrl, `drop database if exists ${name} with (force)`).catch(() => undefined));
  return { name, url: Object.assign(new URL(fresh.ownerUrl), { pathname: `/${name}` }).href };
}

async function within<Value>(url: string, work: (database: Database) => Promise<Value>): Promise<Value> {
  const database = openDatabase(url, { poolSize: 2 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** All that makes up the tables, but for the order of columns. */
async function schemaOf({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ text: string }>(
    `select 'column ' || concat_ws(' ', c.table_name, c.column_name, c.udt_name, c.is_nullable, c.column_default,
              c.is_generated, c.generation_expression) as text
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
     union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
     union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
       from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
     order by 1`,
  );
  return rows.map(({ text }) => text);
}

type Column = { table: string; column: string; type: string; isNeeded: boolean };

async function columnsOf({ pool }: Database): Promise<Map<string, Column[]>> {
  const { rows } = await pool.query<Column>(
    `select table_name as table, column_name as column, udt_name as type,
            (is_nullable = 'NO' and column_default is null) as "isNeeded"
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER' order by 1, 2`,
  );
  return Map.groupBy(rows, ({ table }) => table);
}

/** A value that a column takes, another for each `nth`. */
function someValue(type: string, nth: number): string {
  if (type.startsWith('_')) return `'{}'`;
  if (['json', 'jsonb'].includes(type)) return `'{}'`;
  if (['int2', 'int4', 'int8', 'numeric', 'float8'].includes(type)) return String(nth + 1);
  if (type === 'bool') return 'false';
  if (type === 'bytea') return `'\\x00'`;
  if (type === 'timestamptz' || type === 'timestamp') return 'now()';
  if (type === 'date') return `date '2026-01-01' + ${nth}`;
  return `'before ${nth}'`;
}

test('every migration applies to tables that have rows, and ends with the tables that a fresh start makes', async () => {
  const { url } = await makeDatabase();
  await within(url, async (database) => {
    for (let applied = 1; applied <= knownMigrations(); applied++) {
      await migrate(database, applied);
      for (const [table, columns] of await columnsOf(database)) {
        const names = columns.map(({ column }) => `"${column}"`).join(', ');
        const values = columns.map(({ type }) => someValue(type, applied)).join(', ');
        await database.pool.query(`insert into "${table}" (${names}) values (${values})`);
      }
    }
    expect(await schemaOf(database)).toEqual(await schemaOf(owner));
    const { rows } = await database.pool.query('select count(*)::int as n from journal');
    expect(rows).toEqual([{ n: knownMigrations() }]);
  });
});

/** A store with sales, units, a delivery and an entry that no version knows, posted. */
async function makeHistory(): Promise<string> {
  const context = openTestContext(fresh.url);
  try {
    const storeId = await makeStore(context);
    const body = received([goods('phone', ['a', 'b']), goods('tea', 50)]);
    await writeBackOfficeEntry(context, storeId, { kind: 'goods-received', operatorId: 'mia', body });
    const till = await makeTill(context, storeId, 1);
    await post(context, till, [
      await till.sale([line('phone', 1, 'a'), line('tea', 2)]),
      await till.next('moon-landing', { a: '大' }),
      await till.sale([line('tea')]),
    ]);
    return storeId;
  } finally {
    await context.close();
  }
}

/** What of the rows an older version had a place for, as that version would have written it. */
async function carryBack(from: Database, to: Database): Promise<void> {
  const known = await columnsOf(from);
  for (const [table, columns] of await columnsOf(to)) {
    const there = known.get(table);
    if (there === undefined) continue;
    const shared = columns.filter(({ column }) => there.some((one) => one.column === column));
    const lacking = columns.filter(({ isNeeded, column }) => isNeeded && !shared.some((one) => one.column === column));
    const { rows } = await from.pool.query<{ all: string }>(
      `select coalesce(json_agg(t), '[]')::text as all from "${table}" t`,
    );
    const named = (list: Column[]) => list.map(({ column }) => `"${column}"`);
    await to.pool.query(
      `insert into "${table}" (${[...named(shared), ...named(lacking)].join(', ')})
       select ${[...named(shared), ...lacking.map(({ type }) => someValue(type, 0))].join(', ')}
         from json_populate_recordset(null::"${table}", $1::json)`,
      [rows[0]?.all],
    );
  }
}

const journalOf = async ({ pool }: Database) =>
  (await pool.query('select till_number, sequence, document::text from journal order by journal_seq')).rows;

test('[P2] a chain of each older version keeps its journal through the migrations, and it posts to the same tables', async () => {
  const storeId = await makeHistory();
  const now = openTestContext(fresh.ownerUrl);
  const [expected, journal, schema] = [await derivedRows(now, storeId), await journalOf(owner), await schemaOf(owner)];
  await now.close();
  expect(expected.unit).toHaveLength(2);
  const walker = await makeDatabase();
  for (const version of milestones) {
    await within(walker.url, (database) => migrate(database, version));
    const { url } = await makeDatabase(walker.name);
    await within(url, async (database) => {
      await carryBack(owner, database);
      await migrate(database);
      expect(await schemaOf(database), `tables from version ${version}`).toEqual(schema);
    });
    const context = openTestContext(url);
    try {
      await rebuildStore(context, storeId);
      expect(await derivedRows(context, storeId), `posted from version ${version}`).toEqual(expected);
      expect(await journalOf(context.database), `journal from version ${version}`).toEqual(journal);
    } finally {
      await context.close();
    }
  }
});
