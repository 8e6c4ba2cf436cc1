import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { pino } from 'pino';
import { noKeySeal } from '../auth/private-keys.ts';
import { resealSecrets } from '../auth/reseal-secrets.ts';
import type { ServerContext } from '../context.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { storeFindings } from '../doctor/store-checks.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { type BackupHead, type EndLine, tableSumSql } from './backup-format.ts';
import { type ChainEnd, chainEnds, merchantRowsSql } from './merchant-rows.ts';
import { BackupError, verifyBackup } from './read-backup.ts';
import { loadRows, restoreBackup } from './restore-backup.ts';
import { type Table, tablesOf } from './write-backup.ts';

const scratchPrefix = 'onecode_import_';
const portionRows = 1_000;

type Options = {
  /** The secret of the installation that the file comes from, and that of this one (auth/secrets.ts). */
  secrets: { from: string; to: string };
  nowMs: number;
};
export type Imported = { merchantId: string; name: string; entries: number; rows: number };

/**
 * Brings a merchant of another installation into this one, whole or not at all. The file is first made a database of its own beside
 * it, where it must be that merchant's alone, end its chains where the file says, hold every hash and signature, and post to the
 * same tables (P2). Its history is broken off as after a restore.
 *
 * @param file opens it anew
 * @throws BackupError with a message for a person; nothing was changed then
 */
export async function importMerchant(owner: Database, file: () => Readable, options: Options): Promise<Imported> {
  const ownerUrl = owner.pool.options.connectionString ?? '';
  const name = `${scratchPrefix}${randomBytes(6).toString('hex')}`;
  await verifyBackup(file());
  await dropLeftovers(owner);
  await makeScratch(owner, name);
  const scratch = openDatabase(Object.assign(new URL(ownerUrl), { pathname: `/${name}` }).href, { poolSize: 4 });
  try {
    const { head } = await restoreBackup(scratch, file(), { of: 'merchant' });
    const { merchant } = head;
    if (merchant === undefined) throw new BackupError('The file does not say whose it is. Nothing was changed.');
    await assertNew(owner, merchant.id);
    await assertOwnAlone(scratch, merchant);
    await assertChains(scratch, merchant);
    await drill(scratch, options.nowMs);
    const lost = await resealSecrets(scratch.pool, { ...options.secrets, randomBytes });
    if (lost.length > 0) {
      const what = `Keys in the file were sealed with another secret.key (${lost[0]}). Nothing was changed. `;
      throw new BackupError(`${what}Name that of the installation it comes from by --secret.`);
    }
    const rows = await copyRows(scratch, owner, merchant.id);
    const entries = merchant.chains.reduce((sum, chain) => sum + chain.entries, 0);
    return { merchantId: merchant.id, name: merchant.name, entries, rows };
  } finally {
    await scratch.close();
    await owner.pool.query(`drop database if exists ${name} with (force)`);
  }
}

async function makeScratch(owner: Database, name: string): Promise<void> {
  try {
    await owner.pool.query(`create database ${name} template template0`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    throw new BackupError(
      'A file is proven in a database of its own first, and the role of DATABASE_URL may make none. Give it CREATEDB.',
    );
  }
}

/** What an import left that was killed. One that goes on is connected to its own, and PostgreSQL lets nobody drop that. */
async function dropLeftovers(owner: Database): Promise<void> {
  const { rows } = await owner.pool.query<{ name: string }>(
    `select datname as name from pg_database d where datname like '${scratchPrefix.replaceAll('_', '\\_')}%'
        and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
  );
  for (const { name } of rows) {
    await owner.pool.query(`drop database if exists "${name}"`).catch((error: Error & { code?: string }) => {
      if (error.code !== '55006') throw error;
    });
  }
}

async function assertNew(owner: Database, merchantId: string): Promise<void> {
  const { rowCount } = await owner.pool.query('select from merchant where merchant_id = $1', [merchantId]);
  if (rowCount !== 0) throw new BackupError('This installation has that merchant already. Nothing was changed.');
}

type Merchant = NonNullable<BackupHead['merchant']>;

/** Checksums are of whoever wrote the file: what it holds of others must not come in with it. */
async function assertOwnAlone(scratch: Database, { id }: Merchant): Promise<void> {
  const client = await scratch.pool.connect();
  try {
    const merchant = client.escapeLiteral(id);
    const { rowCount } = await client.query(`select from merchant where merchant_id = ${merchant}`);
    if (rowCount !== 1) throw new BackupError('The merchant that the file names is not in it. Nothing was changed.');
    for (const { table } of await tablesOf(client)) {
      const own = merchantRowsSql(table, merchant) ?? 'false';
      const { rowCount: foreign } = await client.query(`select from "${table}" where (${own}) is not true limit 1`);
      if (foreign === 0) continue;
      throw new BackupError(`The file holds rows of ${table} that are not its merchant's. Nothing was changed.`);
    }
  } finally {
    client.release();
  }
}

