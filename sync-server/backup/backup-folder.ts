import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Database } from '../db/database.ts';
import { BackupError, verifyBackup } from './read-backup.ts';
import { backupLines } from './write-backup.ts';

const ending = '.onecode-backup';
/** Before the ending of one that the server took by itself. */
const automaticMark = '.auto';
const draftEnding = `${ending}.unfinished`;
/** A draft that nobody has written to for so long was left behind. */
const abandonedMs = 3_600_000;
const ownerOnly = 0o600;

export type BackupFile = { path: string; takenAtMs: number; bytes: number; isAutomatic: boolean };
export type Taken = BackupFile & { rows: number };

/**
 * Takes a backup into a folder, reads it back and only then gives it its name: what is named so is whole. It holds secrets: its
 * owner alone may read it.
 */
export async function takeBackup(
  owner: Database,
  folder: string,
  nowMs: number,
  { isAutomatic = false } = {},
): Promise<Taken> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const moment = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const path = join(folder, `${moment}${isAutomatic ? automaticMark : ''}${ending}`);
  const rows = await writeProven(path, path.slice(0, -ending.length) + draftEnding, backupLines(owner, nowMs));
  return { path, takenAtMs: nowMs, bytes: statSync(path).size, isAutomatic, rows };
}

/** One merchant's rows for another installation (import-merchant.ts), as carefully. Answers how many. */
export async function exportMerchant(
  owner: Database,
  path: string,
  merchantId: string,
  nowMs: number,
): Promise<number> {
  if (existsSync(path)) throw new BackupError(`There is a file ${path} already. It was left alone.`);
  return writeProven(path, `${path}.unfinished`, backupLines(owner, nowMs, merchantId));
}

async function writeProven(path: string, draft: string, text: AsyncIterable<string>): Promise<number> {
  try {
    const lines = Readable.from(text, { objectMode: true, highWaterMark: 1 });
    await pipeline(lines, createGzip({ level: 4 }), createWriteStream(draft, { mode: ownerOnly, flush: true }));
    const { rows } = await verifyBackup(createReadStream(draft));
    renameSync(draft, path);
    syncFolder(dirname(path));
    return sumOf(rows.values());
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Backups in a folder, the latest first. */
export function listBackups(folder: string): BackupFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .reverse()
    .map((name) => {
      const path = join(folder, name);
      const [moment = '', isAutomatic] = name.slice(0, -ending.length).endsWith(automaticMark)
        ? [name.slice(0, -ending.length - automaticMark.length), true]
        : [name.slice(0, -ending.length), false];
      const [day = '', time = ''] = moment.split('T');
      const [hours, minutes, seconds, milliseconds = '0Z'] = time.split('-');
      const takenAtMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}`);
      const { size, mtimeMs } = statSync(path);
      return { path, takenAtMs: Number.isNaN(takenAtMs) ? Math.round(mtimeMs) : takenAtMs, bytes: size, isAutomatic };
    });
}

/** Lets go of all but the latest, where asked of those alone that the server took by itself. Answers how many went. */
export function dropOldBackups(folder: string, keep: number, { automaticOnly = false } = {}): number {
  const old = listBackups(folder)
    .filter(({ isAutomatic }) => isAutomatic || !automaticOnly)
    .slice(keep);
  for (const { path } of old) rmSync(path);
  return old.length;
}

/** Lets go of what killed programs left: it has no name of a backup, and no restore reads it. */
export function sweepDrafts(folder: string, nowMs: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => one.endsWith(draftEnding))) {
    const path = join(folder, name);
    if (nowMs - statSync(path).mtimeMs > abandonedMs) rmSync(path, { force: true });
  }
}

/** The name too outlives a power cut. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
