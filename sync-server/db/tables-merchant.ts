import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { HeldCoupon } from '#schemas/members/personal-coupon.ts';
import type { TenderRules } from '#schemas/payment/tender-rules.ts';
import type { PricingRules } from '#schemas/pricing/pricing-rules.ts';
import type { TaxRules } from '#schemas/pricing/tax.ts';
import type { ReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import type { ReturnRules } from '#schemas/returns/return-rules.ts';
import type { ShiftRules } from '#schemas/shift/shift-rules.ts';
import type { AskedOfTill } from '#schemas/sync/instruction.ts';
import type { Names } from '#schemas/text.ts';

// Master data: written by the back office, by import and by pairing; the journal does not rebuild it.
// Chain rows lead with the merchant, store rows with the store (D1). Keys use the C collation of the database.

const ms = (name: string) => bigint(name, { mode: 'number' });
/** The scope's revision of the last change: the row feed's cursor (F1). */
const revision = () => ms('revision').notNull();

export const merchant = pgTable('merchant', {
  merchantId: text('merchant_id').primaryKey(),
  name: text('name').notNull(),
  digitalLinkDomain: text('digital_link_domain').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
});

/** One counter row a chain: locked by every transaction that changes chain rows. */
export const merchantCounter = pgTable('merchant_counter', {
  merchantId: text('merchant_id').primaryKey(),
  revision: revision().default(0),
  /** Cursors from before are of a history that a restored backup ended: they begin again by the pages. */
  toldFromRevision: ms('told_from_revision').notNull().default(0),
});

export const category = pgTable(
  'category',
  {
    merchantId: text('merchant_id').notNull(),
    categoryId: text('category_id').notNull(),
    names: jsonb('names').$type<Names>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.categoryId] })],
);

export const sku = pgTable(
  'sku',
  {
    merchantId: text('merchant_id').notNull(),
    skuId: text('sku_id').notNull(),
    names: jsonb('names').$type<Names>().notNull(),
    categoryId: text('category_id'),
    brand: text('brand'),
    taxClass: text('tax_class').notNull(),
    tracking: text('tracking').$type<'item' | 'quantity' | 'weight'>().notNull(),
    variant: jsonb('variant').$type<Names>(),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.skuId] }), index('sku_revision').on(t.merchantId, t.revision)],
);

export const gtin = pgTable(
  'gtin',
  {
    merchantId: text('merchant_id').notNull(),
    gtin14: text('gtin14').notNull(),
    skuId: text('sku_id').notNull(),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.gtin14] }),
    index('gtin_revision').on(t.merchantId, t.revision),
    index('gtin_sku').on(t.merchantId, t.skuId),
  ],
);

export const price = pgTable(
  'price',
  {
    merchantId: text('merchant_id').notNull(),
    skuId: text('sku_id').notNull(),
    priceMinor: ms('price_minor').notNull(),
    onlinePriceMinor: ms('online_price_minor'),
    /** When the web shop was last seen to ask it. */
    onlineConfirmedAtMs: ms('online_confirmed_at_ms'),
    /** The latest confirmation, which the row tells only now and then (prices/online-prices.ts). */
    onlineSeenAtMs: ms('online_seen_at_ms'),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.skuId] }), index('price_revision').on(t.merchantId, t.revision)],
);

export const store = pgTable('store', {
  storeId: text('store_id').primaryKey(),
  merchantId: text('merchant_id').notNull(),
  name: text('name').notNull(),
  address: text('address').notNull(),
  currency: text('currency').notNull(),
  timeZone: text('time_zone').notNull(),
  taxRules: jsonb('tax_rules').$type<TaxRules>().notNull(),
  salesPlaceId: text('sales_place_id').notNull(),
  /** Of the tills' drawers; null: the defaults. */
  shiftRules: jsonb('shift_rules').$type<ShiftRules>(),
  /** How the store is paid; null: the defaults. */
  tenderRules: jsonb('tender_rules').$type<TenderRules>(),
  /** What the store has chosen about prices; null: the defaults. */
  pricing: jsonb('pricing').$type<PricingRules>(),
  /** Of what comes back; null: the defaults. */
  returnRules: jsonb('return_rules').$type<ReturnRules>(),
  /** What stands on receipts beside the sale; null: nothing. */
  receiptDesign: jsonb('receipt_design').$type<ReceiptDesign>(),
  createdAtMs: ms('created_at_ms').notNull(),
});

