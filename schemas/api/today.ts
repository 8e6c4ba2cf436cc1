import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { namesSchema } from '../text.ts';
import { sumsSchema } from './sales-report.ts';

/**
 * `GET /api/stores/:store/reports/today?seen=` (right `read-reports`): the store now. With the `mark` of the last answer it waits
 * until something is different, at most some seconds.
 */
export const todayQuerySchema = z.object({ seen: z.string().max(40).optional() });

const count = z.number().int();

export const todaySchema = z.object({
  /** Of everything in it; another one when something was posted since. */
  mark: z.string().max(40),
  serverTimeMs: count,
  businessDay: z.iso.date(),
  currency: currencySchema,
  total: sumsSchema,
  /** The same weekday a week ago: as a whole, and its turnover up to this time of the day. */
  lastWeek: z.object({ total: sumsSchema, untilNowMinor: minorSchema }),
  /** What the store means to turn over today; null: nobody said. */
  targetMinor: minorSchema.nullable(),
  /** Hours in which something was sold today or a week ago, in order; after midnight they go on from 24. */
  hours: z.array(z.object({ hour: z.string().max(2), turnoverMinor: minorSchema, lastWeekMinor: minorSchema })).max(48),
  /** The goods that brought most, at most ten. */
  top: z
    .array(z.object({ skuId: z.string(), names: namesSchema.nullable(), units: count, amountMinor: minorSchema }))
    .max(10),
  tills: z.array(
    z.object({
      tillNumber: count,
      name: z.string(),
      isOnline: z.boolean(),
      waitingEntries: count,
      batteryPercent: count.nullable(),
    }),
  ),
  exceptions: count,
});
export type Today = z.infer<typeof todaySchema>;

/** `PUT /api/stores/:store/reports/target` (right `edit-shift-rules`): what the store means to turn over in a day; 0 takes it back. */
export const salesTargetSchema = z.object({
  day: z.iso.date(),
  targetMinor: minorSchema.min(0),
});
export type SalesTarget = z.infer<typeof salesTargetSchema>;
