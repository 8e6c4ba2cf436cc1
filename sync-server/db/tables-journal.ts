import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { RefusalCode } from '#schemas/journal/envelope.ts';
import type { UnpostableCode } from '#schemas/journal/kinds.ts';
import type { CreditKind } from '#schemas/payment/credit.ts';
import type { UnitState, UnitStepType } from '#schemas/stock/unit-states.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** JSON kept to the letter, so that a document leaves as it came; operators such as ->> work on it. */
export const verbatimJson = customType<{ data: string; driverData: string }>({ dataType: () => 'json' });

/** The journal: append-only (J2), one row an entry, the source of every table below. */
export const journal = pgTable(
  'journal',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    /** Position in the store's journal: gapless, in order of commit. CouchDB's update sequence. */
    journalSeq: ms('journal_seq').notNull(),
    /** `1-<md5>`, as the client made it. */
    rev: text('rev').notNull(),
    kind: text('kind').notNull(),
    hash: text('hash').notNull(),
    previousHash: text('previous_hash').notNull(),
    occurredAtMs: ms('occurred_at_ms').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    recordedAtMs: ms('recorded_at_ms').notNull(),
    /** The chain's revision when it was recorded: it is judged by prices up to there. Null: of before prices were judged. */
    priceRevision: ms('price_revision'),
    /** Null once posted; else why it is kept unposted, to be tried again after an upgrade. */
    unpostable: text('unpostable').$type<UnpostableCode | 'internal'>(),
    /** The whole document without `_rev`. */
    document: verbatimJson('document').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.tillNumber, t.sequence] }),
    uniqueIndex('journal_seq').on(t.storeId, t.journalSeq),
    index('journal_unpostable').on(t.storeId, t.tillNumber, t.sequence).where(sql`${t.unpostable} is not null`),
    // Which labels a unit had is asked by its serial, and nothing is derived from these entries.
    index('journal_labels')
      .using('gin', sql`jsonb_path_query_array(document::jsonb, '$.body.lines[*].serials[*]')`)
      .where(sql`${t.kind} = 'labels-printed'`),
    // The latest label jobs, for reprints.
    index('journal_label_jobs').on(t.storeId, t.journalSeq).where(sql`${t.kind} = 'labels-printed'`),
  ],
);

/** Replication checkpoints of clients (`_local/…`); no entry, no feed. */
export const checkpoint = pgTable(
  'checkpoint',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    checkpointId: text('checkpoint_id').notNull(),
    revNumber: integer('rev_number').notNull(),
    document: verbatimJson('document').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.tillNumber, t.checkpointId] })],
);

/** Documents that an authenticated till sent and the journal refused: kept, bounded, shown to the manager. */
export const refusedDocument = pgTable(
  'refused_document',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    /** SHA-256 of the document's text: the same refusal is kept once. */
    documentHash: text('document_hash').notNull(),
    code: text('code').$type<RefusalCode>().notNull(),
    documentId: text('document_id').notNull(),
    document: text('document').notNull(),
    refusedAtMs: ms('refused_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.tillNumber, t.documentHash] })],
);

// Derived tables: written by posting alone, thrown away and made again from the journal (P2).

export const retailTransaction = pgTable(
  'retail_transaction',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    transactionId: text('transaction_id').notNull(),
    operatorId: text('operator_id').notNull(),
    businessDay: text('business_day').notNull(),
    occurredAtMs: ms('occurred_at_ms').notNull(),
    currency: text('currency').notNull(),
    lineCount: integer('line_count').notNull(),
    netMinor: ms('net_minor').notNull(),
    taxMinor: ms('tax_minor').notNull(),
    roundingMinor: ms('rounding_minor').notNull(),
    totalMinor: ms('total_minor').notNull(),
    changeMinor: ms('change_minor').notNull(),
    memberId: text('member_id'),
    memberTier: text('member_tier'),
    channel: text('channel').notNull().default('store'),
    /** The ticket that this one takes back whole. */
    voidsEntryId: text('voids_entry_id'),
    /** Days in which goods came back without asking then; null: not said, or no end. */
    returnDays: integer('return_days'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.tillNumber, t.sequence] }),
    index('retail_transaction_day').on(t.storeId, t.businessDay, t.occurredAtMs),
    // A basket is sold once: two tills may have taken it up offline.
    index('retail_transaction_basket').on(t.storeId, t.transactionId),
    index('retail_transaction_member').on(t.storeId, t.memberId).where(sql`member_id is not null`),
    index('retail_transaction_voids').on(t.storeId, t.voidsEntryId).where(sql`voids_entry_id is not null`),
  ],
);

