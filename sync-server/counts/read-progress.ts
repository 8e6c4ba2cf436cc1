import type { CountDetail, CountList, CountSummary } from '#schemas/api/counts.ts';
import type { CountScope } from '#schemas/stock/count-entries.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import type { Queryable } from '../db/database.ts';
import { type CountNames, readPeople, readPlaceNames, shelfNamesOf } from './count-names.ts';
import { type CountActs, readActs } from './read-acts.ts';
import { scopedSkus, scopeValues } from './read-books.ts';
import { scanSumsOf } from './scan-sums.ts';

type Store = { merchantId: string; storeId: string; currency: string };
type Batch = { placeId: string; operatorId: string; firstAtMs: number; lastAtMs: number };

/** Breaks of more than this are no work. */
const breakMs = 5 * 60_000;
const mostUnknowns = 200;

/** Pieces in the books, by place, of what a scope names; places without any are left out. */
export async function expectedByPlace(
  database: Queryable,
  { merchantId, storeId }: Pick<Store, 'merchantId' | 'storeId'>,
  scope: CountScope,
): Promise<Map<string, number>> {
  const { rows } = await database.query<{ placeId: string; pieces: number }>(
    `with scoped as (${scopedSkus})
     select place_id as "placeId", sum(received + returned + moved_in - sold - moved_out + adjusted)::int8 as pieces
       from stock
      where store_id = $5 and sku_id in (select sku_id from scoped)
        and (cardinality($6::text[]) = 0 or place_id = any ($6))
        and received + returned + moved_in - sold - moved_out + adjusted <> 0
      group by place_id`,
    [...scopeValues(merchantId, scope), storeId, scope.placeIds],
  );
  return new Map(rows.map(({ placeId, pieces }) => [placeId, pieces]));
}

async function readBatches(database: Queryable, storeId: string, countId: string): Promise<Batch[]> {
  const { rows } = await database.query<Batch>(
    `select place_id as "placeId", operator_id as "operatorId", first_at_ms as "firstAtMs", last_at_ms as "lastAtMs"
       from count_batch where store_id = $1 and count_id = $2 order by first_at_ms`,
    [storeId, countId],
  );
  return rows;
}

/** Working time of somebody's batches, in the order of time. */
export function activeMsOf(batches: readonly Pick<Batch, 'firstAtMs' | 'lastAtMs'>[]): number {
  let active = 0;
  let endMs: number | null = null;
  for (const { firstAtMs, lastAtMs } of batches) {
    const startMs = endMs !== null && firstAtMs - endMs <= breakMs ? endMs : firstAtMs;
    active += Math.max(0, lastAtMs - startMs);
    endMs = Math.max(endMs ?? 0, lastAtMs);
  }
  return active;
}

type Progress = {
  summary: CountSummary;
  expected: Map<string, number>;
  counted: ReadonlyMap<string, number>;
  batches: Batch[];
  placeIds: string[];
};

async function progressOf(
  database: Queryable,
  store: Store,
  acts: CountActs,
  placeNames: CountNames['places'],
): Promise<Progress> {
  const { row, frame } = acts;
  const expected = await expectedByPlace(database, store, row.scope);
  const { byPlace: counted } = await scanSumsOf(database, store.storeId, row.countId);
  const batches = await readBatches(database, store.storeId, row.countId);
  const people = await readPeople(database, store.merchantId, row.openedBy === null ? [] : [row.openedBy]);
  const placeIds = [...new Set([...expected.keys(), ...counted.keys(), ...frame.closed.map(({ placeId }) => placeId)])];
  const isClosed = (placeId: string) => frame.closed.filter((one) => one.placeId === placeId).length >= row.passes;
  const sumOf = (pieces: ReadonlyMap<string, number>) => [...pieces.values()].reduce((sum, one) => sum + one, 0);
  const { closedPlaces: _, recounts: __, operatorIds: ___, ...told } = row;
  return {
    ...{ expected, counted, batches, placeIds: placeIds.sort() },
    summary: {
      ...told,
      openedByName: row.openedBy === null ? null : (people.get(row.openedBy) ?? null),
      placeNames: shelfNamesOf(row, placeNames),
      placesTotal: placeIds.length,
      placesClosed: placeIds.filter(isClosed).length,
      counted: Math.max(0, sumOf(counted)),
      expected: sumOf(expected),
      people: new Set(batches.map(({ operatorId }) => operatorId)).size,
      lastCountedAtMs: batches.reduce<number | null>((last, { lastAtMs }) => Math.max(last ?? 0, lastAtMs), null),
    },
  };
}

