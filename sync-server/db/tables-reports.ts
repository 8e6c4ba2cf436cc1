import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { WorkItem } from '#schemas/api/work.ts';
import type { ChainSalesBy, SalesBy } from '#schemas/reports/measures.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });
const sum = (name: string) => ms(name).notNull().default(0);

// Sums of what posting wrote, made anew a store's day at a time (reports/settle-sales.ts): in whatever order entries came, and
// after a rebuild, they come out the same (P1, P2).

/** Days of a store whose sums are out of date. Posting alone adds to it, with the ticket that changes the day. */
export const salesDue = pgTable(
  'sales_due',
  {
    storeId: text('store_id').notNull(),
    businessDay: text('business_day').notNull(),
    /** Rises with each change: what came while a day was added up is added up again. */
    marks: ms('marks').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.businessDay] })],
);

const sums = {
  tickets: sum('tickets'),
  /** Of those, the ones in which goods came back. */
  returnTickets: sum('return_tickets'),
  units: sum('units'),
  /** Pieces that came back, as a positive number. */
  unitsBack: sum('units_back'),
  /** Lines sold, and lines taken back (negative), tax included. */
  salesMinor: sum('sales_minor'),
  returnsMinor: sum('returns_minor'),
  netMinor: sum('net_minor'),
  taxMinor: sum('tax_minor'),
  roundingMinor: sum('rounding_minor'),
  discountMinor: sum('discount_minor'),
  /** Tenders less change: turnover and what is owed by gift cards and deposits. */
  paidMinor: sum('paid_minor'),
  /** Of tickets that were recorded when the day was long over. */
  lateTickets: sum('late_tickets'),
  lateMinor: sum('late_minor'),
};

/** What a day of a store comes to, along each dimension. `key`: of the whole day empty. */
export const salesSum = pgTable(
  'sales_sum',
  {
    storeId: text('store_id').notNull(),
    by: text('by').$type<SalesBy>().notNull(),
    businessDay: text('business_day').notNull(),
    key: text('key').notNull(),
    currency: text('currency').notNull(),
    ...sums,
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.by, t.businessDay, t.key, t.currency] }),
    index('sales_sum_day').on(t.storeId, t.businessDay),
  ],
);

/**
 * What a month of a chain comes to, along each dimension: the sum of its stores' days. `by` may also be `store` and `day`, whose
 * keys are stores and business days.
 */
export const salesChain = pgTable(
  'sales_chain',
  {
    merchantId: text('merchant_id').notNull(),
    by: text('by').$type<ChainSalesBy>().notNull(),
    /** `2026-11`. */
    month: text('month').notNull(),
    key: text('key').notNull(),
    currency: text('currency').notNull(),
    ...sums,
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.by, t.month, t.key, t.currency] })],
);

/** What a store means to turn over in a day. */
export const salesTarget = pgTable(
  'sales_target',
  {
    storeId: text('store_id').notNull(),
    businessDay: text('business_day').notNull(),
    targetMinor: ms('target_minor').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.businessDay] })],
);

/** What somebody did with a piece of work on the workbench; the work itself is wherever it comes from. */
export const workMark = pgTable(
  'work_mark',
  {
    storeId: text('store_id').notNull(),
    /** Its kind and what it is about, such as `exception 0001-000000004 unit-sold-twice …`. */
    workId: text('work_id').notNull(),
    assignedTo: text('assigned_to'),
    snoozedUntilMs: ms('snoozed_until_ms'),
    doneAtMs: ms('done_at_ms'),
    /** The work as it was then: where it came from may be gone. */
    item: jsonb('item').$type<WorkItem>(),
    changedBy: text('changed_by').notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
    changes: integer('changes').notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.workId] }),
    index('work_mark_done').on(t.storeId, t.doneAtMs).where(sql`done_at_ms is not null`),
  ],
);
