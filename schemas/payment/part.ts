import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { text } from '../text.ts';
import { type Tender, tenderTypes } from '../transaction/retail-transaction.ts';
import { approvalOf, attemptSchema, isUnderWay } from './attempt.ts';
import { tenderAccountSchema } from './customer-account.ts';
import type { Share } from './settlement.ts';

/** One part of how a ticket is paid, kept from before it is taken until the ticket is committed. */
export const partSchema = z.object({
  partId: z.uuid(),
  /** The basket that it pays. */
  transactionId: z.uuid(),
  type: z.enum(tenderTypes),
  /** Negative: given back. */
  amountMinor: minorSchema,
  /** What was typed: an approval code, the number of a voucher. */
  reference: text(64).nullable(),
  isOffline: z.boolean(),
  /** Most that the store took so then, when it had set a limit. */
  offlineLimitMinor: minorSchema.min(0).optional(),
  /** Of a store credit or gift card: what the server said is left on it after this part. */
  creditLeftMinor: minorSchema.min(0).optional(),
  /** Of points: how many, negative given back; and what is left of them then, as far as is known. */
  points: z.number().int().optional(),
  pointsLeft: z.number().int().optional(),
  /** On account: whose, and who signed. */
  account: tenderAccountSchema.optional(),
  /** How a terminal or a wallet takes it; null where nobody is asked. */
  attempt: attemptSchema.nullable(),
});
export type Part = z.infer<typeof partSchema>;

/** A payment that was unclear, since when, and whether that is on record (open-payment.ts). */
const watchedPaymentSchema = z.object({
  paymentId: z.uuid(),
  sinceMs: z.number().int(),
  isReported: z.boolean(),
});
export type WatchedPayment = z.infer<typeof watchedPaymentSchema>;

/** All that a till has to keep of payments, in one document. */
export const paymentBookSchema = z.object({
  version: z.literal(1),
  parts: z.array(partSchema).max(1_000),
  watched: z.array(watchedPaymentSchema).max(1_000).optional(),
});

/** Whether it counts for the ticket: taken, or perhaps about to be (PY3). What is open does not: it is settled apart. */
export function isCounted({ attempt }: Part): boolean {
  return attempt === null || attempt.state.name === 'approved' || isUnderWay(attempt.state);
}

export function isTaken({ attempt }: Part): boolean {
  return attempt === null || attempt.state.name === 'approved';
}

/** To be settled: nobody could confirm that it was taken back. */
export function isOpen({ attempt }: Part): boolean {
  return attempt?.state.name === 'open';
}

export function shareOf({ type, amountMinor }: Part): Share {
  return { isCash: type === 'cash', amountMinor };
}

/** What a part that is taken says on the ticket. */
export function tenderOf({ type, amountMinor, reference, isOffline, attempt, ...said }: Part): Tender {
  const { offlineLimitMinor, creditLeftMinor, points, pointsLeft, account } = said;
  const known = {
    ...(offlineLimitMinor === undefined ? {} : { offlineLimitMinor }),
    ...(creditLeftMinor === undefined ? {} : { creditLeftMinor }),
    ...(points === undefined ? {} : { points }),
    ...(pointsLeft === undefined ? {} : { pointsLeft }),
    ...(account === undefined ? {} : { account }),
  };
  if (attempt === null) return { type, amountMinor, reference, payment: null, isOffline, ...known };
  const { ask, provider, terminalId } = attempt;
  const approval = approvalOf(attempt);
  const { scheme, maskedNumber } = approval;
  const named = ask.refundOf === null ? {} : { refundOf: ask.refundOf };
  const payment = { paymentId: ask.paymentId, provider, terminalId, scheme, maskedNumber, ...named };
  return { type, amountMinor, reference: approval.reference, payment, isOffline, ...known };
}
