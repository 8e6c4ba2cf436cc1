import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dropOldBackups, takeBackup } from '../backup/backup-folder.ts';
import { BackupError, verifyBackup } from '../backup/read-backup.ts';
import { openDatabase } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { readSettings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

const usage = `npm run backup [-- --to FOLDER --keep N]      takes one, while the server runs or not
npm run backup -- --verify FILE               reads one through

  --to FOLDER   the folder, "backups" in the data folder without it. Better on another disk.
  --keep N      lets go of all but the N latest there, once the new one is whole

A backup holds secrets and personal data: keep it as you keep the till's key. Put the data folder's secret.key beside it.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      keep: { type: 'string' },
      verify: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new BackupError(settings.error.message);
  if (values.help) return say(usage);
  if (values.verify !== undefined) return verify(values.verify);
  const keep = values.keep === undefined ? null : Number(values.keep);
  if (keep !== null && (!Number.isInteger(keep) || keep < 1)) throw new BackupError('--keep takes a number from 1.');
  const folder = values.to ?? join(settings.value.dataDir, 'backups');
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
