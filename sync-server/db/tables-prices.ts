import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { OnlinePricesAnswer, PriceFeed, PriceFeedAnswer } from '#schemas/api/prices.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import type { PriceListRow, SkuPriceRow } from '#schemas/rows/rows.ts';

// Prices and promotions of a chain. Master data: the journal does not rebuild it.

const ms = (name: string) => bigint(name, { mode: 'number' });
const revision = () => ms('revision').notNull();

/** `deleted`: ended by the office. */
export const priceList = pgTable(
  'price_list',
  {
    merchantId: text('merchant_id').notNull(),
    priceListId: text('price_list_id').notNull(),
    row: jsonb('row').$type<PriceListRow>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.priceListId] }),
    index('price_list_revision').on(t.merchantId, t.revision),
  ],
);

/** Entries of the lists; the feed carries them by SKU (`sku_price`). */
export const priceEntry = pgTable(
  'price_entry',
  {
    merchantId: text('merchant_id').notNull(),
    priceListId: text('price_list_id').notNull(),
    skuId: text('sku_id').notNull(),
    minQuantity: integer('min_quantity').notNull(),
    /** −1: since ever. A key has no null. */
    validFromMs: ms('valid_from_ms').notNull(),
    validUntilMs: ms('valid_until_ms'),
    priceMinor: ms('price_minor').notNull(),
    confirmedAtMs: ms('confirmed_at_ms'),
  },
  (t) => [
    primaryKey({
      name: 'price_entry_pk',
      columns: [t.merchantId, t.priceListId, t.skuId, t.minQuantity, t.validFromMs],
    }),
    index('price_entry_sku').on(t.merchantId, t.skuId),
  ],
);

/** All entries of a SKU as the feed tells them, made from `price_entry` in the same transaction. */
export const skuPrice = pgTable(
  'sku_price',
  {
    merchantId: text('merchant_id').notNull(),
    skuId: text('sku_id').notNull(),
    row: jsonb('row').$type<SkuPriceRow>().notNull(),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.skuId] }), index('sku_price_revision').on(t.merchantId, t.revision)],
);

/** `deleted`: ended by the office. */
export const promotion = pgTable(
  'promotion',
  {
    merchantId: text('merchant_id').notNull(),
    promotionId: text('promotion_id').notNull(),
    row: jsonb('row').$type<Promotion>().notNull(),
    changedAtMs: ms('changed_at_ms').notNull(),
    deleted: boolean('deleted').notNull().default(false),
    revision: revision(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.promotionId] }),
    index('promotion_revision').on(t.merchantId, t.revision),
  ],
);

/**
 * What tills were told of prices, change by change and for ever: posting judges tickets by it, and again the same when the journal
 * is posted again (P2). `kind` and `id` name a SKU, a list or a promotion.
 */
export const priceVersion = pgTable(
  'price_version',
  {
    merchantId: text('merchant_id').notNull(),
    kind: text('kind').$type<'sku' | 'list' | 'promotion'>().notNull(),
    id: text('id').notNull(),
    revision: revision(),
    /** By the server's clock; 0: from before there was this history. */
    toldAtMs: ms('told_at_ms').notNull(),
    /** Null: ended. */
    row: jsonb('row'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.kind, t.id, t.revision] }),
    index('price_version_revision').on(t.merchantId, t.revision),
  ],
);

/** By which the web shop sends its prices, signed. */
export const priceHook = pgTable(
  'price_hook',
  {
    merchantId: text('merchant_id').primaryKey(),
    /** In its address. */
    hookId: text('hook_id').notNull(),
    /** Sealed by the installation's secret (prices/hook-secret.ts): signatures are made with it, so a hash would not do. */
    secret: text('secret').notNull(),
    madeAtMs: ms('made_at_ms').notNull(),
    lastReceivedAtMs: ms('last_received_at_ms'),
    counts: jsonb('counts').$type<OnlinePricesAnswer['counts']>(),
  },
  (t) => [index('price_hook_id').on(t.hookId)],
);

/** Messages of the last day: one that comes again is answered as before, and changes nothing. */
export const priceHookMessage = pgTable(
  'price_hook_message',
  {
    merchantId: text('merchant_id').notNull(),
    hookId: text('hook_id').notNull(),
    messageId: text('message_id').notNull(),
    /** SHA-256, hex. */
    bodyHash: text('body_hash').notNull(),
    receivedAtMs: ms('received_at_ms').notNull(),
    /** Null while it is worked on, or when that was cut short. */
    answer: jsonb('answer').$type<OnlinePricesAnswer>(),
  },
  (t) => [primaryKey({ columns: [t.merchantId, t.hookId, t.messageId] })],
);

/** Where the chain's online prices are read from, and how the last reading went. */
export const priceFeed = pgTable('price_feed', {
  merchantId: text('merchant_id').primaryKey(),
  /** Whose currency the prices are in. */
  storeId: text('store_id').notNull(),
  feed: jsonb('feed').$type<PriceFeed>().notNull(),
  nextTryAtMs: ms('next_try_at_ms').notNull(),
  lastTriedAtMs: ms('last_tried_at_ms'),
  lastReadAtMs: ms('last_read_at_ms'),
  trouble: jsonb('trouble').$type<PriceFeedAnswer['trouble']>(),
  counts: jsonb('counts').$type<OnlinePricesAnswer['counts']>(),
});
