import type { CountApproved, GoodsCounted } from '#schemas/stock/count-entries.ts';
import {
  type CountAct,
  type CountRow,
  type CountRowFact,
  foldCount,
  isCountRowFact,
} from '#schemas/stock/count-row.ts';
import type { Queryable } from '../db/database.ts';
import type { PostableEntry } from './document-check.ts';
import { type Exception, raiseExceptions, removeExceptions } from './exceptions.ts';
import { insertColumns } from './insert-columns.ts';
import { insertBatches, insertScans } from './post-scans.ts';

export type CountBatch = { entry: PostableEntry; body: GoodsCounted };
type Act = { entry: PostableEntry; fact: CountRowFact };

/**
 * Writes what entries say of stock-takes. A batch of scans makes rows of its own; the row of a stock-take and its exceptions
 * follow from the set of its other entries, which is read again when one of them arrives (P1).
 */
export async function postCounts(
  transaction: Queryable,
  storeId: string,
  entries: readonly PostableEntry[],
  revision: number,
): Promise<void> {
  const batches: CountBatch[] = [];
  const acts: Act[] = [];
  for (const entry of entries) {
    if (!entry.meaning.postable) continue;
    const { fact } = entry.meaning;
    if (fact.kind === 'goods-counted') batches.push({ entry, body: fact.body });
    else if (isCountRowFact(fact)) acts.push({ entry, fact });
  }
  if (batches.length + acts.length === 0) return;
  await insertActs(transaction, storeId, acts);
  await insertLines(transaction, storeId, acts);
  await insertBatches(transaction, storeId, batches);
  await insertScans(transaction, storeId, batches);
  const countIds = [
    ...new Set([...acts.map(({ fact }) => fact.body.countId), ...batches.map(({ body }) => body.countId)]),
  ];
  const known = await readActs(transaction, storeId, countIds);
  const rows = countIds.map((countId) => foldCount(countId, known.get(countId) ?? []));
  await writeRows(transaction, storeId, rows, revision);
  await judgeLateness(transaction, storeId, known);
}

function insertActs(transaction: Queryable, storeId: string, acts: readonly Act[]): Promise<void> {
  return insertColumns(transaction, 'count_act', storeId, [
    ['count_id', 'text', acts.map(({ fact }) => fact.body.countId)],
    ['entry_id', 'text', acts.map(({ entry }) => entry.entryId)],
    ['ordered_at_ms', 'int8', acts.map(({ entry }) => entry.orderedAtMs)],
    ['operator_id', 'text', acts.map(({ entry }) => entry.operatorId)],
    ['fact', 'jsonb', acts.map(({ fact }) => JSON.stringify(withoutLines(fact)))],
  ]);
}

/** Lines of an approval have a table of their own. */
function withoutLines(fact: CountRowFact): CountRowFact {
  if (fact.kind !== 'count-approved') return fact;
  return { kind: fact.kind, body: { ...fact.body, units: [], numbers: [] } };
}

function insertLines(transaction: Queryable, storeId: string, acts: readonly Act[]): Promise<void> {
  const lines = acts.flatMap(({ entry, fact }) =>
    fact.kind === 'count-approved' ? linesOf(fact.body).map((line) => ({ ...line, entry, body: fact.body })) : [],
  );
  return insertColumns(transaction, 'count_line', storeId, [
    ['count_id', 'text', lines.map(({ body }) => body.countId)],
    ['entry_id', 'text', lines.map(({ entry }) => entry.entryId)],
    ['line_number', 'int4', lines.map(({ lineNumber }) => lineNumber)],
    ['place_id', 'text', lines.map(({ placeId }) => placeId)],
    ['sku_id', 'text', lines.map(({ skuId }) => skuId)],
    ['gtin14', 'text', lines.map(({ gtin14 }) => gtin14)],
    ['serial', 'text', lines.map(({ serial }) => serial)],
    ['outcome', 'text', lines.map(({ outcome }) => outcome)],
    ['counted', 'int8', lines.map(({ counted }) => counted)],
    ['expected', 'int8', lines.map(({ expected }) => expected)],
    // As the books take it (effectAtMs): never after the approval itself.
    ['as_of_ms', 'int8', lines.map(({ asOfMs, entry }) => Math.min(asOfMs, entry.orderedAtMs))],
    ['reason', 'text', lines.map(({ reason }) => reason)],
    ['value_minor', 'int8', lines.map(({ valueMinor }) => valueMinor)],
  ]);
}