/** One counter row a store: its lock orders everything that changes the store (F1), and the journal's sequence. */
export const storeCounter = pgTable('store_counter', {
  storeId: text('store_id').primaryKey(),
  revision: revision().default(0),
  journalSeq: ms('journal_seq').notNull().default(0),
  /** Latest hybrid logical clock of any entry. */
  orderedAtMs: ms('ordered_at_ms').notNull().default(0),
  /** Latest that the server recorded an entry: a change of rights holds from later than that (P2). */
  recordedAtMs: ms('recorded_at_ms').notNull().default(0),
  /** Rises with each change of who may do what here; what is remembered of it is good for one number. */
  staffRevision: ms('staff_revision').notNull().default(0),
  /** Entries up to here were recorded when approvals from a manager's screen were not yet checked: they are believed. */
  approvalsFromSeq: ms('approvals_from_seq').notNull().default(0),
  /** As `approvals_from_seq`, of what passkeys signed. */
  passkeysFromSeq: ms('passkeys_from_seq').notNull().default(0),
  /** Changes when history is cut, so that no client trusts an old checkpoint. */
  journalUuid: text('journal_uuid').notNull(),
  /** As of the chain's counter. */
  toldFromRevision: ms('told_from_revision').notNull().default(0),
  /** The back office's next number, and that of the next till, are at least these: what a restored backup does not know was given. */
  officeFromSequence: ms('office_from_sequence').notNull().default(1),
  tillsFromNumber: integer('tills_from_number').notNull().default(1),
});

export const till = pgTable(
  'till',
  {
    storeId: text('store_id').notNull(),
    /** 0 is the back office; numbers are never used again. */
    tillNumber: integer('till_number').notNull(),
    name: text('name').notNull(),
    publicKey: jsonb('public_key').$type<{ kty: 'EC'; crv: 'P-256'; x: string; y: string }>().notNull(),
    /** SHA-256 of the bearer token, hex; null for the back office. */
    tokenHash: text('token_hash'),
    /** base64url; null for the back office. */
    pinKey: text('pin_key'),
    /** PKCS #8, base64url: the back office's signing key alone. */
    privateKey: text('private_key'),
    pairedAtMs: ms('paired_at_ms').notNull(),
    revokedAtMs: ms('revoked_at_ms'),
    lastContactAtMs: ms('last_contact_at_ms'),
    /** What the till last said of itself: waiting entries, clock offset, version. */
    waitingEntries: integer('waiting_entries'),
    clockOffsetMs: ms('clock_offset_ms'),
    appVersion: text('app_version'),
    storageUsageBytes: ms('storage_usage_bytes'),
    storageQuotaBytes: ms('storage_quota_bytes'),
    storagePersisted: boolean('storage_persisted'),
    /** 0 to 100; null where the browser does not tell. */
    batteryPercent: integer('battery_percent'),
    batteryCharging: boolean('battery_charging'),
    /** What the till is to do at its next contact. */
    instruction: jsonb('instruction').$type<AskedOfTill>(),
    /** When the till said that it did. */
    instructionDoneAtMs: ms('instruction_done_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.tillNumber] }), index('till_token').on(t.tokenHash)],
);

/** The key pair that tills encrypt an emergency export for; made on first use. Exports of old need it: it is never changed. */
export const exportKey = pgTable('export_key', {
  storeId: text('store_id').primaryKey(),
  publicKey: jsonb('public_key').$type<{ kty: 'EC'; crv: 'P-256'; x: string; y: string }>().notNull(),
  /** PKCS #8, base64url. */
  privateKey: text('private_key').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
});

/** [MB5] [MB6] The key pair that signs a chain's codes of members and coupons; made on first use. Tills hold the public half. */
export const chainKey = pgTable('chain_key', {
  merchantId: text('merchant_id').primaryKey(),
  publicKey: jsonb('public_key').$type<{ kty: 'EC'; crv: 'P-256'; x: string; y: string }>().notNull(),
  /** PKCS #8, base64url. */
  privateKey: text('private_key').notNull(),
  createdAtMs: ms('created_at_ms').notNull(),
});

export const pairingCode = pgTable(
  'pairing_code',
  {
    storeId: text('store_id').notNull(),
    code: text('code').notNull(),
    createdAtMs: ms('created_at_ms').notNull(),
    expiresAtMs: ms('expires_at_ms').notNull(),
    usedAtMs: ms('used_at_ms'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.code] }), index('pairing_code_code').on(t.code)],
);

export const member = pgTable(
  'member',
  {
    storeId: text('store_id').notNull(),
    memberId: text('member_id').notNull(),
    name: text('name').notNull(),
    phone: text('phone'),
    code: text('code').notNull(),
    tier: text('tier').notNull(),
    /** Lower case. */
    email: text('email'),
    /** Of a card of before. */
    cardNumber: text('card_number'),
    /** As an import had it, once tiers are worked out; null: not yet, or nobody imported them. */
    importedTier: text('imported_tier'),
    /** That can be spent; null: not known, or the chain gives none. */
    points: ms('points'),
    /** Unused ones of theirs, as the standing worker last saw them; null: none. */
    coupons: jsonb('coupons').$type<HeldCoupon[]>(),
    /** Of two who are one person: who goes on. */
    mergedInto: text('merged_into'),
    /** Made by posting; else it came by an import, and is what is known from before the journal. */
    fromJournal: boolean('from_journal').notNull().default(false),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.memberId] }),
    index('member_revision').on(t.storeId, t.revision),
    index('member_imported').on(t.storeId, t.memberId).where(sql`not from_journal and not deleted`),
    // Which stores hold somebody.
    index('member_holders').on(t.memberId),
  ],
);
