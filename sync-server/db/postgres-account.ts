import { execFileSync, type SpawnOptions } from 'node:child_process';
import { chownSync, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const accountName = 'postgres';

/** How PostgreSQL's programs are started, and who owns their files. */
export interface PostgresAccount {
  /** The command line that runs `program` with `args` as the account. */
  command(program: string, args: string[]): { file: string; args: string[]; options: SpawnOptions };
  /** Gives a file or folder to the account. */
  own(path: string): void;
}

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it as himself; root runs it as the system account
 * `postgres`, which is made when it is missing.
 *
 * A clone in a folder that only root may enter (/root, a mktemp folder) cannot be reached by that account. Then, and
 * only then, it gets the one capability that lets it pass (CAP_DAC_OVERRIDE, through util-linux's setpriv), since moving
 * somebody's data or opening his folders would be worse.
 *
 * @param paths every program and folder the account must reach
 * @param clusterDir a cluster that is there already goes on belonging to whom it belongs to
 */
export function postgresAccount(paths: string[], clusterDir: string): PostgresAccount {
  if (userInfo().uid !== 0) {
    return { command: (file, args) => ({ file, args, options: {} }), own: () => undefined };
  }
  const account = ownerOf(clusterDir) ?? findAccount() ?? createAccount();
  const own = (path: string) => chownSync(path, account.uid, account.gid);
  if (paths.every((path) => isReachable(path, account.uid))) {
    return { command: (file, args) => ({ file, args, options: { uid: account.uid, gid: account.gid } }), own };
  }
  // no_setuid_fixup: PostgreSQL asks with access(2), which else forgets capabilities (capabilities(7), SECURE_NO_SETUID_FIXUP).
  const grant = ['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const prefix = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', ...grant, '--'];
  try {
    execFileSync('setpriv', [...prefix, 'true'], { stdio: 'ignore' });
  } catch {
    throw new EmbeddedPostgresError(
      'no_account',
      `PostgreSQL must not run as root, and its account "${accountName}" cannot enter the folders ${paths.join(', ')}. ` +
        'Nothing was changed. Run this as an ordinary user, or move the clone to a folder that everybody may enter, such as /opt.',
    );
  }
  return { command: (program, args) => ({ file: 'setpriv', args: [...prefix, program, ...args], options: {} }), own };
}

function ownerOf(folder: string): { uid: number; gid: number } | null {
  if (!existsSync(folder)) return null;
  const { uid, gid } = statSync(folder);
  return uid === 0 ? null : { uid, gid };
}

function findAccount(): { uid: number; gid: number } | null {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, accountName], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

function createAccount(): { uid: number; gid: number } {
  try {
    const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
    execFileSync('useradd', [...flags, accountName], { stdio: 'pipe' });
  } catch (error) {
    throw new EmbeddedPostgresError(
      'no_account',
      `PostgreSQL must not run as root, and the system account "${accountName}" could not be made (${String(error)}). ` +
        'Nothing else was changed. Run this as an ordinary user, or make the account yourself and start again.',
    );
  }
  const account = findAccount();
  if (!account)
    throw new EmbeddedPostgresError('no_account', `The account "${accountName}" was made but is not found.`);
  return account;
}

function isReachable(path: string, uid: number): boolean {
  const enter = 0o001;
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid: owner } = statSync(folder);
    if (owner !== uid && (mode & enter) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}
