import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { assert } from '#schemas/assert.ts';
import { rightExceptionCodes } from '#schemas/policy/rights-needed.ts';
import { onHand, type StockRow, stockKey } from '#schemas/stock/stock-row.ts';
import { type UnitRow, unitKey, unitRowOf } from '#schemas/stock/unit.ts';
import { isPresent } from '#schemas/stock/unit-states.ts';
import { type ExpectedTables, foldEntries } from './fold.ts';
import type { JournalEntry } from './journal-watch.ts';
import { faultsByHistory } from './rights.ts';
import { skus } from './shop.ts';

/** The rows of a store that tills read, as the server has them. */
export type StoreRows = {
  stock: Map<string, StockRow>;
  units: Map<string, UnitRow>;
};

/** Those about deliveries: each follows from one entry, so they are read when the journal has grown. */
export type DeliveryRowsOfStore = Record<(typeof deliveryTables)[number], Map<string, unknown>>;
export const deliveryTables = ['delivery', 'carton', 'receipt'] as const;

export async function readDeliveryRows(client: pg.PoolClient, storeId: string): Promise<DeliveryRowsOfStore> {
  const { rows } = await client.query<{ table: (typeof deliveryTables)[number]; key: string; row: unknown }>(
    `select 'delivery' as "table", delivery_id as key, row from delivery where store_id = $1
     union all select 'carton', sscc || '|' || delivery_id, row from carton where store_id = $1
     union all select 'receipt', delivery_id || '|' || entry_id, row from receipt where store_id = $1`,
    [storeId],
  );
  const found: DeliveryRowsOfStore = { delivery: new Map(), carton: new Map(), receipt: new Map() };
  for (const { table, key, row } of rows) found[table].set(key, row);
  return found;
}

export async function readRows(client: pg.PoolClient, storeId: string): Promise<StoreRows> {
  const stock = await client.query<StockRow & { countedAtMs: number | null }>(
    `select place_id as "placeId", sku_id as "skuId", received, returned, moved_in as "movedIn", sold,
            moved_out as "movedOut", adjusted, counted_at_ms as "countedAtMs" from stock where store_id = $1`,
    [storeId],
  );
  const units = await client.query<UnitRow & Record<'batch' | 'expiresOn', string | null>>(
    `select gtin14, serial, sku_id as "skuId", place_id as "placeId", state, entry_id as "entryId",
            ordered_at_ms as "orderedAtMs", batch, expires_on as "expiresOn" from unit where store_id = $1`,
    [storeId],
  );
  return {
    stock: new Map(
      stock.rows.map(({ countedAtMs, ...row }) => [
        stockKey(row.placeId, row.skuId),
        countedAtMs === null ? row : { ...row, countedAtMs },
      ]),
    ),
    units: new Map(
      units.rows.map(({ placeId, state, batch, expiresOn, ...unit }) => [
        unitKey(unit.gtin14, unit.serial),
        unitRowOf(unit, { placeId, state, batch, expiresOn }),
      ]),
    ),
  };
}

export async function readCountRows(client: pg.PoolClient, storeId: string): Promise<Map<string, unknown>> {
  const { rows } = await client.query<{ countId: string; row: unknown }>(
    'select count_id as "countId", "row" from stock_count where store_id = $1',
    [storeId],
  );
  return new Map(rows.map(({ countId, row }) => [countId, row]));
}

/** Throws with the first key where two tables differ. */
export function assertSameRows(what: string, actual: Map<string, unknown>, expected: Map<string, unknown>): void {
  for (const key of new Set([...actual.keys(), ...expected.keys()])) {
    const [has, should] = [actual.get(key), expected.get(key)];
    assert(isDeepStrictEqual(has, should), `${what} ${key}: ${JSON.stringify(has)} ≠ ${JSON.stringify(should)}`);
  }
}

/** A row of zeros and no row say the same. */
function withoutZeros(rows: Map<string, StockRow>): Map<string, StockRow> {
  const columns = ['received', 'returned', 'movedIn', 'sold', 'movedOut', 'adjusted'] as const;
  const isTold = (row: StockRow) => row.countedAtMs !== undefined || columns.some((column) => row[column] !== 0);
  return new Map([...rows].filter(([, row]) => isTold(row)));
}

/** [S1] On hand of an item-coded SKU is the number of its units there. */
function assertUnitsAreStock({ stock, units }: StoreRows): void {
  for (const sku of skus) {
    if (sku.tracking !== 'item') continue;
    const there = [...units.values()].filter((unit) => unit.skuId === sku.skuId && isPresent(unit.state));
    const byPlace = new Map<string, number>();
    for (const { placeId } of there) byPlace.set(placeId, (byPlace.get(placeId) ?? 0) + 1);
    for (const row of stock.values()) {
      if (row.skuId !== sku.skuId) continue;
      const count = byPlace.get(row.placeId) ?? 0;
      assert(onHand(row) === count, `[S1] ${row.placeId} ${sku.skuId}: ${onHand(row)} on hand, ${count} units`);
    }
  }
}

