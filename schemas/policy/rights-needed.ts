import { unreachable } from '../assert.ts';
import type { Fact } from '../journal/kinds.ts';
import { isMemberFact, type MemberKind } from '../members/member-entries.ts';
import { type LineItem, type RetailTransaction, shelfMinorOf } from '../transaction/retail-transaction.ts';
import type { Approval } from './approval.ts';
import { lineDiscountRight, ticketDiscountRight } from './discount-rights.ts';
import { isRight, type Right } from './rights.ts';

/** Exceptions of an entry that somebody made, or approved, without the right. Their detail is that person's id. */
export const rightExceptionCodes = ['right-lacking', 'approval-void'] as const;
export type RightExceptionCode = (typeof rightExceptionCodes)[number];

type JudgedLine = {
  quantity: number;
  /** null: an open item. */
  skuId?: string | null;
  priceOverride?: object | null;
  returned?: { entryId: string; isLate?: true | undefined } | null;
  serial?: string | null;
};

/** The rights that lines of a basket or a transaction take, and which lines take them. */
export const lineRights = {
  sell: (line: JudgedLine) => line.quantity > 0,
  'take-back': (line: JudgedLine) => line.quantity < 0,
  // A unit's own code is as good as a receipt: that it was not sold is seen (unit-returned-unsold).
  'return-without-receipt': (line: JudgedLine) =>
    line.quantity < 0 && (line.returned?.isLate === true || (!line.returned && !line.serial)),
  'change-price': (line: JudgedLine) => Boolean(line.priceOverride),
  'sell-open-item': (line: JudgedLine) => line.skuId === null && line.quantity > 0,
} as const satisfies Partial<Record<Right, (line: JudgedLine) => boolean>>;

/** What a gift card takes: it is sold as goods are, and given back as they are. */
export function giftCardRight({ amountMinor }: { amountMinor: number }): 'sell' | 'take-back' {
  return amountMinor > 0 ? 'sell' : 'take-back';
}

function takesRight(
  { lines, giftCards = [] }: Pick<RetailTransaction, 'lines' | 'giftCards'>,
  right: (typeof wholeTicketRights)[number],
): boolean {
  return lines.some(lineRights[right]) || giftCards.some((card) => giftCardRight(card) === right);
}

/** Asked for once a ticket, however many lines take it. */
const wholeTicketRights = ['sell', 'take-back', 'return-without-receipt'] as const;
/** Before version 3 a ticket could not name the receipt of what came back, and nobody was asked for this. */
const sinceReceipts: (typeof wholeTicketRights)[number] = 'return-without-receipt';

const memberRights = {
  'member-enrolled': 'enrol-members',
  'member-edited': 'edit-members',
  'member-left': 'edit-members',
  'members-merged': 'merge-members',
  'member-erased': 'erase-personal-data',
  'points-adjusted': 'adjust-points',
} as const satisfies Record<MemberKind | 'points-adjusted', Right>;

/** A right that an entry takes. `subject`: the right, with ` <line number>` when it is one line that takes it. */
export type NeededRight = { right: Right; subject: string };

/**
 * What whoever does this must be allowed: by their own rights, or by an approval in the entry that names the right and a
 * second person. The till asks before it commits; the server judges again when it posts. Pure.
 */
