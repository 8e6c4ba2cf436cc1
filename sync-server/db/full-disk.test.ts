import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { isDatabaseAway } from '../app.ts';
import { checkLogArchive } from '../doctor/check-log-archive.ts';
import { type Database, openDatabase } from './database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { archiving } from './log-archive.ts';

const root = mkdtempSync(join(tmpdir(), 'onecode-full-'));
const mounted: string[] = [];
const ending: (() => Promise<void>)[] = [];
const lines: string[] = [];
const log = (line: string) => lines.push(line);
const megabyte = 1_000_000;

/** A disk of its own in memory; null where this account may mount none. */
function smallDisk(name: string, megabytes: number): string | null {
  const folder = join(root, name);
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return null;
  }
  mounted.push(folder);
  return folder;
}
const probe = smallDisk('probe', 1);
const why = probe === null ? ' (left out: this account may not mount a small disk)' : '';

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});
afterAll(() => {
  for (const folder of mounted) execFileSync('umount', [folder]);
  rmSync(root, { recursive: true, force: true });
});

/** Takes all that is free but for so much. Answers what gives it back. */
function fill(disk: string, leftBytes = 0): () => void {
  const path = join(disk, 'somebody-else');
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(path, Buffer.alloc(bavail * bsize - leftBytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return () => rmSync(path, { force: true });
}

async function start(dataDir: string, archive: string | null = null): Promise<Database> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log,
    settings: { shared_buffers: '16MB', ...archiving(archive).settings },
    reaches: archiving(archive).reaches ?? [],
  });
  const database = openDatabase(postgres.url, { poolSize: 2 });
  ending.push(postgres.stop, () => database.close());
  return database;
}

/** Writes rows of a hundred kilobytes until one is refused. Answers how many were acknowledged, and the refusal. */
async function writeUntilRefused(database: Database, from: number): Promise<{ acknowledged: number; refusal: Error }> {
  for (let nth = from; ; nth++) {
    try {
      await database.pool.query(
        `insert into note select $1::int, string_agg(md5(random()::text), '') from generate_series(1, 3000)`,
        [nth],
      );
    } catch (error) {
      return { acknowledged: nth, refusal: error as Error };
    }
  }
}

async function within(url: string, work: (database: Database) => Promise<unknown>): Promise<void> {
  const database = openDatabase(url, { poolSize: 1 });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

const rowsOf = async (database: Database): Promise<number> =>
  (await database.pool.query('select count(*)::int as n from note')).rows[0].n;

test.skipIf(probe === null)(
  `a full disk ends PostgreSQL in the middle of its log: what was acknowledged is there when it has space again, once${why}`,
  { timeout: 180_000 },
  async () => {
    const disk = smallDisk('data', 200) ?? '';
    const database = await start(join(disk, 'postgres'));
    await database.pool.query('create table note (nth int primary key, text text)');
    // Less than a piece of the log: rows still fit when the next piece does not.
    const free = fill(disk, 12 * megabyte);
    const { acknowledged, refusal } = await writeUntilRefused(database, 0);
    expect(acknowledged).toBeGreaterThan(0);
    // Tills are told to come again (503), not that it is their fault.
    expect(isDatabaseAway(refusal), refusal.message).toBe(true);
    const told = () => lines.filter((text) => text.includes('The disk of'));
    await expect.poll(told, { timeout: 30_000 }).toHaveLength(1);
    expect(told()[0]).toMatch(/is safe; tills go on selling .* Free some space/);
    const restarts = () => lines.filter((text) => text.includes('starting it again')).length;
    const before = restarts();
    await sleep(2_000);
    expect(told()).toHaveLength(1);
    expect(restarts()).toBe(before);
    free();
    await expect.poll(() => rowsOf(database).catch(() => -1), { timeout: 60_000 }).toBeGreaterThanOrEqual(acknowledged);
    // The one that was refused may have been written: it was never acknowledged, and comes again.
    expect(await rowsOf(database)).toBeLessThanOrEqual(acknowledged + 1);
    // It answers a moment before that is said.
    await expect.poll(() => lines.at(-1), { timeout: 30_000 }).toContain('runs again');
    await database.pool.query(`insert into note values (-1, 'goes on')`);
  },
);

test.skipIf(probe === null)(
  `a server that is started on a full disk says so, and starts on the same data when there is space${why}`,
  { timeout: 180_000 },
  async () => {
    const disk = smallDisk('start', 200) ?? '';
    const dataDir = join(disk, 'postgres');
    const first = await startEmbeddedPostgres({ dataDir, log, settings: { shared_buffers: '16MB' } });
    await within(first.url, (database) => database.pool.query('create table note (nth int)'));
    await first.stop();
    const free = fill(disk);
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toMatchObject({ code: 'disk_full' });
    free();
    expect(await rowsOf(await start(dataDir))).toBe(0);
  },
);

test.skipIf(probe === null)(
  `a full disk of the log archive stops no sale, is said by the doctor, leaves no half piece, and is made up for${why}`,
  { timeout: 180_000 },
  async () => {
    const archive = smallDisk('archive', 30) ?? '';
    const free = fill(archive);
    const database = await start(join(root, 'roomy'), archive);
    await database.pool.query('create table note (nth int primary key, text text)');
    await database.pool.query(`insert into note values (1, 'sold'); select pg_switch_wal()`);
    const level = async () => (await checkLogArchive(database, archive, Date.now()))[0]?.level;
    await expect.poll(level, { timeout: 60_000 }).toBe('error');
    await database.pool.query(`insert into note values (2, 'sold on')`);
    const pieces = () => readdirSync(archive).filter((name) => name.endsWith('.gz'));
    expect(pieces()).toEqual([]);
    free();
    // PostgreSQL tries again each minute, and at once when it is woken.
    await database.pool.query('select pg_switch_wal()');
    await expect.poll(level, { timeout: 120_000 }).toBe('warning');
    expect(pieces().length).toBeGreaterThan(0);
    for (const name of pieces()) execFileSync('gzip', ['-t', join(archive, name)]);
    expect(await rowsOf(database)).toBe(2);
  },
);
