import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { searchDocumentOf } from '#schemas/search/search-document.ts';
import { buildSearchIndex, type SearchDocument } from '#schemas/search/search-index.ts';
import type { PageRef } from '#schemas/sync/feed.ts';
import { cutsBefore, encodePage } from '#schemas/sync/page-format.ts';
import type { Names } from '#schemas/text.ts';
import { type PageTable, pageTables, type Scope, scopeName } from './page-tables.ts';

export type CutReport = {
  cut: string[];
  kept: string[];
  pages: number;
  rows: number;
  bytes: number;
  gzipBytes: number;
};

/** Measured on generated stores: 1 % larger than zlib's usual 6, in 60 % of its time. */
const gzipLevel = 5;
/** Rows that a fetch from the server-side cursor brings: what a cut holds in memory beside one page. */
const fetchRows = 8_192;

/**
 * Cuts the pages of one scope as of one snapshot and makes them the manifest's, in one transaction on `client`. Tables
 * that have not changed since keep their pages. Two servers never cut the same scope at once: the second waits, then finds
 * it done. Streams: memory is a page and a fetch, plus the search index's documents.
 */
export async function cutScope(client: pg.ClientBase, scope: Scope): Promise<CutReport> {
  const lock = ['select pg_advisory_lock(hashtextextended($1, 4710))', [scopeName(scope)]] as const;
  await client.query(lock[0], [...lock[1]]);
  try {
    // The lock is taken before the snapshot, so the snapshot has what the other has cut.
    await client.query('begin isolation level repeatable read');
    try {
      const report = await cutInSnapshot(client, scope);
      await client.query('commit');
      return report;
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  } finally {
    await client.query(lock[0].replace('_lock', '_unlock'), [...lock[1]]);
  }
}

async function cutInSnapshot(client: pg.ClientBase, scope: Scope): Promise<CutReport> {
  const report: CutReport = { cut: [], kept: [], pages: 0, rows: 0, bytes: 0, gzipBytes: 0 };
  const collation = await keyCollation(client);
  const revision = await counterOf(client, scope);
  const known = new Map(
    (
      await client.query<{ table_name: string; revision: number }>(
        'select table_name, revision from feed_manifest where scope_id = $1',
        [scopeName(scope)],
      )
    ).rows.map((row) => [row.table_name, row.revision]),
  );
  const changed = async (source: PageTable['source'], name: string) => {
    const since = known.get(name);
    return since === undefined || (await latestRevision(client, scope, source)) > since;
  };
  for (const pageTable of pageTables.filter((candidate) => candidate.scope === scope.kind)) {
    const { table } = pageTable;
    let pages: PageRef[] | null = null;
    if (await changed(pageTable.source, table)) pages = await cutTable(client, scope, pageTable, collation, report);
    (pages ? report.cut : report.kept).push(table);
    await setManifest(client, scope, table, revision, pages);
  }
  if (scope.kind === 'chain') {
    const anew = (await changed('sku', 'search')) || (await changed('gtin', 'search'));
    const pages = anew ? await cutSearch(client, scope, report) : null;
    (pages ? report.cut : report.kept).push('search');
    await setManifest(client, scope, 'search', revision, pages);
  }
  return report;
}

/** Keys are in byte order. A database of ours sorts so by itself, and by its indexes; another is told to. */
async function keyCollation(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    'select coalesce(datlocale, datcollate) as name from pg_database where datname = current_database()',
  );
  return ['C', 'POSIX', 'C.UTF-8', 'C.UTF8'].includes(rows[0]?.name ?? '') ? '' : ' collate "C"';
}

async function counterOf(client: pg.ClientBase, scope: Scope): Promise<number> {
  const sql =
    scope.kind === 'chain'
      ? 'select revision from merchant_counter where merchant_id = $1'
      : 'select revision from store_counter where store_id = $1';
  const { rows } = await client.query<{ revision: number }>(sql, [scope.id]);
  const [counter] = rows;
  assert(counter, `scope ${scopeName(scope)} has a counter row`);
  return counter.revision;
}

async function latestRevision(client: pg.ClientBase, scope: Scope, source: PageTable['source']): Promise<number> {
  const owner = scope.kind === 'chain' ? 'merchant_id' : 'store_id';
  const { rows } = await client.query<{ latest: number | null }>(
    `select max(revision) as latest from ${source} where ${owner} = $1`,
    [scope.id],
  );
  return rows[0]?.latest ?? 0;
}

