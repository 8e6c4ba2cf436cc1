import { existsSync } from 'node:fs';
import { readArchiver } from '../backup/archive-state.ts';
import { listBases } from '../backup/base-backup.ts';
import type { Database } from '../db/database.ts';
import { type Finding, trouble, warning, well } from './finding.ts';

const subject = 'log archive';
const dayMs = 86_400_000;
/** Going back to a moment plays all of the log since the copy: it takes longer by the day. */
const oldDays = 14;

/**
 * The embedded database's log comes into its archive, and there is a copy to begin with (backup/base-backup.ts). Where the database
 * archives nothing, nothing was promised.
 *
 * @param archive the folder of `ONECODE_LOG_ARCHIVE`; null: this program was not told of it
 */
export async function checkLogArchive(database: Database, archive: string | null, nowMs: number): Promise<Finding[]> {
  const archiver = await readArchiver(database);
  if (!archiver.isOn) return [];
  if (archiver.isFailing) {
    const advice =
      'Look at the folder and its disk: until then the log fills the disk of the data, and no later moment is safe.';
    return [trouble(subject, `PostgreSQL cannot put ${archiver.failed} there.`, advice)];
  }
  // An outside database archives in its own way.
  if (archive === null || !existsSync(archive)) return [];
  const take =
    'The server takes one each week and says on the page Today why not; "npm run backup -- --base" takes one now.';
  const [base] = listBases(archive);
  if (base === undefined)
    return [warning(subject, 'There is no copy to begin with: no moment can be gone back to.', take)];
  const days = Math.floor((nowMs - base.endedAtMs) / dayMs);
  if (days > oldDays) return [warning(subject, `The latest copy is ${days} days old: going back takes long.`, take)];
  return [well(subject, `Each moment of the last ${days} days and since can be gone back to.`)];
}
