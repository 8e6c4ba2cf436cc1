import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { storeFindings } from '../doctor/store-checks.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { goods, received } from '../journal/test-goods.ts';
import { line, makeStore, makeTill, openTestContext, testNowMs } from '../journal/test-journal.ts';
import { dropOldBackups, listBackups, takeBackup } from './backup-folder.ts';
import { BackupError, verifyBackup } from './read-backup.ts';
import { restoreBackup } from './restore-backup.ts';

type Made = Awaited<ReturnType<typeof createTestDatabase>>;
let made: Made;
let context: ReturnType<typeof openTestContext>;
let owner: Database;
let folder: string;
let storeId: string;

beforeAll(async () => {
  made = await createTestDatabase();
  context = openTestContext(made.url);
  owner = openDatabase(made.ownerUrl, { poolSize: 3 });
  storeId = await makeStore(context);
});
afterAll(async () => {
  await context.close();
  await owner.close();
  await made.drop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onecode-backup-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

function received1(serials: string[]) {
  return { kind: 'goods-received', operatorId: 'mia', body: received([goods('phone', serials), goods('tea', 50)]) };
}

/** An empty database beside it, as its owner and as the server's role. */
async function emptyDatabase() {
  const other = await createTestDatabase();
  const database = openDatabase(other.ownerUrl, { poolSize: 3 });
  const restored = openTestContext(other.url);
  return {
    database,
    context: restored,
    async drop() {
      await restored.close();
      await database.close();
      await other.drop();
    },
  };
}

async function till(number: number) {
  const one = await makeTill(context, storeId, number);
  await post(context, one, [
    await one.sale([line('tea', 2)]),
    await one.next('moon-landing', { a: 'line\nbreak “’ 大' }),
  ]);
  return one;
}

test('a restored backup has every row, adds up, and posts to the same tables [P2]', async () => {
  await writeBackOfficeEntry(context, storeId, received1(['a', 'b']));
  await till(1);
  const { path, rows } = await takeBackup(owner, folder, testNowMs);
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(rows).toBeGreaterThan(10);
  const empty = await emptyDatabase();
  const restored = await restoreBackup(empty.database, createReadStream(path));
  expect(restored).toMatchObject({ head: { takenAtMs: testNowMs }, rows });
  expect(await derivedRows(empty.context, storeId)).toEqual(await derivedRows(context, storeId));
  const journal = async (of: Database) =>
    (await of.pool.query('select * from journal where store_id = $1 order by journal_seq', [storeId])).rows;
  expect(await journal(empty.database)).toEqual(await journal(owner));
  const findings = await storeFindings(empty.context, storeId, { rebuilds: true });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(findings.map(({ subject }) => subject)).toContain('rebuild');
  await empty.drop();
});

test('nobody waits for a backup, and it holds one instant', async () => {
  const two = await makeTill(context, storeId, 2);
  const writing = (async () => {
    for (let nth = 0; nth < 20; nth++) await post(context, two, [await two.sale([line('tea')])]);
  })();
  const { path } = await takeBackup(owner, folder, testNowMs);
  await writing;
  const empty = await emptyDatabase();
  await restoreBackup(empty.database, createReadStream(path));
  const findings = await storeFindings(empty.context, storeId, { rebuilds: true });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  await empty.drop();
});

test('after a restore tills are told to begin again, and no number is given twice', async () => {
  const three = await till(3);
  const { path } = await takeBackup(owner, folder, testNowMs);
  const lost = await three.sale([line('tea', 7)]);
  await post(context, three, [lost]);
  const after = await writeBackOfficeEntry(context, storeId, received1(['lost']));
  const counterOf = async (of: Database) =>
    (await of.pool.query('select * from store_counter where store_id = $1', [storeId])).rows[0];
  const before = await counterOf(owner);
  const empty = await emptyDatabase();
  await restoreBackup(empty.database, createReadStream(path));
  const now = await counterOf(empty.database);
  expect(now.journal_uuid).not.toBe(before.journal_uuid);
  expect(now.told_from_revision).toBeGreaterThan(before.revision);
  expect(now.revision).toBe(now.told_from_revision);
  const next = await writeBackOfficeEntry(empty.context, storeId, received1(['new']));
  expect(after.ok && next.ok && next.value.sequence > after.value.sequence).toBe(true);
  // What the till still has is taken, once.
  await post(empty.context, three, [lost]);
  await post(empty.context, three, [lost]);
  const { rows } = await empty.database.pool.query(
    'select count(*)::int as n from journal where store_id = $1 and till_number = 3 and sequence = 3',
    [storeId],
  );
  expect(rows).toEqual([{ n: 1 }]);
  const findings = await storeFindings(empty.context, storeId, { rebuilds: true });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  await empty.drop();
});

test('a backup that was cut off, changed or mixed up does not verify, and nothing of it is restored', async () => {
  await writeBackOfficeEntry(context, storeId, received1(['c']));
  const { path } = await takeBackup(owner, folder, testNowMs);
  const bytes = readFileSync(path);
  const text = gunzipSync(bytes).toString('utf8');
  const lines = text.split('\n');
  const journalAt = lines.findIndex((one) => one.startsWith('{"table":"journal"'));
  const changed = lines.with(journalAt + 1, (lines[journalAt + 1] ?? '').replace(/"sequence":\d+/, '"sequence":77'));
  const broken: Buffer[] = [
    bytes.subarray(0, bytes.length - 20),
    gzipSync(text.slice(0, -1)),
    gzipSync(lines.slice(0, -2).join('\n').concat('\n')),
    gzipSync(lines.toSpliced(journalAt + 1, 1).join('\n')),
    gzipSync(changed.join('\n')),
    gzipSync(`${text}{"more":1}\n`),
    gzipSync('{"other":"file"}\n'),
    gzipSync(''),
    Buffer.from('not zipped at all'),
  ];
  const empty = await emptyDatabase();
  for (const [at, file] of broken.entries()) {
    await expect(verifyBackup(Readable.from([file])), `broken ${at}`).rejects.toBeInstanceOf(BackupError);
    await expect(restoreBackup(empty.database, Readable.from([file])), `broken ${at}`).rejects.toBeInstanceOf(
      BackupError,
    );
    expect((await empty.database.pool.query('select from merchant')).rowCount).toBe(0);
  }
  await expect(restoreBackup(owner, createReadStream(path))).rejects.toThrow('holds a chain already');
  await empty.drop();
});

test('the latest backups are kept, and one that was interrupted has no name', async () => {
  for (const nth of [1, 2, 3]) await takeBackup(owner, folder, testNowMs + nth * 86_400_000);
  writeFileSync(join(folder, 'x.onecode-backup.unfinished'), 'half');
  expect(listBackups(folder).map(({ takenAtMs }) => takenAtMs)).toEqual(
    [3, 2, 1].map((nth) => testNowMs + nth * 86_400_000),
  );
  expect(dropOldBackups(folder, 1)).toBe(2);
  expect(listBackups(folder)).toHaveLength(1);
});

test('every table is in a backup but the pages of the feed, and no sequence of PostgreSQL gives out numbers', async () => {
  const { path } = await takeBackup(owner, folder, testNowMs);
  const { rows } = await verifyBackup(createReadStream(path));
  const tables = await owner.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const missing = tables.rows.map(({ name }) => name).filter((name) => !rows.has(name));
  expect(missing.sort()).toEqual(['feed_manifest', 'feed_page']);
  const sequences = await owner.pool.query(`select from pg_sequences where schemaname = 'public'`);
  expect(sequences.rowCount).toBe(0);
});
