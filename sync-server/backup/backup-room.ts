import { statfsSync } from 'node:fs';
import type { BackupTrouble } from '#schemas/api/backups.ts';

/** What a backup leaves on the disk for the sales of some days. */
const reserveBytes = 1_000_000_000;

export type Space = { freeBytes: number; totalBytes: number };

/**
 * What a person is told where a folder's disk has no room for so much more; null: it has. A disk that a backup fills takes no
 * sales any more: that is worse than none.
 */
export function lackOf(folder: string, expectedBytes: number, spaceOf: (folder: string) => Space): string | null {
  const { freeBytes, totalBytes } = spaceOf(folder);
  const needed = expectedBytes + Math.min(reserveBytes, totalBytes / 20);
  if (freeBytes >= needed) return null;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000)} MB`;
  return `${folder} has ${megabytes(freeBytes)} free, and a backup and what the sales need take ${megabytes(needed)}.`;
}

export function diskSpace(folder: string): Space {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Why a copy could not be made, for who looks after the shop. */
export function troubleOf(error: Error): BackupTrouble {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return 'full';
  if (/^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EIO|ENODEV|ENXIO|ESTALE)$/.test(code)) return 'place';
  const isDatabase = /^(E[A-Z]+|08...|40...|53...|57...)$/.test(code) || /connection|terminated/i.test(error.message);
  return isDatabase ? 'database' : 'fault';
}
