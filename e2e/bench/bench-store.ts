import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keySealOf } from '#sync-server/auth/private-keys.ts';
import type { ServerContext } from '#sync-server/context.ts';
import { openDatabase } from '#sync-server/db/database.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { ChangeBus } from '#sync-server/feed/change-bus.ts';
import { Manager } from '../journeys/manager.ts';
import { ServerProcess } from '../journeys/server-process.ts';
import { type GeneratedSize, type GeneratedStore, generateStore } from './generate-store.ts';

/** The real server on a generated store, in a PostgreSQL with fsync on. */
export type BenchStore = {
  server: ServerProcess;
  store: GeneratedStore;
  manager: Manager;
  size: GeneratedSize;
  /** Of its PostgreSQL, for figures that no page shows. */
  databaseUrl: string;
  close(): Promise<void>;
};

/** Of the server and of what writes its rows here: one installation. */
const secret = 'of a bench, and 32 characters long';
const silentLog = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export async function startBenchStore(size: GeneratedSize, say: (line: string) => void): Promise<BenchStore> {
  const root = mkdtempSync(join(tmpdir(), 'onecode-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: say });
  const database = openDatabase(postgres.url, { poolSize: 4 });
  await migrate(database);
  say(`Generating ${size.skus} SKUs, ${size.units} units, ${size.members} members …`);
  const context: ServerContext = {
    database,
    keySeal: keySealOf(secret),
    changes: new ChangeBus(),
    nowMs: Date.now,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    log: silentLog,
  };
  const store = await generateStore(context, size);
  await database.close();
  const server = await ServerProcess.start({
    args: ['--empty'],
    env: { DATABASE_URL: postgres.url, ONECODE_SECRET: secret },
  });
  const manager = await Manager.signIn(server.baseUrl, { username: store.managerName, password: store.password });
  return {
    server,
    store,
    manager,
    size,
    databaseUrl: postgres.url,
    async close() {
      await server.close();
      await postgres.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
