import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMerchant, createStore } from '../catalogue/new-store.ts';
import { openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { demoTaxRules } from '../demo/demo-chain.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { openTestShop } from '../feed/feed-test-shop.ts';

let url: string;
let ownerUrl: string;
let drop: () => Promise<void>;
let folder: string;
let client: pg.Client;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onecode-import-'));
});
afterAll(async () => {
  await client.end();
  await drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  if (client) {
    await client.end();
    await drop();
  }
  ({ url, ownerUrl, drop } = await createTestDatabase());
  client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
});

async function addChain(merchantId: string): Promise<void> {
  const shop = await openTestShop();
  const database = openDatabase(url);
  const context = { ...shop.context, database };
  await createMerchant(context, { merchantId, name: `Chain ${merchantId}` });
  const place = { currency: 'GBP', timeZone: 'Europe/London', taxRules: demoTaxRules };
  await createStore(context, { storeId: `${merchantId}-store`, merchantId, name: 'Store', ...place });
  await database.close();
  await shop.close();
}

function start(args: string[]) {
  const program = join(import.meta.dirname, 'import.ts');
  const env = { ...process.env, DATABASE_URL: ownerUrl, ONECODE_DATA: folder };
  const child = spawn(process.execPath, [program, ...args], { env });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  return { child, ended };
}
const run = (...args: string[]) => start(args).ended;

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
async function countSkus(): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(*)::int as count from sku');
  return rows[0]?.count ?? 0;
}
const products = (count: number) =>
  `sku,name_en,price\n${Array.from({ length: count }, (_, at) => `S${at},Thing ${at},1.50\n`).join('')}`;

test('a file is imported, and a server on the same database hears of it', async () => {
  await addChain('one');
  const server = new ChangeBus({ url });
  await server.connect();
  const told = server.wait(['one'], 20_000);
  const { code, output } = await run('products', fileOf('good.csv', products(3)));
  expect([code, output]).toEqual([0, expect.stringContaining('good.csv: 3 products.\n  3 added, 0 changed')]);
  expect(await told).toBe('changed');
  await server.close();
  expect(await countSkus()).toBe(3);
});

test('a dry run and a bad file write nothing and say so by their exit codes', async () => {
  await addChain('one');
  const dry = await run('products', fileOf('good.csv', products(3)), '--dry-run');
  expect([dry.code, dry.output]).toEqual([0, expect.stringContaining('Dry run: nothing was written.')]);
  const bad = await run('products', fileOf('bad.csv', `${products(3)}S9,,x\n`));
  expect([bad.code, bad.output]).toEqual([1, expect.stringContaining('bad.csv:5, price: "x"')]);
  expect(await countSkus()).toBe(0);
});

test('which chain is meant must be clear', async () => {
  const file = fileOf('good.csv', products(1));
  const none = await run('products', file);
  expect([none.code, none.output]).toEqual([2, expect.stringContaining('There is no chain yet')]);
  await addChain('one');
  await addChain('two');
  const unclear = await run('products', file);
  expect([unclear.code, unclear.output]).toEqual([2, expect.stringContaining('one (Chain one), two (Chain two)')]);
  const [wrong, right] = await Promise.all([
    run('products', file, '--store', 'nowhere'),
    run('products', file, '--store', 'two-store'),
  ]);
  expect([wrong.code, wrong.output]).toEqual([2, expect.stringContaining('There is no store "nowhere"')]);
  expect(right.code).toBe(0);
  const { rows } = await client.query('select merchant_id from sku');
  expect(rows).toEqual([{ merchant_id: 'two' }]);
});

test('a wrong call explains itself', async () => {
  for (const args of [
    ['prices', 'a.csv'],
    ['products', 'a.csv', '--colour'],
  ]) {
    const { code, output } = await run(...args);
    expect([code, output]).toEqual([2, expect.stringContaining('npm run import -- products FILE.csv')]);
  }
  const missing = await run('products', join(folder, 'missing.csv'));
  expect([missing.code, missing.output]).toEqual([2, expect.stringContaining('There is no file')]);
});

test('an import that is killed in the middle of writing has written nothing', async () => {
  await addChain('one');
  // The import waits at the table of prices, with its SKUs written and not committed.
  await client.query('begin');
  await client.query('lock table price in exclusive mode');
  const { child, ended } = start(['products', fileOf('large.csv', products(5_000))]);
  await waitForWriter();
  child.kill('SIGKILL');
  await ended;
  await client.query('rollback');
  expect(await countSkus()).toBe(0);
  expect((await client.query('select revision from merchant_counter')).rows).toEqual([{ revision: 0 }]);
  const again = await run('products', join(folder, 'large.csv'));
  expect([again.code, await countSkus()]).toEqual([0, 5_000]);
});

async function waitForWriter(): Promise<void> {
  const waiting = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into price%'`;
  // A connection of its own: within a transaction pg_stat_activity stands still. It hides what other roles do.
  const watcher = new pg.Client({ connectionString: ownerUrl });
  await watcher.connect();
  while ((await watcher.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await watcher.end();
}
