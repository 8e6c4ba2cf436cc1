import { sql } from 'drizzle-orm';
import { bigint, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import type { LedgerKind } from '#schemas/members/points-ledger.ts';
import type { Fifths } from '../members/fifths.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

// Points and tiers. Like accounts they are the chain's: rows by key, never under the chain's counter.

/** Rules of points and tiers from a moment on. Append-only: old sales are judged by them (P2). */
export const memberRules = pgTable(
  'member_rules',
  {
    merchantId: text('merchant_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    rules: jsonb('rules').$type<MemberRules>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.fromMs] })],
);

/** The ledger of all members: what each line of a ticket gave or took (schemas/members/points-ledger.ts). Derived (P2). */
export const pointsStep = pgTable(
  'points_step',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    storeId: text('store_id').notNull(),
    entryId: text('entry_id').notNull(),
    stepNumber: integer('step_number').notNull(),
    kind: text('kind').$type<LedgerKind>().notNull(),
    atMs: ms('at_ms').notNull(),
    spendMinor: ms('spend_minor').notNull(),
    visits: integer('visits').notNull(),
    points: ms('points').notNull(),
    availableAtMs: ms('available_at_ms').notNull(),
    expiresAtMs: ms('expires_at_ms'),
    /** The line of a sale that it takes back. */
    lotEntryId: text('lot_entry_id'),
    lotNumber: integer('lot_number'),
  },
  (t) => [
    primaryKey({ name: 'points_step_pk', columns: [t.merchantId, t.memberId, t.storeId, t.entryId, t.stepNumber] }),
    index('points_step_entry').on(t.storeId, t.entryId),
    index('points_step_lot').on(t.storeId, t.lotEntryId),
  ],
);

/**
 * [MT6] Tiers as tills were told them, by each id of a person, from a moment on. Append-only and not derived: tickets are judged by what was
 * told before they were recorded (P2).
 */
export const memberTierTold = pgTable(
  'member_tier_told',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    tier: text('tier').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.memberId, t.fromMs] })],
);

/**
 * Where a member stands, as it was last worked out; one row a person. Posting alone says that it is out of date (`due_at_ms` 0,
 * `marks` + 1); the standing worker writes the rest.
 */
export const memberStanding = pgTable(
  'member_standing',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    /** Rises with each entry: what was worked out meanwhile is worked out again. */
    marks: ms('marks').notNull().default(0),
    /** When it changes by itself: a review, points that expire or can be spent. Null: never. */
    dueAtMs: ms('due_at_ms'),
    tier: text('tier').notNull().default(''),
    tierSinceMs: ms('tier_since_ms'),
    nextReviewAtMs: ms('next_review_at_ms'),
    /** Null: the chain gives no points. */
    available: ms('available'),
    /** Points that expire or come out of waiting next. */
    pointsDueAtMs: ms('points_due_at_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.memberId] }),
    index('member_standing_due').on(t.dueAtMs),
    // Those alone who are asked for: each that is rewritten by a review costs.
    index('member_standing_below_zero').on(t.merchantId).where(sql`${t.available} < 0`),
  ],
);

/**
 * [MS6] What segments ask of a person, in one row, so that a million people are asked in one pass. The standing worker writes it together
 * with the standing, from the ledger and the account: made anew it is the same (P2). Only of who goes on, is a member and stands
 * in `member_standing`. The lists are as long as each other, in the order of `at_ms`.
 */
export const memberProfile = pgTable(
  'member_profile',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    tier: text('tier').notNull(),
    /** Null: the chain gives no points. */
    available: ms('available'),
    /** `MM-DD`. */
    birthday: text('birthday'),
    /** What they agree to now. */
    consents: text('consents').array().notNull(),
    /** Where they live, to some hundred metres; null: nobody said. */
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
    lastVisitAtMs: ms('last_visit_at_ms'),
    /** Moments at which they bought or brought back; and what spend and visits came to by then, all before included. */
    atMs: ms('at_ms').array().notNull(),
    spentSoFarMinor: ms('spent_so_far_minor').array().notNull(),
    visitsSoFar: integer('visits_so_far').array().notNull(),
    /** Earned, without what was given or taken by hand (MT5). Shorter than the others: kept before it was part of it. */
    pointsSoFar: ms('points_so_far').array().notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.memberId] })],
);

/** [MS2] Where the fifths of a chain with very many members end, as the standing worker found them in the last day. */
export const memberFifths = pgTable('member_fifths', {
  merchantId: text('merchant_id').primaryKey(),
  workedOutAtMs: ms('worked_out_at_ms').notNull(),
  bounds: jsonb('bounds').$type<Fifths>().notNull(),
});
