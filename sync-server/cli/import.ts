import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { type FileEncoding, fileEncodings } from '../catalogue/file-encoding.ts';
import { type ImportProgress, importProducts } from '../catalogue/import-products.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../db/database.ts';
import { EmbeddedPostgresError } from '../db/embedded-postgres-error.ts';
import { merchant, store } from '../db/tables-merchant.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { readSettings } from '../settings.ts';
import { failureText, reportText } from './import-report.ts';
import { openServerDatabase } from './server-database.ts';

const usage = `npm run import -- products FILE.csv [--store ID | --merchant ID] [--dry-run] [--encoding NAME] [--show N]

Adds the products of a file to a chain's catalogue and changes those that are there already; others stay as they are.
All of the file or nothing: when a row is bad, each is named and nothing is written.

  --dry-run         check and compare, write nothing
  --store, --merchant   whose catalogue; not needed while there is one chain only
  --encoding NAME   ${fileEncodings.join(', ')}; found out by itself otherwise
  --show N          show at most N problems (50)

An example with every column: sync-server/demo/catalogue.csv
`;

/** What went wrong, for the person at the terminal. */
class UsageError extends Error {}

async function main(): Promise<number> {
  const options = readArguments();
  if (options === null) {
    process.stdout.write(usage);
    return 0;
  }
  const settings = readSettings([], process.env);
  if (!settings.ok) throw new UsageError(`${settings.error.message}\n`);
  const server = await openServerDatabase(settings.value, (line) => process.stderr.write(`${line}\n`));
  const changes = new ChangeBus({ url: server.url });
  try {
    await changes.connect();
    const { database, keySeal } = server;
    const log = pino({ level: 'warn' });
    const context: ServerContext = { database, keySeal, changes, log, nowMs: Date.now, randomBytes };
    const isWritten = await runImport(context, options);
    // A running server is told by a message that leaves a moment after the commit.
    if (isWritten) await delay(50);
    return isWritten ? 0 : 1;
  } finally {
    await changes.close();
    await server.close();
  }
}

type Options = {
  file: string;
  storeId: string | undefined;
  merchantId: string | undefined;
  encoding: FileEncoding | undefined;
  isDryRun: boolean;
  maxProblems: number;
};

function readArguments(): Options | null {
  const { values, positionals } = parse();
  if (values.help) return null;
  const [what, file, ...rest] = positionals;
  if (what !== 'products' || file === undefined || rest.length > 0) throw new UsageError(usage);
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`There is no file ${file}.\n`);
  const encoding = fileEncodings.find((known) => known === values.encoding?.toLowerCase());
  if (values.encoding !== undefined && encoding === undefined) {
    throw new UsageError(`--encoding is one of ${fileEncodings.join(', ')}.\n`);
  }
  const maxProblems = Number(values.show ?? 50);
  if (!Number.isInteger(maxProblems) || maxProblems < 1) throw new UsageError('--show takes a number from 1.\n');
  const isDryRun = values['dry-run'] ?? false;
  return { file, storeId: values.store, merchantId: values.merchant, encoding, isDryRun, maxProblems };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        store: { type: 'string' },
        merchant: { type: 'string' },
        encoding: { type: 'string' },
        show: { type: 'string' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

async function runImport(context: ServerContext, options: Options): Promise<boolean> {
  const merchantId = await findMerchant(context.database, options);
  const { file, encoding, isDryRun, maxProblems } = options;
  const { size } = statSync(file);
  const bar = new SingleBar({
    format: '{phase} [{bar}] {percentage}% | {rows} products | {eta_formatted} left',
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(Math.max(size, 1), 0, { phase: 'checking', rows: '0' });
  const onProgress = ({ phase, bytesRead, rows }: ImportProgress) =>
    bar.update(bytesRead, { phase, rows: rows.toLocaleString('en') });
  // Ctrl-C ends the reading, and with it the transaction; a second one ends the program.
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const open = () => createReadStream(file, { signal: stopping.signal });
  const result = await importProducts(context, {
    merchantId,
    open,
    encoding,
    dryRun: isDryRun,
    maxProblems,
    onProgress,
  }).finally(() => bar.stop());
  const name = basename(file);
  if (result.ok) process.stdout.write(reportText(name, result.value, isDryRun));
  else process.stderr.write(failureText(name, result.error));
  return result.ok;
}

async function findMerchant({ orm }: Database, { storeId, merchantId }: Options): Promise<string> {
  if (storeId !== undefined) {
    const [found] = await orm.select().from(store).where(eq(store.storeId, storeId));
    if (found && (merchantId === undefined || found.merchantId === merchantId)) return found.merchantId;
    const stores = await orm.select().from(store);
    throw new UsageError(`There is no store "${storeId}"${ofChain(merchantId)}. Stores: ${idList(stores)}\n`);
  }
  const merchants = await orm.select().from(merchant);
  const found = merchantId === undefined ? merchants : merchants.filter((known) => known.merchantId === merchantId);
  const [first, second] = found;
  if (first && !second) return first.merchantId;
  if (merchants.length === 0) throw new UsageError('There is no chain yet: run "npm start" once, then import.\n');
  const list = merchants.map((known) => `${known.merchantId} (${known.name})`).join(', ');
  throw new UsageError(`Whose catalogue? Name the chain with --merchant: ${list}\n`);
}

function ofChain(merchantId: string | undefined): string {
  return merchantId === undefined ? '' : ` in the chain "${merchantId}"`;
}

function idList(stores: readonly { storeId: string; name: string }[]): string {
  return stores.map(({ storeId, name }) => `${storeId} (${name})`).join(', ') || 'none yet';
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: Error) => {
    if (error.name === 'AbortError') {
      process.stderr.write('Stopped. Nothing was written.\n');
      process.exitCode = 130;
      return;
    }
    const isForPerson = error instanceof UsageError || error instanceof EmbeddedPostgresError;
    process.stderr.write(
      `${isForPerson ? error.message : `The import failed, nothing was written.\n${error.stack}`}\n`,
    );
    process.exitCode = 2;
  });
