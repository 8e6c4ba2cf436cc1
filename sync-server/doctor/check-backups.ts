import { createReadStream } from 'node:fs';
import { listBackups } from '../backup/backup-folder.ts';
import { BackupError, verifyBackup } from '../backup/read-backup.ts';
import { type Finding, trouble, warning, well } from './finding.ts';

const hourMs = 3_600_000;
const lateHours = 36;

/** There is a backup, it is fresh, and it can be read from beginning to end. */
export async function checkBackups(folder: string, nowMs: number): Promise<Finding> {
  const [latest] = listBackups(folder);
  const take = 'Run "npm run backup", and have it run each night.';
  if (!latest) return warning('backups', `There is none in ${folder}.`, take);
  const hours = Math.floor((nowMs - latest.takenAtMs) / hourMs);
  try {
    await verifyBackup(createReadStream(latest.path));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return trouble('backups', `The latest, ${latest.path}: ${error.message}`, take);
  }
  if (hours > lateHours) return warning('backups', `The latest is ${hours} hours old.`, take);
  return well('backups', `The latest is ${hours} hours old and whole.`);
}
