import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { priceEntrySchema } from '../pricing/price-list.ts';
import { pricingRulesSchema } from '../pricing/pricing-rules.ts';
import { maxPriceLists, priceListRowSchema } from '../rows/rows.ts';
import { apiErrorSchema } from '../sync/protocol.ts';
import { key, namesSchema, text } from '../text.ts';

// Reading takes `read-reports` in the store, changing `edit-prices` (of the chain).

const countSchema = z.number().int().min(0);
const msSchema = z.number().int().min(0);
const entryShape = priceEntrySchema.shape;

/** Of a list or a promotion: by its times and now; ended too when the office has ended it. */
export const priceStateSchema = z.enum(['running', 'coming', 'ended']);
export type PriceState = z.infer<typeof priceStateSchema>;

/** `GET /api/stores/:store/price-lists`: running ones first, by precedence; ended ones last, at most 200 of them. */
export const priceListsSchema = z.object({
  /** Of the store; a list in another currency means nothing here. */
  currency: currencySchema,
  /** The store's own choice. */
  rules: pricingRulesSchema,
  /** The built-in ones (`shelf`, `online`) come first: their entries are the base prices. */
  lists: z
    .array(
      z.object({
        list: priceListRowSchema,
        isBuiltIn: z.boolean(),
        state: priceStateSchema,
        entryCount: countSchema,
        /** Null for the built-in ones. */
        changedAtMs: msSchema.nullable(),
      }),
    )
    .max(2 * maxPriceLists + 2),
});
export type PriceLists = z.infer<typeof priceListsSchema>;

/** `PUT /api/stores/:store/price-lists/:list`: makes or changes it; `list.priceListId` is the one of the path. Answer `{}`, or 422. */
export const putPriceListSchema = z.object({ list: priceListRowSchema });
/** `POST /api/stores/:store/price-lists/:list/end`: answer `{}`. Errors: `not-found` 404. A list that has ended can be put again. */

export const listProblemCodes = [
  /** `shelf` and `online` are the chain's base prices. */
  'built-in',
  'id-differs',
  'other-currency',
  'store-unknown',
  'too-many-lists',
] as const;

/** 422; `error.code` is `bad-request`. `value`: what it is about. */
export const listRefusedSchema = apiErrorSchema.extend({
  problems: z.array(z.object({ code: z.enum(listProblemCodes), value: text(200) })).max(100),
});
export type ListRefused = z.infer<typeof listRefusedSchema>;

/** Which entry of a list: a price of one SKU from a quantity and a time on. */
const entryKeySchema = z.object({
  skuId: key(40),
  minQuantity: entryShape.minQuantity.default(1),
  validFromMs: entryShape.validFromMs.default(null),
});

/** `GET …/price-lists/:list/entries?q=&limit=&after=`: by SKU. `q`: SKU, GTIN or a part of a name. */
export const listEntriesQuerySchema = z.object({
  q: text(100).default(''),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: text(120).optional(),
});
export type ListEntriesQuery = z.infer<typeof listEntriesQuerySchema>;

export const listEntrySchema = z.object({
  skuId: key(40),
  names: namesSchema,
  variant: namesSchema.nullable(),
  minQuantity: entryShape.minQuantity,
  priceMinor: entryShape.priceMinor,
  validFromMs: entryShape.validFromMs,
  validUntilMs: entryShape.validUntilMs,
  confirmedAtMs: entryShape.confirmedAtMs,
  /** The base prices, to compare with. */
  shelfPriceMinor: minorSchema.nullable(),
  onlinePriceMinor: minorSchema.nullable(),
});
export const listEntriesSchema = z.object({ entries: z.array(listEntrySchema), next: text(120).nullable() });
export type ListEntries = z.infer<typeof listEntriesSchema>;

/** `POST …/price-lists/:list/entries`: adds or replaces, all of them or none (422). */
export const putEntriesSchema = z.object({
  entries: z
    .array(
      entryKeySchema.extend({
        priceMinor: entryShape.priceMinor,
        validUntilMs: entryShape.validUntilMs.default(null),
      }),
    )
    .min(1)
    .max(1_000),
});
export type PutEntries = z.infer<typeof putEntriesSchema>;

/** `POST …/price-lists/:list/entries/remove`: those that are not there are no error. */
export const removeEntriesSchema = z.object({ entries: z.array(entryKeySchema).min(1).max(1_000) });
export type RemoveEntries = z.infer<typeof removeEntriesSchema>;

export const entryProblemCodes = [
  'sku-unknown',
  'gtin-unknown',
  'sku-not-of-gtin',
  'ends-before-it-begins',
  'row-twice',
  'too-many-entries',
  // Of files alone.
  'missing',
  'price-format',
  'price-decimals',
  'price-too-large',
  'quantity-format',
  'time-format',
  'too-few-cells',
  'too-many-cells',
  'quote-not-closed',
  'record-too-long',
] as const;
export type EntryProblemCode = (typeof entryProblemCodes)[number];

