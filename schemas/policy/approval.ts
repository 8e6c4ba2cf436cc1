import { z } from 'zod';
import { key, text } from '../text.ts';

export const approvalMethods = ['pin', 'badge', 'passkey', 'remote'] as const;
export type ApprovalMethod = (typeof approvalMethods)[number];
export const approvalDecisions = ['approved', 'denied'] as const;
export type ApprovalDecision = (typeof approvalDecisions)[number];

/** A second person's yes to what the first may not do alone: who, what, why, how. Part of the entry that it is about. */
export const approvalSchema = z.object({
  /** A right's name; of a newer version it may be one that is not known here. */
  right: z.string().max(40),
  operatorId: key(40),
  method: z.enum(approvalMethods),
  reason: text(200),
  /** Till's corrected time. */
  approvedAtMs: z.number().int().min(0),
  /** How old the till's staff list was then. */
  staffListAgeMs: z.number().int().min(0),
  /** Of `remote`: the request on the managers' screens that was approved (api/approvals.ts). Posting looks it up there. */
  requestId: z.uuid().optional(),
});
export type Approval = z.infer<typeof approvalSchema>;

/** All approvals of one entry; each counts for every place in it that takes the right. */
export const approvalsSchema = z.array(approvalSchema).max(50);
