import { existsSync } from 'node:fs';
import type { Database } from '../db/database.ts';
import { diskSpace, lackOf, type Space, troubleOf } from './backup-room.ts';
import { dropOldBases, takeBase } from './base-backup.ts';
import type { ScheduledOutcome } from './scheduled-backup.ts';

/** `dataDir` of the embedded PostgreSQL, which archives into `archive`; `keep`: how many of the server's own copies stay. */
export type BaseOrder = { dataDir: string; archive: string; keep: number };

/** Takes a copy and lets go of old ones and of the log before them, or says why not; what was there is as it was then. Never throws. */
export async function takeScheduledBase(
  owner: Database,
  { dataDir, archive, keep }: BaseOrder,
  spaceOf: (folder: string) => Space = diskSpace,
): Promise<ScheduledOutcome> {
  try {
    // Its disk may be away.
    if (!existsSync(archive)) return { kind: 'trouble', code: 'place', message: `There is no folder ${archive}.` };
    const { rows } = await owner.pool.query<{ bytes: number }>(
      'select sum(pg_database_size(oid))::int8 as bytes from pg_database',
    );
    const lack = lackOf(archive, rows[0]?.bytes ?? 0, spaceOf);
    if (lack !== null) return { kind: 'trouble', code: 'full', message: lack };
    const base = await takeBase(owner, dataDir, archive, { isAutomatic: true });
    if (base === null) return { kind: 'busy' };
    return { kind: 'taken', path: base.path, dropped: dropOldBases(archive, keep) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: 'trouble', code: troubleOf(error), message: error.message };
  }
}
