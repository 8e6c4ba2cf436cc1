import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ContractStep } from '#schemas/procurement/contract.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';

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
    version: integer('version').notNull(),
    side: text('side').$type<OrderSide>().notNull(),
    actorId: text('actor_id').notNull(),
    atMs: ms('at_ms').notNull(),
    step: jsonb('step').$type<ContractStep>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.supplierId, t.version] })],
);
