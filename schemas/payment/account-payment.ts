import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { text } from '../text.ts';
import { accountNumberSchema } from './customer-account.ts';

/**
 * A bill of a customer account that is paid at the counter (SPEC.md AC9): a step of the account's ledger, as a payment that the office
 * books. No goods, no turnover and no tax: what it is for was turned over when it was sold. Negative: of a post-void.
 */
export const accountPaymentSchema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  number: accountNumberSchema,
  /** Whose account it is, as the till knew it. */
  account: text(100, 1),
  /** As the customer saw it. */
  name: text(200),
  amountMinor: minorSchema.refine((amountMinor) => amountMinor !== 0, 'nothing is paid'),
});
export type AccountPayment = z.infer<typeof accountPaymentSchema>;

/** What a ticket pays of an account's bills. */
export function accountPaidMinorOf({
  accountPayment,
}: {
  accountPayment?: Pick<AccountPayment, 'amountMinor'> | undefined;
}): number {
  return accountPayment?.amountMinor ?? 0;
}
