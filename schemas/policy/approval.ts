import { z } from 'zod';
import { key, text } from '../text.ts';

export const approvalMethods = ['pin', 'badge', 'passkey', 'remote'] as const;
export type ApprovalMethod = (typeof approvalMethods)[number];
export const approvalDecisions = ['approved', 'denied'] as const;
export type ApprovalDecision = (typeof approvalDecisions)[number];

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]+$/);

/** What the authenticator of an approval by `passkey` answered (Web Authentication, `AuthenticatorAssertionResponse`), base64url. */
export const approvalSignatureSchema = z.object({
  credentialId: base64url(1400),
  /** 16 bytes of the till's: with what is approved they make the challenge (approval-challenge.ts). */
  random: base64url(40),
  clientDataJson: base64url(2000),
  authenticatorData: base64url(1400),
  signature: base64url(1400),
});
export type ApprovalSignature = z.infer<typeof approvalSignatureSchema>;

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
  /** Of `passkey`: what was signed. Posting checks it again. Absent in entries of before it was carried. */
  signed: approvalSignatureSchema.optional(),
});
export type Approval = z.infer<typeof approvalSchema>;

/** All approvals of one entry; each counts for every place in it that takes the right. */
export const approvalsSchema = z.array(approvalSchema).max(50);
