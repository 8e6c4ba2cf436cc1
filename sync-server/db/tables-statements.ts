import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { SupplierReturn, SupplierReturnStep } from '#schemas/procurement/return.ts';
import type { Statement, StatementPhase, StatementStep } from '#schemas/procurement/statement.ts';
import type { StatementKind } from '#schemas/procurement/statement-lines.ts';
import type { GoodsSentBack } from '#schemas/stock/sent-back.ts';
import { messageColumns, stepColumns } from './paper-columns.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** What the chain owes a supplier for a period, as it stands: follows from its steps (schemas/procurement/SPEC.md, ST1–ST10). */
export const supplierStatement = pgTable(
  'supplier_statement',
  {
    merchantId: text('merchant_id').notNull(),
    statementId: text('statement_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    number: integer('number').notNull(),
    phase: text('phase').$type<StatementPhase>().notNull(),
    state: jsonb('state').$type<Statement>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.statementId] }),
    uniqueIndex('supplier_statement_number').on(t.merchantId, t.supplierId, t.number),
    index('supplier_statement_changed').on(t.merchantId, t.supplierId, t.changedAtMs),
  ],
);

/** As they were drawn; what the two argued about is in the statement's steps. */
export const supplierStatementLine = pgTable(
  'supplier_statement_line',
  {
    merchantId: text('merchant_id').notNull(),
    statementId: text('statement_id').notNull(),
    lineNumber: integer('line_number').notNull(),
    kind: text('kind').$type<StatementKind>().notNull(),
    storeId: text('store_id').notNull(),
    paperId: text('paper_id').notNull(),
    orderId: text('order_id'),
    skuId: text('sku_id').notNull(),
    condition: text('condition').notNull(),
    quantity: integer('quantity').notNull(),
    unitCostMinor: ms('unit_cost_minor'),
    onDay: text('on_day').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.statementId, t.lineNumber] })],
);

/** [ST1] In which statement an entry of a store is: in one. */
export const supplierStatementSource = pgTable(
  'supplier_statement_source',
  {
    merchantId: text('merchant_id').notNull(),
    storeId: text('store_id').notNull(),
    entryId: text('entry_id').notNull(),
    statementId: text('statement_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.storeId, t.entryId] }),
    index('supplier_statement_source_of').on(t.merchantId, t.statementId),
  ],
);

/** Only added to. */
export const supplierStatementStep = pgTable(
  'supplier_statement_step',
  {
    merchantId: text('merchant_id').notNull(),
    statementId: text('statement_id').notNull(),
    ...stepColumns<StatementStep>(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.statementId, t.version] })],
);

export const supplierStatementMessage = pgTable(
  'supplier_statement_message',
  {
    merchantId: text('merchant_id').notNull(),
    statementId: text('statement_id').notNull(),
    ...messageColumns(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.statementId, t.messageNumber] })],
);

/** What a store is to send back to a supplier: follows from its steps and from what stores sent (RT1–RT6). */
export const supplierReturn = pgTable(
  'supplier_return',
  {
    storeId: text('store_id').notNull(),
    returnId: text('return_id').notNull(),
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    number: integer('number').notNull(),
    state: jsonb('state').$type<SupplierReturn>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.returnId] }),
    uniqueIndex('supplier_return_number').on(t.storeId, t.number),
    index('supplier_return_changed').on(t.storeId, t.changedAtMs),
    index('supplier_return_supplier').on(t.merchantId, t.supplierId, t.changedAtMs),
  ],
);

/** Only added to. */
export const supplierReturnStep = pgTable(
  'supplier_return_step',
  {
    storeId: text('store_id').notNull(),
    returnId: text('return_id').notNull(),
    ...stepColumns<SupplierReturnStep>(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.returnId, t.version] })],
);

/** Derived table: what left for a supplier, an entry a row, which never changes (P1, P2). */
export const sentBack = pgTable(
  'sent_back',
  {
    storeId: text('store_id').notNull(),
    entryId: text('entry_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    returnId: text('return_id'),
    sentAtMs: ms('sent_at_ms').notNull(),
    body: jsonb('body').$type<GoodsSentBack>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.entryId] }),
    index('sent_back_supplier').on(t.storeId, t.supplierId, t.sentAtMs),
    index('sent_back_return').on(t.storeId, t.returnId),
  ],
);

/** What a store wants to have of a SKU, where the suggestions are to know it (schemas/procurement/reorder.ts). */
export const reorderRule = pgTable(
  'reorder_rule',
  {
    storeId: text('store_id').notNull(),
    skuId: text('sku_id').notNull(),
    /** Null: from whom it was bought last. */
    supplierId: text('supplier_id'),
    minimum: integer('minimum').notNull(),
    packSize: integer('pack_size').notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.skuId] })],
);
