import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { prepareDatabase } from './prepare-database.ts';
import { templateName, testRole } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the PostgreSQL that all server tests share; each makes its own databases in it. */
    postgresUrl: string;
  }
}

/** Vitest's global set-up of the server tests: one real PostgreSQL in a folder that is removed afterwards. */
export default async function startTestPostgres(project: TestProject): Promise<() => Promise<void>> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-server-tests-'));
  // As root, PostgreSQL runs as another account; embedded-postgres.test.ts has the folder that it cannot enter.
  chmodSync(root, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(root, 'postgres'),
    log: () => undefined,
    // Its data is thrown away; what durability means is tested in embedded-postgres.test.ts.
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '200' },
  });
  await createTemplate(postgres.url);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  };
}

async function createTemplate(url: string): Promise<void> {
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  await server.query(`CREATE DATABASE ${templateName}`);
  await server.end();

  const templateUrl = new URL(url);
  templateUrl.pathname = `/${templateName}`;
  // A database that is copied takes the grants along.
  await prepareDatabase({ ownerUrl: templateUrl.href, appUrl: null, secret: testRole.secret, mayReset: true });
}
