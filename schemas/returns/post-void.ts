import { fail, ok, type Result } from '../result.ts';
import {
  discountMinorOf,
  type LineItem,
  plainTender,
  type RetailTransaction,
} from '../transaction/retail-transaction.ts';
import type { BookedTicket } from './fold-receipt.ts';

/** Who voids which ticket, why and when. */
export type VoidRequest = {
  entryId: string;
  reason: string;
  transactionId: string;
  businessDay: string;
  openedAtMs: number;
  approvals: RetailTransaction['approvals'];
};

export type VoidFailure = { code: 'void-of-void' | 'other-day' };

/**
 * The exact negative of a ticket (RT10): each line, the tax, the rounding, and what each tender paid with the change taken off
 * the cash. Only on the business day of the ticket; what a ticket took back goes out again.
 */
export function voidOf(sold: RetailTransaction, request: VoidRequest): Result<RetailTransaction, VoidFailure> {
  const { entryId, reason, transactionId, businessDay, openedAtMs, approvals } = request;
  if (sold.voids !== null) return fail({ code: 'void-of-void' });
  if (businessDay !== sold.businessDay) return fail({ code: 'other-day' });
  return ok({
    ...sold,
    transactionId,
    openedAtMs,
    approvals,
    lines: sold.lines.map((line) => negative(line, entryId)),
    ...(sold.giftCards && {
      giftCards: sold.giftCards.map((card) => ({ ...card, amountMinor: 0 - card.amountMinor })),
    }),
    ...(sold.deposit && { deposit: { ...sold.deposit, amountMinor: 0 - sold.deposit.amountMinor } }),
    ...(sold.accountPayment && {
      accountPayment: { ...sold.accountPayment, amountMinor: 0 - sold.accountPayment.amountMinor },
    }),
    promotions: [],
    ticketDiscountReason: null,
    netMinor: 0 - sold.netMinor,
    taxMinor: 0 - sold.taxMinor,
    roundingMinor: 0 - sold.roundingMinor,
    totalMinor: 0 - sold.totalMinor,
    tenders: negativeTenders(sold),
    changeMinor: 0,
    note: null,
    voids: { entryId, reason },
    // The plug-in is asked anew: this ticket's figures are others.
    fiscal: null,
  });
}

/** Why a line was sold or came back is on its own ticket: a post-void has one reason for all. */
function negative({ reason: _, ...line }: LineItem, entryId: string): LineItem {
  const discountMinor = 0 - discountMinorOf(line);
  return {
    ...line,
    quantity: 0 - line.quantity,
    // The price was decided by the ticket; nobody changes it now.
    priceOverride: null,
    discounts: discountMinor === 0 ? [] : [{ by: 'receipt', discountMinor }],
    netMinor: 0 - line.netMinor,
    taxMinor: 0 - line.taxMinor,
    totalMinor: 0 - line.totalMinor,
    returned: line.quantity > 0 ? { entryId, lineNumber: line.lineNumber } : line.returned,
    condition: 'good',
  };
}

/** What each tender gave, once the change is taken off the cash. */
function negativeTenders({ tenders, changeMinor }: RetailTransaction): RetailTransaction['tenders'] {
  let changeLeftMinor = changeMinor;
  const back: RetailTransaction['tenders'] = [];
  for (const { type, amountMinor, reference, points, account } of tenders) {
    const keptMinor = type === 'cash' ? amountMinor - changeLeftMinor : amountMinor;
    if (type === 'cash') changeLeftMinor = 0;
    if (keptMinor !== 0) {
      const taken = points === undefined ? {} : { points: 0 - points };
      const of = account && { account: { name: account.name, signedBy: '', orderReference: account.orderReference } };
      back.push({ ...plainTender(type, 0 - keptMinor), reference, ...taken, ...of });
    }
  }
  if (changeLeftMinor !== 0) back.push(plainTender('cash', changeLeftMinor));
  return back;
}

const ticketFigures = ['netMinor', 'taxMinor', 'roundingMinor', 'totalMinor'] as const;
const lineFigures = ['quantity', 'netMinor', 'taxMinor', 'totalMinor'] as const;
const lineGoods = ['skuId', 'gtin14', 'serial', 'grams', 'unitPriceMinor'] as const;

/** In what a void is not the exact negative of a ticket; null when it is. */
export function voidDifference(sold: BookedTicket, back: BookedTicket): string | null {
  if (sold.voids !== null) return 'voids';
  if (sold.currency !== back.currency) return 'currency';
  if (sold.businessDay !== back.businessDay) return 'businessDay';
  for (const figure of ticketFigures) if (sold[figure] + back[figure] !== 0) return figure;
  const backOf = new Map(back.lines.map((line) => [line.lineNumber, line]));
  const isNegative = sold.lines.every((line) => {
    const other = backOf.get(line.lineNumber);
    if (other === undefined) return false;
    return (
      lineFigures.every((name) => line[name] + other[name] === 0) &&
      lineGoods.every((name) => line[name] === other[name])
    );
  });
  if (!isNegative || sold.lines.length !== back.lines.length) return 'lines';
  const sums = new Map<string, number>();
  for (const { tenders, changeMinor } of [sold, back]) {
    for (const { type, amountMinor } of tenders) sums.set(type, (sums.get(type) ?? 0) + amountMinor);
    sums.set('cash', (sums.get('cash') ?? 0) - changeMinor);
  }
  return [...sums.values()].every((sumMinor) => sumMinor === 0) ? null : 'tenders';
}
