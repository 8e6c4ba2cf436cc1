import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { text } from '../text.ts';

/**
 * Money on a basket that is put aside (SPEC.md DP1): a part of its price now, more of it later, or negative, given back. No goods,
 * no turnover and no tax: it is owed until the basket is sold and a tender of type `deposit` names it.
 */
export const depositSchema = z.object({
  lineNumber: z.number().int().min(1).max(2_000),
  /** The basket that it is for, which is the id that its sale will have. */
  basketId: z.uuid(),
  /** As the customer saw it. */
  name: text(200),
  amountMinor: minorSchema.refine((amountMinor) => amountMinor !== 0, 'nothing is paid on it'),
  /** What is on the basket after this, by what the till knew. */
  heldMinor: minorSchema,
  /** What the basket came to when it was put aside; null: nothing said so. */
  basketTotalMinor: minorSchema.nullable(),
  /** The rest is due on this day of the store; null: nobody said so. */
  dueOn: z.iso.date().nullable(),
});
export type Deposit = z.infer<typeof depositSchema>;

/** What a ticket puts on a basket, less what it takes back. */
export function depositMinorOf({ deposit }: { deposit?: Pick<Deposit, 'amountMinor'> | undefined }): number {
  return deposit?.amountMinor ?? 0;
}

/** What is left to pay of a basket after a deposit; null: nothing says what it comes to. */
export function depositLeftMinor({ basketTotalMinor, heldMinor }: Deposit): number | null {
  return basketTotalMinor === null ? null : Math.max(0, basketTotalMinor - heldMinor);
}
