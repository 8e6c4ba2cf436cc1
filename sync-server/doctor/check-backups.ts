import { accessSync, constants, createReadStream, existsSync } from 'node:fs';
import { listBackups } from '../backup/backup-folder.ts';
import { type BackupPlan, backupDueMs, backupOverdueMs, latestOf } from '../backup/backup-plan.ts';
import { BackupError, verifyBackup } from '../backup/read-backup.ts';
import { type Finding, trouble, warning, well } from './finding.ts';

const hourMs = 3_600_000;
const lateHours = 36;

type Place = { folder: string /** Null: the server takes none by itself. */; plan: BackupPlan | null };

/** There is a backup, it is fresh, it can be read from beginning to end, and the next one has a place. */
export async function checkBackups({ folder, plan }: Place, nowMs: number): Promise<Finding> {
  const files = listBackups(folder);
  const latestMs = latestOf(
    files.map(({ takenAtMs }) => takenAtMs),
    nowMs,
  );
  const latest = files.find(({ takenAtMs }) => takenAtMs === latestMs);
  const take = plan
    ? 'The server takes them by itself: its log says why it did not. Until then run "npm run backup".'
    : 'Run "npm run backup", or set ONECODE_BACKUP, such as 03:30, for the server to take one each night.';
  if (plan !== null && existsSync(folder) && !isWritable(folder)) {
    return trouble('backups', `${folder} may not be written to.`, 'Give the folder to the account of the server.');
  }
  if (!latest) return warning('backups', `There is none in ${folder}.`, take);
  const hours = Math.floor((nowMs - latest.takenAtMs) / hourMs);
  try {
    await verifyBackup(createReadStream(latest.path));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return trouble('backups', `The latest, ${latest.path}: ${error.message}`, take);
  }
  const old = `The latest is ${hours} hours old`;
  const isLate = plan ? nowMs >= backupOverdueMs(plan, latest.takenAtMs) : hours > lateHours;
  if (isLate) return warning('backups', plan ? `${old}: the next is overdue.` : `${old}.`, take);
  if (plan === null) return well('backups', `${old} and whole.`);
  return well(
    'backups',
    `${old} and whole; the next is due ${new Date(backupDueMs(plan, latest.takenAtMs)).toISOString()}.`,
  );
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}