export const lineItem = pgTable(
  'line_item',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    lineNumber: integer('line_number').notNull(),
    /** null: an open item. */
    skuId: text('sku_id'),
    gtin14: text('gtin14'),
    serial: text('serial'),
    quantity: integer('quantity').notNull(),
    unitPriceMinor: ms('unit_price_minor').notNull(),
    taxClass: text('tax_class').notNull(),
    taxRateBasisPoints: integer('tax_rate_basis_points').notNull(),
    netMinor: ms('net_minor').notNull(),
    taxMinor: ms('tax_minor').notNull(),
    totalMinor: ms('total_minor').notNull(),
    grams: integer('grams'),
    listPriceMinor: ms('list_price_minor'),
    onlinePriceMinor: ms('online_price_minor'),
    onlineSinceMs: ms('online_since_ms'),
    discountMinor: ms('discount_minor').notNull().default(0),
    /** The line by which it was sold, of what comes back by its receipt. */
    returnedEntryId: text('returned_entry_id'),
    returnedLineNumber: integer('returned_line_number'),
    /** Said to be later than the store takes back without asking. */
    returnedLate: boolean('returned_late').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.tillNumber, t.sequence, t.lineNumber] }),
    index('line_item_returned')
      .on(t.storeId, t.returnedEntryId, t.returnedLineNumber)
      .where(sql`returned_entry_id is not null`),
  ],
);

export const tender = pgTable(
  'tender',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    tenderNumber: integer('tender_number').notNull(),
    type: text('type').notNull(),
    amountMinor: ms('amount_minor').notNull(),
    reference: text('reference'),
    paymentId: text('payment_id'),
    isOffline: boolean('is_offline').notNull().default(false),
    /** Given back this way although it was paid another way. */
    insteadOf: text('instead_of'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.tillNumber, t.sequence, t.tenderNumber] }),
    index('tender_payment').on(t.storeId, t.paymentId).where(sql`payment_id is not null`),
  ],
);

/** What each promotion gave to a ticket, and the coupon that opened it. */
export const appliedPromotion = pgTable(
  'applied_promotion',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    promotionId: text('promotion_id').notNull(),
    couponId: text('coupon_id'),
    times: integer('times').notNull(),
    discountMinor: ms('discount_minor').notNull(),
    /** On so many tickets the coupon is good; null: for ever. */
    couponUses: integer('coupon_uses'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.tillNumber, t.sequence, t.promotionId] }),
    index('applied_promotion_id').on(t.storeId, t.promotionId),
    index('applied_promotion_coupon').on(t.storeId, t.couponId).where(sql`coupon_id is not null`),
  ],
);

/** By which entries baskets were put aside and taken up (schemas/parking/SPEC.md). */
export const basketStep = pgTable(
  'basket_step',
  {
    storeId: text('store_id').notNull(),
    basketId: text('basket_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    type: text('type').$type<'parked' | 'taken'>().notNull(),
    /** By the till's corrected clock. */
    atMs: ms('at_ms').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    /** Prices are promised through this day of the store. */
    validThrough: text('valid_through'),
    /** A quote, or goods for a deposit. */
    isKept: boolean('is_kept').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.basketId, t.tillNumber, t.sequence] }),
    index('basket_step_kept').on(t.storeId, t.orderedAtMs).where(sql`is_kept`),
  ],
);

/**
 * The ledger of what is owed: store credit, gift cards and vouchers to their bearers, accounts by customers. Positive was put on,
 * negative taken; the balance is the sum.
 */
export const creditStep = pgTable(
  'credit_step',
  {
    storeId: text('store_id').notNull(),
    kind: text('kind').$type<CreditKind>().notNull(),
    code: text('code').notNull(),
    tillNumber: integer('till_number').notNull(),
    sequence: ms('sequence').notNull(),
    stepNumber: integer('step_number').notNull(),
    amountMinor: ms('amount_minor').notNull(),
    currency: text('currency').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    /** A gift card counts from this on; of a negative step: it does not any more. */
    activates: boolean('activates').notNull().default(false),
    /** Of an account: who signed, the customer's order, and whether somebody with the right allowed it beyond its bounds. */
    signedBy: text('signed_by'),
    orderReference: text('order_reference'),
    isAllowed: boolean('is_allowed').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.kind, t.code, t.tillNumber, t.sequence, t.stepNumber] })],
);