export function rightsNeeded(fact: Fact): NeededRight[] {
  if (isMemberFact(fact) || fact.kind === 'points-adjusted')
    return [{ right: memberRights[fact.kind], subject: memberRights[fact.kind] }];
  switch (fact.kind) {
    case 'retail-transaction': {
      const { lines, voids, tenders } = fact.body;
      const ofTicket = wholeTicketRights.filter((right) => fact.version === undefined || right !== sinceReceipts);
      const needed: NeededRight[] =
        voids === null
          ? ofTicket.filter((right) => takesRight(fact.body, right)).map((right) => ({ right, subject: right }))
          : [{ right: 'void-transaction', subject: 'void-transaction' }];
      if (voids === null && tenders.some(({ insteadOf }) => insteadOf !== undefined)) {
        needed.push({ right: 'refund-otherwise', subject: 'refund-otherwise' });
      }
      for (const { lineNumber } of lines.filter(lineRights['change-price'])) {
        needed.push({ right: 'change-price', subject: `change-price ${lineNumber}` });
      }
      for (const { lineNumber } of lines.filter(lineRights['sell-open-item'])) {
        needed.push({ right: 'sell-open-item', subject: `sell-open-item ${lineNumber}` });
      }
      return [...needed, ...discountsNeeded(lines)];
    }
    // What is put aside moves nothing; what is done by hand in it is judged when it is sold.
    case 'basket-parked':
    case 'basket-taken':
    // What became of a payment is no act of anybody.
    case 'payment-open':
    case 'payment-settled':
      return [];
    case 'goods-received':
    case 'delivery-closed':
      return [{ right: 'receive-goods', subject: 'receive-goods' }];
    case 'stock-adjusted':
    case 'units-set':
      return [{ right: 'adjust-stock', subject: 'adjust-stock' }];
    case 'units-commissioned':
    case 'labels-printed':
      return [{ right: 'label-units', subject: 'label-units' }];
    case 'receipt-copied':
      return [{ right: 'copy-receipt', subject: 'copy-receipt' }];
    case 'goods-moved':
      return [{ right: 'move-goods', subject: 'move-goods' }];
    case 'delivery-announced':
      return [{ right: 'announce-delivery', subject: 'announce-delivery' }];
    case 'transfer-sent':
    case 'transfer-delivered':
      return [{ right: 'transfer-goods', subject: 'transfer-goods' }];
    case 'count-opened': {
      const right = fact.body.reason === 'ad-hoc' ? 'count-stock' : 'plan-count';
      return [{ right, subject: right }];
    }
    case 'goods-counted':
    case 'place-counted':
      return [{ right: 'count-stock', subject: 'count-stock' }];
    case 'recount-asked':
    case 'count-cancelled':
      return [{ right: 'plan-count', subject: 'plan-count' }];
    case 'count-approved':
      return [{ right: 'approve-count', subject: 'approve-count' }];
    case 'shift-opened':
    case 'shift-closed':
      return [{ right: 'run-shift', subject: 'run-shift' }];
    case 'cash-moved': {
      const right = fact.body.amountMinor > fact.body.limitMinor ? 'move-cash' : 'run-shift';
      return [{ right, subject: right }];
    }
    default:
      return unreachable(fact);
  }
}

/** Who may change any price may give a small discount too. */
const greaterRight: Partial<Record<Right, Right>> = { 'give-discount': 'change-price' };

/** Whether somebody with these rights has one, or a greater one that holds it. */
export function holdsRight(has: (right: Right) => boolean, right: Right): boolean {
  const greater = greaterRight[right];
  return has(right) || (greater !== undefined && has(greater));
}

function discountsNeeded(lines: readonly LineItem[]): NeededRight[] {
  const discounted = lines.map((line) => ({ ...line, shelfMinor: shelfMinorOf(line) }));
  const needed = discounted.flatMap((line): NeededRight[] => {
    const right = lineDiscountRight(line);
    return right === null ? [] : [{ right, subject: `${right} ${line.lineNumber}` }];
  });
  const ofTicket = ticketDiscountRight(discounted);
  return ofTicket === null ? needed : [...needed, { right: ofTicket, subject: ofTicket }];
}

/** What a person did, or approved, without the right to it. */
export type RightFault = { code: RightExceptionCode; subject: string; operatorId: string };

/**
 * [A1] Judges an entry: each right that it takes must be the operator's own, or be approved by another person who has it.
 * An approval by somebody who lacks the right, or by the operator, is void, and a fault of its own. `has` says what a
 * person was allowed then: on the till from its staff rows, on the server from the history of grants; `isAttested` whether an
 * approval was given at all, as far as that can be known besides the till's word. Pure.
 */
export function rightFaults(
  fact: Fact,
  operatorId: string,
  has: (operatorId: string, right: Right) => boolean,
  isAttested: (approval: Approval) => boolean = () => true,
): RightFault[] {
  const approved = new Set<Right>();
  const faults = new Map<string, RightFault>();
  const add = (fault: RightFault) => faults.set(`${fault.code} ${fault.subject}`, fault);
  for (const approval of fact.body.approvals) {
    const { right, operatorId: approverId } = approval;
    // A right of a newer till: nothing that this version knows of takes it.
    if (!isRight(right)) continue;
    if (approverId !== operatorId && has(approverId, right) && isAttested(approval)) approved.add(right);
    else add({ code: 'approval-void', subject: `${right} ${approverId}`, operatorId: approverId });
  }
  for (const { right, subject } of rightsNeeded(fact)) {
    const isHeld = holdsRight((one) => approved.has(one) || has(operatorId, one), right);
    if (!isHeld) add({ code: 'right-lacking', subject, operatorId });
  }
  return [...faults.values()];
}
