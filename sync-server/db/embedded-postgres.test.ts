import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { isRunning, waitUntilGone } from './process-identity.ts';

const root = mkdtempSync(join(tmpdir(), 'onecode-pg-'));
const dataDir = join(root, 'data');
const lines: string[] = [];
const open: EmbeddedPostgres[] = [];

beforeEach(() => {
  lines.length = 0;
});

afterAll(async () => {
  for (const postgres of open) await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: (line) => lines.push(line) });
  open.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await client.query({ text: sql, rowMode: 'array' });
    return result.rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number {
  return Number(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A server of its own that starts the database, writes one row and waits to be killed. */
async function startInChild(note: string): Promise<ChildProcess> {
  const module = JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'));
  const pgModule = JSON.stringify(import.meta.resolve('pg'));
  const script = `
    const { startEmbeddedPostgres } = await import(${module});
    const { default: pg } = await import(${pgModule});
    const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: () => undefined });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("INSERT INTO note VALUES ('${note}')");
    console.log('written');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes('written') && resolve());
    child.on('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  expect(await waitUntilGone(child.pid ?? 0, 20_000)).toBe(true);
}

test('a new folder becomes a durable PostgreSQL 18 that sorts by bytes and keeps its data and its port', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE note (text text PRIMARY KEY)');
  await query(first.url, "INSERT INTO note VALUES ('b'), ('B'), ('ä'), ('中'), ('a-1'), ('a1')");
  const settings = await query(
    first.url,
    "SELECT current_setting('fsync'), current_setting('server_version_num')::int / 10000",
  );
  expect(settings).toEqual([['on', 18]]);
  expect(await query(first.url, "SELECT lower('ÄÖ'), pg_encoding_to_char(6)")).toEqual([['äö', 'UTF8']]);
  await first.stop();
  await first.stop();

  const second = await start();
  expect(second.url).toBe(first.url);
  const sorted = (await query(second.url, 'SELECT text FROM note ORDER BY text')).flat() as string[];
  const bytes = (text: string) => Buffer.from(text).toString('hex');
  expect(sorted).toEqual([...sorted].sort((one, other) => (bytes(one) < bytes(other) ? -1 : 1)));
  await second.stop();
});

test('only this account may read the password', async () => {
  expect(statSync(join(dataDir, 'password')).mode & 0o077).toBe(0);
});

test('a second server on the same data is refused and says who holds it', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    code: 'data_in_use',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect(await query(first.url, 'SELECT 1')).toEqual([[1]]);
  await first.stop();
});

test('a PostgreSQL that outlived a killed server is taken over with what was committed', async () => {
  await kill(await startInChild('before the kill'));
  const orphan = postmasterPid();
  expect(isRunning(orphan)).toBe(true);

  const next = await start();
  expect(postmasterPid()).toBe(orphan);
  expect(await query(next.url, "SELECT text FROM note WHERE text = 'before the kill'")).toEqual([['before the kill']]);
  await next.stop();
  expect(isRunning(orphan)).toBe(false);
});

test('an orphan with other settings is restarted', async () => {
  await kill(await startInChild('other settings'));
  const orphan = postmasterPid();
  const next = await startEmbeddedPostgres({
    dataDir,
    log: (line) => lines.push(line),
    settings: { max_connections: '21' },
  });
  open.push(next);
  expect(isRunning(orphan)).toBe(false);
  expect(await query(next.url, 'SHOW max_connections')).toEqual([['21']]);
  await next.stop();
});

test('server and PostgreSQL killed together: the next start recovers what was committed', async () => {
  const child = await startInChild('before the power cut');
  const orphan = postmasterPid();
  await kill(child);
  process.kill(orphan, 'SIGKILL');
  await waitUntilGone(orphan, 20_000);
  const next = await start();
  expect(await query(next.url, "SELECT text FROM note WHERE text = 'before the power cut'")).toHaveLength(1);
  await next.stop();
});

test('a postmaster.pid that names a foreign living process is removed', async () => {
  const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
  writeFileSync(pidFile, `${process.pid}\n${join(dataDir, 'cluster')}\n1700000000\n5432\n\n127.0.0.1\n`);
  const next = await start();
  expect(postmasterPid()).not.toBe(process.pid);
  await next.stop();
});

test('a PostgreSQL that is killed under a living server is started again', async () => {
  const postgres = await start();
  const first = postmasterPid();
  process.kill(first, 'SIGKILL');
  await expect.poll(() => query(postgres.url, 'SELECT 1').catch(() => null), { timeout: 60_000 }).toEqual([[1]]);
  expect(postmasterPid()).not.toBe(first);
  await postgres.stop();
});

test('a folder whose making was killed half-way is made anew', async () => {
  const halfDir = join(root, 'half');
  mkdirSync(join(halfDir, 'initialising-killed', 'cluster'), { recursive: true });
  writeFileSync(join(halfDir, 'initialising-killed', 'cluster', 'PG_VERSION'), '18\n');
  writeFileSync(join(halfDir, 'password'), 'of the killed one');
  const postgres = await start(halfDir);
  expect(await query(postgres.url, 'SELECT 1')).toEqual([[1]]);
  expect(readdirSync(halfDir).filter((name) => name.startsWith('initialising-'))).toEqual([]);
  await postgres.stop();
});

test('data of another major version is refused and left alone', async () => {
  const oldDir = join(root, 'old');
  mkdirSync(join(oldDir, 'cluster'), { recursive: true });
  writeFileSync(join(oldDir, 'cluster', 'PG_VERSION'), '16\n');
  writeFileSync(join(oldDir, 'password'), 'kept');
  await expect(start(oldDir)).rejects.toMatchObject({
    code: 'other_major_version',
    message: expect.stringMatching(/PostgreSQL 16.*brings PostgreSQL 18.*untouched/s),
  });
  expect(readdirSync(join(oldDir, 'cluster'))).toEqual(['PG_VERSION']);
  expect(existsSync(join(oldDir, 'owner'))).toBe(false);
});