async function setManifest(
  client: pg.ClientBase,
  scope: Scope,
  tableName: string,
  revision: number,
  pages: PageRef[] | null,
): Promise<void> {
  if (pages === null) {
    const sql = 'update feed_manifest set revision = $3 where scope_id = $1 and table_name = $2';
    await client.query(sql, [scopeName(scope), tableName, revision]);
    return;
  }
  await client.query(
    `insert into feed_manifest (scope_id, table_name, revision, pages) values ($1, $2, $3, $4)
     on conflict (scope_id, table_name) do update set revision = excluded.revision, pages = excluded.pages`,
    [scopeName(scope), tableName, revision, JSON.stringify(pages)],
  );
}

async function cutTable(
  client: pg.ClientBase,
  scope: Scope,
  pageTable: PageTable,
  collation: string,
  report: CutReport,
): Promise<PageRef[]> {
  const { columns, source, where, orderBy, targetRows } = pageTable;
  const order = orderBy
    .split(', ')
    .map((column) => `(${column})${collation}`)
    .join(', ');
  const refs: PageRef[] = [];
  let page: [string, string][] = [];
  const finish = async () => {
    if (page.length > 0) refs.push(await storePage(client, scope, encodePage(page), page, report));
    page = [];
  };
  const sql = `select ${columns} from ${source} where ${where} order by ${order}`;
  for await (const rows of inFetches(client, sql, scope.id)) {
    for (const row of rows) {
      const rowKey = row[0] ?? '';
      if (cutsBefore(rowKey, page.length, targetRows)) await finish();
      page.push([rowKey, pageTable.value(row)]);
    }
  }
  await finish();
  return refs;
}

async function cutSearch(client: pg.ClientBase, scope: Scope, report: CutReport): Promise<PageRef[]> {
  const documents: SearchDocument[] = [];
  const sql = `select s.sku_id, s.brand, s.names, s.variant, string_agg(g.gtin14, ' ' order by g.gtin14)
     from sku s left join gtin g on g.merchant_id = s.merchant_id and g.sku_id = s.sku_id and not g.deleted
    where s.merchant_id = $1 and not s.deleted group by s.merchant_id, s.sku_id order by s.sku_id`;
  for await (const rows of inFetches(client, sql, scope.id)) {
    for (const [skuId, brand, names, variant, gtins] of rows) {
      const sku = {
        skuId: skuId ?? '',
        brand: brand ?? null,
        names: namesOf(names),
        variant: variant ? namesOf(variant) : null,
      };
      documents.push(searchDocumentOf(sku, gtins ? gtins.split(' ') : []));
    }
  }
  if (documents.length === 0) return [];
  const rows = documents.length;
  return [await storePage(client, scope, buildSearchIndex(documents), { length: rows }, report)];
}

function namesOf(json: string | null | undefined): Names {
  return JSON.parse(json ?? '{}') as Names;
}

/** Rows of a query as arrays of PostgreSQL's text, some thousand at a time, from a server-side cursor. */
async function* inFetches(client: pg.ClientBase, sql: string, scopeId: string) {
  await client.query(`declare page_rows no scroll cursor for ${sql}`, [scopeId]);
  while (true) {
    const { rows } = await client.query<(string | null)[]>({
      text: `fetch ${fetchRows} from page_rows`,
      rowMode: 'array',
      types: { getTypeParser: () => (text: string) => text },
    });
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('close page_rows');
}

async function storePage(
  client: pg.ClientBase,
  scope: Scope,
  bytes: Uint8Array,
  rows: readonly [string, string][] | { length: number },
  report: CutReport,
): Promise<PageRef> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const gzip = gzipSync(bytes, { level: gzipLevel });
  await client.query('insert into feed_page (scope_id, hash, gzip) values ($1, $2, $3) on conflict do nothing', [
    scopeName(scope),
    hash,
    gzip,
  ]);
  report.pages++;
  report.rows += rows.length;
  report.bytes += bytes.length;
  report.gzipBytes += gzip.length;
  const [firstKey, lastKey] = Array.isArray(rows) ? [rows[0]?.[0] ?? '', rows[rows.length - 1]?.[0] ?? ''] : ['', ''];
  return { hash, rows: rows.length, bytes: bytes.length, firstKey, lastKey };
}
