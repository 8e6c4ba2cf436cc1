import type { ArchiveState } from '#schemas/api/backups.ts';
import type { Database } from '../db/database.ts';
import type { BackupPlan } from './backup-plan.ts';
import type { BackupWorker } from './backup-worker.ts';
import { listBases } from './base-backup.ts';

/** Going back reads all log since the copy: a week of it is minutes. */
export const basePlan: BackupPlan = { kind: 'every', everyMs: 7 * 24 * 3_600_000 };
/** So that at least a week can be gone back. */
export const basesKept = 2;

type Archiver = { isOn: boolean; isFailing: boolean; failed: string | null; archivedAtMs: number | null };

/** What PostgreSQL says of its archive; `failed` is the piece of log it could not put there last. */
export async function readArchiver({ pool }: Database): Promise<Archiver> {
  const { rows } = await pool.query<Archiver>(
    `select current_setting('archive_mode') <> 'off' as "isOn", last_failed_wal as failed,
            coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as "isFailing",
            floor(extract(epoch from last_archived_time) * 1000)::int8 as "archivedAtMs"
       from pg_stat_archiver`,
  );
  return rows[0] ?? { isOn: false, isFailing: false, failed: null, archivedAtMs: null };
}

export async function archiveStateOf(
  database: Database,
  archive: string,
  copies: Pick<BackupWorker, 'state'>,
): Promise<ArchiveState> {
  const { isFailing, archivedAtMs } = await readArchiver(database);
  return { fromMs: earliestOf(archive), archivedAtMs, isFailing, copies: copies.state() };
}

/** Null where the folder cannot be read, too: PostgreSQL and the next copy fail there as well, and that is what is told. */
function earliestOf(archive: string): number | null {
  try {
    return listBases(archive).at(-1)?.endedAtMs ?? null;
  } catch {
    return null;
  }
}
