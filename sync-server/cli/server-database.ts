import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSecret } from '../auth/secrets.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { prepareDatabase } from '../db/prepare-database.ts';
import type { Settings } from '../settings.ts';

export type ServerDatabase = { url: string; database: Database; close(): Promise<void> };
/** As the role that owns the tables. `isOurs`: no server runs on it. */
export type OwnedDatabase = { url: string; isOurs: boolean; stop(): Promise<void> };

/**
 * The database that `npm start` uses, migrated: the outside one, else the embedded one. That one is joined when a server
 * runs on it, and started until `close` when none does.
 */
export async function openServerDatabase(
  {
    databaseUrl,
    databaseAppUrl,
    dataDir,
    secret,
  }: Pick<Settings, 'databaseUrl' | 'databaseAppUrl' | 'dataDir' | 'secret'>,
  log: (line: string) => void,
): Promise<ServerDatabase> {
  const { url: ownerUrl, stop } = await openOwnedDatabase({ databaseUrl, dataDir }, log);
  try {
    const read = await readSecret({ secret, dataDir }, randomBytes);
    if (!read.ok) throw new Error(read.error.message);
    const addresses = { ownerUrl, appUrl: databaseAppUrl, secret: read.value, mayReset: false };
    const { url } = await prepareDatabase(addresses);
    const database = openDatabase(url, { poolSize: 4 });
    const close = async () => {
      await database.close();
      await stop();
    };
    return { url, database, close };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same database as it is, for whoever looks after it. */
export async function openOwnedDatabase(
  { databaseUrl, dataDir }: Pick<Settings, 'databaseUrl' | 'dataDir'>,
  log: (line: string) => void,
): Promise<OwnedDatabase> {
  if (databaseUrl !== null) return { url: databaseUrl, isOurs: false, stop: () => Promise.resolve() };
  return joinEmbedded(join(dataDir, 'postgres'), log);
}

async function joinEmbedded(dataDir: string, log: (line: string) => void): Promise<OwnedDatabase> {
  try {
    return { ...(await startEmbeddedPostgres({ dataDir, log })), isOurs: true };
  } catch (error) {
    const isRunning = error instanceof EmbeddedPostgresError && error.code === 'data_in_use';
    const url = isRunning ? runningUrl(dataDir) : null;
    if (url === null) throw error;
    return { url, isOurs: false, stop: () => Promise.resolve() };
  }
}

/** How to reach the embedded PostgreSQL of a running server: it keeps port and password beside its data. */
function runningUrl(dataDir: string): string | null {
  const [portFile, passwordFile] = [join(dataDir, 'port'), join(dataDir, 'password')];
  if (!existsSync(portFile) || !existsSync(passwordFile)) return null;
  const password = readFileSync(passwordFile, 'utf8').trim();
  return `postgresql://onecode:${password}@127.0.0.1:${readFileSync(portFile, 'utf8').trim()}/onecode`;
}
