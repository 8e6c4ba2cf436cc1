import { assert } from '../assert.ts';
import { allocate } from '../money/money.ts';
import type { RetailTransaction, TenderType } from '../transaction/retail-transaction.ts';

/** What one kind of tender gave to a receipt, less what it got back before. */
export type TenderLeft = { type: TenderType; leftMinor: number };

export type RefundSplit = {
  /** Positive amounts, in the order of the receipt's tenders; kinds that get nothing are absent. */
  parts: { type: TenderType; amountMinor: number }[];
  /** Given beyond the refund (or, negative, short of it), because cash comes in steps. */
  roundingMinor: number;
};

/** What each kind of tender paid for a ticket, with the change taken off the cash, and got back by returns of it. */
export function tendersLeft(
  sold: Pick<RetailTransaction, 'tenders' | 'changeMinor'>,
  refunded: readonly { type: TenderType; amountMinor: number }[],
): TenderLeft[] {
  const left = new Map<TenderType, number>();
  const add = (type: TenderType, amountMinor: number) => left.set(type, (left.get(type) ?? 0) + amountMinor);
  for (const { type, amountMinor } of sold.tenders) add(type, amountMinor);
  if (sold.changeMinor !== 0) add('cash', 0 - sold.changeMinor);
  for (const { type, amountMinor } of refunded) add(type, 0 - amountMinor);
  return [...left].flatMap(([type, leftMinor]) => (leftMinor > 0 ? [{ type, leftMinor }] : []));
}

/**
 * A refund goes back the way it was paid (RT5): in the proportions of what each tender has left, by largest remainder, and never
 * more than it has. What the tenders do not cover is cash. Cash is paid in steps: what is under a step goes to the other tenders
 * while they have room, and is rounded else.
 */
export function splitRefund(totalMinor: number, tenders: readonly TenderLeft[], cashStepMinor: number): RefundSplit {
  assert(Number.isSafeInteger(totalMinor) && totalMinor >= 0, 'a refund is a whole amount');
  const coveredMinor = Math.min(
    totalMinor,
    tenders.reduce((sum, { leftMinor }) => sum + leftMinor, 0),
  );
  const shares =
    coveredMinor === 0
      ? tenders.map(() => 0)
      : allocate(
          coveredMinor,
          tenders.map(({ leftMinor }) => leftMinor),
        );
  const parts = tenders.map(({ type, leftMinor }, index) => ({ type, leftMinor, amountMinor: shares[index] ?? 0 }));
  let cash = parts.find(({ type }) => type === 'cash');
  if (coveredMinor < totalMinor && cash === undefined) {
    cash = { type: 'cash', leftMinor: 0, amountMinor: 0 };
    parts.push(cash);
  }
  if (cash === undefined) return { parts: paid(parts), roundingMinor: 0 };
  cash.amountMinor += totalMinor - coveredMinor;
  let oddMinor = cash.amountMinor % cashStepMinor;
  cash.amountMinor -= oddMinor;
  for (const part of parts) {
    if (part.type === 'cash') continue;
    const takenMinor = Math.min(oddMinor, part.leftMinor - part.amountMinor);
    part.amountMinor += takenMinor;
    oddMinor -= takenMinor;
  }
  // Half a step and more goes up, as with cash that is taken.
  const isUp = oddMinor * 2 >= cashStepMinor;
  if (isUp && oddMinor > 0) cash.amountMinor += cashStepMinor;
  return { parts: paid(parts), roundingMinor: isUp && oddMinor > 0 ? cashStepMinor - oddMinor : 0 - oddMinor };
}

function paid(parts: readonly { type: TenderType; amountMinor: number }[]): RefundSplit['parts'] {
  return parts.flatMap(({ type, amountMinor }) => (amountMinor > 0 ? [{ type, amountMinor }] : []));
}
