import { createHash } from 'node:crypto';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import type { Database } from '../db/database.ts';
import { type BackupHead, backupFormat, type EndLine, leftOutTables, tableSumSql } from './backup-format.ts';
import { chainEnds, merchantRowsSql } from './merchant-rows.ts';

const fetchRows = 2_000;

/**
 * The lines of a backup of all tables as of one instant, or of one merchant's rows, in portions. Nobody waits for it: it reads one
 * snapshot. Needs the role that owns the tables.
 */
export async function* backupLines(
  owner: Database,
  nowMs: number,
  merchantId: string | null = null,
): AsyncGenerator<string> {
  const client = await owner.pool.connect();
  const hash = createHash('sha256');
  const hashed = (text: string) => {
    hash.update(text);
    return text;
  };
  try {
    await client.query('begin isolation level repeatable read read only');
    // A report that runs for long must not end a backup.
    await client.query('set local statement_timeout = 0');
    const head: BackupHead = {
      onecode: merchantId === null ? 'backup' : 'merchant',
      format: backupFormat,
      takenAtMs: nowMs,
      migrations: await appliedMigrations(client),
      ...(merchantId !== null && { merchant: await merchantHead(client, merchantId) }),
    };
    const whereOf = (table: string) =>
      merchantId === null ? 'true' : merchantRowsSql(table, client.escapeLiteral(merchantId));
    yield hashed(`${JSON.stringify(head)}\n`);
    const tables = (await tablesOf(client)).filter(({ table }) => whereOf(table) !== null);
    for (const { table, columns } of tables) {
      const where = whereOf(table) ?? 'false';
      yield hashed(`${JSON.stringify({ table, columns })}\n`);
      for await (const portion of rowsOf(client, table, where)) yield hashed(portion);
      const { rows: sums } = await client.query<Omit<EndLine, 'end'>>(tableSumSql(table, where));
      assert(sums[0], 'a sum is one row');
      yield hashed(`${JSON.stringify({ end: table, ...sums[0] })}\n`);
    }
    yield `${JSON.stringify({ whole: tables.length, sha256: hash.digest('hex') })}\n`;
  } finally {
    await client.query('rollback').finally(() => client.release());
  }
}

/** How many migrations a database has. */
export async function appliedMigrations(client: pg.PoolClient | pg.Pool): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from drizzle.__drizzle_migrations',
  );
  return rows[0]?.count ?? 0;
}

async function merchantHead(client: pg.PoolClient, id: string): Promise<NonNullable<BackupHead['merchant']>> {
  const { rows } = await client.query<{ name: string }>('select name from merchant where merchant_id = $1', [id]);
  assert(rows[0], 'an exported merchant is there');
  return { id, name: rows[0].name, chains: await chainEnds(client, id) };
}

export type Table = { table: string; columns: string[] };

/** Those of a backup. */
export async function tablesOf(client: pg.PoolClient): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select table_name as "table", array_agg(column_name::text order by ordinal_position) as columns
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER' group by 1 order by 1`,
  );
  return rows.filter(({ table }) => !leftOutTables.includes(table));
}

async function* rowsOf(client: pg.PoolClient, table: string, where: string): AsyncGenerator<string> {
  await client.query(
    `declare backup_rows no scroll cursor for select to_json(t)::text as row from "${table}" t where ${where}`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${fetchRows} from backup_rows`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => `${oneLine(row)}\n`).join('');
  }
  await client.query('close backup_rows');
}

/** A document is kept to the letter, and letters may be line breaks between its values. */
function oneLine(row: string): string {
  return row.includes('\n') ? JSON.stringify(row) : row;
}
