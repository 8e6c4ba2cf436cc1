import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db/database.ts';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { archiving } from '../db/log-archive.ts';
import { checkLogArchive } from '../doctor/check-log-archive.ts';
import { archiveStateOf } from './archive-state.ts';
import { inOwnProcess } from './backup-worker.ts';
import { listBases, takeBase } from './base-backup.ts';
import { recoverToTime } from './recover-to-time.ts';
import { takeScheduledBase } from './scheduled-base.ts';

const root = mkdtempSync(join(tmpdir(), 'onecode-recover-'));
const archive = join(root, "log of the shop's 100 %");
const log = () => undefined;
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function notes(database: Database): Promise<string> {
  const { rows } = await database.pool.query<{ text: string }>('select text from note order by text');
  return rows.map(({ text }) => text).join('');
}

/** Commits a note; the server's clock afterwards. */
async function write(database: Database, text: string): Promise<number> {
  await database.pool.query('insert into note values ($1)', [text]);
  // In milliseconds too it is after this commit and before the next.
  await database.pool.query('select pg_sleep(0.01)');
  const { rows } = await database.pool.query<{ at: Date }>('select clock_timestamp() as at');
  await database.pool.query('select pg_sleep(0.01)');
  return rows[0]?.at.getTime() ?? 0;
}

async function recovered(untilMs: number | null, from = archive): Promise<string> {
  const postgres = await recoverToTime({ archive: from, dataDir: join(root, 'recovered'), untilMs, log });
  const database = openDatabase(postgres.url, { poolSize: 1 });
  try {
    const found = await notes(database);
    await write(database, 'goes on');
    return found;
  } finally {
    await database.close();
    await postgres.stop();
  }
}

test('the embedded database goes back to any moment after its copy, and says where the archive ends', async () => {
  const dataDir = join(root, 'data');
  const postgres = await startEmbeddedPostgres({ dataDir, log, ...archiving(archive) });
  const database = openDatabase(postgres.url, { poolSize: 2 });
  await database.pool.query('create table note (text text)');
  const beforeMs = await write(database, 'a');
  const told = async () => (await checkLogArchive(database, archive, beforeMs)).map(({ level }) => level);
  expect(await told()).toEqual(['warning']);
  const taken = await takeBase(database, dataDir, archive);
  expect(await told()).toEqual(['ok']);
  const thenMs = await write(database, 'b');
  await write(database, 'c');
  await database.close();
  await postgres.stop();

  expect(listBases(archive)).toEqual([taken]);
  expect(statSync(archive).mode & 0o077).toBe(0);
  expect(readdirSync(archive).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(await recovered(thenMs)).toBe('ab');
  expect(await recovered(null)).toBe('abc');
  await expect(recovered(beforeMs)).rejects.toThrow('The archive begins after');
  await expect(recovered(Date.parse('2099-01-01'))).rejects.toThrow('The archive ends before that moment');
});

test('the server takes copies by itself, one at a time, keeps its last and the log they need, and those taken by hand', async () => {
  const [dataDir, own] = [join(root, 'own-data'), join(root, 'own')];
  const postgres = await startEmbeddedPostgres({ dataDir, log, ...archiving(own) });
  const database = openDatabase(postgres.url, { poolSize: 3 });
  await database.pool.query('create table note (text text)');
  const take = () => takeScheduledBase(database, { dataDir, archive: own, keep: 1 });
  const copies = { state: () => ({ lastAtMs: null, isOverdue: false, trouble: null }) };
  expect(await archiveStateOf(database, own, copies)).toMatchObject({ fromMs: null, isFailing: false });
  for (const text of ['e', 'f']) {
    await write(database, text);
    expect(await take()).toMatchObject({ kind: 'taken' });
    await database.pool.query('select pg_switch_wal()');
  }
  const pieces = () => readdirSync(own).filter((name) => name.endsWith('.gz'));
  const before = pieces();
  await write(database, 'g');
  const [first, second] = await Promise.all([take(), take()]);
  expect([first.kind, second.kind].sort()).toEqual(['busy', 'taken']);
  const [kept, ...others] = listBases(own);
  expect([kept?.isAutomatic, others]).toEqual([true, []]);
  expect(before.filter((name) => !pieces().includes(name)).length).toBeGreaterThan(1);
  expect(await archiveStateOf(database, own, copies)).toMatchObject({ fromMs: kept?.endedAtMs, isFailing: false });

  const byHand = await takeBase(database, dataDir, own);
  const space = { freeBytes: 1, totalBytes: 1e12 };
  const full = await takeScheduledBase(database, { dataDir, archive: own, keep: 1 }, () => space);
  expect(full).toMatchObject({ kind: 'trouble', code: 'full' });
  const away = await takeScheduledBase(database, { dataDir, archive: join(root, 'away'), keep: 1 });
  expect(away).toMatchObject({ kind: 'trouble', code: 'place' });
  // An archive that is a file is told too, by the program that was started for it.
  const base = { dataDir, archive: join(dataDir, 'password'), keep: 1 };
  const notAFolder = await inOwnProcess({ ownerUrl: postgres.url, base }, new AbortController().signal);
  expect(notAFolder).toMatchObject({ kind: 'trouble', code: 'place' });
  await write(database, 'h');
  await take();
  await take();
  expect(listBases(own).map(({ isAutomatic }) => isAutomatic)).toEqual([true, false]);
  expect(listBases(own)[1]).toEqual(byHand);
  const afterMs = await write(database, 'i');
  await write(database, 'j');
  await database.close();
  await postgres.stop();
  expect(await recovered(byHand?.endedAtMs ?? 0, own)).toBe('efg');
  expect(await recovered(afterMs, own)).toBe('efghi');
});

test('the doctor says when the log cannot be put into its archive', async () => {
  const gone = join(root, 'gone');
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'data'), log, ...archiving(gone) });
  const database = openDatabase(postgres.url, { poolSize: 1 });
  rmSync(gone, { recursive: true });
  await write(database, 'd');
  await database.pool.query('select pg_switch_wal()');
  await expect
    .poll(async () => (await checkLogArchive(database, gone, 0))[0]?.level, { timeout: 60_000 })
    .toBe('error');
  const copies = { state: () => ({ lastAtMs: null, isOverdue: false, trouble: null }) };
  expect((await archiveStateOf(database, gone, copies)).isFailing).toBe(true);
  writeFileSync(gone, 'a file in its place');
  expect(await archiveStateOf(database, gone, copies)).toMatchObject({ fromMs: null, isFailing: true });
  rmSync(gone);
  await database.close();
  archiving(gone);
  await postgres.stop();
});

test('a database that archives nothing is not copied', async () => {
  const dataDir = join(root, 'silent');
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  const database = openDatabase(postgres.url, { poolSize: 1 });
  expect(await checkLogArchive(database, null, 0)).toEqual([]);
  await expect(takeBase(database, dataDir, join(root, 'empty'))).rejects.toThrow('archives no log');
  expect(listBases(join(root, 'empty'))).toEqual([]);
  await database.close();
  await postgres.stop();
});
