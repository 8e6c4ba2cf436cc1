import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { urlOfRole } from './app-role.ts';
import { appRolePassword } from './prepare-database.ts';

/** The migrated database that every test database is copied from; made by the global set-up, see test-postgres.ts. */
export const templateName = 'onecode_template';
/** The role that tests work as, as the server does: what it may not do fails in them. */
export const testRole = { name: 'onecode_template_app', secret: 'of the tests' };

export type TestDatabase = {
  /** As the server's role. */
  url: string;
  /** As the role that owns the tables: for what a test does to them that the server cannot. */
  ownerUrl: string;
  drop(): Promise<void>;
};

/**
 * A database of a test's own, migrated and empty, in the PostgreSQL that all server tests share.
 * Drop it in `afterAll`; `drop` ends connections that are still open.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(server, `CREATE DATABASE ${name} TEMPLATE ${templateName}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: urlOfRole(url.href, testRole.name, appRolePassword(testRole.secret)),
    ownerUrl: url.href,
    drop: () => runSql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** One statement on a connection of its own. */
export async function runSql(url: string, sql: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}
