import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSecret } from '../auth/secrets.ts';
import { exportMerchant } from '../backup/backup-folder.ts';
import { importMerchant } from '../backup/import-merchant.ts';
import { BackupError } from '../backup/read-backup.ts';
import { openDatabase } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { prepareDatabase } from '../db/prepare-database.ts';
import { readSettings, type Settings } from '../settings.ts';
import { openOwnedDatabase } from './server-database.ts';

const usage = `npm run merchant                                          who is in this installation
npm run merchant -- export MERCHANT --to FILE             all of one merchant: journal, goods, people, settings
npm run merchant -- import FILE [--secret KEYFILE]        brings it into this installation, whole or not at all

  --secret   the secret.key of the installation that the file comes from, where this one has another

Stop the old server first, once its tills have nothing waiting. Where the new one answers at the same address, tablets go on by themselves
and send again what is missing; at another address they are paired anew. People sign in anew with their passwords.
The file holds secrets and personal data: keep it as you keep the till's key, and delete it when it is in.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      secret: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [verb, what] = positionals;
  const isKnown = verb === undefined || (what !== undefined && (verb === 'import' || (verb === 'export' && values.to)));
  if (values.help || !isKnown) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new BackupError(settings.error.message);
  if (verb === 'import' && !existsSync(what ?? '')) throw new BackupError(`There is no file ${what}.`);
  const owned = await openOwnedDatabase(settings.value, (line) => process.stderr.write(`${line}\n`));
  const owner = openDatabase(owned.url, { poolSize: 4 });
  try {
    if (verb === 'import') return await bringIn(settings.value, owner, what ?? '', values.secret ?? null);
    const { rows } = await owner.pool.query<{ id: string; name: string }>(
      'select merchant_id as id, name from merchant order by 1',
    );
    if (verb === undefined) return say(rows.map(({ id, name }) => `${id}  ${name}\n`).join(''));
    if (!rows.some(({ id }) => id === what)) throw new BackupError(`There is no merchant ${what} here.`);
    const path = resolve(values.to ?? '');
    const count = await exportMerchant(owner, path, what ?? '', Date.now());
    return say(`${path}: ${count} rows, written and read back\n`);
  } finally {
    await owner.close();
    await owned.stop();
  }
}

async function bringIn(
  settings: Settings,
  owner: ReturnType<typeof openDatabase>,
  file: string,
  keyFile: string | null,
) {
  const read = await readSecret(settings, randomBytes);
  if (!read.ok) throw new BackupError(read.error.message);
  if (keyFile !== null && !existsSync(keyFile)) throw new BackupError(`There is no file ${keyFile}.`);
  const to = read.value;
  const from = keyFile === null ? to : readFileSync(keyFile, 'utf8').trim();
  const ownerUrl = owner.pool.options.connectionString ?? '';
  // A new installation may never have been started.
  await prepareDatabase({ ownerUrl, appUrl: settings.databaseAppUrl, secret: to, mayReset: false });
  const startedAtMs = performance.now();
  const options = { secrets: { from, to }, nowMs: Date.now() };
  const { name, entries, rows } = await importMerchant(owner, () => createReadStream(file), options);
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  return say(
    `${name} is here: ${rows} rows, ${entries} entries whose hashes and signatures hold and which post to the same tables, in ${seconds} s\n`,
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
    `${isForPerson ? (error as Error).message : `Nothing was changed.\n${(error as Error).stack}`}\n`,
  );
  process.exitCode = 1;
}
