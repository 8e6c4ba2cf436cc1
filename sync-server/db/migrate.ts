import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import type { Database } from './database.ts';

const migrationsFolder = join(import.meta.dirname, 'migrations');
/** Any constant: servers that start together take turns. */
const migrationLock = 8_104_710;

type MigrationList = { entries: unknown[] };

/** How many migrations this version brings. */
export function knownMigrations(): number {
  return readList(migrationsFolder).entries.length;
}

/**
 * Brings the tables up to date, or to what the first `count` migrations made of them. Safe when several servers start at once;
 * throws when a migration fails, having changed nothing.
 */
export async function migrate(database: Database, count = knownMigrations()): Promise<void> {
  if (count === knownMigrations()) return applyFrom(database, migrationsFolder);
  const folder = mkdtempSync(join(tmpdir(), 'onecode-migrations-'));
  try {
    cpSync(migrationsFolder, folder, { recursive: true });
    const list = readList(folder);
    writeFileSync(listPath(folder), JSON.stringify({ ...list, entries: list.entries.slice(0, count) }));
    await applyFrom(database, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function listPath(folder: string): string {
  return join(folder, 'meta', '_journal.json');
}

function readList(folder: string): MigrationList {
  return JSON.parse(readFileSync(listPath(folder), 'utf8')) as MigrationList;
}

async function applyFrom(database: Database, migrationsFolder: string): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await applyMigrations(drizzle(client), { migrationsFolder });
    await client.query('select pg_advisory_unlock($1)', [migrationLock]);
    client.release();
  } catch (error) {
    // Closing the connection gives the lock back.
    client.release(true);
    throw error;
  }
}
