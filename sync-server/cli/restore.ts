import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { noKeySeal } from '../auth/private-keys.ts';
import { BackupError, verifyBackup } from '../backup/read-backup.ts';
import { recoverToTime } from '../backup/recover-to-time.ts';
import { breakHistory, restoreBackup } from '../backup/restore-backup.ts';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { migrate } from '../db/migrate.ts';
import { storeFindings } from '../doctor/store-checks.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { readSettings, type Settings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

const usage = `npm run restore -- FILE [--replace]
npm run restore -- --until MOMENT --replace

Loads a backup into an empty database: that of DATABASE_URL, or the embedded one of the data folder. The server must not run.
Tills that are ahead of the backup send again what it lacks, by themselves.

  --until     2026-11-23T14:05:00Z, or "latest": as it was then, from the copies and the log in ONECODE_LOG_ARCHIVE
  --replace   where the embedded database holds a chain: it is put aside under another name, never deleted
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      replace: { type: 'boolean', default: false },
      until: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [file] = positionals;
  if (values.until !== undefined && !values.help) return untilMoment(values.until, values.replace);
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

/** Made beside what is there, and put in its place only when it adds up. */
async function untilMoment(text: string, replaces: boolean): Promise<number> {
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new BackupError(settings.error.message);
  const { dataDir, logArchive, databaseUrl } = settings.value;
  const untilMs = text === 'latest' ? null : Date.parse(text);
  if (Number.isNaN(untilMs))
    throw new BackupError(`"${text}" is no moment. Give it as 2026-11-23T14:05:00Z, or "latest".`);
  if (logArchive === null || databaseUrl !== null) {
    throw new BackupError('Set ONECODE_LOG_ARCHIVE to the folder of the log. An outside database has its own ways.');
  }
  const [data, draft] = [join(dataDir, 'postgres'), resolve(dataDir, 'postgres.recovered')];
  // Stopping it puts the last of its log into the archive too.
  await assertStopped(settings.value);
  if (existsSync(data) && !replaces) throw new BackupError('There is a database already. --replace puts it aside.');
  const startedAtMs = performance.now();
  const postgres = await recoverToTime({ archive: resolve(logArchive), dataDir: draft, untilMs, log });
  const owner = openDatabase(postgres.url, { poolSize: 4 });
  let isWell: number;
  try {
    await migrate(owner);
    await breakHistory(owner);
    log(`Recovered in ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s.`);
    isWell = await drill(owner);
  } finally {
    await owner.close();
    await postgres.stop();
  }
  await putAside(settings.value);
  renameSync(draft, data);
  return isWell;
}

/** What was restored is looked at as a doctor does: chains, sums, and whether the journal makes the same tables (P2). */
async function drill(database: ServerContext['database']): Promise<number> {
  const context: ServerContext = {
    database,
    keySeal: noKeySeal,
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

async function putAside(settings: Settings): Promise<void> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl !== null)
    throw new BackupError('--replace is for the embedded database. Make an empty one yourself.');
  const data = join(dataDir, 'postgres');
  if (!existsSync(data)) return;
  await assertStopped(settings);
  const aside = `${data}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(data, aside);
  log(`What was there is now ${aside}.`);
}

/** Opened once: refused while a server runs on it. */
async function assertStopped(settings: Settings): Promise<void> {
  if (!existsSync(join(settings.dataDir, 'postgres', 'cluster'))) return;
  const owned = await openOwnedDatabase(settings, log);
  await owned.stop();
  if (!owned.isOurs) throw new BackupError('A server runs on this data. Stop it first; nothing was changed.');
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
