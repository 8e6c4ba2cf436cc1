import { splitRefund, type TenderLeft, tendersLeft } from '#schemas/returns/refund-split.ts';
import type { RetailTransaction, Tender, TenderType } from '#schemas/transaction/retail-transaction.ts';
import type { Till } from '../db/till-types.ts';
import type { Line } from './basket-lines.ts';
import { heldTickets } from './held-receipts.ts';

/** How what comes back was paid. */
export type PaidBefore = {
  /** What each way to pay can still give back. */
  left: readonly TenderLeft[];
  /** The payments by a terminal or a wallet among them, which a refund names. */
  payments: readonly { type: TenderType; paymentId: string }[];
};

/**
 * How the receipts of a basket were paid, less what went back since by the entries held here; null: nothing in it comes back by
 * a receipt, or one of them is not held here, and then nobody can say.
 */
export async function paidBefore(till: Till, lines: readonly Line[]): Promise<PaidBefore | null> {
  const receiptIds = new Set(
    lines.flatMap(({ quantity, returned }) => (quantity < 0 && returned?.line ? [returned.entryId] : [])),
  );
  if (receiptIds.size === 0) return null;
  const tickets = await heldTickets(till);
  const sold = tickets.filter(({ entry }) => receiptIds.has(entry._id)).map(({ body }) => body);
  if (sold.length < receiptIds.size) return null;
  const backs = tickets.filter(({ body }) => isReturnOf(body, receiptIds)).map(({ body }) => body);
  return { left: leftOf(sold, backs), payments: sold.flatMap(({ tenders }) => tenders.flatMap(paymentOf)) };
}

function isReturnOf({ voids, lines }: RetailTransaction, receiptIds: ReadonlySet<string>): boolean {
  return voids === null && lines.some(({ returned }) => returned !== null && receiptIds.has(returned.entryId));
}

/** Of several receipts in one basket, what was paid for all of them. */
function leftOf(sold: readonly RetailTransaction[], backs: readonly RetailTransaction[]): TenderLeft[] {
  const tenders = sold.flatMap((body) => body.tenders);
  const changeMinor = sold.reduce((sum, body) => sum + body.changeMinor, 0);
  const refunded = backs
    .flatMap((body) => body.tenders)
    .filter(({ amountMinor }) => amountMinor < 0)
    // What went back in cash instead of another way was taken off that other way.
    .map(({ type, amountMinor, insteadOf }) => ({ type: insteadOf ?? type, amountMinor: 0 - amountMinor }));
  return tendersLeft({ tenders, changeMinor }, refunded);
}

function paymentOf({ type, payment }: Tender): { type: TenderType; paymentId: string }[] {
  return payment === null ? [] : [{ type, paymentId: payment.paymentId }];
}

type Amount = { type: TenderType; amountMinor: number };

/**
 * What is left to give back, part by part, positive: in the proportions in which it was paid (RT5), after what was given already.
 * Where a way does not work here, it is cash. `leftMinor`: what is still due to the customer.
 */
export function proposedParts(
  { left }: PaidBefore,
  given: readonly Amount[],
  { leftMinor, cashStepMinor }: { leftMinor: number; cashStepMinor: number },
  works: (type: TenderType) => boolean,
): Amount[] {
  const room = left
    .map(({ type, leftMinor: paidMinor }) => ({ type, leftMinor: paidMinor - givenBy(given, type) }))
    .filter((one) => one.leftMinor > 0);
  const parts = new Map<TenderType, number>();
  for (const { type, amountMinor } of splitRefund(Math.max(0, leftMinor), room, cashStepMinor).parts) {
    const by = works(type) ? type : 'cash';
    parts.set(by, (parts.get(by) ?? 0) + amountMinor);
  }
  return [...parts].map(([type, amountMinor]) => ({ type, amountMinor }));
}

/** Most that may go back this way; null: any amount, as cash with a right and store credit always. */
export function mostBack({ left }: PaidBefore, given: readonly Amount[], type: TenderType): number | null {
  if (type === 'cash' || type === 'store-credit') return null;
  const paidMinor = left.find((one) => one.type === type)?.leftMinor ?? 0;
  return Math.max(0, paidMinor - givenBy(given, type));
}

function givenBy(given: readonly Amount[], type: TenderType): number {
  return given.reduce((sum, one) => sum + (one.type === type ? one.amountMinor : 0), 0);
}

/** The tenders of a refund, with the cash that is given back instead of another way marked so (RT12). */
export function markOtherwise(
  tenders: readonly Tender[],
  paid: PaidBefore | null,
  cashStepMinor: number,
): { tenders: Tender[]; isOtherwise: boolean } {
  const other = paid?.left.find(({ type }) => type !== 'cash' && type !== 'store-credit');
  const cashMinor = tenders.reduce((sum, one) => sum - (one.type === 'cash' ? one.amountMinor : 0), 0);
  const roomMinor = paid?.left.find(({ type }) => type === 'cash')?.leftMinor ?? 0;
  // Less than a coin is rounding.
  if (other === undefined || cashMinor - roomMinor < Math.max(1, cashStepMinor)) {
    return { tenders: [...tenders], isOtherwise: false };
  }
  const marked = tenders.map((one) => (one.type === 'cash' ? { ...one, insteadOf: other.type } : one));
  return { tenders: marked, isOtherwise: true };
}
