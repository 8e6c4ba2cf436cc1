import type { Approval } from '#schemas/policy/approval.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { lineRights } from '#schemas/policy/rights-needed.ts';
import type { Line } from './basket-lines.ts';

/** What a sale needs of a second person before it can be paid, and the lines that it is about. */
export type SaleNeed = {
  right: 'sell' | 'take-back' | 'return-without-receipt' | 'change-price' | 'sell-flagged-unit';
  lines: readonly Line[];
};

export type Seller = { operatorId: string; may: (right: Right) => boolean };

/**
 * What the operator may not do alone in this sale and nobody else has approved (schemas/policy/rights-needed.ts judges
 * the same again from the entry). An approval of the operator's own, from before they took the till over, counts for nothing.
 */
export function needsOf(lines: readonly Line[], approvals: readonly Approval[], seller: Seller): SaleNeed[] {
  const needs: SaleNeed[] = [
    { right: 'sell', lines: lines.filter(lineRights.sell) },
    { right: 'take-back', lines: lines.filter(lineRights['take-back']) },
    { right: 'return-without-receipt', lines: lines.filter(isWithoutReceipt) },
    { right: 'change-price', lines: lines.filter(lineRights['change-price']) },
    { right: 'sell-flagged-unit', lines: lines.filter(({ flag }) => flag && !flag.isApproved) },
  ];
  const isApproved = (right: Right) =>
    approvals.some((approval) => approval.right === right && approval.operatorId !== seller.operatorId);
  return needs.filter(
    ({ right, lines: about }) =>
      about.length > 0 && !seller.may(right) && (right === 'sell-flagged-unit' || !isApproved(right)),
  );
}

/** The approvals that belong into the entry: those for what the operator may not do alone and the sale still has. */
export function approvalsFor(lines: readonly Line[], approvals: readonly Approval[], seller: Seller): Approval[] {
  const needed = new Set<string>(needsOf(lines.map(unapproved), [], seller).map(({ right }) => right));
  return approvals
    .filter(({ right, operatorId }) => needed.has(right) && operatorId !== seller.operatorId)
    .slice(-maxApprovals);
}

/** The line of the entry will name no line of a receipt. */
function isWithoutReceipt({ quantity, serial, returned }: Line): boolean {
  return lineRights['return-without-receipt']({ quantity, serial, returned: returned?.line ?? null });
}

const maxApprovals = 50;

function unapproved(line: Line): Line {
  return line.flag ? { ...line, flag: { ...line.flag, isApproved: false } } : line;
}
