import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CountMeans, UnitOutcome } from '#schemas/stock/count-entries.ts';
import type { CountRow, CountRowFact, CountState } from '#schemas/stock/count-row.ts';
import type { AdjustmentReason } from '#schemas/stock/goods.ts';
import type { StockColumn } from '#schemas/stock/stock-row.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

// Derived tables: written by posting alone, made again from the journal (P2). Rules: schemas/stock/COUNTING.md.

/** The ledger of pieces without item codes: what a count is netted with. */
export const stockMovement = pgTable(
  'stock_movement',
  {
    storeId: text('store_id').notNull(),
    placeId: text('place_id').notNull(),
    skuId: text('sku_id').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    /** Empty: what was on hand when the ledger began. */
    entryId: text('entry_id').notNull(),
    /** Which of the entry's effects, from 0. */
    effectNumber: integer('effect_number').notNull(),
    stockColumn: text('stock_column').$type<StockColumn>().notNull(),
    /** Signed: what it adds to what is on hand. */
    quantity: ms('quantity').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.placeId, t.skuId, t.orderedAtMs, t.entryId, t.effectNumber] }),
    // Reports of goods: what came and went otherwise than over the counter, which is little, so that sales do not pay for it.
    index('stock_movement_goods').on(t.storeId, t.orderedAtMs).where(sql`stock_column not in ('sold', 'returned')`),
  ],
);

/** One row a stock-take, as the feed brings it to tills. */
export const stockCount = pgTable(
  'stock_count',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    state: text('state').$type<CountState>().notNull(),
    /** 0 while nobody has opened it. */
    openedAtMs: ms('opened_at_ms').notNull(),
    row: jsonb('row').$type<CountRow>().notNull(),
    revision: ms('revision').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.countId] }),
    index('stock_count_revision').on(t.storeId, t.revision),
    index('stock_count_opened').on(t.storeId, t.openedAtMs, t.countId),
  ],
);

/** Entries that the row is folded from. */
export const countAct = pgTable(
  'count_act',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    entryId: text('entry_id').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    operatorId: text('operator_id').notNull(),
    fact: jsonb('fact').$type<CountRowFact>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.countId, t.entryId] })],
);

/** One batch of scans. */
export const countBatch = pgTable(
  'count_batch',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    entryId: text('entry_id').notNull(),
    placeId: text('place_id').notNull(),
    pass: integer('pass').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    operatorId: text('operator_id').notNull(),
    /** Its earliest and latest moment. */
    firstAtMs: ms('first_at_ms').notNull(),
    lastAtMs: ms('last_at_ms').notNull(),
    pieces: integer('pieces').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.countId, t.entryId] })],
);

export const countUnit = pgTable(
  'count_unit',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    gtin14: text('gtin14').notNull(),
    serial: text('serial').notNull(),
    entryId: text('entry_id').notNull(),
    lineNumber: integer('line_number').notNull(),
    placeId: text('place_id').notNull(),
    pass: integer('pass').notNull(),
    skuId: text('sku_id').notNull(),
    seenAtMs: ms('seen_at_ms').notNull(),
    operatorId: text('operator_id').notNull(),
    how: text('how').$type<CountMeans>().notNull(),
    isTakenBack: boolean('is_taken_back').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.countId, t.gtin14, t.serial, t.entryId, t.lineNumber] }),
    index('count_unit_life').on(t.storeId, t.gtin14, t.serial),
  ],
);

/** Pieces without item codes. */
export const countQuantity = pgTable(
  'count_quantity',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    placeId: text('place_id').notNull(),
    pass: integer('pass').notNull(),
    skuId: text('sku_id').notNull(),
    entryId: text('entry_id').notNull(),
    lineNumber: integer('line_number').notNull(),
    quantity: integer('quantity').notNull(),
    seenAtMs: ms('seen_at_ms').notNull(),
    operatorId: text('operator_id').notNull(),
    how: text('how').$type<CountMeans>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.countId, t.placeId, t.pass, t.skuId, t.entryId, t.lineNumber] })],
);

/** What was scanned and is no goods of the chain. */
export const countUnknown = pgTable(
  'count_unknown',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    entryId: text('entry_id').notNull(),
    lineNumber: integer('line_number').notNull(),
    placeId: text('place_id').notNull(),
    scanned: text('scanned').notNull(),
    seenAtMs: ms('seen_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.countId, t.entryId, t.lineNumber] })],
);

/** What was approved. Of a unit: its code and outcome; of a number: counted and expected. */
export const countLine = pgTable(
  'count_line',
  {
    storeId: text('store_id').notNull(),
    countId: text('count_id').notNull(),
    entryId: text('entry_id').notNull(),
    lineNumber: integer('line_number').notNull(),
    placeId: text('place_id').notNull(),
    skuId: text('sku_id').notNull(),
    gtin14: text('gtin14'),
    serial: text('serial'),
    outcome: text('outcome').$type<UnitOutcome>(),
    counted: ms('counted'),
    expected: ms('expected'),
    asOfMs: ms('as_of_ms').notNull(),
    reason: text('reason').$type<AdjustmentReason>().notNull(),
    valueMinor: ms('value_minor'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.countId, t.entryId, t.lineNumber] }),
    index('count_line_when').on(t.storeId, t.asOfMs),
    index('count_line_number').on(t.storeId, t.placeId, t.skuId, t.asOfMs).where(sql`counted is not null`),
  ],
);
