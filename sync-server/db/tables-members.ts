import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { MemberFact } from '#schemas/members/member-entries.ts';
import type { Member, MemberBase, MemberState } from '#schemas/members/member-fold.ts';
import type { SegmentCondition } from '#schemas/members/segments.ts';

const ms = (name: string) => bigint(name, { mode: 'number' });

// A member's account is the chain's: rows by key, never under the chain's counter. Rules: schemas/members/SPEC.md.

/**
 * [MB7] Keys of what is personal in entries, one key an entry. Neither derived nor in the journal: deleting a row erases what it
 * opens.
 */
export const personalKey = pgTable(
  'personal_key',
  {
    merchantId: text('merchant_id').notNull(),
    keyId: text('key_id').notNull(),
    /** base64url, 32 bytes. */
    key: text('key').notNull(),
    /** Whom it was given to. */
    storeId: text('store_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    madeAtMs: ms('made_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.keyId] })],
);

/** Entries about members, of all stores; a merge stands under both. Derived: made again from the journals (P2). */
export const memberAct = pgTable(
  'member_act',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    storeId: text('store_id').notNull(),
    entryId: text('entry_id').notNull(),
    orderedAtMs: ms('ordered_at_ms').notNull(),
    operatorId: text('operator_id').notNull(),
    fact: jsonb('fact').$type<MemberFact>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.memberId, t.storeId, t.entryId] }),
    index('member_act_store').on(t.storeId, t.entryId),
  ],
);

/** What the acts come to, one row an id: folded anew whenever one of them arrives, under the row's lock. */
export const memberAccount = pgTable(
  'member_account',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    /** Who goes on; itself while nobody else does. */
    survivorId: text('survivor_id').notNull(),
    state: text('state').$type<MemberState>().notNull(),
    name: text('name'),
    /** Folded words; `member_word` has them one by one. */
    nameKeys: text('name_keys'),
    phone: text('phone'),
    /** Lower case. */
    email: text('email'),
    cardNumber: text('card_number'),
    /** This id's own card. */
    code: text('code'),
    /** Of who goes on; of the others null. */
    member: jsonb('member').$type<Member>(),
    /** What an import knew before the first entry; null: nothing, or erased. */
    base: jsonb('base').$type<MemberBase>(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.memberId] }),
    index('member_account_survivor').on(t.merchantId, t.survivorId),
    index('member_account_phone').on(t.merchantId, t.phone),
    index('member_account_code').on(t.merchantId, t.code),
    index('member_account_email').on(t.merchantId, t.email),
    // Backwards, so that the last digits are a beginning.
    index('member_account_phone_tail').on(t.merchantId, sql`reverse(phone) text_pattern_ops`),
    index('member_account_card').on(t.merchantId, t.cardNumber).where(sql`card_number is not null`),
  ],
);

/** Words that a name is found by; of a word without spaces in it also each of its ends. Only of who goes on. */
export const memberWord = pgTable(
  'member_word',
  {
    merchantId: text('merchant_id').notNull(),
    word: text('word').notNull(),
    memberId: text('member_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.memberId, t.word] }),
    index('member_word_beginning').on(t.merchantId, sql`word text_pattern_ops`),
  ],
);

/** [MB15] One-time codes that were sent for the member's own page; a row may stand for nobody. Gone within the hour. */
export const memberSignIn = pgTable(
  'member_sign_in',
  {
    merchantId: text('merchant_id').notNull(),
    signInId: text('sign_in_id').notNull(),
    /** Null: the address is nobody's, which nobody is told. */
    memberId: text('member_id'),
    /** SHA-256 of the id and the code. */
    codeHash: text('code_hash').notNull(),
    attempts: integer('attempts').notNull().default(0),
    expiresAtMs: ms('expires_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.signInId] })],
);

/** [MB15] Who is signed in on their own page. */
export const memberSession = pgTable(
  'member_session',
  {
    merchantId: text('merchant_id').notNull(),
    /** SHA-256 of what the cookie holds. */
    tokenHash: text('token_hash').notNull(),
    memberId: text('member_id').notNull(),
    expiresAtMs: ms('expires_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.tokenHash] }),
    index('member_session_member').on(t.merchantId, t.memberId),
  ],
);

/** [MS1] Rules that say whom the office means, by a name; counted live and never kept as a list. */
export const memberSegment = pgTable(
  'member_segment',
  {
    merchantId: text('merchant_id').notNull(),
    segmentId: text('segment_id').notNull(),
    name: text('name').notNull(),
    conditions: jsonb('conditions').$type<SegmentCondition[]>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
    deleted: boolean('deleted').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.segmentId] })],
);

/** [MS4] What staff wrote about a member, for each other. Erased with them. */
export const memberNote = pgTable(
  'member_note',
  {
    merchantId: text('merchant_id').notNull(),
    memberId: text('member_id').notNull(),
    noteId: text('note_id').notNull(),
    storeId: text('store_id').notNull(),
    operatorId: text('operator_id').notNull(),
    atMs: ms('at_ms').notNull(),
    text: text('text').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.memberId, t.noteId] })],
);
