import { bigint, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { ApprovalDecision } from '#schemas/policy/approval.ts';
import type { Measure, RoleLimits } from '#schemas/policy/limits.ts';
import type { GrantScopeType } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { WorkingHours } from '#schemas/rows/staff.ts';
import type { LocaleCode, Names } from '#schemas/text.ts';

// People, what they may do, and what was done in the back office. Chain rows lead with the merchant (D1).

const ms = (name: string) => bigint(name, { mode: 'number' });

/** A person of the chain. Never deleted: the journal names people by id. Erasing empties what is personal. */
export const operator = pgTable(
  'operator',
  {
    merchantId: text('merchant_id').notNull(),
    operatorId: text('operator_id').notNull(),
    name: text('name').notNull(),
    locale: text('locale').$type<LocaleCode>(),
    /** Languages they serve customers in. */
    languages: jsonb('languages').$type<string[]>().notNull().default([]),
    /** data: URL of a small picture. */
    photo: text('photo'),
    workingHours: jsonb('working_hours').$type<WorkingHours[]>().notNull().default([]),
    /** PBKDF2-SHA-256, base64url; tills get it under HMAC with their own key only. Null: no PIN. */
    pinSalt: text('pin_salt'),
    pinIterations: integer('pin_iterations'),
    pinHash: text('pin_hash'),
    /** Who chose it and when: it ends when the person gains a right that they lack. Null: nobody knows any more. */
    pinSetBy: text('pin_set_by'),
    pinSetAtMs: ms('pin_set_at_ms'),
    /** SHA-256 of the badge's code, base64url; the code is random, so it needs no salt. */
    badgeHash: text('badge_hash'),
    badgeSetBy: text('badge_set_by'),
    badgeSetAtMs: ms('badge_set_at_ms'),
    createdAtMs: ms('created_at_ms').notNull(),
    /** When they left; all their grants ended with it. */
    leftAtMs: ms('left_at_ms'),
    erasedAtMs: ms('erased_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.operatorId] })],
);

/**
 * Who had which role, where, from when to when. Rows are added and ended, never changed otherwise: what an entry's maker
 * was allowed at its time is read from here, so posting again finds the same (P2).
 */
export const roleGrant = pgTable(
  'role_grant',
  {
    merchantId: text('merchant_id').notNull(),
    operatorId: text('operator_id').notNull(),
    grantId: text('grant_id').notNull(),
    scopeType: text('scope_type').$type<GrantScopeType>().notNull(),
    /** A store's, a supplier's, or the merchant's own id. */
    scopeId: text('scope_id').notNull(),
    roleId: text('role_id').notNull(),
    /** 0 for what a person begins with: nobody's entries are older than they are, and clocks differ. */
    fromMs: ms('from_ms').notNull(),
    /** Null: it holds. */
    untilMs: ms('until_ms'),
    grantedBy: text('granted_by'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.operatorId, t.grantId] }),
    index('role_grant_scope').on(t.merchantId, t.scopeType, t.scopeId),
  ],
);

/** A chain's own roles, each change a new row. The built-in ones are in schemas/policy/roles.ts. */
export const customRole = pgTable(
  'custom_role',
  {
    merchantId: text('merchant_id').notNull(),
    roleId: text('role_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    untilMs: ms('until_ms'),
    names: jsonb('names').$type<Names>().notNull(),
    rights: jsonb('rights').$type<Right[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.roleId, t.fromMs] })],
);

/**
 * How much a role allows alone, where the chain has said so: of a built-in role or an own one, each change a new row. Entries are
 * judged by it as by grants, also when the journal is posted again (P2).
 */
export const roleLimit = pgTable(
  'role_limit',
  {
    merchantId: text('merchant_id').notNull(),
    roleId: text('role_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    untilMs: ms('until_ms'),
    limits: jsonb('limits').$type<RoleLimits>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.roleId, t.fromMs] })],
);

/**
 * Which passkeys were whose and when: approvals that they signed are judged by it, also when the journal is posted again (P2).
 * Added and ended with the passkeys of accounts, and kept when those are gone; a public key tells nothing of a person.
 */
export const approvalPasskey = pgTable(
  'approval_passkey',
  {
    merchantId: text('merchant_id').notNull(),
    operatorId: text('operator_id').notNull(),
    /** base64url */
    credentialId: text('credential_id').notNull(),
    fromMs: ms('from_ms').notNull(),
    /** COSE (RFC 9053), base64, as the account has it. */
    publicKey: text('public_key').notNull(),
    untilMs: ms('until_ms'),
  },
  (t) => [primaryKey({ name: 'approval_passkey_pk', columns: [t.merchantId, t.operatorId, t.credentialId, t.fromMs] })],
);

/** A person's own key (J2): what is personal in the audit log is encrypted under it. Erasing it erases the person. */
export const personKey = pgTable(
  'person_key',
  {
    merchantId: text('merchant_id').notNull(),
    personId: text('person_id').notNull(),
    /** AES-256, base64url. */
    key: text('key').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.personId] })],
);

