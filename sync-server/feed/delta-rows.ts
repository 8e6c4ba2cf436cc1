import { assert } from '#schemas/assert.ts';
import type { FeedTable } from '#schemas/rows/rows.ts';
import { type Cursor, maxDeltaRows } from '#schemas/sync/feed.ts';
import type { TillInstruction } from '#schemas/sync/instruction.ts';
import type { Posted } from '#schemas/sync/posted.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import type { Queryable } from '../db/database.ts';
import { gapParameters, postedIslandsSql, withIslands } from '../journal/posted-islands.ts';
import type { PostedMemory } from '../journal/posted-memory.ts';

/** What one statement, hence one snapshot, said: rows, cursor, posted numbers and clock belong together (F2). */
export type DeltaRows = {
  cursor: Cursor;
  /** Cursors from before are of a history that a restored backup ended. */
  toldFrom: Cursor;
  /** Table → JSON text of `[key, row or null][]`; tables without changes are absent. */
  rows: Partial<Record<FeedTable, string>>;
  /** More than `maxDeltaRows` rows have changed; `rows` is then cut short. */
  tooMany: boolean;
  posted: Posted;
  orderedAtMs: number;
  pagesAt: Cursor;
  /** The till was revoked meanwhile. */
  revoked: boolean;
  tillName: string;
  /** Until it is done. */
  instruction: TillInstruction | null;
};

/** Tables of the journal: no row of theirs is ever taken away. */
const derived: readonly FeedTable[] = ['stock', 'unit', 'delivery', 'carton', 'receipt', 'stock-count'];

/** Expressions that read one table's changes as `<count>:<JSON>`, deleted rows as null; null without changes. */
const changes: { table: FeedTable; sql: string }[] = [
  change('sku', 'chain', 'sku_id', [
    ['skuId', 'sku_id'],
    ['names', 'names'],
    ['categoryId', 'category_id'],
    ['brand', 'brand'],
    ['taxClass', 'tax_class'],
    ['tracking', 'tracking'],
    ['variant', 'variant'],
  ]),
  change('gtin', 'chain', 'gtin14', [
    ['gtin14', 'gtin14'],
    ['skuId', 'sku_id'],
  ]),
  change('price', 'chain', 'sku_id', [
    ['skuId', 'sku_id'],
    ['priceMinor', 'price_minor'],
    ['onlinePriceMinor', 'online_price_minor'],
    ['onlineConfirmedAtMs', 'online_confirmed_at_ms'],
  ]),
  change('price-list', 'chain', 'price_list_id', 'row'),
  change('sku-price', 'chain', 'sku_id', 'row'),
  change('promotion', 'chain', 'promotion_id', 'row'),
  change('stock', 'store', "place_id || '|' || sku_id", [
    ['placeId', 'place_id'],
    ['skuId', 'sku_id'],
    ['received', 'received'],
    ['returned', 'returned'],
    ['movedIn', 'moved_in'],
    ['sold', 'sold'],
    ['movedOut', 'moved_out'],
    ['adjusted', 'adjusted'],
    ['countedAtMs', 'counted_at_ms'],
  ]),
  change('unit', 'store', "gtin14 || '.' || serial", [
    ['gtin14', 'gtin14'],
    ['serial', 'serial'],
    ['skuId', 'sku_id'],
    ['placeId', 'place_id'],
    ['state', 'state'],
    ['entryId', 'entry_id'],
    ['orderedAtMs', 'ordered_at_ms'],
    ['batch', 'batch'],
    ['expiresOn', 'expires_on'],
  ]),
  change('member', 'store', 'member_id', [
    ['memberId', 'member_id'],
    ['name', 'name'],
    ['phone', 'phone'],
    ['code', 'code'],
    ['tier', 'tier'],
    ['mergedInto', 'merged_into'],
    ['email', 'email'],
    ['cardNumber', 'card_number'],
    ['points', 'points'],
    ['coupons', 'coupons'],
  ]),
  change('delivery', 'store', 'delivery_id', 'row'),
  change('carton', 'store', "sscc || '|' || delivery_id", 'row'),
  change('receipt', 'store', "delivery_id || '|' || entry_id", 'row'),
  change('stock-count', 'store', 'count_id', 'row'),
  change('customer-account', 'store', 'number', 'row'),
  change('recall', 'chain', 'recall_id', [
    ['recallId', 'recall_id'],
    ['title', 'title'],
    ['advice', 'advice'],
    ['gtins', 'gtins'],
    ['batches', 'batches'],
    ['units', 'units'],
    ['openedAtMs', 'opened_at_ms'],
  ]),
  change('awaited-carton', 'chain', "sscc || '|' || store_id", [
    ['sscc', 'sscc'],
    ['storeId', 'store_id'],
    ['sourceName', 'source_name'],
    ['announcedAtMs', 'announced_at_ms'],
    ['skus', 'skus'],
  ]),
];

