import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { text } from '../text.ts';

export const paymentDirections = ['charge', 'refund'] as const;

/** A code that a wallet scans off a screen: an address, or something of the wallet's own. It fits in a QR that a phone reads. */
export const payCodeSchema = text(512, 1);

/** What a terminal or a wallet is asked for. The id is made and kept before anything is sent, and never used for anything else. */
export const paymentAskSchema = z.object({
  paymentId: z.uuid(),
  direction: z.enum(paymentDirections),
  /** Always positive; the direction says which way. */
  amountMinor: minorSchema.min(1),
  currency: currencySchema,
  /** Of a refund: the payment that it gives back, when that is known. */
  refundOf: z.uuid().nullable(),
});
export type PaymentAsk = z.infer<typeof paymentAskSchema>;

/** What the receipt says of it. */
export const approvalOfPaymentSchema = z.object({
  /** The approval code, or the wallet's own number. */
  reference: text(64).nullable(),
  scheme: text(40).nullable(),
  maskedNumber: text(32).nullable(),
});
export type ApprovalOfPayment = z.infer<typeof approvalOfPaymentSchema>;

/** Why it was not taken. `other`: the terminal gave a reason that is not among these. */
export const declineReasons = [
  'refused',
  'funds',
  'cancelled',
  'expired-code',
  'wrong-code',
  'offline',
  'other',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

/**
 * What a terminal says of a payment. It names the payment and the amount that it speaks of: an answer is believed only where
 * they are the ones asked for. `not-found`: it knows of no such payment, yet. `payCode`: what the customer's wallet scans off a
 * screen to pay it, whatever that means to the wallet.
 */
export type TerminalAnswer = { paymentId: string; amountMinor: number; currency: string } & (
  | { outcome: 'approved'; approval: ApprovalOfPayment }
  | { outcome: 'declined'; reason: DeclineReason }
  | { outcome: 'user-paying'; payCode?: string }
  | { outcome: 'not-found' }
);

/**
 * `reversed`: no money is held under this id and none ever will be, whether it was taken and given back or never taken.
 * `refused`: it cannot be taken back this way any more.
 */
export type ReversalAnswer = { paymentId: string; outcome: 'reversed' | 'refused' };

/** What goes with a submission and is never kept. */
export type SubmitDetails = {
  /** The code that the customer's wallet shows. */
  customerCode?: string;
  /** The other way about: the customer scans a code that is asked for hereby. */
  wantsPayCode?: true;
};

/**
 * A payment terminal or a wallet service (SPEC.md says how known ones fit). Each call may fail to answer: it then rejects, or
 * never settles; both mean that nobody knows. An answer may come late, twice, or for another payment.
 */
export interface PaymentTerminal {
  readonly provider: string;
  readonly terminalId: string | null;
  /** Whether it has codes to be scanned by a wallet. */
  readonly givesPayCodes?: boolean;
  /** Takes the money, or gives it back. Called once for an id, ever. */
  submit(ask: PaymentAsk, details: SubmitDetails): Promise<TerminalAnswer>;
  /** What became of it. Moves nothing; may be called at any time. */
  query(ask: PaymentAsk): Promise<TerminalAnswer>;
  /** Takes it back, or keeps it from ever happening. May be called again. */
  reverse(ask: PaymentAsk): Promise<ReversalAnswer>;
}