/** Holds a store's tables against the fold of its journal by the pure core: no sale lost, none counted twice. */
export async function checkTables(
  client: pg.PoolClient,
  storeId: string,
  journal: readonly JournalEntry[],
): Promise<{ rows: StoreRows; expected: ExpectedTables }> {
  const expected = foldEntries(journal.map(({ entry }) => entry));
  for (const { entry, unpostable } of journal) {
    const why = expected.unpostable.get(entry._id) ?? null;
    assert(unpostable === why, `${storeId} ${entry._id} is kept as ${unpostable}, not ${why}`);
  }
  const rows = await readRows(client, storeId);
  assertSameRows(`${storeId} stock`, withoutZeros(rows.stock), withoutZeros(expected.stock));
  assertSameRows(`${storeId} unit`, rows.units, expected.units);
  const deliveryRows = await readDeliveryRows(client, storeId);
  for (const table of deliveryTables) {
    assertSameRows(`${storeId} ${table}`, deliveryRows[table], expected[table]);
  }
  assertSameRows(`${storeId} stock-take`, await readCountRows(client, storeId), expected.counts);
  assertUnitsAreStock(rows);
  await checkSteps(client, storeId, expected);
  await checkTransactions(client, storeId, expected);
  return { rows, expected };
}

type Sums = { id: string; total: number; paid: number; lines: number; parts: number };

/** One row a ticket, and each adds up (M1). */
async function checkTransactions(client: pg.PoolClient, storeId: string, expected: ExpectedTables): Promise<void> {
  const { rows } = await client.query<Sums>(
    `select lpad(t.till_number::text, 4, '0') || '-' || lpad(t.sequence::text, 9, '0') as id, total_minor as total,
            coalesce((select sum(amount_minor) from tender d where (d.store_id, d.till_number, d.sequence)
              = (t.store_id, t.till_number, t.sequence)), 0)::int8 - change_minor as paid,
            (select sum(l.total_minor) from line_item l where (l.store_id, l.till_number, l.sequence)
              = (t.store_id, t.till_number, t.sequence))::int8 + rounding_minor as lines,
            net_minor + tax_minor + rounding_minor as parts
       from retail_transaction t where store_id = $1`,
    [storeId],
  );
  const tickets = new Map<string, number>();
  for (const [id, fact] of expected.facts) {
    if (fact.kind === 'retail-transaction') tickets.set(id, fact.body.totalMinor);
  }
  assertSameRows(`${storeId} ticket`, new Map(rows.map(({ id, total }) => [id, total])), tickets);
  for (const { id, total, paid, lines, parts } of rows) {
    assert(
      total === paid && total === lines && total === parts,
      `[M1] ${storeId} ${id}: ${total} ${paid} ${lines} ${parts}`,
    );
  }
}

/** [S2] Each step of a unit's life is there once and names the entry that made it. */
async function checkSteps(client: pg.PoolClient, storeId: string, expected: ExpectedTables): Promise<void> {
  const steps = await client.query<{ key: string; type: string }>(
    `select gtin14 || '.' || serial || ' ' || entry_id || ' ' || line_number as key, type from unit_step where store_id = $1`,
    [storeId],
  );
  const wanted = new Map<string, string>();
  for (const [key, list] of expected.steps) {
    for (const step of list) wanted.set(`${key} ${step.entryId} ${step.lineNumber}`, step.type);
  }
  assertSameRows(`[S2] ${storeId} step`, new Map(steps.rows.map(({ key, type }) => [key, type])), wanted);
}

/**
 * At rest: an exception is there once for each contradiction of the books and for each thing done without the right to
 * it, by the history of grants (A1).
 */
export async function checkHistory(
  client: pg.PoolClient,
  storeId: string,
  journal: readonly JournalEntry[],
  expected: ExpectedTables,
): Promise<void> {
  const found = await client.query<{ key: string }>(
    `select entry_id || '|' || code || '|' || subject as key from exception
      where store_id = $1 and (code like 'unit-%' or code = any($2)) order by 1`,
    [storeId, rightExceptionCodes],
  );
  const once = new Set([...expected.contradictions, ...(await faultsByHistory(client, storeId, journal))]);
  assertSameRows(
    `${storeId} exception`,
    new Map(found.rows.map(({ key }) => [key, true])),
    new Map([...once].map((key) => [key, true])),
  );
}