function change(table: FeedTable, scope: 'chain' | 'store', rowKey: string, fields: [string, string][] | 'row') {
  const [owner, column, since] =
    scope === 'chain' ? (['$1', 'merchant_id', '$3'] as const) : (['$2', 'store_id', '$4'] as const);
  const object = fields === 'row' ? 'row' : `json_build_object(${fields.map((names) => `'${names[0]}', ${names[1]}`)})`;
  // What is not known is left out, as in pages.
  const isSparse = table === 'unit' || table === 'stock' || table === 'awaited-carton';
  const row = isSparse ? `json_strip_nulls(${object})` : object;
  const value = !derived.includes(table) ? `case when deleted then null else ${row} end` : row;
  // In order of revision, so that the index is walked however the planner guesses.
  const newest = `select * from ${table.replace('-', '_')} where ${column} = ${owner} and revision > ${since} order by revision limit ${maxDeltaRows + 1}`;
  const sql = `(select count(*) || ':' || json_agg(json_build_array(${rowKey}, ${value}))::text from (${newest}) t)`;
  return { table, sql };
}

const pagesAt = (scope: string) => `coalesce((select min(revision) from feed_manifest where scope_id = ${scope}), 0)`;

/**
 * One statement: PostgreSQL gives it one snapshot, and a counter is committed with the rows that it numbers (F1). So it
 * is what a repeatable-read transaction of many statements would read, in one round trip.
 */
const deltaSql = `select c.revision as chain, s.revision as store, s.ordered_at_ms as ordered_at_ms,
  c.told_from_revision as told_chain, s.told_from_revision as told_store,
  ${pagesAt("'chain/' || $1")} as pages_chain, ${pagesAt("'store/' || $2")} as pages_store,
  ${postedIslandsSql('$2', '$5', '$6', '$7')} as posted,
  t.revoked_at_ms is not null as revoked, coalesce(t.name, '') as till_name,
  t.instruction_done_at_ms is null as is_asked, t.instruction,
  ${changes.map(({ table, sql }) => `${sql} as "${table}"`).join(',\n  ')}
  from store_counter s cross join merchant_counter c left join till t on t.store_id = $2 and t.till_number = $5
 where s.store_id = $2 and c.merchant_id = $1`;

type Row = Partial<Record<FeedTable, string | null>> & {
  chain: number;
  store: number;
  told_chain: number;
  told_store: number;
  ordered_at_ms: number;
  pages_chain: number;
  pages_store: number;
  posted: string | null;
  revoked: boolean;
  till_name: string;
  is_asked: boolean;
  instruction: TillInstruction | null;
};

/** Reads all that has changed for a till after its cursor. */
export async function readDelta(
  database: Queryable,
  till: AuthenticatedTill,
  since: Cursor,
  memory: PostedMemory,
): Promise<DeltaRows> {
  // Taken before the snapshot: what another request learns later may be ahead of this one's rows.
  const known = memory.recall(till.storeId, till.tillNumber);
  const { rows } = await database.query<Row>({
    name: 'feed delta 12',
    text: deltaSql,
    values: [till.merchantId, till.storeId, since.chain, since.store, till.tillNumber, ...gapParameters(known.posted)],
  });
  const [row] = rows;
  assert(row, 'store and chain have counter rows');
  const posted = withIslands(known.posted, row.posted);
  known.keep(posted);
  const changed: DeltaRows['rows'] = {};
  let count = 0;
  for (const { table } of changes) {
    const counted = row[table];
    if (counted == null) continue;
    const colon = counted.indexOf(':');
    count += Number(counted.slice(0, colon));
    changed[table] = counted.slice(colon + 1);
  }
  return {
    cursor: { chain: row.chain, store: row.store },
    toldFrom: { chain: row.told_chain, store: row.told_store },
    rows: changed,
    tooMany: count > maxDeltaRows,
    posted,
    orderedAtMs: row.ordered_at_ms,
    pagesAt: { chain: row.pages_chain, store: row.pages_store },
    revoked: row.revoked,
    tillName: row.till_name,
    instruction: row.is_asked ? row.instruction : null,
  };
}
