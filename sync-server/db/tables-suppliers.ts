import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

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
