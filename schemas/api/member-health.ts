import { z } from 'zod';
import { memberSummarySchema } from './members.ts';

// What the office's list of members shows before anybody is looked for.

/** `GET …/members/latest` (right `look-up-members`): who enrolled, and who bought, in the store last; at most ten each, the latest first. */
const at = memberSummarySchema.extend({ atMs: z.number().int() });
export const membersLatestSchema = z.object({ enrolled: z.array(at), seen: z.array(at) });
export type MembersLatest = z.infer<typeof membersLatestSchema>;

const share = z.number().int().min(0).max(100).nullable();

/** `GET …/members/health` (right `read-reports`) [MS7]: the index is the mean of its parts, in per cent; null: nobody to count. */
export const memberHealthSchema = z.object({
  members: z.number().int().min(0),
  index: share,
  parts: z.object({
    /** Of those who ever bought: within 90 days. */
    active: share,
    /** Of those who bought within a year: twice or more. */
    returning: share,
    /** Of those who bought 90 to 180 days ago: again since. */
    kept: share,
    /** Of all: agreed to mail or text messages. */
    reachable: share,
  }),
});
export type MemberHealth = z.infer<typeof memberHealthSchema>;
