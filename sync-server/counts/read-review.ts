import type { CountReview, ReviewLine, ReviewQuery } from '#schemas/api/counts.ts';
import { type CountOutcome, countOutcomes } from '#schemas/api/counts.ts';
import type { AdjustmentReason } from '#schemas/stock/goods.ts';
import { unitKey } from '#schemas/stock/unit.ts';
import { type Database, inTransaction, type Queryable } from '../db/database.ts';
import { type CountNames, readCountNames } from './count-names.ts';
import { type LoadedCount, loadCount } from './load-count.ts';
import { expectedByPlace } from './read-progress.ts';
import {
  type ApprovedLines,
  groupedSums,
  noSums,
  reviewLines,
  type ShortBefore,
  skusOf,
  versionOf,
} from './review-lines.ts';

type Store = { merchantId: string; storeId: string; currency: string };
export type ReadReview = {
  count: LoadedCount;
  names: CountNames;
  lines: ReviewLine[];
  /** With goods of the scope in the books. */
  placeIds: string[];
  version: string;
};

/** The whole review of a stock-take, of one moment; null: the store has not heard of it. */
export function readReview(database: Database, store: Store, countId: string): Promise<ReadReview | null> {
  return inTransaction(database, async (transaction) => {
    await transaction.query('set transaction isolation level repeatable read read only');
    return reviewIn(transaction, store, countId);
  });
}

export async function reviewIn(transaction: Queryable, store: Store, countId: string): Promise<ReadReview | null> {
  const count = await loadCount(transaction, store, countId);
  if (count === null) return null;
  const { variance } = count;
  const operatorIds = [...variance.units, ...variance.numbers].map(({ operatorId }) => operatorId);
  const names = await readCountNames(transaction, store, { skuIds: skusOf(variance), operatorIds });
  const approved = await readApproved(transaction, store.storeId, countId);
  const shortBefore = await readShortBefore(transaction, store.storeId, countId, count.row.openedAtMs ?? 0);
  const lines = reviewLines(count, names, { approved, shortBefore });
  const placeIds = [...(await expectedByPlace(transaction, store, count.row.scope)).keys()];
  return { count, names, lines, placeIds, version: versionOf(lines, variance.matched) };
}

type LineRow = {
  entryId: string;
  gtin14: string | null;
  serial: string | null;
  placeId: string;
  skuId: string;
  reason: AdjustmentReason;
};

function keyOf({ gtin14, serial, placeId, skuId }: LineRow): string {
  return gtin14 !== null && serial !== null ? `u|${unitKey(gtin14, serial)}` : `n|${placeId}|${skuId}`;
}

const lineColumns = `entry_id as "entryId", gtin14, serial, place_id as "placeId", sku_id as "skuId", reason`;

async function readApproved(database: Queryable, storeId: string, countId: string): Promise<ApprovedLines> {
  const { rows } = await database.query<LineRow>(
    `select ${lineColumns} from count_line where store_id = $1 and count_id = $2 order by entry_id desc, line_number desc`,
    [storeId, countId],
  );
  return new Map(rows.map((row) => [keyOf(row), { entryId: row.entryId, reason: row.reason }]));
}

/** What the latest approved stock-take that was opened before found too few of. */
async function readShortBefore(
  database: Queryable,
  storeId: string,
  countId: string,
  openedAtMs: number,
): Promise<ShortBefore> {
  const { rows } = await database.query<LineRow>(
    `select ${lineColumns} from count_line l
      where l.store_id = $1 and (l.outcome = 'missing' or l.counted < l.expected)
        and l.count_id = (select c.count_id from stock_count c
                           where c.store_id = $1 and c.state = 'approved' and c.opened_at_ms < $3 and c.count_id <> $2
                           order by c.opened_at_ms desc, c.count_id desc limit 1)`,
    [storeId, countId, openedAtMs],
  );
  return new Set(rows.map(keyOf));
}

