import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { appRoleName, urlOfRole } from '#sync-server/db/app-role.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { appRolePassword, prepareDatabase } from '#sync-server/db/prepare-database.ts';

const template = 'simulation_template';

/** `ownerUrl`: as the role that owns the tables. */
export type SimulationDatabase = { url: string; ownerUrl: string; drop(): Promise<void> };

/** A real PostgreSQL for simulations: each gets a database of its own, copied from a migrated one. */
export type SimulationPostgres = {
  createDatabase(): Promise<SimulationDatabase>;
  stop(): Promise<void>;
};

export async function startSimulationPostgres(log: (line: string) => void): Promise<SimulationPostgres> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-simulation-'));
  // A crash of the server is simulated, one of PostgreSQL is not: its own tests show that.
  const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '100' };
  const server = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log, settings });
  const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  await runSql(server.url, `create database ${template}`);
  const secret = randomBytes(24).toString('hex');
  await prepareDatabase({ ownerUrl: urlOf(template), appUrl: null, secret, mayReset: true });
  // A copy takes the grants along: the simulated server works as the role that owns nothing, as the real one does.
  const asServer = (name: string) => urlOfRole(urlOf(name), appRoleName(urlOf(template)), appRolePassword(secret));
  return {
    async createDatabase() {
      const name = `simulation_${randomBytes(6).toString('hex')}`;
      await runSql(server.url, `create database ${name} template ${template}`);
      return {
        url: asServer(name),
        ownerUrl: urlOf(name),
        drop: () => runSql(server.url, `drop database if exists ${name} with (force)`),
      };
    },
    async stop() {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