/** When the office had stopped a credit. Not derived: it is kept when the rest is made again, and judges the same then (P2). */
export const creditBlock = pgTable(
  'credit_block',
  {
    storeId: text('store_id').notNull(),
    kind: text('kind').$type<CreditKind>().notNull(),
    code: text('code').notNull(),
    /** After all that was recorded of it then. */
    fromMs: ms('from_ms').notNull(),
    /** Null: still. */
    untilMs: ms('until_ms'),
    reason: text('reason').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.kind, t.code, t.fromMs] })],
);

export const stock = pgTable(
  'stock',
  {
    storeId: text('store_id').notNull(),
    placeId: text('place_id').notNull(),
    skuId: text('sku_id').notNull(),
    received: ms('received').notNull(),
    returned: ms('returned').notNull(),
    movedIn: ms('moved_in').notNull(),
    sold: ms('sold').notNull(),
    movedOut: ms('moved_out').notNull(),
    adjusted: ms('adjusted').notNull(),
    /** The moment of the latest approved count of pieces without item codes. */
    countedAtMs: ms('counted_at_ms'),
    revision: ms('revision').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.placeId, t.skuId] }), index('stock_revision').on(t.storeId, t.revision)],
);

export const unit = pgTable(
  'unit',
  {
    storeId: text('store_id').notNull(),
    gtin14: text('gtin14').notNull(),
    serial: text('serial').notNull(),
    skuId: text('sku_id').notNull(),
    placeId: text('place_id').notNull(),
    state: text('state').$type<UnitState>().notNull(),
    /** The entry of the last step. */
    entryId: text('entry_id').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    batch: text('batch'),
    expiresOn: text('expires_on'),
    revision: ms('revision').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.gtin14, t.serial] }),
    index('unit_revision').on(t.storeId, t.revision),
    index('unit_batch').on(t.storeId, t.batch).where(sql`${t.batch} is not null`),
    // A serial is typed without its GTIN.
    index('unit_serial').on(t.storeId, t.serial, t.gtin14),
    index('unit_expiry').on(t.storeId, t.expiresOn).where(sql`expires_on is not null and state = 'in-stock'`),
  ],
);

/** Each step of a unit's life and the entry that made it (S2). */
export const unitStep = pgTable(
  'unit_step',
  {
    storeId: text('store_id').notNull(),
    gtin14: text('gtin14').notNull(),
    serial: text('serial').notNull(),
    entryId: text('entry_id').notNull(),
    lineNumber: integer('line_number').notNull(),
    type: text('type').$type<UnitStepType>().notNull(),
    skuId: text('sku_id').notNull(),
    placeId: text('place_id').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    batch: text('batch'),
    expiresOn: text('expires_on'),
    onDay: text('on_day'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.gtin14, t.serial, t.entryId, t.lineNumber] }),
    index('unit_step_goods')
      .on(t.storeId, t.orderedAtMs)
      .where(
        sql`type not in ('sold', 'returned', 'returned-damaged', 'moved', 'reserved', 'set-aside', 'commissioned', 'announced', 'delivered')`,
      ),
  ],
);

/** What the manager has to look at: posted all the same. One row a contradiction, the same however entries arrived (P1). */
export const exception = pgTable(
  'exception',
  {
    storeId: text('store_id').notNull(),
    entryId: text('entry_id').notNull(),
    code: text('code').notNull(),
    /** Which unit or line it is about; empty for the whole entry. */
    subject: text('subject').notNull(),
    detail: text('detail').notNull(),
    occurredAtMs: ms('occurred_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.entryId, t.code, t.subject] }),
    index('exception_when').on(t.storeId, t.occurredAtMs),
  ],
);

// The row feed's pages. `scopeId` is a store's or a merchant's id.

export const feedPage = pgTable(
  'feed_page',
  {
    scopeId: text('scope_id').notNull(),
    hash: text('hash').notNull(),
    /** gzip of the page, served as it is. */
    gzip: customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })('gzip').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scopeId, t.hash] })],
);

export const feedManifest = pgTable(
  'feed_manifest',
  {
    scopeId: text('scope_id').notNull(),
    /** A feed table, or `search`. */
    tableName: text('table_name').notNull(),
    /** The scope's revision that the pages hold. */
    revision: ms('revision').notNull(),
    /** JSON of PageRef[]. */
    pages: verbatimJson('pages').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scopeId, t.tableName] })],
);
