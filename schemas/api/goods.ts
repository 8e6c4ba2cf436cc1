import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { priceRowSchema, skuPriceRowSchema } from '../rows/rows.ts';
import { key, namesSchema, text } from '../text.ts';

/**
 * `GET /api/stores/:store/goods?q=`: what can be picked where a rule names goods. `q`: words that are all part of a name in any
 * language, of a SKU, of a brand, or of a GTIN (4 digits or more). Right: `read-reports`.
 */
export const goodsQuerySchema = z.object({ q: text(100).default('') });

export const goodsItemSchema = z.object({ skuId: key(40), names: namesSchema, variant: namesSchema.nullable() });
export type GoodsItem = z.infer<typeof goodsItemSchema>;

/** At most 20 SKUs by code, 20 categories and 20 brands by name. */
export const goodsFoundSchema = z.object({
  skus: z.array(goodsItemSchema),
  categories: z.array(z.object({ categoryId: idSchema, names: namesSchema })),
  brands: z.array(text(80)),
});
export type GoodsFound = z.infer<typeof goodsFoundSchema>;

/** `GET /api/stores/:store/goods/:sku/prices`: what all lists ask for a SKU. Errors: `not-found` 404. Right: `read-reports`. */
export const skuPricesSchema = z.object({
  sku: goodsItemSchema,
  /** The chain's base prices; null: it has none. */
  base: priceRowSchema.nullable(),
  /** Of the chain's own lists. */
  entries: skuPriceRowSchema.shape.entries,
});
export type SkuPrices = z.infer<typeof skuPricesSchema>;

const countSchema = z.number().int().min(0);

/** `GET /api/stores/:store/online-prices`: how well the web shop's prices are known. Right: `read-reports`. */
export const onlineAgesSchema = z.object({
  /** SKUs that have a price in the shop, and how many of them have one online. */
  pricedCount: countSchema,
  onlineCount: countSchema,
  /** When they were last seen: within an hour, a day, a week, longer ago, or nobody knows when. They sum to `onlineCount`. */
  ages: z.object({ hour: countSchema, day: countSchema, week: countSchema, older: countSchema, unknown: countSchema }),
  newestAtMs: countSchema.nullable(),
  oldestAtMs: countSchema.nullable(),
  /** The last times that prices changed, the latest first; at most 20. A `system` is the feed. */
  received: z.array(
    z.object({
      atMs: countSchema,
      actorType: z.enum(['person', 'key', 'till', 'system']),
      changedCount: countSchema,
    }),
  ),
});
export type OnlineAges = z.infer<typeof onlineAgesSchema>;
