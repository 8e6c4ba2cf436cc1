import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { makeStore, openTestContext, testNowMs } from '../journal/test-journal.ts';
import { listBackups, takeBackup } from './backup-folder.ts';
import { BackupWorker, inOwnProcess } from './backup-worker.ts';
import { type ScheduledOrder, type ScheduledOutcome, takeScheduledBackup } from './scheduled-backup.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const plan = { kind: 'every', everyMs: 6 * hourMs } as const;
let made: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: Database;
let folder: string;
let nowMs: number;

beforeAll(async () => {
  made = await createTestDatabase();
  owner = openDatabase(made.ownerUrl, { poolSize: 3 });
  const context = openTestContext(made.url);
  await makeStore(context);
  await context.close();
});
afterAll(async () => {
  await owner.close();
  await made.drop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onecode-scheduled-'));
  nowMs = testNowMs;
  return () => rmSync(folder, { recursive: true, force: true });
});

const order = (more: Partial<ScheduledOrder> = {}) => ({ folder, makesFolder: true, keep: 2, nowMs, ...more });

type Take = (order: ScheduledOrder, signal: AbortSignal) => Promise<ScheduledOutcome>;

const inProcess =
  (ownerUrl: string): Take =>
  (rows, signal) =>
    inOwnProcess({ ownerUrl, rows }, signal);

function worker(take: Take = (one) => takeScheduledBackup(owner, one)): BackupWorker {
  const context = { nowMs: () => nowMs, log: pino({ level: 'silent' }) };
  const takenAtMs = () => listBackups(folder).map((one) => one.takenAtMs);
  return new BackupWorker(context, { plan, takenAtMs, take: (atMs, signal) => take(order({ nowMs: atMs }), signal) });
}

test('one is taken when it is due, the latest of its own are kept, and one by hand counts and stays', async () => {
  const one = worker();
  expect(one.state()).toEqual({ lastAtMs: null, isOverdue: false, trouble: null });
  await one.look();
  expect(one.state().lastAtMs).toBe(testNowMs);
  nowMs += 6 * hourMs - 1;
  await one.look();
  expect(listBackups(folder)).toHaveLength(1);
  await takeBackup(owner, folder, nowMs);
  const byHandMs = nowMs;
  nowMs += 1;
  await one.look();
  expect(one.state().lastAtMs).toBe(byHandMs);
  for (let nth = 0; nth < 3; nth++) {
    nowMs += 6 * hourMs;
    await one.look();
  }
  expect(listBackups(folder).map(({ takenAtMs, isAutomatic }) => [takenAtMs, isAutomatic])).toEqual([
    [nowMs, true],
    [nowMs - 6 * hourMs, true],
    [byHandMs, false],
  ]);
});

test('what failed is told with its reason, tried again sooner at first, and forgotten when one succeeds', async () => {
  let isFull = true;
  let tries = 0;
  const one = worker((asked) => {
    tries++;
    const space = { freeBytes: isFull ? 0 : 1e12, totalBytes: 1e12 };
    return takeScheduledBackup(owner, asked, () => space);
  });
  await one.look();
  expect(one.state()).toEqual({
    lastAtMs: null,
    isOverdue: false,
    trouble: { code: 'full', triedAtMs: nowMs, nextTryAtMs: nowMs + 5 * minuteMs },
  });
  await one.look();
  expect(tries).toBe(1);
  nowMs += 5 * minuteMs;
  await one.look();
  expect(one.state().trouble?.nextTryAtMs).toBe(nowMs + 10 * minuteMs);
  nowMs += 9 * hourMs;
  expect(one.state().isOverdue).toBe(true);
  isFull = false;
  await one.look();
  expect(tries).toBe(3);
  expect(one.state()).toEqual({ lastAtMs: nowMs, isOverdue: false, trouble: null });
});

test('a backup by hand ends the trouble; a clock that went back puts no try off', async () => {
  let tries = 0;
  const one = worker(async () => {
    tries++;
    return { kind: 'trouble', code: 'place', message: 'away' };
  });
  await one.look();
  nowMs -= 24 * hourMs;
  await one.look();
  expect(tries).toBe(2);
  nowMs += 48 * hourMs;
  await takeBackup(owner, folder, nowMs);
  await one.look();
  expect(tries).toBe(2);
  expect(one.state().trouble).toBeNull();
});

test('a folder that somebody named is not made: its disk may be away', async () => {
  const away = join(folder, 'usb');
  expect(await takeScheduledBackup(owner, order({ folder: away, makesFolder: false }))).toMatchObject({
    kind: 'trouble',
    code: 'place',
  });
  expect(existsSync(away)).toBe(false);
  writeFileSync(away, 'a file in its place');
  expect(await takeScheduledBackup(owner, order({ folder: away, makesFolder: false }))).toMatchObject({
    kind: 'trouble',
    code: 'place',
  });
});

test('a folder that cannot be read is told as a trouble, and how backups stand can still be asked', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file in its place');
  const one = worker();
  expect(one.state()).toMatchObject({ lastAtMs: null, trouble: null });
  await one.look();
  expect(one.state()).toMatchObject({ lastAtMs: null, trouble: { code: 'place' } });
});

test('a backup that would fill the disk is not begun, and what was kept stays', async () => {
  await takeBackup(owner, folder, nowMs - hourMs);
  const [kept] = listBackups(folder);
  const space = { freeBytes: 1_000_000_000, totalBytes: 1e12 };
  expect(await takeScheduledBackup(owner, order(), () => space)).toMatchObject({ kind: 'trouble', code: 'full' });
  expect(listBackups(folder)).toEqual([kept]);
});

test('servers on one database take turns', async () => {
  const [first, second] = await Promise.all([
    takeScheduledBackup(owner, order()),
    takeScheduledBackup(owner, order({ nowMs: nowMs + 1 })),
  ]);
  expect([first.kind, second.kind].sort()).toEqual(['busy', 'taken']);
  expect(listBackups(folder)).toHaveLength(1);
});

test('in a process of its own: taken, the database away, killed; what is killed leaves nothing that looks whole', async () => {
  const never = new AbortController().signal;
  const taken = await inProcess(made.ownerUrl)(order(), never);
  expect(taken).toMatchObject({ kind: 'taken', dropped: 0 });
  const away = await inProcess('postgresql://nobody@127.0.0.1:1/none')(order(), never);
  expect(away).toMatchObject({ kind: 'trouble', code: 'database' });

  // It waits for a table in the middle of its work.
  const blocker = await owner.pool.connect();
  await blocker.query('begin; lock table store in access exclusive mode');
  const one = worker(inProcess(made.ownerUrl));
  nowMs += 6 * hourMs;
  const looking = one.look();
  const drafts = () => readdirSync(folder).filter((name) => name.endsWith('.unfinished'));
  await expect.poll(() => drafts().length, { timeout: 30_000 }).toBe(1);
  await one.close();
  await looking;
  await blocker.query('rollback');
  blocker.release();
  expect(listBackups(folder)).toHaveLength(1);
  expect(one.state().lastAtMs).toBe(testNowMs);

  // Its draft goes with the first that is taken long after.
  const [draft = ''] = drafts();
  utimesSync(join(folder, draft), nowMs / 1_000 - 7_200, nowMs / 1_000 - 7_200);
  nowMs += 6 * hourMs;
  await expect.poll(async () => (await takeScheduledBackup(owner, order())).kind, { timeout: 30_000 }).toBe('taken');
  expect(drafts()).toEqual([]);
});