/** `row`: the place in the list, from 1, or the line of the file. `value`: what was read. */
export const entryProblemSchema = z.object({
  row: z.number().int().min(1),
  code: z.enum(entryProblemCodes),
  value: text(100),
});
export type EntryProblem = z.infer<typeof entryProblemSchema>;

export const entriesAnswerSchema = z.object({
  /** Entries that were new or another price than before; in a preview, that would be. */
  changed: countSchema,
  unchanged: countSchema,
  removed: countSchema,
  /** The first 100 of them. With one, nothing is written. */
  problems: z.array(entryProblemSchema).max(100),
  problemCount: countSchema,
  /** Why a file cannot be read at all. */
  failure: z
    .object({
      code: z.enum(['empty-file', 'column-missing', 'column-twice', 'encoding-unreadable', 'too-many-rows']),
      columns: z.array(text(80)).max(50),
    })
    .nullable(),
});
export type EntriesAnswer = z.infer<typeof entriesAnswerSchema>;

/**
 * `POST …/price-lists/:list/csv?preview=1&replace=0`, body: a CSV file in any usual encoding, with a header (`sku` or `gtin`,
 * `price`, and if wanted `min_quantity`, `valid_from`, `valid_until` by the store's clock). `preview=1` writes nothing; `replace=1`
 * takes away what the file does not have. 422 with problems.
 */
export const entriesFileQuerySchema = z.object({
  preview: z.enum(['0', '1']).default('0'),
  replace: z.enum(['0', '1']).default('0'),
});
export const priceFileColumns = ['sku', 'gtin', 'price', 'min_quantity', 'valid_from', 'valid_until'] as const;
export type PriceFileColumn = (typeof priceFileColumns)[number];
export const maxPriceFileBytes = 16_000_000;
export const maxPriceFileRows = 100_000;

/**
 * `PUT /api/stores/:store/online-prices` (right `edit-prices`, also by key): what the web shop asks, in minor units of the
 * store's currency; null: it does not sell the SKU. The same as CSV: `PUT …/online-prices/csv` with columns `sku` or `gtin`, `price`.
 * A price that was confirmed earlier than the one on record changes nothing.
 */
export const onlinePricesSchema = z.object({
  prices: z
    .array(
      z.object({
        skuId: key(40).nullable().default(null),
        gtin: text(20).nullable().default(null),
        priceMinor: entryShape.priceMinor.nullable(),
        /** Now, if not said; what lies ahead of the server's clock counts as now. */
        confirmedAtMs: msSchema.optional(),
      }),
    )
    .min(1)
    .max(5_000),
});
export type OnlinePrices = z.infer<typeof onlinePricesSchema>;

export const onlineResults = [
  'changed',
  'confirmed',
  'older',
  'sku-unknown',
  'gtin-unknown',
  'sku-not-of-gtin',
] as const;
export const onlinePricesAnswerSchema = z.object({
  /** In the order of the rows; each row is for itself. Of a file: the rows that were read. */
  results: z.array(z.enum([...onlineResults, 'row-twice'])),
  counts: z.object({ changed: countSchema, confirmed: countSchema, older: countSchema, unknown: countSchema }),
  problems: z.array(entryProblemSchema).max(100),
});
export type OnlinePricesAnswer = z.infer<typeof onlinePricesAnswerSchema>;

/** `GET` and `PUT /api/stores/:store/price-feed` (right `edit-prices`): where the server reads the web shop's prices by itself. */
export const priceFeedSchema = z.object({
  /** https, of a public address. */
  url: text(500, 8),
  format: z.enum(['json', 'csv']),
  everyMinutes: z.number().int().min(1).max(1_440),
});
export type PriceFeed = z.infer<typeof priceFeedSchema>;
export const putPriceFeedSchema = z.object({ feed: priceFeedSchema.nullable() });

export const feedTroubles = [
  'address-not-allowed',
  'unreachable',
  'timeout',
  'bad-status',
  'too-large',
  'not-readable',
] as const;
export type FeedTrouble = (typeof feedTroubles)[number];
export const priceFeedAnswerSchema = z.object({
  feed: priceFeedSchema.nullable(),
  lastTriedAtMs: msSchema.nullable(),
  /** Prices on record are at least as old. */
  lastReadAtMs: msSchema.nullable(),
  trouble: z.object({ code: z.enum(feedTroubles), detail: text(200) }).nullable(),
  /** Of the last reading. */
  counts: onlinePricesAnswerSchema.shape.counts.nullable(),
});
export type PriceFeedAnswer = z.infer<typeof priceFeedAnswerSchema>;

/** `PUT /api/stores/:store/pricing-rules` (right `edit-prices`): answer `{}`. */
export const putPricingRulesSchema = pricingRulesSchema;
