import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Database } from '../db/database.ts';
import { verifyBackup } from './read-backup.ts';
import { backupLines } from './write-backup.ts';

const ending = '.onecode-backup';
const ownerOnly = 0o600;

export type BackupFile = { path: string; takenAtMs: number; bytes: number };
export type Taken = BackupFile & { rows: number };

/**
 * Takes a backup into a folder, reads it back and only then gives it its name: what is named so is whole. It holds secrets: its
 * owner alone may read it.
 */
export async function takeBackup(owner: Database, folder: string, nowMs: number): Promise<Taken> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}${ending}`);
  const draft = `${path}.unfinished`;
  try {
    const lines = Readable.from(backupLines(owner, nowMs), { objectMode: true, highWaterMark: 1 });
    await pipeline(lines, createGzip({ level: 4 }), createWriteStream(draft, { mode: ownerOnly, flush: true }));
    const { rows } = await verifyBackup(createReadStream(draft));
    renameSync(draft, path);
    return { path, takenAtMs: nowMs, bytes: statSync(path).size, rows: sumOf(rows.values()) };
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
      const [day = '', time = ''] = name.slice(0, -ending.length).split('T');
      const [hours, minutes, seconds, milliseconds = '0Z'] = time.split('-');
      const takenAtMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}`);
      const { size, mtimeMs } = statSync(path);
      return { path, takenAtMs: Number.isNaN(takenAtMs) ? Math.round(mtimeMs) : takenAtMs, bytes: size };
    });
}

/** Lets go of all but the latest. Answers how many went. */
export function dropOldBackups(folder: string, keep: number): number {
  const old = listBackups(folder).slice(keep);
  for (const { path } of old) rmSync(path);
  return old.length;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
