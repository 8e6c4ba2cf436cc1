import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { BackupError, verifyBackup } from '../backup/read-backup.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { storeFindings } from '../doctor/store-checks.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { readSettings, type Settings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

const usage = `npm run restore -- FILE [--replace]

Loads a backup into an empty database: that of DATABASE_URL, or the embedded one of the data folder. The server must not run.
Tills that are ahead of the backup send again what it lacks, by themselves.

  --replace   where the embedded database holds a chain: it is put aside under another name, never deleted
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { replace: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const [file] = positionals;
  if (values.help || file === undefined) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}.`);
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new BackupError(settings.error.message);
  // Before anything is put aside.
  await verifyBackup(createReadStream(file));
  if (values.replace) await putAside(settings.value);
  const owned = await openOwnedDatabase(settings.value, log);
  const owner = openDatabase(owned.url, { poolSize: 4 });
  try {
    if (settings.value.databaseUrl === null && !owned.isOurs) {
      throw new BackupError('A server runs on this data. Stop it first; nothing was changed.');
    }
    const startedAtMs = performance.now();
    const { head, rows } = await restoreBackup(owner, createReadStream(file));
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
    log(`Restored ${rows} rows of ${new Date(head.takenAtMs).toISOString()} in ${seconds} s.`);
    return await drill(owner);
  } finally {
    await owner.close();
    await owned.stop();
  }
}

/** What was restored is looked at as a doctor does: chains, sums, and whether the journal makes the same tables (P2). */
async function drill(database: ServerContext['database']): Promise<number> {
  const context: ServerContext = {
    database,
    changes: new ChangeBus(),
    log: pino({ level: 'silent' }),
    nowMs: Date.now,
    randomBytes,
  };
  const { rows } = await database.pool.query<{ storeId: string }>('select store_id as "storeId" from store order by 1');
  let isWell = true;
  for (const { storeId } of rows) {
    for (const { level, subject, message, advice } of await storeFindings(context, storeId, { rebuilds: true })) {
      log(`${level === 'ok' ? '  ' : '! '}${subject}: ${message}${advice === '' ? '' : ` ${advice}`}`);
      if (level === 'error') isWell = false;
    }
  }
  log(isWell ? 'Everything that was restored adds up. Start the server.' : 'Something does not add up: see above.');
  return isWell ? 0 : 1;
}

async function putAside({ databaseUrl, dataDir }: Settings): Promise<void> {
  if (databaseUrl !== null)
    throw new BackupError('--replace is for the embedded database. Make an empty one yourself.');
  const data = join(dataDir, 'postgres');
  if (!existsSync(data)) return;
  // Opened once: refused while a server runs on it.
  const owned = await openOwnedDatabase({ databaseUrl, dataDir }, log);
  await owned.stop();
  if (!owned.isOurs) throw new BackupError('A server runs on this data. Stop it first; nothing was changed.');
  const aside = `${data}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(data, aside);
  log(`What was there is now ${aside}.`);
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const isForPerson =
    error instanceof BackupError || error instanceof EmbeddedPostgresError || error instanceof TypeError;
  process.stderr.write(
    `${isForPerson ? (error as Error).message : `Nothing was restored.\n${(error as Error).stack}`}\n`,
  );
  process.exitCode = 1;
}
