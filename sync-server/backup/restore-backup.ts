import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import type { Database } from '../db/database.ts';
import { knownMigrations, migrate } from '../db/migrate.ts';
import { type BackupHead, type EndLine, tableSumSql } from './backup-format.ts';
import { BackupError, readBackup } from './read-backup.ts';

/** More than a server can have given out since any backup. */
const revisionLeap = 1_000_000_000;
const sequenceLeap = 1_000_000;
const tillLeap = 100;
const cartonLeap = 10_000;

export type Restored = { head: BackupHead; rows: number };

/**
 * Loads a backup into an empty database, as the role that owns it: the tables are made as they were when it was taken, filled,
 * compared with the backup's sums, and brought up to date. All in one transaction but for the tables' making. Afterwards history
 * is broken off (`breakHistory`).
 *
 * @throws BackupError when the file is no whole backup, or the database is not empty
 */
export async function restoreBackup(
  owner: Database,
  file: Readable,
  { of = 'backup' }: { of?: BackupHead['onecode'] } = {},
): Promise<Restored> {
  await assertEmpty(owner);
  const client = await owner.pool.connect();
  let head: BackupHead | null = null;
  let rows = 0;
  let columns: string[] = [];
  try {
    for await (const part of readBackup(file)) {
      if (part.type === 'head') {
        head = part.head;
        assertOf(head, of);
        await makeTables(owner, head);
        await client.query('begin');
        await emptyTables(client);
      } else if (part.type === 'table') {
        columns = part.columns;
      } else if (part.type === 'rows') {
        rows += part.rows.length;
        await loadRows(client, part.table, columns, part.rows);
      } else {
        await assertSame(client, part.end);
      }
    }
    if (head === null) throw new BackupError('The file is empty: it is no backup.');
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
  await migrate(owner);
  await breakHistory(owner);
  return { head, rows };
}

function assertOf({ onecode }: BackupHead, of: BackupHead['onecode']): void {
  if (onecode === of) return;
  throw new BackupError(
    of === 'backup'
      ? 'The file is one merchant of another installation: "npm run merchant -- import" brings it in. Nothing was changed.'
      : 'The file is a backup of a whole installation: "npm run restore" loads it. Nothing was changed.',
  );
}

async function assertEmpty(owner: Database): Promise<void> {
  const { rows } = await owner.pool.query<{ isThere: boolean }>(
    `select to_regclass('public.merchant') is not null as "isThere"`,
  );
  if (!rows[0]?.isThere) return;
  const { rowCount } = await owner.pool.query('select from merchant limit 1');
  if (rowCount !== 0)
    throw new BackupError('The database holds a chain already. A backup is restored into an empty one.');
}

async function makeTables(owner: Database, { migrations }: BackupHead): Promise<void> {
  if (migrations > knownMigrations()) {
    throw new BackupError('The backup was taken by a newer version of Onecode. Restore it with that version.');
  }
  await migrate(owner, migrations);
}

/** What migrations put in is in the backup too. */
async function emptyTables(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ tables: string | null }>(
    `select string_agg(quote_ident(table_name), ', ') as tables from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  if (rows[0]?.tables) await client.query(`truncate ${rows[0].tables}`);
}

/** Rows as to_json wrote them. */
export async function loadRows(
  client: pg.PoolClient,
  table: string,
  columns: readonly string[],
  rows: string[],
): Promise<void> {
  const names = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
  await client.query(
    `insert into "${table}" (${names}) select ${names} from json_populate_recordset(null::"${table}", $1::json)`,
    [`[${rows.join(',')}]`],
  );
}

async function assertSame(client: pg.PoolClient, { end: table, rows, sum }: EndLine): Promise<void> {
  const { rows: found } = await client.query<Omit<EndLine, 'end'>>(tableSumSql(table));
  if (found[0]?.rows === rows && found[0].sum === sum) return;
  throw new BackupError(`The rows of ${table} are not what the backup says. Nothing was restored.`);
}

/**
 * What the server did after the backup is in no table any more, but others know of it. So nothing of before is gone on from: tills
 * begin again by the pages and offer their entries again, and no number that was given then is given again.
 */
export async function breakHistory(owner: Database): Promise<void> {
  const client = await owner.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `update merchant_counter set revision = revision + ${revisionLeap}, told_from_revision = revision + ${revisionLeap}`,
    );
    const { rows } = await client.query<{ storeId: string }>('select store_id as "storeId" from store_counter');
    for (const { storeId } of rows) {
      const { rowCount } = await client.query(
        `update store_counter c set revision = revision + ${revisionLeap}, told_from_revision = revision + ${revisionLeap},
                journal_uuid = $2,
                office_from_sequence = greatest(office_from_sequence, coalesce((select max(sequence) from journal j
                  where j.store_id = c.store_id and till_number = 0), 0)) + ${sequenceLeap},
                tills_from_number = greatest(tills_from_number, coalesce((select max(till_number) from till t
                  where t.store_id = c.store_id), 0)) + ${tillLeap}
          where store_id = $1`,
        [storeId, randomUUID().replaceAll('-', '')],
      );
      assert(rowCount === 1, 'a store has one counter');
    }
    await client.query(`update carton_number set last = last + ${cartonLeap}`);
    await client.query('delete from feed_manifest');
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
