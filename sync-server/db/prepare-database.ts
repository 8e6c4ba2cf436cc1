import { randomBytes } from 'node:crypto';
import { keySealOf, sealPrivateKeys } from '../auth/private-keys.ts';
import { deriveSecret } from '../auth/secrets.ts';
import {
  appRoleName,
  canConnect,
  grantToAppRole,
  isLogProtected,
  makeAppRole,
  mayChangeTables,
  mayMakeRoles,
  urlOfRole,
} from './app-role.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { dropReportViews, remakeReportViews, reportRoleName } from './report-views.ts';

export type DatabaseAddresses = {
  /** Of the role that owns the tables. */
  ownerUrl: string;
  /** DATABASE_APP_URL: a role made by hand for the server to work as. */
  appUrl: string | null;
  /** The installation's (auth/secrets.ts): the password of the role that is made otherwise comes from it. */
  secret: string;
  /** Whether a role that has another password gets this one: a server does, a program beside it must not. */
  mayReset: boolean;
};

/** What the server works with. */
export type PreparedDatabase = {
  url: string;
  /** Why the server's role could change the audit log and the journal; null when it cannot. */
  unprotected: string | null;
  /** What is said of each private key that another installation's secret seals. */
  lostKeys: string[];
};

/** Any constant: programs that start together take turns, or PostgreSQL refuses one whose grants meet another's. */
const preparationLock = 8_104_711;

/**
 * Brings the tables up to date as their owner, and answers the address of a role that owns nothing. Safe when several
 * servers and programs start at once.
 */
export async function prepareDatabase(addresses: DatabaseAddresses): Promise<PreparedDatabase> {
  const owner = openDatabase(addresses.ownerUrl, { poolSize: 2 });
  try {
    const turn = await owner.pool.connect();
    try {
      await turn.query('select pg_advisory_lock($1)', [preparationLock]);
      return await prepare(owner, addresses);
    } finally {
      // Closing the connection gives the lock back.
      turn.release(true);
    }
  } finally {
    await owner.close();
  }
}

async function prepare(owner: Database, addresses: DatabaseAddresses): Promise<PreparedDatabase> {
  const { ownerUrl } = addresses;
  await dropReportViews(owner);
  await migrate(owner);
  await remakeReportViews(owner, reportRoleName(ownerUrl));
  const lost = await sealPrivateKeys(owner.pool, { keySeal: keySealOf(addresses.secret), randomBytes });
  return { ...(await workingRole(owner, addresses)), lostKeys: lost.map(({ message }) => message) };
}

/** The role that the server works as. */
async function workingRole(owner: Database, addresses: DatabaseAddresses): Promise<Omit<PreparedDatabase, 'lostKeys'>> {
  const { ownerUrl, appUrl } = addresses;
  const url = appUrl ?? (await appRoleUrl(owner, addresses));
  if (url === null) return { url: ownerUrl, unprotected: 'the role of DATABASE_URL cannot make one for it' };
  const role = decodeURIComponent(new URL(url).username);
  // An owner's own rights are left alone: taking some away would be in its own way only.
  if (!(await mayChangeTables(owner.pool, role))) await grantToAppRole(owner, role);
  if (!(await canConnect(url))) return { url: ownerUrl, unprotected: 'the role made for the server cannot sign in' };
  return { url, unprotected: await whyUnprotected(url) };
}

/** The password of the role that the server makes for itself. */
export function appRolePassword(secret: string): string {
  return deriveSecret(secret, 'database role');
}

/** Null when there is no such role and none can be made. */
async function appRoleUrl(owner: Database, { ownerUrl, secret, mayReset }: DatabaseAddresses): Promise<string | null> {
  const role = appRoleName(ownerUrl);
  const password = appRolePassword(secret);
  const url = urlOfRole(ownerUrl, role, password);
  const { rowCount } = await owner.pool.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount === 0 || !(await canConnect(url))) {
    if (rowCount !== 0 && !mayReset) return null;
    if (!(await mayMakeRoles(owner.pool))) return null;
    await makeAppRole(owner.pool, role, password);
  }
  return url;
}

async function whyUnprotected(url: string): Promise<string | null> {
  const working = openDatabase(url, { poolSize: 1 });
  try {
    return (await isLogProtected(working.pool))
      ? null
      : 'the role of DATABASE_APP_URL owns the tables or may change them';
  } finally {
    await working.close();
  }
}

/** For the person who runs the server. */
export function unprotectedText(why: string): string {
  return (
    `The audit log is not protected from this server: ${why}. Everything works; who breaks into the server could change ` +
    "what is on record. Make a role for it: CREATE ROLE onecode_app LOGIN PASSWORD '…'; and set DATABASE_APP_URL to " +
    'the address with that role. What it needs is granted at the next start.'
  );
}
