import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keySealOf } from '../auth/private-keys.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { tablesByScope } from '../db/table-scopes.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { storeFindings } from '../doctor/store-checks.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { goods, received } from '../journal/test-goods.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill, testNowMs } from '../journal/test-journal.ts';
import { exportMerchant, takeBackup } from './backup-folder.ts';
import { importMerchant } from './import-merchant.ts';
import { merchantRowsSql } from './merchant-rows.ts';
import { restoreBackup } from './restore-backup.ts';

// Keys of tests are sealed by what `openTestContext` says.
const from = 'of a test';
const to = 'of another installation, of 32 characters';

type Installation = Awaited<ReturnType<typeof install>>;
let old: Installation;
let target: Installation;
let folder: string;
let file: string;
let merchantId: string;
let storeId: string;
let otherStoreId: string;
let till: TestTill;

async function install(secret: string) {
  const made = await createTestDatabase();
  const context = { ...openTestContext(made.url), keySeal: keySealOf(secret) };
  const owner = openDatabase(made.ownerUrl, { poolSize: 4 });
  const drop = async () => {
    await context.close();
    await owner.close();
    await made.drop();
  };
  return { made, context, owner, drop };
}

function receivedGoods(serials: string[]) {
  return { kind: 'goods-received', operatorId: 'mia', body: received([goods('phone', serials), goods('tea', 50)]) };
}

async function merchantOf(database: Database, store: string): Promise<string> {
  const { rows } = await database.pool.query('select merchant_id as id from store where store_id = $1', [store]);
  return rows[0].id;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onecode-merchant-'));
  [old, target] = [await install(from), await install(to)];
  storeId = await makeStore(old.context);
  otherStoreId = await makeStore(old.context);
  await makeStore(target.context);
  merchantId = await merchantOf(old.owner, storeId);
  for (const store of [storeId, otherStoreId]) {
    await writeBackOfficeEntry(old.context, store, receivedGoods(['a', 'b']));
    till = await makeTill(old.context, store, 1);
    await post(old.context, till, [await till.sale([line('tea', 2)]), await till.next('moon-landing', { a: '大' })]);
  }
  till = await makeTill(old.context, storeId, 2);
  await post(old.context, till, [await till.sale([line('phone', 1, 'a')])]);
  file = join(folder, 'one.onecode-merchant');
  await exportMerchant(old.owner, file, merchantId, testNowMs);
});
afterAll(async () => {
  await old.drop();
  await target.drop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  const { rows } = await target.owner.pool.query(
    `select datname from pg_database where datname like 'onecode_import%'`,
  );
  expect(rows).toEqual([]);
});

const bring = (bytes: Buffer, secrets = { from, to }) =>
  importMerchant(target.owner, () => Readable.from([bytes]), { secrets, nowMs: testNowMs });

async function merchantsThere(): Promise<string[]> {
  const { rows } = await target.owner.pool.query<{ id: string }>('select merchant_id as id from merchant');
  return rows.map(({ id }) => id);
}

/** The file with a row more in a table, and all of its sums made right again. */
function withRow(text: string, table: string, change: (row: string) => string): Buffer {
  const lines = text.split('\n').slice(0, -2);
  const start = lines.findIndex((one) => one.startsWith(`{"table":"${table}"`));
  const end = lines.findIndex((one) => one.startsWith(`{"end":"${table}"`));
  const rows = lines.slice(start + 1, end);
  rows.push(change(rows[0] ?? ''));
  const sum = rows.reduce((all, row) => {
    return all + BigInt(`0x${createHash('md5').update(row).digest('hex').slice(0, 15)}`);
  }, 0n);
  const ended = JSON.stringify({ end: table, rows: rows.length, sum: String(sum) });
  const body = `${lines.toSpliced(start + 1, end - start, ...rows, ended).join('\n')}\n`;
  const tables = lines.filter((one) => one.startsWith('{"table":')).length;
  return gzipSync(
    `${body}${JSON.stringify({ whole: tables, sha256: createHash('sha256').update(body).digest('hex') })}\n`,
  );
}

