import { bigint, boolean, date, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { AccountFacts, CustomerAccountRow } from '#schemas/payment/customer-account.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

// Customer accounts. Like members they are the chain's: rows by key, never under the chain's counter. What is sold on them is in
// `credit_step` of its store.

/** What the office says of an account from a moment on. Append-only: old sales are judged by it (P2). */
export const customerAccountVersion = pgTable(
  'customer_account_version',
  {
    merchantId: text('merchant_id').notNull(),
    number: text('number').notNull(),
    fromMs: ms('from_ms').notNull(),
    facts: jsonb('facts').$type<AccountFacts>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.number, t.fromMs] })],
);

/** What was paid of an account, as the office put it on record. Append-only: what was wrong is taken back by a row that names it. */
export const customerAccountPayment = pgTable(
  'customer_account_payment',
  {
    merchantId: text('merchant_id').notNull(),
    number: text('number').notNull(),
    /** Made by who asks, so that asking twice books once. */
    paymentId: text('payment_id').notNull(),
    storeId: text('store_id').notNull(),
    /** Negative: it takes another one back. */
    amountMinor: ms('amount_minor').notNull(),
    currency: text('currency').notNull(),
    receivedOn: date('received_on', { mode: 'string' }).notNull(),
    reference: text('reference').notNull(),
    correctsId: text('corrects_id'),
    /** When it was put on record: its place among the sales. */
    atMs: ms('at_ms').notNull(),
    actorId: text('actor_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.number, t.paymentId] })],
);

/**
 * Where an account stands, as it was last worked out. Posting and the office alone say that it is out of date (`marks` + 1); the
 * worker writes the rest.
 */
export const customerAccountStanding = pgTable(
  'customer_account_standing',
  {
    merchantId: text('merchant_id').notNull(),
    number: text('number').notNull(),
    marks: ms('marks').notNull().default(0),
    isDue: boolean('is_due').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.number] }),
    index('customer_account_standing_due').on(t.isDue, t.merchantId, t.number),
  ],
);

/** An account in a store where it holds, as its tills are told. Written by the worker; `deleted` where it does not hold any more. */
export const customerAccount = pgTable(
  'customer_account',
  {
    storeId: text('store_id').notNull(),
    number: text('number').notNull(),
    row: jsonb('row').$type<CustomerAccountRow>().notNull(),
    revision: ms('revision').notNull(),
    deleted: boolean('deleted').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.number] }), index('customer_account_revision').on(t.storeId, t.revision)],
);
