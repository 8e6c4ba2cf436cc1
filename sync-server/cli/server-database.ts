import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keySealOf } from '../auth/private-keys.ts';
import { readSecret } from '../auth/secrets.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { archiving } from '../db/log-archive.ts';
import { prepareDatabase } from '../db/prepare-database.ts';
import type { Settings } from '../settings.ts';

export type ServerDatabase = { url: string; database: Database; keySeal: Buffer; close(): Promise<void> };
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
    logArchive,
    secret,
  }: Pick<Settings, 'databaseUrl' | 'databaseAppUrl' | 'dataDir' | 'logArchive' | 'secret'>,
  log: (line: string) => void,
): Promise<ServerDatabase> {
  const { url: ownerUrl, stop } = await openOwnedDatabase({ databaseUrl, dataDir, logArchive }, log);
  try {
    const read = await readSecret({ secret, dataDir }, randomBytes);
    if (!read.ok) throw new Error(read.error.message);
    const addresses = { ownerUrl, appUrl: databaseAppUrl, secret: read.value, mayReset: false };
    const { url, lostKeys } = await prepareDatabase(addresses);
    for (const message of lostKeys) log(message);
    const database = openDatabase(url, { poolSize: 4 });
    const close = async () => {
      await database.close();
      await stop();
    };
    return { url, database, keySeal: keySealOf(read.value), close };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same database as it is, for whoever looks after it. */
export async function openOwnedDatabase(
  { databaseUrl, dataDir, logArchive }: Pick<Settings, 'databaseUrl' | 'dataDir' | 'logArchive'>,
  log: (line: string) => void,
): Promise<OwnedDatabase> {
  if (databaseUrl !== null) return { url: databaseUrl, isOurs: false, stop: () => Promise.resolve() };
  return joinEmbedded(join(dataDir, 'postgres'), logArchive, log);
}

async function joinEmbedded(
  dataDir: string,
  logArchive: string | null,
  log: (line: string) => void,
): Promise<OwnedDatabase> {
  try {
    return { ...(await startEmbeddedPostgres({ dataDir, log, ...archiving(logArchive) })), isOurs: true };
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
