import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ShiftReport } from '#schemas/shift/shift-report.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

/** `replaced`: the next one was opened without a closing of this. */
export type ShiftState = 'open' | 'closed' | 'replaced';

/**
 * One drawer session of a till. Derived: what opened it never changes, all else follows from the till's entries up to where
 * it ended, and is made anew whenever one of them arrives late (P1, P2).
 */
export const shift = pgTable(
  'shift',
  {
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    /** Of the entry that opened it; the shift's id is that entry's. */
    openedSequence: ms('opened_sequence').notNull(),
    shiftNumber: integer('shift_number').notNull(),
    businessDay: text('business_day').notNull(),
    currency: text('currency').notNull(),
    openedAtMs: ms('opened_at_ms').notNull(),
    openedBy: text('opened_by').notNull(),
    floatMinor: ms('float_minor').notNull(),
    state: text('state').$type<ShiftState>().notNull(),
    /** The closing, or the opening of the next one. */
    endedSequence: ms('ended_sequence'),
    endedAtMs: ms('ended_at_ms'),
    endedBy: text('ended_by'),
    /** By the server's own sum; while entries are missing, as the till says. */
    expectedMinor: ms('expected_minor'),
    countedMinor: ms('counted_minor'),
    /** Counted − expected. */
    differenceMinor: ms('difference_minor'),
    transactionCount: integer('transaction_count'),
    totalMinor: ms('total_minor'),
    /** Numbers between opening and end that have not arrived, or are kept unposted. */
    missingEntries: integer('missing_entries').notNull(),
    /** The first figure in which the till's Z is another than ours; null where it is the same, or cannot be told yet. */
    differingFigure: text('differing_figure'),
    /** The server's own sums at the end; null while it is open. */
    report: jsonb('report').$type<ShiftReport>(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.tillNumber, t.openedSequence] }),
    index('shift_day').on(t.storeId, t.businessDay),
  ],
);
