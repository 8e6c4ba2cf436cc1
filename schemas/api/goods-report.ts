import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { type GoodsSumId, goodsBys, goodsMeasureIds, goodsStates, goodsSumIds } from '../reports/goods-measures.ts';
import { namesSchema, text } from '../text.ts';

/** A year, and its leap day. */
export const maxGoodsDays = 366;
export const maxGoodsRows = 500;
const keySchema = text(100);

/**
 * `GET /api/stores/:store/reports/goods?by=&from=&to=…` (right `read-reports`): how a store's goods sell, last and pay. `…/goods/file?
 * format=csv|xlsx&…`: all rows. Classes and states are those of single SKUs.
 */
export const goodsReportQuerySchema = z.object({
  by: z.enum(goodsBys).default('sku'),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  q: text(100).optional(),
  category: keySchema.optional(),
  brand: keySchema.optional(),
  supplier: keySchema.optional(),
  state: z.enum(goodsStates).optional(),
  abc: z.enum(['A', 'B', 'C']).optional(),
  xyz: z.enum(['X', 'Y', 'Z']).optional(),
  sort: z.enum([...goodsMeasureIds, 'name']).default('netMinor'),
  dir: z.enum(['up', 'down']).default('down'),
  limit: z.coerce.number().int().min(1).max(maxGoodsRows).default(50),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  locale: z.enum(['en', 'zh-Hans', 'zh-Hant']).default('en'),
});
export type GoodsReportQuery = z.infer<typeof goodsReportQuerySchema>;
export const goodsFileQuerySchema = goodsReportQuerySchema.extend({ format: z.enum(['csv', 'xlsx']) });

const sumSchema = z.number();
const sumsSchema = z.object(
  Object.fromEntries(goodsSumIds.map((id) => [id, sumSchema])) as Record<GoodsSumId, typeof sumSchema>,
);

export const goodsRowSchema = z.object({
  key: z.string(),
  names: z.union([namesSchema, z.string()]).nullable(),
  sums: sumsSchema,
  /** Of one SKU; null: of a group, or it sold nothing. */
  abc: z.enum(['A', 'B', 'C']).nullable(),
  xyz: z.enum(['X', 'Y', 'Z']).nullable(),
  state: z.enum(goodsStates).nullable(),
});
export type GoodsRow = z.infer<typeof goodsRowSchema>;

export const goodsReportSchema = z.object({
  by: z.enum(goodsBys),
  from: z.iso.date(),
  to: z.iso.date(),
  days: z.number().int().min(1),
  currency: currencySchema,
  total: sumsSchema,
  rows: z.array(goodsRowSchema),
  count: z.number().int(),
  /** Days that are still being added up. */
  behind: z.number().int(),
});
export type GoodsReport = z.infer<typeof goodsReportSchema>;
