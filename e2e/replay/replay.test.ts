import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { closingTable } from './closing-table.ts';
import { type ReplayOptions, runReplay } from './run-replay.ts';

const realSales = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'sales-2010-12_2011-08.csv.gz');
const inventedSales = join(import.meta.dirname, 'fixtures', 'sales.csv');

let root: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'onecode-replay-test-'));
  // What is thrown away need not survive a power cut.
  const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB' };
  postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined, settings });
});
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

async function replay(name: string, salesFile: string, more: Partial<ReplayOptions>) {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const databaseUrl = Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href;
  const productsFile = join(dirname(salesFile), 'products-uci.csv');
  const quiet = { onPhase: () => undefined, onProgress: () => undefined };
  const options = {
    salesFile,
    productsFile,
    databaseUrl,
    tills: 3,
    pouchTills: 1,
    limit: 1_000_000,
    ...quiet,
    ...more,
  };
  return runReplay(options);
}

test('an invented file with every oddity of the real one is replayed to the penny, by PouchDB too', async () => {
  const result = await replay('invented', inventedSales, {});
  expect(result.checks.filter(({ one, other }) => one !== other)).toEqual([]);
  expect(result.file).toMatchObject({ invoices: 14, invoiceNumbers: 13, lines: 17, valueMicros: -10_866_929_000n });
  const { tally } = result;
  expect(tally).toMatchObject({
    sales: 7,
    returns: 2,
    adjustments: 3,
    lines: 12,
    foundPieces: 7,
    writtenOffPieces: -6,
  });
  expect(tally.leftOut['bad-debt']).toEqual({ lines: 1, pieces: 1n, valueMicros: -11_062_060_000n });
  expect(tally.leftOut['finer-than-a-penny']).toEqual({ lines: 1, pieces: 1n, valueMicros: 1_000n });
  expect(result.products).toBe(8);
  expect(result.entriesByTill.map(({ isPouch }) => isPouch)).toEqual([true, false, false]);
  expect(closingTable(result)).toContain('1 × −£11,062.06');
});

test('an invoice of 1,200 lines is one entry, posted whole', async () => {
  const folder = join(root, 'long-invoice');
  mkdirSync(folder);
  copyFileSync(join(dirname(inventedSales), 'products-uci.csv'), join(folder, 'products-uci.csv'));
  const [header] = readFileSync(inventedSales, 'utf8').split('\n');
  const line = '700020,1001A,PAPER LANTERN ROUND,3,2011-01-04T09:02:00,2.55,15001,United Kingdom';
  writeFileSync(join(folder, 'sales.csv'), `${header}\n${`${line}\n`.repeat(1_200)}`);
  const result = await replay('long', join(folder, 'sales.csv'), { tills: 1 });
  expect(result.checks.filter(({ one, other }) => one !== other)).toEqual([]);
  expect(result.posted).toMatchObject({ entries: 1, lines: 1_200, lineTotalMinor: 918_000n, unposted: 0 });
});

test.runIf(existsSync(realSales))(
  'the first 150 real invoices are replayed to the penny (only where the data file is)',
  async () => {
    const result = await replay('real', realSales, { limit: 150 });
    expect(result.checks.filter(({ one, other }) => one !== other)).toEqual([]);
    expect(result.file.invoices).toBe(150);
    expect(result.posted.unposted).toBe(0);
  },
);
