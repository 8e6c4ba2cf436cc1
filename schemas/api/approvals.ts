import { z } from 'zod';
import { approvalDecisions } from '../policy/approval.ts';
import { measureSchema } from '../policy/limits.ts';
import type { Right } from '../policy/rights.ts';
import { key, text } from '../text.ts';

/** What a till may ask a manager's screen for. */
export const approvableRights = [
  'sell',
  'take-back',
  'return-without-receipt',
  'refund-otherwise',
  'void-transaction',
  'give-discount',
  'change-price',
  'sell-open-item',
  'exceed-account',
  'copy-receipt',
  'sell-flagged-unit',
  'export-journal',
  'announce-delivery',
  'receive-goods',
  'adjust-stock',
  'label-units',
  'move-goods',
  'transfer-goods',
  'run-shift',
  'move-cash',
  'read-drawer',
] as const satisfies readonly Right[];

/** More of a sale are not said; posting judges each of them. */
export const maxMeasures = 200;

/** A request is answered within this time, or not at all. */
export const approvalWaitMs = 120_000;

/**
 * `POST /feed/:store/approvals`: a till asks for a second person who is not there. The till makes the id, so that asking
 * again does no harm; a new request ends the till's earlier one. Answers `ApprovalState`. Errors: `forbidden` 403 (who asks is not on the staff),
 * `conflict` 409 (the id is another till's).
 */
export const approvalAskSchema = z.object({
  requestId: z.uuid(),
  operatorId: key(40),
  right: z.enum(approvableRights),
  reason: text(200),
  /** What it is about, as the till shows it. */
  detail: z.array(text(200)).max(20),
  /** How much of it, where there are limits: who approves may do each of them alone. */
  measures: z.array(measureSchema).max(maxMeasures).optional(),
});
export type ApprovalAsk = z.infer<typeof approvalAskSchema>;

const waitMsSchema = z.coerce.number().int().min(0).max(30_000).default(0);
const timeSchema = z.number().int();
const statusSchema = z.enum(['waiting', ...approvalDecisions, 'expired']);
const personSchema = z.object({ operatorId: key(40), name: text(80) });

/** `GET /feed/:store/approvals/:id?waitMs=` waits for the decision; `POST …/:id/cancel` ends it. Both answer this. */
export const approvalStateQuerySchema = z.object({ waitMs: waitMsSchema });
export const approvalStateSchema = z.object({
  serverTimeMs: timeSchema,
  requestId: z.uuid(),
  /** `expired`: nobody answered in time, or the till took it back. */
  status: statusSchema,
  expiresAtMs: timeSchema,
  decidedBy: personSchema.nullable(),
  decidedAtMs: timeSchema.nullable(),
});
export type ApprovalState = z.infer<typeof approvalStateSchema>;

/** `GET …/approvals?known=&waitMs=`: waits until the list is another one than `known` names. */
export const approvalListQuerySchema = z.object({ known: z.string().max(64).default(''), waitMs: waitMsSchema });

const approvalItemSchema = z.object({
  requestId: z.uuid(),
  tillNumber: z.number().int(),
  operator: personSchema,
  right: z.string().max(40),
  reason: text(200),
  detail: z.array(text(200)).max(20),
  askedAtMs: timeSchema,
  expiresAtMs: timeSchema,
  status: statusSchema,
  decidedBy: personSchema.nullable(),
  decidedAtMs: timeSchema.nullable(),
  /** Asked by who reads this: somebody else has to decide. */
  isOwn: z.boolean(),
});
export type ApprovalItem = z.infer<typeof approvalItemSchema>;

/** Requests of the last day that the reader has the right for, within their limits, latest first; those that wait before all others. */
export const approvalListSchema = z.object({
  serverTimeMs: timeSchema,
  version: z.string().max(64),
  requests: z.array(approvalItemSchema),
});
export type ApprovalList = z.infer<typeof approvalListSchema>;

/**
 * `POST …/approvals/:id`: takes the right that is asked for. Errors: `not-found` 404 (also without the right), `forbidden`
 * 403 (one's own request), `conflict` 409 (decided already, or too late).
 */
export const approvalDecisionSchema = z.object({ decision: z.enum(approvalDecisions) });
