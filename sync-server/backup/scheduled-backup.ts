import { existsSync } from 'node:fs';
import type { BackupTrouble } from '#schemas/api/backups.ts';
import type { Database } from '../db/database.ts';
import { dropOldBackups, listBackups, sweepDrafts, takeBackup } from './backup-folder.ts';
import { diskSpace, lackOf, type Space, troubleOf } from './backup-room.ts';

/** Any constant: servers on one database take turns, and a second one finds what the first has taken. */
const backupLock = 8_104_712;
/** Of the database's size: rows zip well, and the half of a database is indexes. */
const firstShare = 1 / 3;
const growth = 1.2;

export type ScheduledOrder = {
  folder: string;
  /** A folder that somebody named is not made: where its disk is away, the backup would come onto the wrong one. */
  makesFolder: boolean;
  /** How many that were taken so are kept. Those taken by hand are let go of by hand. */
  keep: number;
  nowMs: number;
};

export type ScheduledOutcome =
  | { kind: 'taken'; path: string; dropped: number; bytes?: number; rows?: number }
  /** Another program takes one now. */
  | { kind: 'busy' }
  | { kind: 'trouble'; code: BackupTrouble; message: string };

/** Takes a backup, proves it and lets go of old ones, or says why not; what was there is as it was then. Never throws. */
export async function takeScheduledBackup(
  owner: Database,
  order: ScheduledOrder,
  spaceOf: (folder: string) => Space = diskSpace,
): Promise<ScheduledOutcome> {
  const { folder, makesFolder, keep, nowMs } = order;
  try {
    if (!makesFolder && !existsSync(folder)) {
      return { kind: 'trouble', code: 'place', message: `There is no folder ${folder}.` };
    }
    const turn = await owner.pool.connect();
    try {
      const { rows } = await turn.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [backupLock]);
      if (!rows[0]?.mine) return { kind: 'busy' };
      sweepDrafts(folder, nowMs);
      const lack = await lackOfRoom(owner, folder, spaceOf);
      if (lack !== null) return { kind: 'trouble', code: 'full', message: lack };
      const { path, bytes, rows: count } = await takeBackup(owner, folder, nowMs, { isAutomatic: true });
      return {
        kind: 'taken',
        path,
        bytes,
        rows: count,
        dropped: dropOldBackups(folder, keep, { automaticOnly: true }),
      };
    } finally {
      await turn.query('select pg_advisory_unlock_all()').catch(() => undefined);
      turn.release(true);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'trouble', code: troubleOf(error), message: error.message };
  }
}

async function lackOfRoom(owner: Database, folder: string, spaceOf: (folder: string) => Space): Promise<string | null> {
  if (!existsSync(folder)) return null;
  const [latest] = listBackups(folder);
  const { rows } = await owner.pool.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
  const expected = latest ? latest.bytes * growth : (rows[0]?.bytes ?? 0) * firstShare;
  return lackOf(folder, expected, spaceOf);
}
