import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { approvalsSchema } from '../policy/approval.ts';
import { text } from '../text.ts';
import { tenderTypes } from '../transaction/retail-transaction.ts';

/** So long a payment may be unclear before it is put on record (SPEC.md OP1): longer than every question and reversal takes. */
export const openAfterMs = 5 * 60_000;

/**
 * Body of `payment-open`: a terminal or a wallet was asked, and `openAfterMs` later nobody can tell yet whether the money was taken
 * or given back. It moves no money.
 */
export const paymentOpenSchema = z.object({
  paymentId: z.uuid(),
  /** The basket that it was for. */
  transactionId: z.uuid(),
  type: z.enum(tenderTypes),
  direction: z.enum(['charge', 'refund']),
  amountMinor: minorSchema.min(1),
  currency: currencySchema,
  provider: text(40),
  terminalId: text(64).nullable(),
  /** When the till first saw it unclear, its corrected clock. */
  sinceMs: z.number().int().min(0),
  approvals: approvalsSchema,
});
export type PaymentOpen = z.infer<typeof paymentOpenSchema>;

/** Body of `payment-settled`: what was open is not any more. `outcome`: its ticket has it, or no money is held under it. */
export const paymentSettledSchema = z.object({
  paymentId: z.uuid(),
  outcome: z.enum(['on-ticket', 'taken-back']),
  approvals: approvalsSchema,
});
export type PaymentSettled = z.infer<typeof paymentSettledSchema>;

export const openPaymentExceptionCode = 'payment-open';
