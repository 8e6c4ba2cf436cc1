import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { initdbFlags } from './postgres-settings.ts';

const unfinished = 'initialising-';

/**
 * Makes a cluster. It is made under another name and renamed when whole, so a start that was killed half-way leaves
 * only leavings, which are removed here.
 *
 * @throws EmbeddedPostgresError `initdb_failed`
 */
export async function createCluster(options: {
  clusterDir: string;
  dataDir: string;
  account: PostgresAccount;
  initdb: string;
  password: string;
}): Promise<void> {
  for (const name of readdirSync(options.dataDir)) {
    if (name.startsWith(unfinished)) rmSync(join(options.dataDir, name), { recursive: true, force: true });
  }
  const workDir = mkdtempSync(join(options.dataDir, unfinished));
  const newCluster = join(workDir, 'cluster');
  const passwordFile = join(workDir, 'password');
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  options.account.own(workDir);
  options.account.own(passwordFile);
  const args = [`--pgdata=${newCluster}`, '--username=onecode', `--pwfile=${passwordFile}`, ...initdbFlags];
  const { code, output } = await run(options.account.command(options.initdb, args));
  if (code !== 0) {
    rmSync(workDir, { recursive: true, force: true });
    throw new EmbeddedPostgresError(
      'initdb_failed',
      `The database could not be made in ${options.dataDir}. Nothing was lost: there was none yet. ` +
        `Free some disk space, check who may write there, and start again. PostgreSQL said:\n${output.trim()}`,
    );
  }
  renameSync(newCluster, options.clusterDir);
  rmSync(workDir, { recursive: true, force: true });
}

/** The major version that wrote this data folder, or null when it is not one. */
export function majorVersion(clusterDir: string): number | null {
  const file = join(clusterDir, 'PG_VERSION');
  if (!existsSync(file)) return null;
  const version = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isNaN(version) ? null : version;
}

function run(command: ReturnType<PostgresAccount['command']>): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    const child = spawn(command.file, command.args, {
      ...command.options,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => done({ code: null, output: `${output}\n${error.message}` }));
    child.on('close', (code) => done({ code, output }));
  });
}
