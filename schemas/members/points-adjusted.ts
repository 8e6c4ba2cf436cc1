import { z } from 'zod';
import { approvalsSchema } from '../policy/approval.ts';
import { text } from '../text.ts';
import { memberIdSchema } from './member-entries.ts';

/** Body of `points-adjusted`: given (or taken) by hand. It takes the right `adjust-points`. */
export const pointsAdjustedSchema = z.object({
  memberId: memberIdSchema,
  points: z
    .number()
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .refine((points) => points !== 0, 'an adjustment adjusts'),
  reason: text(200, 1),
  approvals: approvalsSchema,
});
export type PointsAdjusted = z.infer<typeof pointsAdjustedSchema>;