/** Stock-takes that go on, or those that are over; the latest first. */
export async function readCounts(
  database: Queryable,
  store: Store,
  { state, limit, mark, nowMs }: { state: 'open' | 'over'; limit: number; mark: Mark | null; nowMs: number },
): Promise<CountList> {
  const { rows } = await database.query<{ countId: string; openedAtMs: number }>(
    `select count_id as "countId", opened_at_ms as "openedAtMs" from stock_count
      where store_id = $1 and state = any ($2)
        and ($4::int8 is null or (opened_at_ms, count_id) < ($4::int8, $5::text))
      order by opened_at_ms desc, count_id desc limit $3`,
    [
      store.storeId,
      state === 'open' ? ['open', 'unopened'] : ['approved', 'cancelled'],
      limit + 1,
      mark?.atMs ?? null,
      mark?.countId ?? null,
    ],
  );
  const counts: CountSummary[] = [];
  const placeNames = await readPlaceNames(database, store.storeId);
  for (const { countId } of rows.slice(0, limit)) {
    const acts = await readActs(database, store.storeId, countId);
    if (acts !== null) counts.push((await progressOf(database, store, acts, placeNames)).summary);
  }
  const last = rows[limit - 1];
  const next = rows.length > limit && last ? `${last.openedAtMs}_${last.countId}` : null;
  return { serverTimeMs: nowMs, counts, next };
}

export type Mark = { atMs: number; countId: string };
export function parseMark(mark: string): Mark {
  const at = mark.indexOf('_');
  return { atMs: Number(mark.slice(0, at)), countId: mark.slice(at + 1) };
}

/** How a stock-take goes; null: the store has not heard of it. */
export async function readDetail(
  database: Queryable,
  store: Store,
  countId: string,
  nowMs: number,
): Promise<CountDetail | null> {
  const acts = await readActs(database, store.storeId, countId);
  if (acts === null) return null;
  const { row, frame, approvals, cancelled, recounts } = acts;
  const placeNames = await readPlaceNames(database, store.storeId);
  const { summary, expected, counted, batches, placeIds } = await progressOf(database, store, acts, placeNames);
  const mentioned = [
    ...row.operatorIds,
    ...batches.map(({ operatorId }) => operatorId),
    ...frame.closed.map(({ operatorId }) => operatorId),
    ...approvals.map(({ operatorId }) => operatorId),
    ...recounts.flatMap(({ operatorId }) => operatorId ?? []),
    ...(cancelled ? [cancelled.operatorId] : []),
  ];
  const names = await readPeople(database, store.merchantId, mentioned);
  const person = (operatorId: string) => ({ operatorId, operatorName: names.get(operatorId) ?? null });
  const byPlace = Map.groupBy(batches, ({ placeId }) => placeId);
  const peopleAt = (placeId: string) =>
    [...new Set((byPlace.get(placeId) ?? []).map(({ operatorId }) => operatorId))].reverse();
  const lines = await approvedLines(database, store.storeId, countId);
  return {
    ...summary,
    ...{ serverTimeMs: nowMs, currency: store.currency, operators: row.operatorIds.map(person) },
    places: placeIds.map((placeId) => ({
      ...{ placeId, placeNames: placeNames.get(placeId) ?? null },
      ...{ expected: expected.get(placeId) ?? 0, counted: Math.max(0, counted.get(placeId) ?? 0) },
      passes: frame.closed
        .filter((one) => one.placeId === placeId)
        .map(({ pass, closedAtMs, operatorId }) => ({ pass, closedAtMs, ...person(operatorId) })),
      people: peopleAt(placeId).map(person),
      lastCountedAtMs: lastOf(byPlace.get(placeId) ?? []),
    })),
    people: await readWork(database, store.storeId, countId, batches, person),
    recounts: recounts.map((one) => ({
      ...one,
      placeNames: placeNames.get(one.placeId) ?? null,
      operatorName: one.operatorId === null ? null : (names.get(one.operatorId) ?? null),
      isDone: frame.closed.some(({ placeId, pass }) => placeId === one.placeId && pass === one.pass),
    })),
    approvals: approvals.map(({ entryId, operatorId, orderedAtMs, isWhole, note }) => ({
      ...{ ...person(operatorId), entryId, approvedAtMs: orderedAtMs, lines: lines.get(entryId) ?? 0, isWhole, note },
    })),
    cancelled: cancelled && {
      ...person(cancelled.operatorId),
      cancelledAtMs: cancelled.orderedAtMs,
      note: cancelled.note,
    },
    unknowns: await readUnknowns(database, store.storeId, countId, placeNames),
    countedAfterApproval: await readLate(database, store.storeId, countId),
  };
}

