import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type {
  AwaitedCartonRow,
  CartonRow,
  DeliveryRow,
  ReceiptRow,
  TransferDelivered,
  TransferSent,
} from '#schemas/stock/delivery.ts';
import type { PlaceKind } from '#schemas/stock/place.ts';
import type { Names } from '#schemas/text.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });
const revision = () => ms('revision').notNull();

// Derived tables: written by posting alone, made again from the journal (P2). One entry makes a row, which never changes.

export const delivery = pgTable(
  'delivery',
  {
    storeId: text('store_id').notNull(),
    /** The entry that announced it. */
    deliveryId: text('delivery_id').notNull(),
    /** Of a transfer: the store that sent it and its `transfer-sent`; null from a supplier. */
    fromStoreId: text('from_store_id'),
    fromEntryId: text('from_entry_id'),
    announcedAtMs: ms('announced_at_ms').notNull(),
    row: jsonb('row').$type<DeliveryRow>().notNull(),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.deliveryId] }),
    index('delivery_revision').on(t.storeId, t.revision),
    index('delivery_source').on(t.storeId, t.fromStoreId, t.fromEntryId),
    index('delivery_supplier').on(t.storeId, sql`(row -> 'source' ->> 'supplierId')`, t.announcedAtMs),
    index('delivery_order').on(t.storeId, sql`(row -> 'source' ->> 'orderId')`),
    index('delivery_announced').on(t.storeId, t.announcedAtMs),
  ],
);

export const carton = pgTable(
  'carton',
  {
    storeId: text('store_id').notNull(),
    sscc: text('sscc').notNull(),
    deliveryId: text('delivery_id').notNull(),
    row: jsonb('row').$type<CartonRow>().notNull(),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.sscc, t.deliveryId] }),
    index('carton_revision').on(t.storeId, t.revision),
    index('carton_delivery').on(t.storeId, t.deliveryId),
  ],
);

export const receipt = pgTable(
  'receipt',
  {
    storeId: text('store_id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    entryId: text('entry_id').notNull(),
    row: jsonb('row').$type<ReceiptRow>().notNull(),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.deliveryId, t.entryId] }),
    index('receipt_revision').on(t.storeId, t.revision),
  ],
);

/** Goods sent to another store. */
export const transfer = pgTable(
  'transfer',
  {
    storeId: text('store_id').notNull(),
    /** The `transfer-sent`. */
    transferId: text('transfer_id').notNull(),
    toStoreId: text('to_store_id').notNull(),
    sentAtMs: ms('sent_at_ms').notNull(),
    operatorId: text('operator_id').notNull(),
    body: jsonb('body').$type<TransferSent>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.transferId] })],
);

/** What the other store said of it, entry by entry. */
export const transferDelivery = pgTable(
  'transfer_delivery',
  {
    storeId: text('store_id').notNull(),
    transferId: text('transfer_id').notNull(),
    /** The `transfer-delivered` of this store. */
    entryId: text('entry_id').notNull(),
    body: jsonb('body').$type<TransferDelivered>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.transferId, t.entryId] })],
);

// Not derived.

/**
 * Entries that another store must hear of, written by posting in its own transaction and drained by a worker, which writes
 * an entry by the other store's back office. Kept when done: posting the journal again sends nothing twice.
 */
export const outbox = pgTable(
  'outbox',
  {
    storeId: text('store_id').notNull(),
    entryId: text('entry_id').notNull(),
    doneAtMs: ms('done_at_ms'),
    attempts: integer('attempts').notNull().default(0),
    nextTryAtMs: ms('next_try_at_ms').notNull().default(0),
    /** Why the last attempt failed. */
    trouble: text('trouble'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.entryId] }), index('outbox_open').on(t.doneAtMs, t.nextTryAtMs)],
);

/**
 * Chain rows: cartons that a store of the chain awaits (schemas/stock/delivery.ts), so that another store's tills know whose
 * they are. Made from that store's deliveries and receipts (transfers/awaited-cartons.ts); `deleted` when it is there.
 */
