import { assert } from '#schemas/assert.ts';
import type { FeedTable } from '#schemas/rows/rows.ts';
import type { PageRef } from '#schemas/sync/feed.ts';
import { maxDeltaRows } from '#schemas/sync/feed.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import type { PageKeeper } from './page-keeper.ts';
import { pageTables, type Scope, scopeName } from './page-tables.ts';

/** The two scopes whose rows a till reads. */
export function scopesOf(till: AuthenticatedTill): { chain: Scope; store: Scope } {
  return { chain: { kind: 'chain', id: till.merchantId }, store: { kind: 'store', id: till.storeId } };
}

/** Makes sure that there are pages near enough to now for deltas to bring the rest. May take as long as a cut does. */
export async function preparePages(keeper: PageKeeper, till: AuthenticatedTill): Promise<void> {
  const prepare = async (scope: Scope) => {
    const changed = await keeper.changedRows(scope);
    if (changed === null || changed > maxDeltaRows / 2) await keeper.cut(scope);
    else keeper.consider(scope);
  };
  await Promise.all(Object.values(scopesOf(till)).map(prepare));
}

type Row = { scope_id: string; table_name: FeedTable | 'search'; revision: number; pages: string };

/** JSON text of a `Manifest`, or null while a table has no pages. One statement, so one snapshot. */
export async function manifestJson(context: ServerContext, till: AuthenticatedTill): Promise<string | null> {
  const scopes = scopesOf(till);
  const { rows } = await context.database.pool.query<Row>(
    'select scope_id, table_name, revision, pages from feed_manifest where scope_id = any ($1)',
    [Object.values(scopes).map(scopeName)],
  );
  const rowOf = (scope: Scope, name: string) =>
    rows.find((row) => row.scope_id === scopeName(scope) && row.table_name === name);
  const tables: string[] = [];
  const cursor = { chain: Number.POSITIVE_INFINITY, store: Number.POSITIVE_INFINITY };
  for (const { table, scope } of pageTables) {
    const row = rowOf(scopes[scope], table);
    if (!row) return null;
    // The oldest pages decide: rows that newer ones have already come again in the first delta, which harms nothing.
    cursor[scope] = Math.min(cursor[scope], row.revision);
    tables.push(`${JSON.stringify(table)}:${row.pages}`);
  }
  const search = rowOf(scopes.chain, 'search');
  if (!search) return null;
  cursor.chain = Math.min(cursor.chain, search.revision);
  const [index = null] = JSON.parse(search.pages) as PageRef[];
  const head = { protocol: protocolVersion, serverTimeMs: context.nowMs(), cursor, search: index };
  return `${JSON.stringify(head).slice(0, -1)},"tables":{${tables.join(',')}}}`;
}

/** gzip of a page of the till's store or chain (A1), or null. */
export async function pageGzip(context: ServerContext, till: AuthenticatedTill, hash: string): Promise<Buffer | null> {
  const { rows } = await context.database.pool.query<{ gzip: Buffer }>(
    'select gzip from feed_page where scope_id = any ($1) and hash = $2 limit 1',
    [Object.values(scopesOf(till)).map(scopeName), hash],
  );
  const [page] = rows;
  assert(page === undefined || Buffer.isBuffer(page.gzip), 'a page is bytes');
  return page?.gzip ?? null;
}
