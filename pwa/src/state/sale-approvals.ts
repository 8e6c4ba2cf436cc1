import type { Approval } from '#schemas/policy/approval.ts';
import { lineDiscountRight, ticketDiscountRight } from '#schemas/policy/discount-rights.ts';
import { isRight, type Right } from '#schemas/policy/rights.ts';
import { holdsRight, lineRights } from '#schemas/policy/rights-needed.ts';
import type { Line } from './basket-lines.ts';
import type { PricedLine } from './ticket-quote.ts';

/** What a sale needs of a second person before it can be paid, and the lines that it is about. */
export type SaleNeed = {
  right:
    | 'sell'
    | 'take-back'
    | 'return-without-receipt'
    | 'refund-otherwise'
    | 'give-discount'
    | 'change-price'
    | 'sell-open-item'
    | 'sell-flagged-unit';
  lines: readonly Line[];
};

export type Seller = { operatorId: string; may: (right: Right) => boolean };

/**
 * What the operator may not do alone in this sale and nobody else has approved (schemas/policy/rights-needed.ts judges
 * the same again from the entry). An approval of the operator's own, from before they took the till over, counts for nothing.
 */
export function needsOf(
  priced: readonly PricedLine[],
  approvals: readonly Approval[],
  seller: Seller,
  isRefundOtherwise = false,
): SaleNeed[] {
  const all = priced.map(({ line }) => line);
  // A gift card is sold and given back as goods are; it is no open item, and is its own receipt.
  const lines = all.filter(({ giftCard }) => giftCard === undefined);
  const discounted = (right: Right) => linesDiscounted(priced, right);
  const needs: SaleNeed[] = [
    { right: 'sell', lines: all.filter(lineRights.sell) },
    { right: 'take-back', lines: all.filter(lineRights['take-back']) },
    { right: 'return-without-receipt', lines: lines.filter(isWithoutReceipt) },
    { right: 'refund-otherwise', lines: isRefundOtherwise ? all.filter(lineRights['take-back']) : [] },
    { right: 'give-discount', lines: discounted('give-discount') },
    {
      right: 'change-price',
      lines: [...new Set([...lines.filter(lineRights['change-price']), ...discounted('change-price')])],
    },
    { right: 'sell-open-item', lines: lines.filter(lineRights['sell-open-item']) },
    { right: 'sell-flagged-unit', lines: lines.filter(({ flag }) => flag && !flag.isApproved) },
  ];
  const isApproved = (right: Right) =>
    approvals.some((approval) => approval.right === right && approval.operatorId !== seller.operatorId);
  return needs.filter(
    ({ right, lines: about }) =>
      about.length > 0 &&
      !holdsRight(seller.may, right) &&
      (right === 'sell-flagged-unit' || !holdsRight(isApproved, right)),
  );
}

/** The lines whose discount by hand takes this right; one on the whole ticket is about all of them. */
function linesDiscounted(priced: readonly PricedLine[], right: Right): Line[] {
  const quoted = goodsQuoted(priced);
  const isOfAll = ticketDiscountRight(quoted) === right;
  return priced.flatMap(({ line, quoted: own }) =>
    own !== null && line.quantity > 0 && !line.giftCard && (isOfAll || lineDiscountRight(own) === right) ? [line] : [],
  );
}

/** What lines cost; gift cards are no goods, and no discount is on them. */
export function goodsQuoted(priced: readonly PricedLine[]) {
  return priced.flatMap(({ line, quoted }) => (quoted === null || line.giftCard ? [] : [quoted]));
}

/** The approvals that belong into the entry: those for what the operator may not do alone and the sale still has. */
export function approvalsFor(
  lines: readonly PricedLine[],
  approvals: readonly Approval[],
  seller: Seller,
  isRefundOtherwise = false,
): Approval[] {
  const needs = needsOf(lines.map(unapproved), [], seller, isRefundOtherwise);
  const needed = new Set<string>(needs.map(({ right }) => right));
  return approvals
    .filter(
      ({ right, operatorId }) => (needed.has(right) || isGreater(right, needed)) && operatorId !== seller.operatorId,
    )
    .slice(-maxApprovals);
}

/** The line of the entry will name no line of a receipt. */
function isWithoutReceipt({ quantity, serial, returned }: Line): boolean {
  const { entryId = '', line } = returned ?? {};
  const named = line === undefined ? null : { entryId, isLate: line.isLate };
  return lineRights['return-without-receipt']({ quantity, serial, returned: named });
}

const maxApprovals = 50;

/** It was given for more than what is left of it. */
function isGreater(right: string, needed: ReadonlySet<string>): boolean {
  return [...needed].some((one) => isRight(one) && holdsRight((held) => held === right, one));
}

function unapproved(priced: PricedLine): PricedLine {
  const { line } = priced;
  return line.flag ? { ...priced, line: { ...line, flag: { ...line.flag, isApproved: false } } } : priced;
}