/** The part of a review that was asked for. */
export function shownReview(review: ReadReview, currency: string, query: ReviewQuery): CountReview {
  const { count, names, lines, version } = review;
  const { row, variance } = count;
  const [sums = { ...noSums(), lines: 0 }] = groupedSums(lines, variance.matched, names, 'all').values();
  const { lines: _, ...total } = sums;
  const outcomes: Partial<Record<CountOutcome, number>> = {};
  for (const outcome of countOutcomes) {
    const times = lines.filter((line) => line.outcome === outcome).length;
    if (times > 0) outcomes[outcome] = times;
  }
  const shared = {
    ...{ countId: row.countId, state: row.state, currency, version, sums: total, outcomes },
    openPlaces: openPlaces(review),
    unsureLines: lines.filter(({ unsure }) => unsure > 0).length,
  };
  if (query.by === 'line') {
    const kept = lines.filter((line) => isAsked(line, query)).sort(orderOf(query.sort));
    const shown = kept.slice(query.after, query.after + query.limit);
    return { ...shared, lines: shown, groups: [], total: kept.length };
  }
  const by = query.by;
  const groups = [...groupedSums(lines, variance.matched, names, by)]
    .filter(([, group]) => group.lines > 0)
    .map(([id, group]) => ({ ...group, id, names: groupNames(names, by, id) }))
    .sort(
      (a, b) => netMinor(a) - netMinor(b) || b.short + b.over - a.short - a.over || compare(a.id ?? '', b.id ?? ''),
    );
  return {
    ...shared,
    lines: [],
    groups: groups.slice(query.after, query.after + query.limit),
    total: groups.length,
  };
}

function netMinor({ valueOverMinor, valueShortMinor }: { valueOverMinor: number; valueShortMinor: number }): number {
  return valueOverMinor - valueShortMinor;
}

function groupNames(names: CountNames, by: 'sku' | 'place' | 'category', id: string | null) {
  if (id === null) return null;
  if (by === 'place') return names.places.get(id) ?? null;
  return (by === 'sku' ? names.skus.get(id)?.names : names.categories.get(id)) ?? null;
}

/** Places with something to count, or with a difference, that nobody closed in every pass. */
function openPlaces({ count, names, lines, placeIds }: ReadReview): CountReview['openPlaces'] {
  const { row, frame } = count;
  return [...new Set([...placeIds, ...lines.map(({ placeId }) => placeId)])]
    .filter((placeId) => frame.closed.filter((one) => one.placeId === placeId).length < row.passes)
    .sort()
    .map((placeId) => ({ placeId, placeNames: names.places.get(placeId) ?? null }));
}

function isAsked(line: ReviewLine, { outcome, placeId, skuId, q, onlyUnsure }: ReviewQuery): boolean {
  if (outcome !== undefined && line.outcome !== outcome) return false;
  if (placeId !== undefined && line.placeId !== placeId) return false;
  if (skuId !== undefined && line.skuId !== skuId) return false;
  if (onlyUnsure === '1' && line.unsure === 0) return false;
  const wanted = q.trim().toLowerCase();
  if (wanted === '') return true;
  const told = [
    line.skuId,
    line.serial ?? '',
    ...Object.values(line.names ?? {}),
    ...Object.values(line.variant ?? {}),
  ];
  return told.some((text) => text?.toLowerCase().includes(wanted));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The biggest money first; what is worth nothing by place and article. */
function orderOf(sort: ReviewQuery['sort']): (a: ReviewLine, b: ReviewLine) => number {
  const byPlace = (a: ReviewLine, b: ReviewLine) => compare(a.placeId, b.placeId) || compare(a.skuId, b.skuId);
  const byKey = (a: ReviewLine, b: ReviewLine) => byPlace(a, b) || compare(a.lineKey, b.lineKey);
  if (sort === 'place') return byKey;
  if (sort === 'sku') return (a, b) => compare(a.skuId, b.skuId) || byKey(a, b);
  return (a, b) => Math.abs(b.valueMinor ?? 0) - Math.abs(a.valueMinor ?? 0) || byKey(a, b);
}