/** In the numbering of the entry's effects: units, then numbers. */
function linesOf({ units, numbers }: CountApproved) {
  const ofUnits = units.map((line) => ({ ...line, counted: null, expected: null }));
  const ofNumbers = numbers.map((line) => ({ ...line, gtin14: null, serial: null, outcome: null }));
  return [...ofUnits, ...ofNumbers].map((line, index) => ({ ...line, lineNumber: index + 1 }));
}

async function readActs(
  transaction: Queryable,
  storeId: string,
  countIds: readonly string[],
): Promise<Map<string, CountAct[]>> {
  const { rows } = await transaction.query<CountAct & { countId: string }>({
    name: 'acts of counts',
    text: `select count_id as "countId", entry_id as "entryId", ordered_at_ms as "orderedAtMs",
                  operator_id as "operatorId", fact
             from count_act where store_id = $1 and count_id = any($2::text[])`,
    values: [storeId, countIds],
  });
  const acts = new Map<string, CountAct[]>();
  for (const { countId, ...act } of rows) acts.set(countId, [...(acts.get(countId) ?? []), act]);
  return acts;
}

/** A row that comes out as it was keeps its revision: batches of scans come often, and tills need not hear of them. */
function writeRows(
  transaction: Queryable,
  storeId: string,
  rows: readonly CountRow[],
  revision: number,
): Promise<void> {
  return insertColumns(
    transaction,
    'stock_count',
    storeId,
    [
      ['count_id', 'text', rows.map((row) => row.countId)],
      ['state', 'text', rows.map((row) => row.state)],
      ['opened_at_ms', 'int8', rows.map((row) => row.openedAtMs ?? 0)],
      ['row', 'jsonb', rows.map((row) => JSON.stringify(row))],
      ['revision', 'int8', rows.map(() => revision)],
    ],
    `on conflict (store_id, count_id) do update set state = excluded.state, opened_at_ms = excluded.opened_at_ms,
       "row" = excluded."row", revision = excluded.revision where stock_count."row" <> excluded."row"`,
  );
}

/** [SC6] Batches that no approval of the whole has seen. Only stock-takes that are approved are looked at. */
async function judgeLateness(
  transaction: Queryable,
  storeId: string,
  known: ReadonlyMap<string, readonly CountAct[]>,
): Promise<void> {
  const seenBy = new Map<string, Map<number, number>[]>();
  for (const [countId, acts] of known) {
    const whole = acts.flatMap(({ fact }) =>
      fact.kind === 'count-approved' && fact.body.isWhole
        ? [new Map(fact.body.seen.map(({ tillNumber, sequence }) => [tillNumber, sequence]))]
        : [],
    );
    if (whole.length > 0) seenBy.set(countId, whole);
  }
  if (seenBy.size === 0) return;
  const { rows } = await transaction.query<{ countId: string; entryId: string }>({
    name: 'batches of counts',
    text: `select count_id as "countId", entry_id as "entryId" from count_batch
            where store_id = $1 and count_id = any($2::text[])`,
    values: [storeId, [...seenBy.keys()]],
  });
  const [late, seen]: [Exception[], Exception[]] = [[], []];
  for (const { countId, entryId } of rows) {
    const [tillNumber, sequence] = [Number(entryId.slice(0, 4)), Number(entryId.slice(5))];
    const isSeen = seenBy.get(countId)?.some((through) => (through.get(tillNumber) ?? 0) >= sequence);
    (isSeen ? seen : late).push({ code: 'counted-after-approval', entryId, subject: '', detail: countId });
  }
  await removeExceptions(transaction, storeId, seen);
  await raiseExceptions(transaction, storeId, late);
}
