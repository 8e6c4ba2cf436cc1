import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Complaint, ComplaintPhase, ComplaintStep } from '#schemas/procurement/complaint.ts';
import type { DepositMove } from '#schemas/procurement/deposit.ts';
import type { FairRules } from '#schemas/procurement/fair-play.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { stepColumns } from './paper-columns.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** The rules that a chain publishes for its suppliers and itself; only added to (schemas/procurement/SPEC.md, FP1). */
export const fairPlayRules = pgTable(
  'fair_play_rules',
  {
    merchantId: text('merchant_id').notNull(),
    version: integer('version').notNull(),
    actorId: text('actor_id').notNull(),
    atMs: ms('at_ms').notNull(),
    rules: jsonb('rules').$type<FairRules>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.version] })],
);

/** A complaint as it stands: follows from its steps (FP2). */
export const complaint = pgTable(
  'complaint',
  {
    merchantId: text('merchant_id').notNull(),
    complaintId: text('complaint_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    number: integer('number').notNull(),
    phase: text('phase').$type<ComplaintPhase>().notNull(),
    state: jsonb('state').$type<Complaint>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.complaintId] }),
    uniqueIndex('complaint_number').on(t.merchantId, t.supplierId, t.number),
    index('complaint_changed').on(t.merchantId, t.changedAtMs),
  ],
);

/** Only added to; pictures are in it. */
export const complaintStep = pgTable(
  'complaint_step',
  {
    merchantId: text('merchant_id').notNull(),
    complaintId: text('complaint_id').notNull(),
    ...stepColumns<ComplaintStep>(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.complaintId, t.version] })],
);

/** The ledger of what suppliers left as a surety; only added to, what is held is its sum (DE1). */
export const depositMovement = pgTable(
  'deposit_movement',
  {
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    number: integer('number').notNull(),
    move: text('move').$type<DepositMove>().notNull(),
    amountMinor: ms('amount_minor').notNull(),
    currency: text('currency').notNull(),
    complaintId: text('complaint_id'),
    note: text('note').notNull(),
    actorId: text('actor_id').notNull(),
    atMs: ms('at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.supplierId, t.number] })],
);

/** What the two said of each other once an order was over; only added to (FP7). */
export const orderRating = pgTable(
  'order_rating',
  {
    storeId: text('store_id').notNull(),
    orderId: text('order_id').notNull(),
    side: text('side').$type<OrderSide>().notNull(),
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    stars: integer('stars').notNull(),
    note: text('note').notNull(),
    actorId: text('actor_id').notNull(),
    atMs: ms('at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.orderId, t.side] }),
    index('order_rating_supplier').on(t.merchantId, t.supplierId),
  ],
);
