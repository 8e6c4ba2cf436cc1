import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import { BackupError } from './read-backup.ts';

const prefix = 'base-';
/** At the end of the name of one that the server took by itself. */
const automaticMark = '.auto';
/** Any constant: two programs that copy would write into one draft. */
const copyLock = 8_104_713;
/** Of these PostgreSQL makes the content anew (PostgreSQL 18, 25.3.4); the log comes from the archive. */
const emptied = new Set([
  'pg_wal',
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const leftOut = (name: string) =>
  name.startsWith('postmaster.') || name.startsWith('pgsql_tmp') || name === 'pg_internal.init';

/** `endedAtMs`: the earliest moment that can be gone back to with it. */
export type BaseCopy = { path: string; endedAtMs: number; isAutomatic: boolean };

/**
 * Copies the embedded PostgreSQL's files while it runs: with the log that is archived from then on, each later moment can be gone
 * back to. The copy gets its name when it is whole and all of the log it needs lies in the archive.
 *
 * @param dataDir of the embedded PostgreSQL, which archives its log into `archive`
 * @returns null when another program takes one now
 */
export async function takeBase(
  owner: Database,
  dataDir: string,
  archive: string,
  { isAutomatic = false } = {},
): Promise<BaseCopy | null> {
  const draft = join(archive, `${prefix}unfinished`);
  const client = await owner.pool.connect();
  let isMine = false;
  try {
    const { rows: locks } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
      copyLock,
    ]);
    isMine = locks[0]?.mine === true;
    if (!isMine) return null;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const { rows: archives } = await client.query<{ mode: string }>(`select current_setting('archive_mode') as mode`);
    if (archives[0]?.mode !== 'on') {
      throw new BackupError('The server that runs archives no log. Start it with ONECODE_LOG_ARCHIVE, then copy.');
    }
    // It ends with its connection, also when this program is killed.
    await client.query(`select pg_backup_start('onecode', true)`);
    await copyFolder(join(dataDir, 'cluster'), join(draft, 'cluster'), '');
    const { rows } = await client.query<{ label: string; endedAt: Date }>(
      `select labelfile as label, clock_timestamp() as "endedAt" from pg_backup_stop(true)`,
    );
    const [stop] = rows;
    if (stop === undefined) throw new Error('PostgreSQL ended the copy without a label.');
    writeFileSync(join(draft, 'cluster', 'backup_label'), stop.label, { mode: 0o600 });
    cpSync(join(dataDir, 'password'), join(draft, 'password'));
    const moment = stop.endedAt.toISOString().replaceAll(/[:.]/g, '-');
    const path = join(archive, `${prefix}${moment}${isAutomatic ? automaticMark : ''}`);
    renameSync(draft, path);
    return { path, endedAtMs: stop.endedAt.getTime(), isAutomatic };
  } catch (error) {
    // What went wrong is what is told, not that nothing could be cleared away after it.
    if (isMine) await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  } finally {
    // Its locks go with the connection.
    client.release(true);
  }
}

/** The copies in an archive, the latest first. */
export function listBases(archive: string): BaseCopy[] {
  if (!existsSync(archive)) return [];
  return readdirSync(archive)
    .map((name) => ({ path: join(archive, name), endedAtMs: endOf(name), isAutomatic: name.endsWith(automaticMark) }))
    .filter(({ endedAtMs }) => !Number.isNaN(endedAtMs))
    .sort((one, other) => other.endedAtMs - one.endedAtMs);
}

/**
 * Lets go of all but the latest of those copies that the server took by itself, and then of the pieces of log from before the
 * earliest copy that is left: no going back reads them. Answers how many copies went.
 */
export function dropOldBases(archive: string, keep: number): number {
  const old = listBases(archive)
    .filter(({ isAutomatic }) => isAutomatic)
    .slice(keep);
  for (const { path } of old) rmSync(path, { recursive: true });
  const needed = listBases(archive).map(({ path }) => firstPieceOf(path));
  // Where one does not say what it needs, it may need all.
  if (needed.length === 0 || needed.includes(null)) return old.length;
  const [earliest] = needed.filter((piece) => piece !== null).sort();
  for (const name of readdirSync(archive)) {
    const piece = pieceName.exec(name)?.[1];
    if (piece !== undefined && earliest !== undefined && piece < earliest) rmSync(join(archive, name));
  }
  return old.length;
}

/**
 * A piece of log, or what PostgreSQL notes of a copy, which is named by one: timeline, then the place in the log. The timeline does not count, as
 * places go on where a timeline branches off (as in pg_archivecleanup, PostgreSQL 18).
 */
const pieceName = /^[0-9A-F]{8}([0-9A-F]{16})(?:\.[0-9A-F]{8}\.backup)?\.gz$/;

/** The piece of log that a copy begins with, without its timeline; null: it does not say. */
function firstPieceOf(base: string): string | null {
  const label = join(base, 'cluster', 'backup_label');
  if (!existsSync(label)) return null;
  const [, piece] =
    /^START WAL LOCATION: .*\(file [0-9A-F]{8}([0-9A-F]{16})\)$/m.exec(readFileSync(label, 'utf8')) ?? [];
  return piece ?? null;
}

function endOf(name: string): number {
  if (!name.startsWith(prefix)) return Number.NaN;
  const moment = name.slice(prefix.length).replace(new RegExp(`\\${automaticMark}$`), '');
  return Date.parse(moment.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)$/, 'T$1:$2:$3.$4'));
}

/** Files come, grow and go meanwhile: what is torn is mended by the log, what is gone was not needed. */
async function copyFolder(from: string, to: string, inside: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  if (emptied.has(inside)) return;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (leftOut(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    try {
      if (entry.isDirectory()) await copyFolder(source, target, join(inside, entry.name));
      else await copyFile(source, target, constants.COPYFILE_FICLONE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
