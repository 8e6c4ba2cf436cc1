import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ContractStep } from '#schemas/procurement/contract.ts';
import type { Offer } from '#schemas/procurement/offer.ts';
import { stepColumns } from './paper-columns.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** Whom the chain buys from. Never deleted: deliveries name their supplier by id, and roles are held with it. */
export const supplier = pgTable(
  'supplier',
  {
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    name: text('name').notNull(),
    /** Global Location Number (GS1 General Specifications, 3.4), 13 digits. */
    gln: text('gln'),
    addedAtMs: ms('added_at_ms').notNull(),
    /** Null while goods are bought there; all roles and keys with the supplier ended with it. */
    endedAtMs: ms('ended_at_ms'),
    revision: ms('revision').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.supplierId] }),
    index('supplier_revision').on(t.merchantId, t.revision),
  ],
);

/** What the chain and a supplier said of their contract; only added to (schemas/procurement/SPEC.md, CO4). */
export const supplierContractStep = pgTable(
  'supplier_contract_step',
  {
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    ...stepColumns<ContractStep>(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.supplierId, t.version] })],
);

/** An article of a supplier's catalogue, as it stands (schemas/procurement/SPEC.md, CA1–CA3). What was decided is on the audit log. */
export const supplierArticle = pgTable(
  'supplier_article',
  {
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    article: text('article').notNull(),
    version: integer('version').notNull(),
    /** What the buyer has not answered; null: nothing. */
    offered: jsonb('offered').$type<Offer>(),
    /** What the buyer took last. */
    taken: jsonb('taken').$type<Offer>(),
    skuId: text('sku_id'),
    note: text('note').notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.supplierId, t.article] }),
    index('supplier_article_waiting').on(t.merchantId, t.supplierId, t.article).where(sql`${t.offered} is not null`),
  ],
);
