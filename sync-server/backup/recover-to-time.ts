import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { recoverySettings } from '../db/log-archive.ts';
import { listBases } from './base-backup.ts';
import { BackupError } from './read-backup.ts';

type Options = {
  archive: string;
  /** An empty folder, where the database is made as it was. */
  dataDir: string;
  /** The last moment whose commits are kept; null: all that the archive holds. */
  untilMs: number | null;
  log(line: string): void;
};

/**
 * Makes the embedded PostgreSQL of a moment: the latest copy of before it, and the archived log up to it. Answers it running; it
 * archives nothing yet.
 *
 * @throws BackupError when the archive does not reach to that moment
 */
export async function recoverToTime({ archive, dataDir, untilMs, log }: Options): Promise<EmbeddedPostgres> {
  const base = listBases(archive).find(({ endedAtMs }) => untilMs === null || endedAtMs <= untilMs);
  if (base === undefined) {
    throw new BackupError(
      untilMs === null
        ? `There is no copy in ${archive}. "npm run backup -- --base" makes one.`
        : `The archive begins after ${new Date(untilMs).toISOString()}. Nothing was changed.`,
    );
  }
  rmSync(dataDir, { recursive: true, force: true });
  cpSync(base.path, dataDir, { recursive: true });
  const cluster = join(dataDir, 'cluster');
  // PostgreSQL starts in no folder that others may enter.
  chmodSync(cluster, 0o700);
  writeFileSync(join(cluster, 'recovery.signal'), '');
  log(`Going on from the copy of ${new Date(base.endedAtMs).toISOString()} …`);
  try {
    // It takes connections when it is as it was at that moment.
    return await startEmbeddedPostgres({
      dataDir,
      log,
      settings: recoverySettings(archive, untilMs),
      reaches: [archive],
    });
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError) || !error.message.includes('before configured recovery target'))
      throw error;
    throw new BackupError(
      'The archive ends before that moment. Nothing was changed. Give an earlier one, or "latest" for all there is.',
    );
  }
}
