import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
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
