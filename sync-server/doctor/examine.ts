import { join } from 'node:path';
import type { BackupPlan } from '../backup/backup-plan.ts';
import type { ServerContext } from '../context.ts';
import { checkBackups } from './check-backups.ts';
import { checkCertificates, checkClock, checkDatabase, checkDisk } from './check-installation.ts';
import { checkLogArchive } from './check-log-archive.ts';
import { type Finding, trouble, well } from './finding.ts';
import { checkRebuildOnCopy } from './rebuild-copy.ts';
import { storeFindings } from './store-checks.ts';

export type Examination = {
  /** As the role that owns the tables. */
  ownerUrl: string;
  dataDir: string;
  /** Where backups are, and when the server takes one by itself; "backups" in the data folder without it. */
  backups?: { folder: string; plan: BackupPlan | null };
  /** Where the embedded database's log goes. */
  logArchive?: string | null;
  /** Leaves out what takes as long as posting all entries again. */
  isQuick: boolean;
};

/** Looks at an installation; each finding as soon as it is there. Changes nothing. */
export async function* examine(context: ServerContext, options: Examination): AsyncGenerator<Finding> {
  const { ownerUrl, dataDir, isQuick } = options;
  const backups = options.backups ?? { folder: join(dataDir, 'backups'), plan: null };
  yield checkDisk(dataDir);
  yield* checkCertificates(dataDir, context.nowMs());
  yield await checkBackups(backups, context.nowMs());
  try {
    yield* await checkDatabase(context, ownerUrl);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    yield trouble(
      'database',
      `It cannot be used: ${error.message}.`,
      'Is PostgreSQL running, and is DATABASE_URL right? Tills go on alone.',
    );
    return;
  }
  yield* await checkLogArchive(context.database, options.logArchive ?? null, context.nowMs());
  yield await checkClock(context);
  const { rows: stores } = await context.database.pool.query<{ storeId: string; name: string }>(
    'select store_id as "storeId", name from store order by 1',
  );
  if (stores.length === 0) yield well('stores', 'There is none yet.');
  for (const { storeId, name } of stores) {
    for (const finding of await storeFindings(context, storeId, { rebuilds: false })) {
      yield { ...finding, subject: `${name}: ${finding.subject}` };
    }
  }
  if (isQuick) return;
  const found = await checkRebuildOnCopy(
    context,
    ownerUrl,
    stores.map(({ storeId }) => storeId),
  );
  for (const [at, finding] of found.entries())
    yield { ...finding, subject: `${stores[at]?.name ?? ''}: ${finding.subject}` };
}