async function assertChains(scratch: Database, { id, chains }: Merchant): Promise<void> {
  const text = (all: readonly ChainEnd[]) =>
    all.map((one) => [one.storeId, one.tillNumber, one.entries, one.sequence, one.hash].join(' ')).join('\n');
  if (text(await chainEnds(scratch.pool, id)) === text(chains)) return;
  throw new BackupError('The journal in the file does not end where the file says. Nothing was changed.');
}

/** As after a restore. What is wrong of old with tills or printers comes along; what is on record must hold. */
async function drill(scratch: Database, nowMs: number): Promise<void> {
  const context: ServerContext = {
    database: scratch,
    keySeal: noKeySeal,
    changes: new ChangeBus(),
    log: pino({ level: 'silent' }),
    nowMs: () => nowMs,
    randomBytes,
  };
  const { rows } = await scratch.pool.query<{ storeId: string }>('select store_id as "storeId" from store order by 1');
  for (const { storeId } of rows) {
    const findings = await storeFindings(context, storeId, { rebuilds: true });
    const wrong = findings.find(({ level, subject }) => level === 'error' && ['chain', 'rebuild'].includes(subject));
    if (wrong) throw new BackupError(`What is in the file does not add up: ${wrong.message} Nothing was changed.`);
  }
}

/** In one transaction, and compared before it ends. */
async function copyRows(scratch: Database, owner: Database, merchantId: string): Promise<number> {
  const [from, to] = [await scratch.pool.connect(), await owner.pool.connect()];
  let copied = 0;
  try {
    const merchant = to.escapeLiteral(merchantId);
    await from.query('begin isolation level repeatable read read only');
    await to.query('begin');
    // The tables of stores and of users are found by these.
    const first = ['merchant', 'store', 'account_user'];
    const tables = await tablesOf(from);
    const ordered = [...tables].sort((one, other) => first.indexOf(other.table) - first.indexOf(one.table));
    for (const table of ordered) {
      const own = merchantRowsSql(table.table, merchant);
      if (own !== null) copied += await copyTable(from, to, table, own);
    }
    await to.query('commit');
    return copied;
  } catch (error) {
    await to.query('rollback').catch(() => undefined);
    if (!(error instanceof pg.DatabaseError) || error.code !== '23505') throw error;
    const where = `${error.table} (${error.constraint})`;
    throw new BackupError(`Something of this installation stands in the way, in ${where}. Nothing was changed.`);
  } finally {
    await from.query('rollback').catch(() => undefined);
    from.release();
    to.release();
  }
}

async function copyTable(from: pg.PoolClient, to: pg.PoolClient, { table, columns }: Table, own: string) {
  await from.query(`declare import_rows no scroll cursor for select to_json(t)::text as row from "${table}" t`);
  for (;;) {
    const { rows } = await from.query<{ row: string }>(`fetch ${portionRows} from import_rows`);
    if (rows.length === 0) break;
    await loadRows(
      to,
      table,
      columns,
      rows.map(({ row }) => row),
    );
  }
  await from.query('close import_rows');
  const sums = async (client: pg.PoolClient) =>
    (await client.query<Omit<EndLine, 'end'>>(tableSumSql(table, own))).rows[0];
  const [there, here] = [await sums(from), await sums(to)];
  if (there?.rows === here?.rows && there?.sum === here?.sum) return here?.rows ?? 0;
  throw new BackupError(`The rows of ${table} did not arrive as they were. Nothing was changed.`);
}