function lastOf(batches: readonly Batch[]): number | null {
  return batches.reduce<number | null>((last, { lastAtMs }) => Math.max(last ?? 0, lastAtMs), null);
}

async function readWork(
  database: Queryable,
  storeId: string,
  countId: string,
  batches: readonly Batch[],
  person: (operatorId: string) => { operatorId: string; operatorName: string | null },
): Promise<CountDetail['people']> {
  const { byPerson: pieces } = await scanSumsOf(database, storeId, countId);
  const operatorIds = [...new Set(batches.map(({ operatorId }) => operatorId))];
  return operatorIds
    .map((operatorId) => {
      const own = batches.filter((one) => one.operatorId === operatorId);
      const counted = Math.max(0, pieces.get(operatorId) ?? 0);
      return { ...person(operatorId), counted, activeMs: activeMsOf(own), lastCountedAtMs: lastOf(own) ?? 0 };
    })
    .sort((a, b) => b.counted - a.counted);
}

/** Who counted what of a stock-take, and in what time. */
export async function readProgressOfPeople(
  database: Queryable,
  { merchantId, storeId }: Pick<Store, 'merchantId' | 'storeId'>,
  countId: string,
): Promise<CountDetail['people']> {
  const batches = await readBatches(database, storeId, countId);
  const names = await readPeople(
    database,
    merchantId,
    batches.map(({ operatorId }) => operatorId),
  );
  const person = (operatorId: string) => ({ operatorId, operatorName: names.get(operatorId) ?? null });
  return readWork(database, storeId, countId, batches, person);
}

async function approvedLines(database: Queryable, storeId: string, countId: string): Promise<Map<string, number>> {
  const { rows } = await database.query<{ entryId: string; lines: number }>(
    `select entry_id as "entryId", count(*)::int as lines from count_line
      where store_id = $1 and count_id = $2 group by entry_id`,
    [storeId, countId],
  );
  return new Map(rows.map(({ entryId, lines }) => [entryId, lines]));
}

async function readUnknowns(
  database: Queryable,
  storeId: string,
  countId: string,
  placeNames: Awaited<ReturnType<typeof readPlaceNames>>,
): Promise<CountDetail['unknowns']> {
  const { rows } = await database.query<{ placeId: string; scanned: string; times: number; seenAtMs: number }>(
    `select place_id as "placeId", scanned, count(*)::int as times, max(seen_at_ms)::int8 as "seenAtMs"
       from count_unknown where store_id = $1 and count_id = $2
      group by place_id, scanned order by max(seen_at_ms) desc, scanned limit $3`,
    [storeId, countId, mostUnknowns],
  );
  return rows.map((row) => ({ ...row, placeNames: placeNames.get(row.placeId) ?? null }));
}

/** Pieces in batches that the approval has not seen. */
async function readLate(database: Queryable, storeId: string, countId: string): Promise<number> {
  const { rows } = await database.query<{ pieces: number }>(
    `select coalesce(sum(b.pieces), 0)::int8 as pieces
       from exception e join count_batch b using (store_id, entry_id)
      where e.store_id = $1 and e.code = 'counted-after-approval' and b.count_id = $2`,
    [storeId, countId],
  );
  return Math.max(0, rows[0]?.pieces ?? 0);
}

/** A stock-take that goes on: its row, else why nothing can be done with it. */
export async function openCount(
  database: Queryable,
  storeId: string,
  countId: string,
): Promise<CountRow | 'not-found' | 'approved' | 'cancelled'> {
  const { rows } = await database.query<{ row: CountRow }>(
    'select "row" from stock_count where store_id = $1 and count_id = $2',
    [storeId, countId],
  );
  const row = rows[0]?.row;
  if (!row) return 'not-found';
  return row.state === 'approved' || row.state === 'cancelled' ? row.state : row;
}
