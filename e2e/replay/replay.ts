import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { closingTable } from './closing-table.ts';
import { type ReplayResult, runReplay } from './run-replay.ts';

const usage = `npm run replay -- SALES.csv[.gz] [--tills 4] [--pouch 0] [--limit N] [--keep FOLDER]

Plays real invoices on several tills of a store made for it: entries priced, signed, chained, replicated to a real server
over HTTP and posted; then compares the posted tables with the file. The products file, products-uci.csv, lies beside it.

  --tills N     tills that play at once (4)
  --pouch N     of these, tills with the tablet's own PouchDB journal and replicator, in memory (0)
  --limit N     the first N invoices only
  --keep DIR    keep the database in a new folder; otherwise it is thrown away
`;

class UsageError extends Error {}

type Arguments = {
  salesFile: string;
  productsFile: string;
  tills: number;
  pouchTills: number;
  limit: number;
  keep?: string;
};

function readArguments(): Arguments {
  const { values, positionals } = parse();
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UsageError(usage);
  const salesFile = resolve(file);
  const productsFile = join(dirname(salesFile), 'products-uci.csv');
  for (const needed of [salesFile, productsFile]) {
    if (!existsSync(needed)) {
      throw new UsageError(
        `There is no file ${needed}.\nThe real sales are not part of this repository: they are the UCI data set "Online ` +
          'Retail" (doi:10.1057/dbm.2012.17), with columns as e2e/replay/README.md says.\n',
      );
    }
  }
  const tills = wholeNumber('--tills', values.tills, 4, 1, 100);
  const pouchTills = wholeNumber('--pouch', values.pouch, 0, 0, tills);
  const limit = wholeNumber('--limit', values.limit, Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER);
  const keep = values.keep;
  if (keep !== undefined && existsSync(keep)) throw new UsageError(`${keep} is there already; name a new folder.\n`);
  return { salesFile, productsFile, tills, pouchTills, limit, ...(keep === undefined ? {} : { keep: resolve(keep) }) };
}

function parse() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ allowPositionals: true, options: { tills: text, pouch: text, limit: text, keep: text } });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function wholeNumber(name: string, text: string | undefined, fallback: number, min: number, max: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name} takes a whole number from ${min} to ${max}.\n`);
}

async function main(): Promise<number> {
  const { keep, ...replay } = readArguments();
  const root = keep ?? mkdtempSync(join(tmpdir(), 'onecode-replay-'));
  if (keep !== undefined) mkdirSync(keep, { recursive: true });
  const say = (line: string) => process.stderr.write(`${line} …\n`);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(root, 'postgres'),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const interrupted = new Promise<never>((_, reject) => {
    process.once('SIGINT', () => reject(new UsageError('Stopped.\n')));
  });
  try {
    const playing = withProgress(replay, postgres.url, say);
    const result = await Promise.race([playing, interrupted]);
    process.stdout.write(`\n${closingTable(result)}\n`);
    if (keep !== undefined) process.stdout.write(`  Kept in ${keep}: start a server on it with ONECODE_DATA=${keep}\n`);
    return result.checks.every(({ one, other }) => one === other) ? 0 : 1;
  } finally {
    await postgres.stop();
    if (keep === undefined) rmSync(root, { recursive: true, force: true });
  }
}

async function withProgress(
  replay: Omit<Arguments, 'keep'>,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<ReplayResult> {
  const format =
    '[{bar}] {percentage}% | {value} of {total} invoices | {entries} entries posted | {eta_formatted} left';
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true });
  let isDrawn = false;
  const onProgress = ({
    entries,
    invoices,
    invoicesTotal,
  }: {
    entries: number;
    invoices: number;
    invoicesTotal: number;
  }) => {
    if (!isDrawn) bar.start(invoicesTotal, 0, { entries: '0' });
    isDrawn = true;
    bar.update(invoices, { entries: entries.toLocaleString('en') });
  };
  try {
    return await runReplay({ ...replay, databaseUrl, onPhase: say, onProgress });
  } finally {
    bar.stop();
  }
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: Error) => {
    process.stderr.write(error instanceof UsageError ? error.message : `The replay failed.\n${error.stack}\n`);
    process.exitCode = 2;
  });
