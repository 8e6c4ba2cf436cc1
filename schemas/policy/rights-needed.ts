import { unreachable } from '../assert.ts';
import type { Fact } from '../journal/kinds.ts';
import { isMemberFact, type MemberKind } from '../members/member-entries.ts';
import { returnedWorth } from '../returns/return-terms.ts';
import { type LineItem, type RetailTransaction, shelfMinorOf } from '../transaction/retail-transaction.ts';
import type { Approval } from './approval.ts';
import { latePromiseNeed, lineDiscountNeed, priceNeed, ticketDiscountNeed } from './discount-rights.ts';
import { allows, holdsRight, type Limits, limitsOfRole, type MeasuredRight } from './limits.ts';
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

/** What a gift card, a deposit or a bill that is paid takes: it is sold as goods are, and given back as they are. */
export function owedRight({ amountMinor }: { amountMinor: number }): 'sell' | 'take-back' {
  return amountMinor > 0 ? 'sell' : 'take-back';
}

function takesRight(
  {
    lines,
    giftCards = [],
    deposit,
    accountPayment,
  }: Pick<RetailTransaction, 'lines' | 'giftCards' | 'deposit' | 'accountPayment'>,
  right: (typeof wholeTicketRights)[number],
): boolean {
  const owed = [...giftCards, ...(deposit ? [deposit] : []), ...(accountPayment ? [accountPayment] : [])];
  return lines.some(lineRights[right]) || owed.some((one) => owedRight(one) === right);
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

/**
 * A right that an entry takes, and how much of it where there are limits. `subject`: the right, with ` <line number>` when it
 * is one line that takes it.
 */
export type NeededRight = MeasuredRight & { subject: string };

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
          ? ofTicket.filter((right) => takesRight(fact.body, right)).map((right) => ofTicketNeed(right, lines))
          : [{ right: 'void-transaction', subject: 'void-transaction' }];
      if (voids === null) needed.push(...tendersNeeded(tenders));
      const ofLines = [...changedPrices(lines), ...openItems(lines), ...discountsNeeded(lines)];
      needed.push(...promiseNeeded(fact.body));
      // A post-void takes back what was measured when it was sold.
      return [...needed, ...(voids === null ? ofLines : ofLines.map(({ right, subject }) => ({ right, subject })))];
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
    case 'goods-sent-back':
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

function ofTicketNeed(right: (typeof wholeTicketRights)[number], lines: readonly LineItem[]): NeededRight {
  if (right !== 'return-without-receipt') return { right, subject: right };
  return { right, subject: right, measure: { of: 'no-receipt', amountMinor: returnedWorth(lines).withoutMinor } };
}

/** Sold at what a quote promised although its day is over (PK12, PK15). */
function promiseNeeded({ promise, lines, businessDay, voids }: RetailTransaction): NeededRight[] {
  if (promise === undefined || voids !== null || businessDay <= promise.validThrough) return [];
  const promised = lines.filter(({ isPromised }) => isPromised);
  if (promised.length === 0) return [];
  const discounted = promised.map((line) => ({ ...line, shelfMinor: shelfMinorOf(line) }));
  return [{ ...latePromiseNeed(discounted, promise.todayMinor ?? null), subject: 'change-price' }];
}

/** What of how a ticket is paid takes a right. */
function tendersNeeded(tenders: RetailTransaction['tenders']): NeededRight[] {
  const isOtherwise = tenders.some(({ insteadOf }) => insteadOf !== undefined);
  const isBeyond = tenders.some(({ account }) => account?.beyond !== undefined);
  return [
    ...(isOtherwise ? [{ right: 'refund-otherwise' as const, subject: 'refund-otherwise' }] : []),
    ...(isBeyond ? [{ right: 'exceed-account' as const, subject: 'exceed-account' }] : []),
  ];
}

function changedPrices(lines: readonly LineItem[]): NeededRight[] {
  return lines.flatMap((line): NeededRight[] => {
    const { lineNumber, priceOverride } = line;
    if (priceOverride === null) return [];
    return [{ ...priceNeed(line, priceOverride.listPriceMinor), subject: `change-price ${lineNumber}` }];
  });
}

function openItems(lines: readonly LineItem[]): NeededRight[] {
  return lines.filter(lineRights['sell-open-item']).map((line): NeededRight => {
    const measure = { of: 'open-item', amountMinor: shelfMinorOf(line) } as const;
    return { right: 'sell-open-item', subject: `sell-open-item ${line.lineNumber}`, measure };
  });
}

function discountsNeeded(lines: readonly LineItem[]): NeededRight[] {
  const discounted = lines.map((line) => ({ ...line, shelfMinor: shelfMinorOf(line) }));
  const needed = discounted.flatMap((line): NeededRight[] => {
    const need = lineDiscountNeed(line);
    return need === null ? [] : [{ ...need, subject: `${need.right} ${line.lineNumber}` }];
  });
  const ofTicket = ticketDiscountNeed(discounted);
  return ofTicket === null ? needed : [...needed, { ...ofTicket, subject: ofTicket.right }];
}

/** What a person did, or approved, without the right to it. */
export type RightFault = { code: RightExceptionCode; subject: string; operatorId: string };

/** What is known of people when an entry is judged. */
export type Allowed = {
  has: (operatorId: string, right: Right) => boolean;
  /** How much they might do alone; absent: what follows from their rights. */
  limitsOf?: (operatorId: string) => Limits;
  /** Whether an approval was given at all, as far as that can be known besides the till's word. */
  isAttested?: (approval: Approval) => boolean;
};

/**
 * [A1] Judges an entry: each right that it takes must be the operator's own, as much of it as their limits let them, or be
 * approved by another person whose rights and limits reach that far. An approval by somebody who lacks the right, or by the
 * operator, is void, and a fault of its own. `allowed` says what a person was allowed then: on the till from its staff rows, on
 * the server from the history of grants and limits. Pure.
 */
export function rightFaults(fact: Fact, operatorId: string, allowed: Allowed): RightFault[] {
  const { has, isAttested = () => true } = allowed;
  const may = (person: string, need: MeasuredRight) => mayAlone(allowed, person, need);
  const needs = rightsNeeded(fact);
  const faults = new Map<string, RightFault>();
  const add = (fault: RightFault) => faults.set(`${fault.code} ${fault.subject}`, fault);
  const given: { right: Right; operatorId: string }[] = [];
  for (const approval of fact.body.approvals) {
    const { right, operatorId: approverId } = approval;
    // A right of a newer till: nothing that this version knows of takes it.
    if (!isRight(right)) continue;
    // A limit may reach further than the right by whose name what is above a small discount is asked for.
    const isTheirs = has(approverId, right) || needs.some((need) => need.right === right && may(approverId, need));
    if (approverId !== operatorId && isTheirs && isAttested(approval)) given.push({ right, operatorId: approverId });
    else add({ code: 'approval-void', subject: `${right} ${approverId}`, operatorId: approverId });
  }
  for (const need of needs) {
    const isApproved = given.some(
      (one) => holdsRight((right) => right === one.right, need.right) && may(one.operatorId, need),
    );
    if (!isApproved && !may(operatorId, need)) add({ code: 'right-lacking', subject: need.subject, operatorId });
  }
  return [...faults.values()];
}

function mayAlone({ has, limitsOf }: Allowed, person: string, need: MeasuredRight): boolean {
  const theirs = (right: Right) => has(person, right);
  return allows(theirs, limitsOf?.(person) ?? limitsOfRole(theirs, {}, ''), need);
}