test('a file that was cut off, changed, forged, or is of somebody else brings nothing in', async () => {
  const bytes = readFileSync(file);
  const text = gunzipSync(bytes).toString('utf8');
  const flipped = Buffer.from(bytes);
  flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 1;
  const { path } = await takeBackup(old.owner, folder, testNowMs);
  const head = (change: (text: string) => string) => {
    const [first = '', ...rest] = text.split('\n').slice(0, -2);
    const body = `${[change(first), ...rest].join('\n')}\n`;
    const tables = rest.filter((one) => one.startsWith('{"table":')).length;
    const sha256 = createHash('sha256').update(body).digest('hex');
    return gzipSync(`${body}${JSON.stringify({ whole: tables, sha256 })}\n`);
  };
  const broken: [string, Buffer, RegExp][] = [
    ['cut off', bytes.subarray(0, bytes.length - 30), /cut off|changed/],
    ['a byte changed', flipped, /changed|cut off|differs|not what|no backup|no whole/],
    ['a whole backup', readFileSync(path), /a backup of a whole installation/],
    ['says another is in it', head((one) => one.replaceAll(merchantId, 'somebody')), /is not in it/],
    ['a chain that ends elsewhere', head((one) => one.replace('"sequence":2', '"sequence":3')), /does not end where/],
    [
      'a row of another',
      withRow(text, 'store', (row) => row.replaceAll(storeId, 'x').replaceAll(merchantId, 'y')),
      /of store that are not/,
    ],
    ['two merchants', withRow(text, 'merchant', (row) => row.replaceAll(merchantId, 'y')), /of merchant that are not/],
    ['empty', gzipSync(''), /empty|cut off/],
  ];
  const before = await merchantsThere();
  for (const [what, one, expected] of broken) {
    await expect(bring(one), what).rejects.toThrow(expected);
    expect(await merchantsThere(), what).toEqual(before);
  }
  const empty = await install(to);
  await empty.owner.pool.query('delete from merchant');
  await expect(restoreBackup(empty.owner, createReadStream(file))).rejects.toThrow(
    'one merchant of another installation',
  );
  await empty.drop();
});

test('entries that were altered in the database they come from are not taken', async () => {
  const copy = await install(from);
  const { path } = await takeBackup(old.owner, folder, testNowMs + 1);
  await restoreBackup(copy.owner, createReadStream(path));
  await copy.owner.pool.query(
    `update journal set document = replace(document::text, '"tea"', '"gold"')::json where store_id = $1 and till_number = 1`,
    [storeId],
  );
  const altered = join(folder, 'altered.onecode-merchant');
  await exportMerchant(copy.owner, altered, merchantId, testNowMs);
  await expect(bring(readFileSync(altered))).rejects.toThrow('not what their till hashed');
  await copy.drop();
});

test('without the secret of where it comes from nothing is brought in', async () => {
  const before = await merchantsThere();
  await expect(bring(readFileSync(file), { from: to, to })).rejects.toThrow('--secret');
  expect(await merchantsThere()).toEqual(before);
});

test('a merchant comes over whole and alone, its keys open, its tills go on, and it comes once [P2]', async () => {
  const [own = ''] = await merchantsThere();
  const imported = await bring(readFileSync(file));
  expect(imported).toMatchObject({ merchantId, name: 'Test chain', entries: 4 });
  expect((await merchantsThere()).sort()).toEqual([own, merchantId].sort());
  expect(await derivedRows(target.context, storeId)).toEqual(await derivedRows(old.context, storeId));
  const journal = async ({ pool }: Database) =>
    (await pool.query('select * from journal where store_id = $1 order by journal_seq', [storeId])).rows;
  expect(await journal(target.owner)).toEqual(await journal(old.owner));
  expect((await target.owner.pool.query('select from journal where store_id = $1', [otherStoreId])).rowCount).toBe(0);

  await expect(bring(readFileSync(file))).rejects.toThrow('has that merchant already');

  const written = await writeBackOfficeEntry(target.context, storeId, receivedGoods(['c']));
  expect(written).toMatchObject({ ok: true });
  await post(target.context, till, [await till.sale([line('tea')])]);
  const server = { ...target.context, database: target.owner, randomBytes };
  const findings = await storeFindings(server, storeId, { rebuilds: true });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a file is not written over another', async () => {
  const before = readFileSync(file);
  await expect(exportMerchant(old.owner, file, merchantId, testNowMs)).rejects.toThrow('already');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('all that is of a merchant comes along: what stays behind is named', () => {
  const tables = Object.values(tablesByScope).flat();
  const left = tables.filter((table) => merchantRowsSql(table, '$1') === null);
  expect(left.sort()).toEqual(['account_session', 'account_verification', 'attempt', 'feed_manifest', 'feed_page']);
});
