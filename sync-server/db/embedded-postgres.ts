import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { diskFullError, EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { type PostgresAccount, postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { createCluster, majorVersion } from './postgres-cluster.ts';
import { adoptOrphan, keepRunning, type Postmaster, startPostmaster, stopPostmaster } from './postgres-postmaster.ts';
import { postgresSettings } from './postgres-settings.ts';
import { isPostmasterOf, processIdentity } from './process-identity.ts';

export interface EmbeddedPostgres {
  /** Connection string of the database `onecode`, as its owner. */
  url: string;
  /** Ends PostgreSQL cleanly, once; later calls wait for the same end. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Folder that holds everything: the cluster, its password, port and log. Made when it is missing. */
  dataDir: string;
  /** Gets one line for a person at each slow step. */
  log(line: string): void;
  /** PostgreSQL settings over our own. */
  settings?: Record<string, string>;
  /** Folders beside the data folder that PostgreSQL reads or writes; they become its own. */
  reaches?: string[];
}

/**
 * Starts the store's own PostgreSQL (18, fsync on, 127.0.0.1 only, random password), making it the first time.
 *
 * It is its own session, so a Ctrl-C in the terminal reaches only our server, which stops it last. When our server
 * is killed, PostgreSQL lives on and the next start takes it over; when both are killed, PostgreSQL recovers by its log.
 *
 * @throws EmbeddedPostgresError with a message for a person
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  let release: () => void = () => undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    release = claim(dataDir);
    return await startClaimed(dataDir, options, release);
  } catch (error) {
    release();
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOSPC', 'EDQUOT'].includes(code)) throw diskFullError(dataDir);
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    throw new EmbeddedPostgresError(
      'no_access',
      `This account may not read and write all of ${dataDir} (${String(error)}). The data is untouched. ` +
        'Start as the account that made it, or give the folder to this one.',
    );
  }
}

async function startClaimed(
  dataDir: string,
  options: EmbeddedPostgresOptions,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const clusterDir = join(dataDir, 'cluster');
  const binaries = await postgresBinaries();
  const { reaches = [] } = options;
  const account = postgresAccount(
    [binaries.initdb, binaries.postgres, dataDir, ...reaches.map((folder) => dirname(folder))],
    clusterDir,
  );
  for (const folder of reaches) account.own(folder);
  giveCopied(clusterDir, account);
  const password = await prepareCluster(dataDir, account, binaries.initdb, options.log);
  const port = await stablePort(join(dataDir, 'port'), clusterDir);
  const settings = { ...postgresSettings(port), ...options.settings };
  const postmaster: Postmaster = {
    clusterDir,
    logFile: join(dataDir, 'postgres.log'),
    program: binaries.postgres,
    args: ['-D', clusterDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    account,
    url: (database) => `postgresql://onecode:${password}@127.0.0.1:${port}/${database}`,
  };
  const pid = (await adoptOrphan(postmaster, options.log)) ?? (await startPostmaster(postmaster, options.log));
  const running = keepRunning(postmaster, pid, options.log);
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= running
      .release()
      .then(() => stopPostmaster(running.pid()))
      .finally(release);
    return stopped;
  };
  return { url: postmaster.url('onecode'), stop };
}

/** Makes sure that no other running server uses this data, and marks it as ours until the returned function is called. */
function claim(dataDir: string): () => void {
  const ownerFile = join(dataDir, 'owner');
  if (existsSync(ownerFile)) {
    const [pid, identity] = readFileSync(ownerFile, 'utf8').split('\n');
    if (identity && processIdentity(Number(pid)) === identity) throw dataInUse(dataDir, pid);
    rmSync(ownerFile, { force: true });
  }
  try {
    writeFileSync(ownerFile, `${process.pid}\n${processIdentity(process.pid)}`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw dataInUse(dataDir, 'just started');
  }
  return () => rmSync(ownerFile, { force: true });
}

function dataInUse(dataDir: string, owner: string | undefined): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data_in_use',
    `Another Onecode (process ${owner}) is running on the data in ${dataDir}. It was left alone. ` +
      'Use that one, or stop it first with Ctrl-C in its window.',
  );
}

/** Leaves a whole cluster of the right version in `dataDir` and answers its password. */
async function prepareCluster(
  dataDir: string,
  account: PostgresAccount,
  initdb: string,
  log: (line: string) => void,
): Promise<string> {
  const clusterDir = join(dataDir, 'cluster');
  const passwordFile = join(dataDir, 'password');
  if (!existsSync(clusterDir)) {
    log('Making a new PostgreSQL database (once, some seconds) …');
    // The password comes first: a cluster whose password nobody knows would be lost.
    const password = randomBytes(24).toString('hex');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    await createCluster({ clusterDir, dataDir, account, initdb, password });
  }
  const found = majorVersion(clusterDir);
  const wanted = 18;
  if (found !== wanted) {
    throw new EmbeddedPostgresError(
      found === null ? 'foreign_data' : 'other_major_version',
      found === null
        ? `${clusterDir} is not a PostgreSQL data folder. It was left alone. Move it away, or choose another data folder.`
        : `The data in ${clusterDir} was made by PostgreSQL ${found}, this program brings PostgreSQL ${wanted}. ` +
            'The data is untouched. Go back to the version of Onecode that made it and export it there (see the README), ' +
            'or choose another data folder.',
    );
  }
  if (!existsSync(passwordFile)) {
    throw new EmbeddedPostgresError(
      'foreign_data',
      `The file ${passwordFile} with the database's password is missing. The data is untouched. ` +
        'Put the file back from your backup: the folder is only whole with it.',
    );
  }
  rotate(join(dataDir, 'postgres.log'));
  return readFileSync(passwordFile, 'utf8').trim();
}

/** A cluster that somebody copied here belongs to him until PostgreSQL's account gets it, which reads no other's. */
function giveCopied(clusterDir: string, account: PostgresAccount): void {
  if (!existsSync(join(clusterDir, 'recovery.signal'))) return;
  account.own(clusterDir);
  for (const name of readdirSync(clusterDir, { recursive: true, encoding: 'utf8' }))
    account.own(join(clusterDir, name));
}

function rotate(logFile: string): void {
  const limitBytes = 5_000_000;
  if (existsSync(logFile) && statSync(logFile).size > limitBytes) renameSync(logFile, `${logFile}.old`);
}

/** The port used last, if it is free or held by this cluster's own orphan; else a free one, which is kept from now on. */
async function stablePort(portFile: string, clusterDir: string): Promise<number> {
  const kept = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  if (kept > 0 && orphanPort(clusterDir) === kept) return kept;
  const port = (kept > 0 && (await listenOnce(kept))) || (await listenOnce(0));
  if (!port)
    throw new EmbeddedPostgresError('start_failed', 'No port of 127.0.0.1 is free. Close some programs and retry.');
  if (port !== kept) writeFileSync(portFile, String(port));
  return port;
}

function orphanPort(clusterDir: string): number | null {
  const pidFile = join(clusterDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  // Lines 1 and 4: process id and port (PostgreSQL's source, miscadmin.h, LOCK_FILE_LINE_PORT).
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  return isPostmasterOf(Number(lines[0]), clusterDir) ? Number(lines[3]) : null;
}

/** Listens on a port of 127.0.0.1 for an instant; 0 means any. Answers the port, or null when it is taken. */
function listenOnce(port: number): Promise<number | null> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => answer(address && typeof address === 'object' ? address.port : null));
    });
  });
}
