import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { joinedByPosting, tablesByScope } from './table-scopes.ts';
import { createTestDatabase } from './test-database.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  database = openDatabase(made.url);
});
afterAll(async () => {
  await database.close();
  await drop();
});

async function leadingColumns(): Promise<Record<string, string[]>> {
  const { rows } = await database.pool.query<{ table_name: string; leads: string | null }>(
    `select c.relname as table_name, a.attname as leads
       from pg_class c
       left join pg_index i on i.indrelid = c.oid and i.indisprimary
       left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      order by c.relname`,
  );
  const found: Record<string, string[]> = {};
  for (const { table_name, leads } of rows) {
    const name = leads ?? 'no primary key';
    found[name] = [...(found[name] ?? []), table_name];
  }
  return found;
}

test('[D1] every table leads its primary key with its store, its chain or its feed scope, and none is forgotten', async () => {
  expect(await leadingColumns()).toEqual(tablesByScope);
});

test('[D1] nothing ties rows of two scopes together: no foreign key, no sequence, no trigger', async () => {
  const { rows } = await database.pool.query(
    `select conname as name from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
     union all select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace
     union all select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
                where c.relnamespace = 'public'::regnamespace and not t.tgisinternal`,
  );
  expect(rows).toEqual([]);
});

test('[D1] nothing is unique across stores: each unique index leads with its scope', async () => {
  const { rows } = await database.pool.query(
    `select i.indexrelid::regclass::text as name
       from pg_index i
       join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where i.indisunique and a.attname not in ('store_id', 'merchant_id', 'scope_id')
        and c.relname <> all($1)`,
    [tablesByScope.id],
  );
  expect(rows).toEqual([]);
});

test('[D1] citus.sql spreads every table by what it belongs to, or keeps it on every node', () => {
  const sql = readFileSync(join(import.meta.dirname, 'citus.sql'), 'utf8');
  const placed: Record<string, string[]> = {};
  for (const [statement] of sql.matchAll(/select create_[^;]+;/g)) {
    const by = /, '(\w+_id)'/.exec(statement)?.[1] ?? 'every node';
    const names = [...statement.matchAll(/'(\w+)'/g)].map(([, name = '']) => name);
    const tables = names.filter((name, at) => name !== by && names[at - 1] !== by);
    // The one that the others lie with is named with its own statement.
    const first = /colocate_with/.test(statement) && /unnest/.test(statement) ? tables : names.slice(0, 1);
    placed[by] = [...(placed[by] ?? []), ...(by === 'every node' ? names : first)].sort();
  }
  const everywhere = placed['every node'] ?? [];
  expect(everywhere).toEqual([...tablesByScope.id, ...joinedByPosting].sort());
  for (const scope of ['store_id', 'merchant_id', 'scope_id'] as const) {
    expect(placed[scope]).toEqual(tablesByScope[scope].filter((name) => !everywhere.includes(name)));
  }
});
