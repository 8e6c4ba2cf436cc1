import { z } from 'zod';

import { segmentConditionsSchema, segmentNameSchema } from '../members/segments.ts';
import { minorSchema } from '../money/money.ts';
import { campaignIdSchema } from '../pricing/coupon-id.ts';
import { key } from '../text.ts';

// Segments of a chain's members, `/api/stores/:store/segments`; what conditions mean: ../members/SPEC.md (MS1 to MS4). Reading and counting
// take `see-members-whole`, keeping and giving `edit-promotions`, taking a list out of the house `read-personal-data`.

const countSchema = z.number().int().min(0);
const timeSchema = z.number().int();
const segmentSchema = z.object({
  segmentId: key(40),
  name: segmentNameSchema,
  conditions: segmentConditionsSchema,
  changedAtMs: timeSchema,
});
export type Segment = z.infer<typeof segmentSchema>;

/** `GET …/segments`: by name, at most 100. `choices`: what conditions can name. */
export const segmentListSchema = z.object({
  segments: z.array(segmentSchema),
  choices: z.object({
    currency: z.string(),
    tiers: z.array(z.string()),
    categories: z.array(z.object({ id: key(40), names: z.record(z.string(), z.string()) })),
    campaigns: z.array(z.object({ campaignId: campaignIdSchema, names: z.record(z.string(), z.string()) })),
  }),
});
export type SegmentList = z.infer<typeof segmentListSchema>;

/** `POST …/segments`: keeps it; without an id it is a new one. Answers the list. */
export const saveSegmentSchema = z.object({
  segmentId: key(40).nullable(),
  name: segmentNameSchema,
  conditions: segmentConditionsSchema,
});
export type SaveSegment = z.infer<typeof saveSegmentSchema>;

/** `POST …/segments/count`: how many the conditions mean now. */
export const countSegmentSchema = z.object({ conditions: segmentConditionsSchema });
export const segmentCountSchema = z.object({ count: countSchema });

/** `POST …/segments/:segment/end`, body `{}`: it is not kept any more. What was given by it stays. */
export const endSegmentSchema = z.object({});

/** `POST …/segments/:segment/grant`: a coupon of the campaign to each now, but for those who are held out [MS3]. Again: to those who came since. */
export const grantSegmentSchema = z.object({
  campaignId: campaignIdSchema,
  holdoutPercent: z.number().int().min(0).max(90),
});
export const segmentGrantedSchema = z.object({ meant: countSchema, granted: countSchema });

/** `GET …/segments/:segment/export.csv?purpose=mail|sms`: those alone who agreed to it, and where to reach them. Put on record. */
export const exportPurposes = ['mail', 'sms'] as const;

/** `GET …/coupons/:campaign/lift`: what those with a coupon and those held out bought since, until the coupon's end [MS3]. */
const liftSide = z.object({ members: countSchema, buyers: countSchema, spendMinor: minorSchema });
export const campaignLiftSchema = z.object({ currency: z.string(), granted: liftSide, heldOut: liftSide });
export type CampaignLift = z.infer<typeof campaignLiftSchema>;
