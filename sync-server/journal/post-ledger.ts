import { correctionOf, type LedgerCount, type LedgerMovement, latestCount } from '#schemas/stock/stock-ledger.ts';
import { type StockColumn, signOf, stockKey } from '#schemas/stock/stock-row.ts';
import type { Queryable } from '../db/database.ts';
import type { stockMovement } from '../db/tables-counts.ts';
import type { StockDeltas } from './stock-deltas.ts';

type Row = typeof stockMovement.$inferSelect;
/** A movement of pieces without item codes, `quantity` as its column counts it. */
export type Movement = Omit<Row, 'storeId' | 'stockColumn'> & { column: StockColumn };
/** A number that an approval found. */
export type CountedNumber = Pick<Row, 'placeId' | 'skuId'> & LedgerCount;

/**
 * Posts what moves pieces without item codes, and what approved counts found of them (COUNTING.md, SC13): a movement that the
 * latest count saw already is taken out again, and a later count than that corrects. The outcome follows from the set of both (P1).
 */
export async function postLedger(
  transaction: Queryable,
  storeId: string,
  { movements, counted }: { movements: readonly Movement[]; counted: readonly CountedNumber[] },
  deltas: StockDeltas,
): Promise<void> {
  for (const { placeId, skuId, column, quantity } of movements) deltas.add(placeId, skuId, column, quantity);
  const countedAt = await insertMovements(transaction, storeId, movements);
  for (const { placeId, skuId, column, quantity, orderedAtMs } of movements) {
    const countedAtMs = countedAt.get(stockKey(placeId, skuId));
    if (countedAtMs !== undefined && orderedAtMs <= countedAtMs) {
      deltas.add(placeId, skuId, 'adjusted', -signOf(column) * quantity);
    }
  }
  if (counted.length > 0) await correct(transaction, storeId, counted, deltas);
}

/** Writes the ledger; answers when each touched row was counted last, as far as it was. One statement. */
async function insertMovements(
  transaction: Queryable,
  storeId: string,
  movements: readonly Movement[],
): Promise<Map<string, number>> {
  if (movements.length === 0) return new Map();
  const { rows } = await transaction.query<{ place_id: string; sku_id: string; counted_at_ms: number }>({
    name: 'insert movements',
    text: `with moved as (
             select * from unnest($2::text[], $3::text[], $4::int8[], $5::text[], $6::int4[], $7::text[], $8::int8[])
                             m(place_id, sku_id, ordered_at_ms, entry_id, effect_number, stock_column, quantity)),
           added as (
             insert into stock_movement (store_id, place_id, sku_id, ordered_at_ms, entry_id, effect_number, stock_column,
                                         quantity)
             select $1, * from moved)
           select s.place_id, s.sku_id, s.counted_at_ms
             from (select distinct place_id, sku_id from moved) k
             join stock s on s.store_id = $1 and s.place_id = k.place_id and s.sku_id = k.sku_id
            where s.counted_at_ms is not null`,
    values: [
      storeId,
      movements.map((one) => one.placeId),
      movements.map((one) => one.skuId),
      movements.map((one) => one.orderedAtMs),
      movements.map((one) => one.entryId),
      movements.map((one) => one.effectNumber),
      movements.map((one) => one.column),
      movements.map((one) => signOf(one.column) * one.quantity),
    ],
  });
  return new Map(rows.map((row) => [stockKey(row.place_id, row.sku_id), row.counted_at_ms]));
}

type Touched = { placeId: string; skuId: string; before: LedgerCount[]; added: LedgerCount[] };

async function correct(
  transaction: Queryable,
  storeId: string,
  counted: readonly CountedNumber[],
  deltas: StockDeltas,
): Promise<void> {
  const touched = await readCounts(transaction, storeId, counted);
  const marks = touched.flatMap(({ placeId, skuId, before, added }) =>
    [latestCount(before), latestCount([...before, ...added])].flatMap((count) =>
      count === null ? [] : [{ placeId, skuId, atMs: count.asOfMs }],
    ),
  );
  const moved = await readSums(transaction, storeId, marks);
  for (const { placeId, skuId, before, added } of touched) {
    const movements = moved.get(stockKey(placeId, skuId)) ?? [];
    const [was, is] = [correctionOf(movements, before), correctionOf(movements, [...before, ...added])];
    deltas.add(placeId, skuId, 'adjusted', is.quantity - was.quantity);
    if (is.countedAtMs !== null) deltas.touch(placeId, skuId).countedAtMs = is.countedAtMs;
  }
}

async function readCounts(
  transaction: Queryable,
  storeId: string,
  counted: readonly CountedNumber[],
): Promise<Touched[]> {
  const rows = new Map<string, Touched>();
  for (const { placeId, skuId, ...count } of counted) {
    const row = rows.get(stockKey(placeId, skuId)) ?? { placeId, skuId, before: [], added: [] };
    row.added.push(count);
    rows.set(stockKey(placeId, skuId), row);
  }
  const touched = [...rows.values()];
  const known = await transaction.query<LedgerCount & { placeId: string; skuId: string }>({
    name: 'counts of rows',
    text: `select l.place_id as "placeId", l.sku_id as "skuId", l.counted, l.as_of_ms as "asOfMs",
                  l.entry_id as "entryId", l.line_number as "lineNumber"
             from unnest($2::text[], $3::text[]) k(place_id, sku_id)
             join count_line l on l.store_id = $1 and l.place_id = k.place_id and l.sku_id = k.sku_id
                              and l.counted is not null`,
    values: [storeId, touched.map((row) => row.placeId), touched.map((row) => row.skuId)],
  });
  for (const { placeId, skuId, ...count } of known.rows) rows.get(stockKey(placeId, skuId))?.before.push(count);
  return touched;
}

/** What moved in each row until each of some moments, as one movement between two of them. */
async function readSums(
  transaction: Queryable,
  storeId: string,
  marks: readonly { placeId: string; skuId: string; atMs: number }[],
): Promise<Map<string, LedgerMovement[]>> {
  const { rows } = await transaction.query<{ placeId: string; skuId: string; atMs: number; total: number }>({
    name: 'sums of movements',
    text: `select k.place_id as "placeId", k.sku_id as "skuId", k.at_ms as "atMs",
                  (select coalesce(sum(m.quantity), 0)::int8 from stock_movement m
                    where m.store_id = $1 and m.place_id = k.place_id and m.sku_id = k.sku_id
                      and m.ordered_at_ms <= k.at_ms) as total
             from (select distinct * from unnest($2::text[], $3::text[], $4::int8[]) k(place_id, sku_id, at_ms)) k
            order by k.at_ms`,
    values: [storeId, marks.map((one) => one.placeId), marks.map((one) => one.skuId), marks.map((one) => one.atMs)],
  });
  const moved = new Map<string, LedgerMovement[]>();
  for (const { placeId, skuId, atMs, total } of rows) {
    const movements = moved.get(stockKey(placeId, skuId)) ?? [];
    movements.push({ atMs, quantity: total - movements.reduce((sum, one) => sum + one.quantity, 0) });
    moved.set(stockKey(placeId, skuId), movements);
  }
  return moved;
}
