import { createReadStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dropOldBackups, takeBackup } from '../backup/backup-folder.ts';
import { takeBase } from '../backup/base-backup.ts';
import { BackupError, verifyBackup } from '../backup/read-backup.ts';
import { openDatabase } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { readSettings, type Settings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

const usage = `npm run backup [-- --to FOLDER --keep N]      takes one, while the server runs or not
npm run backup -- --verify FILE               reads one through
npm run backup -- --base                      a copy from which to go back to any moment after it

  --to FOLDER   the folder; ONECODE_BACKUP_FOLDER, or "backups" in the data folder, without it. Better on another disk.
  --base        needs ONECODE_LOG_ARCHIVE, the folder where the embedded database puts its log, and puts the copy there.
                The server takes one each week by itself and keeps its last two; one taken by hand is let go of by hand
  --keep N      lets go of all but the N latest there, once the new one is whole

The server takes them by itself too: each night where the database is its own, or as ONECODE_BACKUP says (03:30, 6h, off).
A backup holds secrets and personal data: keep it as you keep the till's key. Put the data folder's secret.key beside it.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      keep: { type: 'string' },
      verify: { type: 'string' },
      base: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new BackupError(settings.error.message);
  if (values.help) return say(usage);
  if (values.verify !== undefined) return verify(values.verify);
  if (values.base) return base(settings.value);
  const keep = values.keep === undefined ? null : Number(values.keep);
  if (keep !== null && (!Number.isInteger(keep) || keep < 1)) throw new BackupError('--keep takes a number from 1.');
  const folder = values.to ?? settings.value.backups.folder;
  const owned = await openOwnedDatabase(settings.value, (line) => process.stderr.write(`${line}\n`));
  const owner = openDatabase(owned.url, { poolSize: 2 });
  try {
    const startedAtMs = performance.now();
    const { path, bytes, rows } = await takeBackup(owner, folder, Date.now());
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
    say(`${path}: ${rows} rows, ${bytes} bytes, taken and read back in ${seconds} s\n`);
    if (keep !== null) say(`${dropOldBackups(folder, keep)} older ones let go\n`);
    return 0;
  } finally {
    await owner.close();
    await owned.stop();
  }
}

async function base(settings: Settings): Promise<number> {
  const { dataDir, logArchive, databaseUrl } = settings;
  if (logArchive === null || databaseUrl !== null) {
    throw new BackupError(
      'Set ONECODE_LOG_ARCHIVE to a folder, for the server too. An outside database has its own ways.',
    );
  }
  const owned = await openOwnedDatabase(settings, (line) => process.stderr.write(`${line}\n`));
  const owner = openDatabase(owned.url, { poolSize: 1 });
  try {
    const taken = await takeBase(owner, join(dataDir, 'postgres'), resolve(logArchive));
    if (taken === null) throw new BackupError('Another program takes a copy now. Wait for it.');
    const { path, endedAtMs } = taken;
    return say(`${path}: each moment from ${new Date(endedAtMs).toISOString()} on can be gone back to\n`);
  } finally {
    await owner.close();
    await owned.stop();
  }
}

async function verify(path: string): Promise<number> {
  if (!existsSync(path)) throw new BackupError(`There is no file ${path}.`);
  const { head, rows } = await verifyBackup(createReadStream(path));
  const entries = rows.get('journal') ?? 0;
  return say(
    `${path} is whole: taken ${new Date(head.takenAtMs).toISOString()}, ${rows.size} tables, ${entries} entries\n`,
  );
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isForPerson =
    error instanceof BackupError || error instanceof EmbeddedPostgresError || error instanceof TypeError;
  process.stderr.write(
    `${isForPerson ? (error as Error).message : `No backup was taken.\n${(error as Error).stack}`}\n`,
  );
  process.exitCode = 1;
}
