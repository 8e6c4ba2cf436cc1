import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRoleName, isLogProtected, makeAppRole, narrowPrivileges, urlOfRole } from './app-role.ts';
import { type Database, openDatabase } from './database.ts';
import { appRolePassword, prepareDatabase } from './prepare-database.ts';
import { createTestDatabase, runSql, type TestDatabase } from './test-database.ts';

let made: TestDatabase;
let app: Database;

beforeAll(async () => {
  made = await createTestDatabase();
  app = openDatabase(made.url, { poolSize: 2 });
});
afterAll(async () => {
  await app.close();
  await made.drop();
});

const insufficientPrivilege = { code: '42501' };
const run = (sql: string) => app.pool.query(sql);

describe('[J2] the role that the server works as', () => {
  test.each(['audit_entry', 'journal'])('can neither delete nor empty %s, nor change what it is', async (table) => {
    expect(await isLogProtected(app.pool)).toBe(true);
    for (const sql of [
      `delete from ${table}`,
      `truncate ${table}`,
      `drop table ${table}`,
      `alter table ${table} add column x text`,
      `alter table ${table} owner to current_user`,
      `create rule r as on insert to ${table} do instead nothing`,
      `create trigger t before insert on ${table} execute function suppress_redundant_updates_trigger()`,
      `update ${table} set store_id = 's'`,
      `select * from ${table} for update`.replace('select *', 'select store_id'),
    ]) {
      await expect([sql, await run(sql).catch((error: pg.DatabaseError) => error)]).toMatchObject([
        sql,
        // A lock is taken with the right to update any column: of the journal that is its mark alone.
        /for update/.test(sql) && table === 'journal' ? { rowCount: 0 } : insufficientPrivilege,
      ]);
    }
  });

  test('marks entries as posted and changes nothing else in them', async () => {
    await run('update journal set unpostable = null');
    for (const column of ['document', 'hash', 'rev', 'recorded_at_ms', 'journal_seq']) {
      await expect(run(`update journal set ${column} = ${column}`)).rejects.toMatchObject(insufficientPrivilege);
    }
  });

  test('ends grants and neither edits nor deletes them', async () => {
    await run('update role_grant set until_ms = 1');
    for (const sql of ['delete from role_grant', "update role_grant set role_id = 'owner'", 'delete from operator']) {
      await expect(run(sql)).rejects.toMatchObject(insufficientPrivilege);
    }
  });

  test('makes no table, no schema, no role and no function, and becomes nobody else', async () => {
    for (const sql of [
      'create table x (y int)',
      'create schema x',
      'create role x',
      "create function x() returns int language sql as 'select 1'",
      'set role onecode',
      'set session authorization onecode',
      "copy (select 1) to program 'true'",
      "select pg_read_file('PG_VERSION')",
      'select * from drizzle.__drizzle_migrations',
    ]) {
      await expect([sql, await run(sql).catch((error: pg.DatabaseError) => error)]).toMatchObject([
        sql,
        insufficientPrivilege,
      ]);
    }
  });

  test('works on every table: none that a migration adds is forgotten', async () => {
    const { rows } = await app.pool.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert'))`,
    );
    expect(rows).toEqual([]);
    const { rows: known } = await app.pool.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and relname = any($1)`,
      [Object.keys(narrowPrivileges)],
    );
    expect(known).toHaveLength(Object.keys(narrowPrivileges).length);
  });

  test('stages rows in temporary tables', async () => {
    await run('begin; create temp table staged (x int) on commit drop; analyze staged; commit');
  });
});

describe('preparing a database', () => {
  let other: TestDatabase;
  const addresses = () => ({ ownerUrl: other.ownerUrl, appUrl: null, secret: 'first', mayReset: true });
  beforeAll(async () => {
    other = await createTestDatabase();
  });
  afterAll(() => other.drop());

  test('makes a role of its own for each, with the password it is given, and works as it', async () => {
    const prepared = await prepareDatabase(addresses());
    expect(prepared).toEqual({
      url: urlOfRole(other.ownerUrl, appRoleName(other.ownerUrl), appRolePassword('first')),
      unprotected: null,
      lostKeys: [],
    });
    expect(await prepareDatabase(addresses())).toEqual(prepared);
    // The role of another database is let in nowhere: every table is somebody else's.
    const foreign = openDatabase(Object.assign(new URL(prepared.url), { pathname: new URL(made.url).pathname }).href, {
      poolSize: 1,
    });
    await expect(foreign.pool.query('select 1 from audit_entry')).rejects.toMatchObject(insufficientPrivilege);
    await foreign.close();
  });

  test('servers and programs that start together take turns', async () => {
    const expected = await prepareDatabase(addresses());
    for (let round = 0; round < 5; round += 1) {
      const together = await Promise.all(Array.from({ length: 8 }, () => prepareDatabase(addresses())));
      expect(new Set(together.map(({ url, unprotected }) => `${url} ${unprotected}`)).size).toBe(1);
      expect(together[0]).toEqual(expected);
    }
  });

  test('a program beside the server leaves the role’s password alone; a server puts a lost one right', async () => {
    const lost = { ...addresses(), secret: 'second' };
    expect(await prepareDatabase({ ...lost, mayReset: false })).toMatchObject({ url: other.ownerUrl });
    expect((await prepareDatabase(addresses())).unprotected).toBe(null);
    expect((await prepareDatabase(lost)).url).toContain(appRolePassword('second'));
  });

  test('where the owner makes no roles, it is said; one that was made by hand is used', async () => {
    const owner = `${appRoleName(other.ownerUrl)}_owner`;
    const database = new URL(other.ownerUrl).pathname.slice(1);
    await runSql(other.ownerUrl, `create role ${owner} login password 'o'`);
    await runSql(other.ownerUrl, `alter database ${database} owner to ${owner}`);
    await runSql(other.ownerUrl, 'drop schema public cascade');
    await runSql(other.ownerUrl, 'drop schema drizzle cascade');
    await runSql(other.ownerUrl, `create schema public authorization ${owner}`);
    const ownerUrl = urlOfRole(other.ownerUrl, owner, 'o');
    const unable = { ownerUrl, appUrl: null, secret: 'third', mayReset: true };
    expect(await prepareDatabase(unable)).toEqual({
      url: ownerUrl,
      unprotected: expect.stringContaining('cannot make'),
      lostKeys: [],
    });

    const byHand = `${owner}_by_hand`;
    const client = openDatabase(other.ownerUrl, { poolSize: 1 });
    await makeAppRole(client.pool, byHand, 'h');
    await client.close();
    const appUrl = urlOfRole(other.ownerUrl, byHand, 'h');
    expect(await prepareDatabase({ ...unable, appUrl })).toMatchObject({ url: appUrl, unprotected: null });
    expect(await prepareDatabase({ ...unable, appUrl: ownerUrl })).toMatchObject({
      unprotected: expect.stringContaining('DATABASE_APP_URL'),
    });
  });
});
