import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { diskFullError, EmbeddedPostgresError, isDiskFull } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { isPostmasterOf, isRunning, waitUntilGone } from './process-identity.ts';

/** One PostgreSQL server process: how it is started and reached. */
export interface Postmaster {
  clusterDir: string;
  logFile: string;
  program: string;
  args: string[];
  account: PostgresAccount;
  url(database: string): string;
}

const stepMs = 50;
/** Recovery after a power cut reads the log again; nothing but a hang lasts this long. */
const startLimitMs = 600_000;
const stopLimitMs = 60_000;
const watchMs = 500;
const longestRestMs = 10_000;

/**
 * Deals with a postmaster.pid that a killed server left: a PostgreSQL of ours that still runs with the same settings
 * is taken over (its process id is the answer), one with other settings is stopped, and a file that names
 * a dead or foreign process is removed, because PostgreSQL would refuse to start beside it.
 */
export async function adoptOrphan(postmaster: Postmaster, log: (line: string) => void): Promise<number | null> {
  const pidFile = join(postmaster.clusterDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!isPostmasterOf(pid, postmaster.clusterDir)) {
    rmSync(pidFile, { force: true });
    return null;
  }
  const startedWith = readFileSync(join(postmaster.clusterDir, 'postmaster.opts'), 'utf8');
  const wanted = postmaster.args.map((arg) => `"${arg}"`).join(' ');
  if (!startedWith.includes(wanted)) {
    log('Restarting the PostgreSQL that the last server left running …');
    await stopPostmaster(pid);
    return null;
  }
  log('Taking over the PostgreSQL that the last server left running.');
  await ready(postmaster, () => isRunning(pid), log);
  return pid;
}

/** Starts PostgreSQL and answers its process id when it takes connections and the database `onecode` is there. */
export async function startPostmaster(postmaster: Postmaster, log: (line: string) => void): Promise<number> {
  const attempts = 40;
  for (let attempt = 1; ; attempt += 1) {
    const logStart = existsSync(postmaster.logFile) ? statSync(postmaster.logFile).size : 0;
    const child = launch(postmaster);
    const pid = child.pid ?? 0;
    try {
      if (await ready(postmaster, () => pid > 0 && child.exitCode === null && child.signalCode === null, log))
        return pid;
    } catch (error) {
      if (pid > 0) await stopPostmaster(pid);
      throw startFailed(postmaster, String(error));
    }
    const said = readFileSync(postmaster.logFile).subarray(logStart).toString('utf8').trim();
    // The children of a killed postmaster take a moment to notice; until then their shared memory is in use.
    const passing = said.includes('shared memory block');
    if (!passing || attempt === attempts) throw startFailed(postmaster, said.split('\n').slice(-8).join('\n'));
    await pause(5 * stepMs);
  }
}

function startFailed(postmaster: Postmaster, why: string): EmbeddedPostgresError {
  // A log on the same disk may say nothing any more.
  const { bavail, bsize } = statfsSync(postmaster.clusterDir);
  if (isDiskFull(why) || bavail * bsize === 0) return diskFullError(postmaster.clusterDir);
  return new EmbeddedPostgresError(
    'start_failed',
    `PostgreSQL did not start. The data in ${postmaster.clusterDir} is untouched. Its log is ${postmaster.logFile}. ` +
      `Put right what it says there, or set DATABASE_URL to a PostgreSQL of your own. It said:\n${why}`,
  );
}

/**
 * Starts PostgreSQL again whenever it ends while we run (killed by hand, by the system short of memory, or by a full disk), less and
 * less often while it cannot; a person is told once why. `pid` answers the process that runs now; `release` ends the watch.
 */
export function keepRunning(postmaster: Postmaster, firstPid: number, log: (line: string) => void) {
  let pid = firstPid;
  let busy: Promise<void> | null = null;
  let failures = 0;
  let restsUntilMs = 0;
  const restart = async () => {
    if (failures === 0) log('PostgreSQL ended by itself; starting it again …');
    pid = (await adoptOrphan(postmaster, log)) ?? (await startPostmaster(postmaster, log));
    if (failures > 0) log('PostgreSQL runs again. Nothing that was saved is lost.');
    failures = 0;
  };
  const watch = setInterval(() => {
    if (busy || isRunning(pid) || performance.now() < restsUntilMs) return;
    busy = restart()
      .catch((error: Error) => {
        if (failures === 0) log(error.message);
        restsUntilMs = performance.now() + Math.min(longestRestMs, watchMs * 2 ** failures++);
      })
      .finally(() => {
        busy = null;
      });
  }, watchMs);
  watch.unref();
  return {
    pid: () => pid,
    release: async () => {
      clearInterval(watch);
      await busy;
    },
  };
}

/** Asks for a fast shutdown (SIGINT: roll back, write all, end), and waits. */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await waitUntilGone(pid, stopLimitMs)) return;
  // SIGQUIT: end at once; the next start recovers from the log, nothing that was committed is lost.
  signal(pid, 'SIGQUIT');
  await waitUntilGone(pid, stopLimitMs);
}

function launch(postmaster: Postmaster) {
  const { file, args, options } = postmaster.account.command(postmaster.program, postmaster.args);
  // To a file, not to a pipe: the log must go on when the server that started it is gone.
  const logFile = openSync(postmaster.logFile, 'a', 0o600);
  const child = spawn(file, args, {
    ...options,
    cwd: '/',
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  child.unref();
  // A program that cannot be started has no process id, which the caller sees; unheard, the event would end us.
  child.on('error', () => undefined);
  return child;
}

/** Waits for connections and makes the database; false when the process ended first. */
async function ready(postmaster: Postmaster, alive: () => boolean, log: (line: string) => void): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < startLimitMs; waitedMs += stepMs) {
    if (!alive()) return false;
    if (waitedMs === 5_000) log('PostgreSQL is still starting: it repairs what a power cut or a kill left …');
    const client = new pg.Client({ connectionString: postmaster.url('postgres') });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await createDatabase(client);
      return true;
    } catch (error) {
      if (!isPassing(error)) throw error;
      await pause(stepMs);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

async function createDatabase(client: pg.Client): Promise<void> {
  const found = await client.query("SELECT 1 FROM pg_database WHERE datname = 'onecode'");
  if (found.rowCount === 0) await client.query('CREATE DATABASE onecode');
}

/** Nobody listens yet, or it is starting up or shutting down (SQLSTATE 57P03). */
function isPassing(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return ['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (isRunning(pid)) throw error;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
