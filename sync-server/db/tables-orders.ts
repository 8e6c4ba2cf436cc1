import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ShipmentPhase } from '#schemas/api/shipments.ts';
import type { Order, OrderPhase, OrderStep } from '#schemas/procurement/order.ts';
import type { Packing } from '#schemas/procurement/shipment.ts';
import { messageColumns, stepColumns } from './paper-columns.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** An order to a supplier, as it stands: follows from its steps (schemas/procurement/SPEC.md). */
export const purchaseOrder = pgTable(
  'purchase_order',
  {
    storeId: text('store_id').notNull(),
    orderId: text('order_id').notNull(),
    merchantId: text('merchant_id').notNull(),
    supplierId: text('supplier_id').notNull(),
    number: integer('number').notNull(),
    phase: text('phase').$type<OrderPhase>().notNull(),
    state: jsonb('state').$type<Order>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.orderId] }),
    uniqueIndex('purchase_order_number').on(t.storeId, t.number),
    index('purchase_order_changed').on(t.storeId, t.changedAtMs),
    index('purchase_order_supplier').on(t.merchantId, t.supplierId, t.changedAtMs),
  ],
);

/** Only added to; a version is taken once, so of two who answer at once one is second. */
export const purchaseOrderStep = pgTable(
  'purchase_order_step',
  {
    storeId: text('store_id').notNull(),
    orderId: text('order_id').notNull(),
    ...stepColumns<OrderStep>(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.orderId, t.version] })],
);

export const purchaseOrderMessage = pgTable(
  'purchase_order_message',
  {
    storeId: text('store_id').notNull(),
    orderId: text('order_id').notNull(),
    ...messageColumns(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.orderId, t.messageNumber] })],
);

/** What a supplier packs for an order. That it is sent is said by its delivery (SH5). */
export const shipment = pgTable(
  'shipment',
  {
    storeId: text('store_id').notNull(),
    orderId: text('order_id').notNull(),
    shipmentId: text('shipment_id').notNull(),
    number: integer('number').notNull(),
    phase: text('phase').$type<ShipmentPhase>().notNull(),
    version: integer('version').notNull(),
    packing: jsonb('packing').$type<Packing>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.orderId, t.shipmentId] }),
    uniqueIndex('shipment_number').on(t.storeId, t.orderId, t.number),
  ],
);

/** The last number that a carton of a chain's suppliers was given; none is given twice. */
export const cartonNumber = pgTable('carton_number', {
  merchantId: text('merchant_id').primaryKey(),
  last: ms('last').notNull(),
});