export const awaitedCarton = pgTable(
  'awaited_carton',
  {
    merchantId: text('merchant_id').notNull(),
    sscc: text('sscc').notNull(),
    storeId: text('store_id').notNull(),
    sourceName: text('source_name').notNull(),
    deleted: boolean('deleted').notNull().default(false),
    announcedAtMs: ms('announced_at_ms').notNull(),
    /** What is in it; null: a row of before. */
    skus: jsonb('skus').$type<NonNullable<AwaitedCartonRow['skus']>>(),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.sscc, t.storeId] }),
    index('awaited_carton_revision').on(t.merchantId, t.revision),
    index('awaited_carton_store').on(t.merchantId, t.storeId),
  ],
);

/** Somewhere in the store that goods can be. The store's sales place is one of them. */
export const place = pgTable(
  'place',
  {
    storeId: text('store_id').notNull(),
    placeId: text('place_id').notNull(),
    names: jsonb('names').$type<Names>().notNull(),
    kind: text('kind').$type<PlaceKind>().notNull(),
    /** No longer offered; what lies there stays on the books. */
    closedAtMs: ms('closed_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.placeId] })],
);

/** Chain rows: what must not be sold. `deleted` when the recall is ended. */
export const recall = pgTable(
  'recall',
  {
    merchantId: text('merchant_id').notNull(),
    recallId: text('recall_id').notNull(),
    title: text('title').notNull(),
    advice: text('advice').notNull(),
    gtins: jsonb('gtins').$type<string[]>().notNull(),
    batches: jsonb('batches').$type<string[]>().notNull(),
    units: jsonb('units').$type<string[]>().notNull(),
    openedAtMs: ms('opened_at_ms').notNull(),
    openedBy: text('opened_by').notNull(),
    endedAtMs: ms('ended_at_ms'),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.recallId] }), index('recall_revision').on(t.merchantId, t.revision)],
);

/** What the page behind an item code tells of a SKU. */
export const skuStory = pgTable(
  'sku_story',
  {
    merchantId: text('merchant_id').notNull(),
    skuId: text('sku_id').notNull(),
    story: jsonb('story').$type<Names | null>(),
    origin: jsonb('origin').$type<Names | null>(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.skuId] })],
);

/** What the merchant chooses to show there, and where else its links lead (schemas/api/item-page.ts). */
export const itemPage = pgTable('item_page', {
  merchantId: text('merchant_id').primaryKey(),
  settings: jsonb('settings').notNull(),
});

/** In-store EAN-13 with a weight or a price in them (schemas/item-code/in-store-code.ts). */
export const inStoreCodes = pgTable('in_store_codes', {
  merchantId: text('merchant_id').primaryKey(),
  patterns: jsonb('patterns').notNull(),
});

export const printer = pgTable(
  'printer',
  {
    storeId: text('store_id').notNull(),
    printerId: text('printer_id').notNull(),
    name: text('name').notNull(),
    /** `zpl` or `tspl`: labels; `escpos`: receipts. */
    language: text('language').notNull(),
    host: text('host').notNull(),
    port: integer('port').notNull(),
    dpi: integer('dpi').notNull(),
    /** Of a receipt printer: what it can (schemas/receipt/receipt-printer.ts). */
    profile: jsonb('profile'),
    deletedAtMs: ms('deleted_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.printerId] })],
);

/** The print relay's durable queue. */
export const printJob = pgTable(
  'print_job',
  {
    storeId: text('store_id').notNull(),
    jobId: text('job_id').notNull(),
    printerId: text('printer_id').notNull(),
    title: text('title').notNull(),
    state: text('state').notNull(),
    /** Label format and labels (schemas/label/label.ts); null: a job of a receipt printer. */
    format: jsonb('format'),
    labels: jsonb('labels'),
    /** What a receipt printer is to do (schemas/receipt/receipt-printer.ts); null: labels. */
    receipt: jsonb('receipt'),
    total: integer('total').notNull(),
    /** Labels known to be printed: the first so many. */
    printed: integer('printed').notNull().default(0),
    /** Labels handed to the printer after those, whose fate is not known yet. */
    inFlight: integer('in_flight').notNull().default(0),
    /** The job whose labels these are once more. */
    reprintOf: text('reprint_of'),
    trouble: text('trouble'),
    attempts: integer('attempts').notNull().default(0),
    nextTryAtMs: ms('next_try_at_ms').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAtMs: ms('created_at_ms').notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.jobId] }),
    index('print_job_printer').on(t.storeId, t.printerId, t.createdAtMs),
  ],
);
