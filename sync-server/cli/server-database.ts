import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../db/database.ts';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { migrate } from '../db/migrate.ts';

export type ServerDatabase = { url: string; database: Database; close(): Promise<void> };

/**
 * The database that `npm start` uses, migrated: DATABASE_URL, else the embedded one. That one is joined when a server runs on it,
 * and started until `close` when none does.
 */
export async function openServerDatabase(log: (line: string) => void): Promise<ServerDatabase> {
  const { DATABASE_URL, ONECODE_DATA } = process.env;
  const dataDir = ONECODE_DATA ?? join(import.meta.dirname, '..', '..', '.onecode', 'data');
  const { url, stop } = DATABASE_URL ? { url: DATABASE_URL, stop: null } : await embedded(dataDir, log);
  const database = openDatabase(url, { poolSize: 4 });
  const close = async () => {
    await database.close();
    await stop?.();
  };
  try {
    await migrate(database);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, database, close };
}

async function embedded(dataDir: string, log: (line: string) => void) {
  try {
    return await startEmbeddedPostgres({ dataDir, log });
  } catch (error) {
    const url = error instanceof EmbeddedPostgresError && error.code === 'data_in_use' ? runningUrl(dataDir) : null;
    if (url === null) throw error;
    return { url, stop: null };
  }
}

/** How to reach the embedded PostgreSQL of a running server: it keeps port and password beside its data. */
function runningUrl(dataDir: string): string | null {
  const [portFile, passwordFile] = [join(dataDir, 'port'), join(dataDir, 'password')];
  if (!existsSync(portFile) || !existsSync(passwordFile)) return null;
  const password = readFileSync(passwordFile, 'utf8').trim();
  return `postgresql://onecode:${password}@127.0.0.1:${readFileSync(portFile, 'utf8').trim()}/onecode`;
}
