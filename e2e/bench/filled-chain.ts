import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerContext } from '#sync-server/context.ts';
import { startEmbeddedPostgres } from '#sync-server/db/embedded-postgres.ts';
import { migrate } from '#sync-server/db/migrate.ts';
import { makeStore, openTestContext } from '#sync-server/journal/test-journal.ts';

export type FilledChain = { context: ServerContext; merchantId: string; storeId: string };

/**
 * A database of its own with one store, filled by `fills`, for `measure`. In them `$1` is the chain, `$2` the store and `$3` on are
 * `sizes`: put in as they are, for they are our own.
 */
export async function withFilledChain<Rows>(
  name: string,
  { fills, sizes }: { fills: readonly string[]; sizes: readonly number[] },
  measure: (chain: FilledChain) => Promise<Rows>,
): Promise<Rows> {
  const root = mkdtempSync(join(tmpdir(), `onecode-bench-${name}-`));
  const postgres = await startEmbeddedPostgres({ dataDir: join(root, 'postgres'), log: () => undefined });
  const context = openTestContext(postgres.url);
  try {
    await migrate(context.database);
    const { pool } = context.database;
    const storeId = await makeStore(context);
    const asked = 'select merchant_id as "merchantId" from store where store_id = $1';
    const { rows } = await pool.query<{ merchantId: string }>(asked, [storeId]);
    const merchantId = rows[0]?.merchantId ?? '';
    const given = [`'${merchantId}'`, `'${storeId}'`, ...sizes.map(String)];
    for (const fill of fills) await pool.query(fill.replace(/\$(\d)/g, (_, at) => given[Number(at) - 1] ?? ''));
    await pool.query('vacuum analyze');
    return await measure({ context, merchantId, storeId });
  } finally {
    await context.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}
