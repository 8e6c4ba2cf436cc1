import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { takeBackup } from '../backup/backup-folder.ts';
import type { BackupPlan } from '../backup/backup-plan.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { post } from '../journal/derived-rows.ts';
import { goods, received } from '../journal/test-goods.ts';
import { line, makeStore, makeTill, openTestContext, testNowMs } from '../journal/test-journal.ts';
import { openLocalTls } from '../tls/local-tls.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';

let made: Awaited<ReturnType<typeof createTestDatabase>>;
let server: ReturnType<typeof openTestContext>;
let owner: Database;
let dataDir: string;
let storeId: string;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'onecode-doctor-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
/** A store with a sale, a unit and a gap-free journal; each test breaks one thing of it. */
beforeEach(async () => {
  made = await createTestDatabase();
  server = openTestContext(made.url);
  owner = openDatabase(made.ownerUrl, { poolSize: 3 });
  storeId = await makeStore(server);
  await server.database.pool.query(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     select merchant_id, 'phone', '{"en":"Phone"}', 'standard', 'item', 1 from store where store_id = $1`,
    [storeId],
  );
  const body = received([goods('phone', ['a', 'b']), goods('tea', 50)]);
  await writeBackOfficeEntry(server, storeId, { kind: 'goods-received', operatorId: 'mia', body });
  const till = await makeTill(server, storeId, 1);
  await post(server, till, [await till.sale([line('phone', 1, 'a'), line('tea', 2)]), await till.sale([line('tea')])]);
});
afterEach(async () => {
  await server.close();
  await owner.close();
  await made.drop();
});

async function findings(isQuick = true, nowMs = testNowMs + 1_000, plan: BackupPlan | null = null): Promise<Finding[]> {
  const found: Finding[] = [];
  // The shared PostgreSQL of the tests has fsync off, as its data is thrown away.
  const isOfTests = ({ message }: Finding) => /^(fsync|full_page_writes) is off/.test(message);
  const context = { ...server, database: owner, nowMs: () => nowMs };
  const backups = { folder: join(dataDir, 'backups'), plan };
  for await (const finding of examine(context, { ownerUrl: made.ownerUrl, dataDir, backups, isQuick })) {
    if (!isOfTests(finding)) found.push(finding);
  }
  return found;
}

const wrong = (found: Finding[]) =>
  found.filter(({ level }) => level !== 'ok').map(({ level, subject, message }) => `${level} ${subject}: ${message}`);

const breaking = (sql: string) => runSql(made.ownerUrl, sql.replaceAll('$store', `'${storeId}'`));

test('a well store is found well, journal posted again on a copy and all [P2]', async () => {
  await takeBackup(owner, join(dataDir, 'backups'), Date.now());
  const found = await findings(false, Date.now());
  expect(wrong(found)).toEqual([]);
  expect(found.map(({ subject }) => subject)).toContain('Test store: rebuild');
  const { rows } = await owner.pool.query(`select from pg_database where datname like 'onecode_doctor_%'`);
  expect(rows).toEqual([]);
});

const broken: [string, string, RegExp][] = [
  [
    'an entry whose body was changed',
    `update journal set document = replace(document::text, '"tea"', '"gold"')::json where store_id = $store and till_number = 1`,
    /error Test store: chain: .* are not what their till hashed: 0001-000000001/,
  ],
  [
    'an entry that another key signed',
    `update till set public_key = (select public_key from till where store_id = $store and till_number = 0)
      where store_id = $store and till_number = 1`,
    /error Test store: chain: .* do not have the signature of their till: 0001-000000001/,
  ],
  [
    'a column that says something else than the document',
    `update journal set occurred_at_ms = occurred_at_ms - 1 where store_id = $store and till_number = 1 and sequence = 2`,
    /error Test store: chain: .* stand under columns that say something else: 0001-000000002/,
  ],
  [
    'an entry that was deleted',
    'delete from journal where store_id = $store and till_number = 1 and sequence = 1',
    /error Test store: chain: Positions in the journal are not 1, 2, 3/,
  ],
  [
    'the numbers that are missing then',
    'delete from journal where store_id = $store and till_number = 1 and sequence = 1',
    /warning Test store: gaps: Of till 1 \(till 1\) these numbers are missing: 1\./,
  ],
  [
    'stock that is not its units [S1]',
    `update stock set sold = sold + 1 where store_id = $store and sku_id = 'phone'`,
    /error Test store: stock: phone at floor has 1 in the books and 2 units/,
  ],
  [
    'a unit that no entry put there [S2]',
    `update unit set entry_id = '0001-000000099' where store_id = $store and serial = 'a'`,
    /error Test store: units: 1 units stand where no entry put them/,
  ],
  [
    'a ticket that does not add up [M1]',
    `update tender set amount_minor = amount_minor - 1 where store_id = $store and sequence = 2`,
    /error Test store: money: 1 tickets do not add up: 0001-000000002/,
  ],
  [
    'an entry kept by a fault of ours',
    `update journal set unpostable = 'internal' where store_id = $store and till_number = 1 and sequence = 2`,
    /error Test store: posting: Kept and not posted: 1 as internal/,
  ],
  [
    'a silent till with entries on it',
    `update till set waiting_entries = 3, last_contact_at_ms = ${testNowMs - 3 * 86_400_000} where store_id = $store and till_number = 1`,
    /error Test store: tills: till 1 \(till 1\) had 3 entries waiting .* 3 days ago/,
  ],
  [
    'a till whose clock is wrong',
    'update till set clock_offset_ms = -600000 where store_id = $store and till_number = 1',
    /warning Test store: clock: The clock of till 1 \(till 1\) is -10 minutes off/,
  ],
  [
    'a server whose clock went back',
    `update store_counter set recorded_at_ms = ${testNowMs + 7_200_000} where store_id = $store`,
    /error Test store: clock: Entries were recorded 120 minutes later than it is now/,
  ],
  [
    'a word for another store that does not leave',
    `insert into outbox (store_id, entry_id, attempts) values ($store, '0001-000000001', 7);
     update journal set recorded_at_ms = ${testNowMs - 3_600_000} where store_id = $store`,
    /warning Test store: outbox: 1 words for other stores wait since ten minutes, after 7 attempts/,
  ],
  [
    'a printer that does not print',
    `insert into print_job (store_id, job_id, printer_id, title, state, total, trouble, created_by, created_at_ms, changed_at_ms)
     values ($store, 'j', 'p', 'Labels', 'queued', 3, 'paper-out', 'mia', 1, 1)`,
    /warning Test store: printers: Jobs wait since ten minutes at p \(paper-out\)/,
  ],
  [
    'a database that a newer version has changed',
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9999999999999)`,
    /error database: The tables are of a newer version than this one/,
  ],
];

test.each(broken)('is found and said: %s', async (_, sql, expected) => {
  await breaking(sql);
  expect(wrong(await findings())).toContainEqual(expect.stringMatching(expected));
});

test('[P2] a table that the journal does not make is found on a copy, and the original stays as it is', async () => {
  await breaking(`update stock set received = received + 5 where store_id = $store and sku_id = 'tea'`);
  expect(wrong(await findings())).not.toContainEqual(expect.stringContaining('rebuild'));
  expect(wrong(await findings(false))).toContainEqual(
    expect.stringMatching(
      /error Test store: rebuild: The journal gives other tables: stock \(1 rows were wrong or too many, 1 were missing\)/,
    ),
  );
  const { rows } = await owner.pool.query(`select received from stock where store_id = $1 and sku_id = 'tea'`, [
    storeId,
  ]);
  expect(rows).toEqual([{ received: 55 }]);
});

test('an entry that does not follow the one before is said, and is no reason to fail', async () => {
  const till = await makeTill(server, storeId, 2);
  await post(server, till, [await till.sale([line('tea')])]);
  till.previousHash = 'f'.repeat(64);
  await post(server, till, [await till.sale([line('tea')])]);
  expect(wrong(await findings())).toContainEqual(
    expect.stringMatching(/warning Test store: chain: 1 entries do not follow the one before: 0002-000000002/),
  );
});

test('backups: none, an old one, one that was cut off', async () => {
  const folder = join(dataDir, 'backups');
  rmSync(folder, { recursive: true, force: true });
  expect(wrong(await findings())).toContainEqual(expect.stringMatching(/warning backups: There is none/));
  const { path } = await takeBackup(owner, folder, testNowMs - 48 * 3_600_000);
  expect(wrong(await findings())).toContainEqual(expect.stringMatching(/warning backups: The latest is 48 hours old/));
  const weekly = { kind: 'every', everyMs: 168 * 3_600_000 } as const;
  expect((await findings(true, testNowMs, weekly)).find(({ subject }) => subject === 'backups')).toMatchObject({
    level: 'ok',
    message: 'The latest is 48 hours old and whole; the next is due 2026-11-27T12:00:00.000Z.',
  });
  const hourly = { kind: 'every', everyMs: 3_600_000 } as const;
  expect(wrong(await findings(true, testNowMs, hourly))).toContainEqual(
    'warning backups: The latest is 48 hours old: the next is overdue.',
  );
  writeFileSync(path, 'cut');
  expect(wrong(await findings())).toContainEqual(expect.stringMatching(/error backups: The latest, .*: The backup/));
});

test('certificates near their end and past it', async () => {
  mkdirSync(dataDir, { recursive: true });
  await openLocalTls(join(dataDir, 'tls'), testNowMs);
  const found = await findings();
  expect(found.filter(({ subject }) => subject === 'certificates').map(({ level }) => level)).toEqual(['ok', 'ok']);
  const years = 30 * 365 * 86_400_000;
  expect(wrong(await findings(true, testNowMs + years))).toContainEqual(
    expect.stringMatching(/error certificates: The authority's certificate ended/),
  );
  rmSync(join(dataDir, 'tls'), { recursive: true });
});

test('a database that does not answer is said, and nothing more is asked', async () => {
  const away = openDatabase('postgresql://nobody@127.0.0.1:1/none', { poolSize: 1 });
  const found: Finding[] = [];
  for await (const finding of examine(
    { ...server, database: away },
    { ownerUrl: made.ownerUrl, dataDir, isQuick: true },
  )) {
    found.push(finding);
  }
  await away.close();
  expect(wrong(found)).toContainEqual(expect.stringMatching(/error database: It cannot be used/));
});
