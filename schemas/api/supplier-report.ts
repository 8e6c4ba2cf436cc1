import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { goodsReportSchema } from './goods-report.ts';
import { scorecardListSchema } from './scorecards.ts';

/**
 * `GET /api/stores/:store/reports/suppliers?from=&to=` (right `edit-suppliers`): the chain's suppliers side by side, with what their goods
 * brought in the store. `…/suppliers/file?format=csv|xlsx&…`: the same. Figures are those of scorecards, of the goods report and of
 * statements: nothing is measured anew.
 */
export const supplierReportQuerySchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export const supplierFileQuerySchema = supplierReportQuerySchema.extend({ format: z.enum(['csv', 'xlsx']) });

const scorecardSchema = scorecardListSchema.shape.scorecards.element;
export const supplierReportSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  days: z.number().int().min(1),
  currency: currencySchema,
  /** Since when papers count in the scorecards. */
  sinceMs: z.number().int(),
  rows: z.array(
    z.object({
      /** Empty: goods that no supplier is known of. */
      key: z.string(),
      name: z.string(),
      /** Null: not one that is bought from. */
      figures: scorecardSchema.shape.figures.nullable(),
      goods: goodsReportSchema.shape.total,
      /** Of approved statements in the store's currency, not paid yet; null: not for this person to see. */
      openMinor: minorSchema.nullable(),
      overdueMinor: minorSchema.nullable(),
    }),
  ),
  /** Only the first suppliers by name are here. */
  hasMore: z.boolean(),
  behind: z.number().int(),
});
export type SupplierReport = z.infer<typeof supplierReportSchema>;
export type SupplierReportRow = SupplierReport['rows'][number];
