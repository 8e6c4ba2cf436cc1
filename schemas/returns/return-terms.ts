import type { LineItem, RetailTransaction } from '../transaction/retail-transaction.ts';

/** A ticket against the rules of returns that it was made by: `refund-not-credit`, `return-above-limit`. */
export const termsExceptionCodes = ['refund-not-credit', 'return-above-limit'] as const;
export type TermsExceptionCode = (typeof termsExceptionCodes)[number];
export type TermsException = {
  code: TermsExceptionCode;
  entryId: string;
  subject: string;
  /** Minor units beyond the rule. */
  aboveMinor: number;
};

/** Whether a line counts as brought back without a receipt: it names none, and is no unit, or it is late. */
export function isWithoutReceipt({ quantity, serial, returned }: Pick<LineItem, 'quantity' | 'serial' | 'returned'>) {
  return quantity < 0 && (returned === null ? serial === null : returned.isLate === true);
}

/** What is worth what in a ticket's returns, positive: with a receipt that counts, and without. */
export function returnedWorth(lines: readonly Pick<LineItem, 'quantity' | 'serial' | 'returned' | 'totalMinor'>[]): {
  withMinor: number;
  withoutMinor: number;
} {
  let withMinor = 0;
  let withoutMinor = 0;
  for (const line of lines) {
    if (line.quantity > 0) continue;
    if (isWithoutReceipt(line)) withoutMinor -= line.totalMinor;
    else withMinor -= line.totalMinor;
  }
  return { withMinor, withoutMinor };
}

/**
 * RT13: what comes back without a receipt, or late, is paid back as store credit where the store says so, and up to its limit. What was
 * sold beside it is set off first. Judged by the rules in the ticket, so that it comes out the same at any time [P2].
 */
export function termsFaults(
  entryId: string,
  { lines, giftCards = [], tenders, voids, returnTerms, roundingMinor }: RetailTransaction,
): TermsException[] {
  if (voids !== null || returnTerms === undefined) return [];
  const { withMinor, withoutMinor } = returnedWorth(lines);
  const faults: TermsException[] = [];
  const add = (code: TermsException['code'], aboveMinor: number) => {
    if (aboveMinor > 0) faults.push({ code, entryId, subject: '', aboveMinor });
  };
  if (withoutMinor > 0 && returnTerms.withoutReceipt === 'store-credit') {
    const otherMinor = tenders.reduce((sum, one) => {
      return one.type === 'store-credit' || one.amountMinor >= 0 ? sum : sum - one.amountMinor;
    }, 0);
    const cardsMinor = giftCards.reduce((sum, { amountMinor }) => sum + Math.max(0, 0 - amountMinor), 0);
    add('refund-not-credit', otherMinor - withMinor - cardsMinor - Math.abs(roundingMinor));
  }
  const { withoutReceiptLimitMinor } = returnTerms;
  if (withoutReceiptLimitMinor !== null) add('return-above-limit', withoutMinor - withoutReceiptLimitMinor);
  return faults;
}
