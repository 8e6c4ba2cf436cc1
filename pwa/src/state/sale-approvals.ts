import type { Approval } from '#schemas/policy/approval.ts';
import { latePromiseNeed, lineDiscountNeed, priceNeed, ticketDiscountNeed } from '#schemas/policy/discount-rights.ts';
import { holdsRight, type Measure, type MeasuredRight } from '#schemas/policy/limits.ts';
import { isRight } from '#schemas/policy/rights.ts';
import { lineRights } from '#schemas/policy/rights-needed.ts';
import { isOwed, type Line } from './basket-lines.ts';
import { askedMinor } from './priced-ticket.ts';
import type { PricedLine } from './ticket-quote.ts';
import { takesRight } from './unit-flag.ts';

/** What a sale needs of a second person before it can be paid, the lines that it is about, and how much of it. */
export type SaleNeed = {
  right:
    | 'sell'
    | 'take-back'
    | 'return-without-receipt'
    | 'refund-otherwise'
    | 'give-discount'
    | 'change-price'
    | 'sell-open-item'
    | 'exceed-account'
    | 'sell-flagged-unit';
  lines: readonly Line[];
  measures: readonly Measure[];
};
type OneNeed = MeasuredRight & Pick<SaleNeed, 'right' | 'lines'>;

/** What of how it is paid takes a right: money that goes back another way than it came, a sale on account beyond its bounds. */
export type MoneyNeeds = { isRefundOtherwise: boolean; exceedsAccount: boolean };
const asUsual: MoneyNeeds = { isRefundOtherwise: false, exceedsAccount: false };

/** What a quote promised is kept after its day: its lines would come to so much today, if somebody knows. */
export type LatePromise = { todayMinor: number | null };

export type Seller = {
  operatorId: string;
  /** Alone, within their own limits. */
  allows: (need: MeasuredRight) => boolean;
  /** Whether the limits of who approved reach that far; of somebody whom the till does not know any more, what was asked for then. */
  reaches: (approverId: string, need: MeasuredRight) => boolean;
};

/**
 * What the operator may not do alone in this sale and nobody else has approved (schemas/policy/rights-needed.ts judges
 * the same again from the entry). An approval of the operator's own, from before they took the till over, counts for nothing.
 */
export function needsOf(
  priced: readonly PricedLine[],
  approvals: readonly Approval[],
  seller: Seller,
  money = asUsual,
  late: LatePromise | null = null,
): SaleNeed[] {
  const isApproved = (need: OneNeed) =>
    approvals.some(
      ({ right, operatorId }) =>
        operatorId !== seller.operatorId &&
        holdsRight((one) => one === right, need.right) &&
        seller.reaches(operatorId, need),
    );
  // What a quote promised counts no more once its day is over (PK12).
  const taken: OneNeed[] = [...takenBy(priced, money), ...(late ? [lateNeed(priced, late)] : [])];
  const open = taken.filter(
    (need) =>
      need.lines.length > 0 && !seller.allows(need) && (need.right === 'sell-flagged-unit' || !isApproved(need)),
  );
  return [...Map.groupBy(open, ({ right }) => right)].map(([right, needs]) => ({
    right,
    lines: [...new Set(needs.flatMap(({ lines }) => lines))],
    measures: needs.flatMap(({ measure }) => measure ?? []),
  }));
}

function lateNeed(priced: readonly PricedLine[], { todayMinor }: LatePromise): OneNeed {
  const promised = priced.filter(({ quoted }) => quoted?.isPromised);
  const need = latePromiseNeed(goodsQuoted(promised), todayMinor);
  return { ...need, right: 'change-price', lines: promised.map(({ line }) => line) };
}

/** All that a sale takes, whoever makes it. */
function takenBy(priced: readonly PricedLine[], { isRefundOtherwise, exceedsAccount }: MoneyNeeds): OneNeed[] {
  const all = priced.map(({ line }) => line);
  // A gift card or a deposit is sold and given back as goods are; it is no open item, and is its own receipt.
  const goods = priced.filter(({ line }) => !isOwed(line));
  const lines = goods.map(({ line }) => line);
  const unproved = goods.filter(({ line }) => isWithoutReceipt(line));
  const amountMinor = unproved.reduce((sum, { quoted }) => sum - (quoted?.totalMinor ?? 0), 0);
  const discounts = discountsOf(priced);
  const ofRight = (right: OneNeed['right']) => discounts.filter((need) => need.right === right);
  return [
    { right: 'sell', lines: all.filter(lineRights.sell) },
    { right: 'take-back', lines: all.filter(lineRights['take-back']) },
    {
      right: 'return-without-receipt',
      lines: unproved.map(({ line }) => line),
      measure: { of: 'no-receipt', amountMinor },
    },
    { right: 'refund-otherwise', lines: isRefundOtherwise ? all.filter(lineRights['take-back']) : [] },
    { right: 'exceed-account', lines: exceedsAccount ? all : [] },
    ...ofRight('give-discount'),
    ...goods.flatMap(({ line, quoted }): OneNeed[] => {
      const need = line.priceOverride && priceNeedOf(line, quoted, line.priceOverride.priceMinor);
      return need === null ? [] : [{ ...need, right: 'change-price', lines: [line] }];
    }),
    ...ofRight('change-price'),
    ...goods.flatMap(({ line, quoted }): OneNeed[] => {
      const measure = { of: 'open-item', amountMinor: quoted?.shelfMinor ?? 0 } as const;
      return lineRights['sell-open-item'](line) ? [{ right: 'sell-open-item', lines: [line], measure }] : [];
    }),
    { right: 'sell-flagged-unit', lines: lines.filter(({ flag }) => flag && takesRight(flag)) },
  ];
}

/** Another price of a line, against what was asked for it. */
export function priceNeedOf(line: Line, quoted: PricedLine['quoted'], priceMinor: number): MeasuredRight {
  const { quantity, grams } = line;
  return priceNeed({ quantity, grams, unitPriceMinor: priceMinor }, askedMinor(line, quoted) ?? priceMinor);
}

/** Discounts by hand; one on the whole ticket is about all of its lines. */
function discountsOf(priced: readonly PricedLine[]): OneNeed[] {
  const goods = priced.filter(({ line, quoted }) => quoted !== null && line.quantity > 0 && !isOwed(line));
  const needs = goods.map(({ line, quoted }) => ({ need: quoted && lineDiscountNeed(quoted), lines: [line] }));
  const ofTicket = { need: ticketDiscountNeed(goodsQuoted(priced)), lines: goods.map(({ line }) => line) };
  return [...needs, ofTicket].flatMap(({ need, lines }): OneNeed[] =>
    need === null ? [] : [{ ...need, right: discountRightOf(need), lines }],
  );
}

function discountRightOf({ right }: MeasuredRight): 'give-discount' | 'change-price' {
  return right === 'give-discount' ? right : 'change-price';
}

/** What lines cost; gift cards are no goods, and no discount is on them. */
export function goodsQuoted(priced: readonly PricedLine[]) {
  return priced.flatMap(({ line, quoted }) => (quoted === null || isOwed(line) ? [] : [quoted]));
}

/** The approvals that belong into the entry: those for what the operator may not do alone and the sale still has. */
export function approvalsFor(
  lines: readonly PricedLine[],
  approvals: readonly Approval[],
  seller: Seller,
  money = asUsual,
  late: LatePromise | null = null,
): Approval[] {
  const needs = needsOf(lines.map(unapproved), [], seller, money, late);
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
