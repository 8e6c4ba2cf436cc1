import { z } from 'zod';
import { goodsOriginSchema, goodsSchema } from '../stock/goods.ts';
import { key, text } from '../text.ts';

const quantitySchema = z.number().int().min(1);

/** Labels that some tablet of the store printed, from the entries on record; reprints are none of their own. */
export const storeLabelJobSchema = z.object({
  jobId: z.uuid(),
  printedAtMs: z.number().int(),
  tillNumber: z.number().int().min(0),
  operatorName: text(80),
  /** In the order of the labels. */
  skus: z.array(z.object({ skuId: key(40), quantity: quantitySchema })).max(5_000),
  total: quantitySchema,
});
export type StoreLabelJob = z.infer<typeof storeLabelJobSchema>;

/** `GET /feed/:store/label-jobs`: the latest first. */
export const storeLabelJobsSchema = z.object({ jobs: z.array(storeLabelJobSchema).max(100) });
export type StoreLabelJobs = z.infer<typeof storeLabelJobsSchema>;

/** `GET /feed/:store/label-jobs/:job`: what its labels say, label by label. Errors: `not-found` 404. */
export const storeLabelGoodsSchema = z.object({
  jobId: z.uuid(),
  goods: z
    .array(goodsSchema.extend(goodsOriginSchema.shape).extend({ gtin14: z.string().regex(/^\d{14}$/) }))
    .max(10_000),
});
export type StoreLabelGoods = z.infer<typeof storeLabelGoodsSchema>;

/**
 * `GET /feed/:store/changed-prices?since=<ms>`: SKUs whose price changed since then, as tills were told, the latest change first,
 * so that their shelves get new labels. Of prices that begin or end by themselves at their hour nobody is told anew.
 */
export const changedPricesQuerySchema = z.object({ since: z.coerce.number().int().min(0) });
export const changedPricesSchema = z.object({ skuIds: z.array(key(40)).max(2_000) });
export type ChangedPrices = z.infer<typeof changedPricesSchema>;
