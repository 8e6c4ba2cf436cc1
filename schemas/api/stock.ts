import { z } from 'zod';
import { stockRowSchema } from '../stock/stock-row.ts';
import { key, namesSchema, text } from '../text.ts';

/** `GET /api/stores/:store/stock?q=`: part of a SKU code, of a GTIN (4 digits or more) or of a name in any language. */
export const stockQuerySchema = z.object({ q: text(100).default('') });

export const stockItemSchema = z.object({
  skuId: key(40),
  names: namesSchema,
  variant: namesSchema.nullable(),
  gtins: z.array(z.string()),
  /** Sum over all places. */
  onHand: z.number().int(),
  /** Units in stock, for item-coded SKUs: equals `onHand` (S1); null for others. */
  unitsInStock: z.number().int().min(0).nullable(),
  /** One row a place, with the columns whose sum is that place's `onHand`. */
  /** `names` of the place; null: it is none that the store set up. */
  places: z.array(stockRowSchema.extend({ onHand: z.number().int(), names: namesSchema.nullable() })),
});
export type StockItem = z.infer<typeof stockItemSchema>;

/** At most 50, in order of SKU. */
export const stockListSchema = z.object({ items: z.array(stockItemSchema), more: z.boolean() });
export type StockList = z.infer<typeof stockListSchema>;
