import { z } from 'zod';
import { key, text } from '../text.ts';
import { consentPurposes } from './member-entries.ts';
import { positionSchema } from './position.ts';

const days = z.number().int().min(1).max(3_660);
const least = z.number().int().min(0).max(1_000_000_000_000);

/** [MS1] What a condition asks of members; by the chain's ledger and tickets as they are now. Days are counted back from now. */
export const segmentConditionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tier'), tiers: z.array(z.string().max(30)).min(1).max(20) }),
  /** Points that can be spent. */
  z.object({ kind: z.literal('points'), least }),
  /** Nobody who never came. */
  z.object({ kind: z.literal('seen-within'), days }),
  /** Came once, and not within. */
  z.object({ kind: z.literal('not-seen-within'), days }),
  z.object({ kind: z.literal('spent'), days, leastMinor: least }),
  z.object({ kind: z.literal('visits'), days, least: z.number().int().min(1).max(100_000) }),
  /** The day comes within so many days, leap days on the first of March. */
  z.object({ kind: z.literal('birthday-within'), days: days.max(366) }),
  /** Goods of a category, or one article: bought and kept. */
  z.object({ kind: z.literal('bought'), days, goods: z.enum(['category', 'sku']), id: key(40) }),
  z.object({ kind: z.literal('not-bought'), days, goods: z.enum(['category', 'sku']), id: key(40) }),
  z.object({ kind: z.literal('consent'), purpose: z.enum(consentPurposes) }),
  /** [MS6] So near to a place, most of all a store's; whose position nobody said lives nowhere. */
  z.object({ kind: z.literal('lives-within'), km: z.number().min(0.1).max(1_000), position: positionSchema }),
  /** [MS2] Fifths of the chain's buyers of the last 365 days: 5 is the best. */
  z.object({
    kind: z.literal('rfm'),
    recency: z.tuple([z.number().int().min(1).max(5), z.number().int().min(1).max(5)]),
    frequency: z.tuple([z.number().int().min(1).max(5), z.number().int().min(1).max(5)]),
    monetary: z.tuple([z.number().int().min(1).max(5), z.number().int().min(1).max(5)]),
  }),
]);
export type SegmentCondition = z.infer<typeof segmentConditionSchema>;
/** All of them must hold. */
export const segmentConditionsSchema = z.array(segmentConditionSchema).min(1).max(10);
export const segmentNameSchema = text(80, 1);

/** [MS2] Everybody who bought is looked at over so long. */
export const rfmDays = 365;