export const invitation = pgTable(
  'invitation',
  {
    merchantId: text('merchant_id').notNull(),
    invitationId: text('invitation_id').notNull(),
    /** The person who is invited; their grants are made already and wait for the account. */
    operatorId: text('operator_id').notNull(),
    /** SHA-256 of the link's token, hex. */
    tokenHash: text('token_hash').notNull(),
    email: text('email'),
    invitedBy: text('invited_by').notNull(),
    createdAtMs: ms('created_at_ms').notNull(),
    expiresAtMs: ms('expires_at_ms').notNull(),
    usedAtMs: ms('used_at_ms'),
    revokedAtMs: ms('revoked_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.invitationId] }), index('invitation_token').on(t.tokenHash)],
);

/** Links that no mail could carry: shown to who may manage that person, until used or expired. */
export const unsentLink = pgTable(
  'unsent_link',
  {
    merchantId: text('merchant_id').notNull(),
    linkId: text('link_id').notNull(),
    operatorId: text('operator_id').notNull(),
    purpose: text('purpose').$type<'password-reset' | 'invitation'>().notNull(),
    url: text('url').notNull(),
    createdAtMs: ms('created_at_ms').notNull(),
    expiresAtMs: ms('expires_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.linkId] })],
);

export const apiKey = pgTable(
  'api_key',
  {
    merchantId: text('merchant_id').notNull(),
    keyId: text('key_id').notNull(),
    name: text('name').notNull(),
    /** SHA-256 of the key, hex: the key itself is random and shown once. */
    keyHash: text('key_hash').notNull(),
    /** Its first characters, to tell keys apart. */
    prefix: text('prefix').notNull(),
    scopeType: text('scope_type').$type<GrantScopeType>().notNull(),
    scopeId: text('scope_id').notNull(),
    rights: jsonb('rights').$type<Right[]>().notNull(),
    requestsPerMinute: integer('requests_per_minute').notNull(),
    createdBy: text('created_by').notNull(),
    createdAtMs: ms('created_at_ms').notNull(),
    expiresAtMs: ms('expires_at_ms'),
    revokedAtMs: ms('revoked_at_ms'),
    lastUsedAtMs: ms('last_used_at_ms'),
    lastUsedAddress: text('last_used_address'),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.keyId] }), index('api_key_hash').on(t.keyHash)],
);

/** A till asks for a second person who is not there: managers see it on their screens. */
export const approvalRequest = pgTable(
  'approval_request',
  {
    storeId: text('store_id').notNull(),
    requestId: text('request_id').notNull(),
    tillNumber: integer('till_number').notNull(),
    operatorId: text('operator_id').notNull(),
    right: text('right').notNull(),
    reason: text('reason').notNull(),
    /** What it is about, as the till shows it: lines of text. */
    detail: jsonb('detail').$type<string[]>().notNull(),
    /** How much of it, where there are limits. */
    measures: jsonb('measures').$type<Measure[]>().notNull().default([]),
    askedAtMs: ms('asked_at_ms').notNull(),
    expiresAtMs: ms('expires_at_ms').notNull(),
    decision: text('decision').$type<ApprovalDecision>(),
    decidedBy: text('decided_by'),
    decidedAtMs: ms('decided_at_ms'),
    /** The latest entry of the store's journal then: an entry that names this approval and stands no later had none (P2). */
    decidedAfterSeq: ms('decided_after_seq'),
    /** The sale that it was given for, the first that named it. Made again with the derived tables. */
    usedByEntryId: text('used_by_entry_id'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.requestId] })],
);

/**
 * Approvals that a passkey signed, by the first entry of the store's journal that carried each: derived from entries. A signature
 * is good for one sale, and what an authenticator counts does not go back.
 */
export const approvalSignature = pgTable(
  'approval_signature',
  {
    storeId: text('store_id').notNull(),
    /** What was signed, base64url: there is one for each approval. */
    challenge: text('challenge').notNull(),
    operatorId: text('operator_id').notNull(),
    credentialId: text('credential_id').notNull(),
    approvedAtMs: ms('approved_at_ms').notNull(),
    /** The authenticator's count of signatures; 0 where it keeps none. */
    signCount: ms('sign_count').notNull(),
    entryId: text('entry_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.challenge] }),
    index('approval_signature_credential').on(t.storeId, t.credentialId, t.approvedAtMs),
  ],
);

/** Every change made in the back office. The server's own database role can add rows and read them, nothing else. */
export const auditEntry = pgTable(
  'audit_entry',
  {
    merchantId: text('merchant_id').notNull(),
    /** Begins with the time, so it sorts by it. */
    auditId: text('audit_id').notNull(),
    /** Null for what concerns the chain. */
    storeId: text('store_id'),
    atMs: ms('at_ms').notNull(),
    actorType: text('actor_type').$type<'person' | 'key' | 'till' | 'system'>().notNull(),
    actorId: text('actor_id').notNull(),
    address: text('address').notNull(),
    userAgent: text('user_agent').notNull(),
    /** A code of the screen's message files, such as `staff-changed`. */
    action: text('action').notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: text('subject_id').notNull(),
    /** What is personal in them is encrypted under the person's key. */
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.auditId] }),
    index('audit_entry_subject').on(t.merchantId, t.subjectType, t.subjectId),
    // Each way to search ends in the id, so that a page is read backwards and no further than it is long.
    index('audit_entry_of_subject').on(t.merchantId, t.subjectId, t.auditId),
    index('audit_entry_of_store').on(t.merchantId, t.storeId, t.auditId),
    index('audit_entry_of_actor').on(t.merchantId, t.actorId, t.auditId),
    index('audit_entry_of_action').on(t.merchantId, t.action, t.auditId),
  ],
);

/** Wrong attempts by what they were aimed at or came from, for all servers of the installation. */
export const attempt = pgTable('attempt', {
  /** SHA-256 of kind and name, hex: no names of strangers are kept. */
  id: text('id').primaryKey(),
  count: integer('count').notNull(),
  latestAtMs: ms('latest_at_ms').notNull(),
});
