import { assert } from '../assert.ts';
import { type Refund, type RefundFailure, type SoldTicket, unwind } from '../pricing/unwind.ts';
import { ok, type Result } from '../result.ts';
import { type LineItem, type RetailTransaction, shelfMinorOf } from '../transaction/retail-transaction.ts';
import type { ReceiptFold } from './fold-receipt.ts';

/** A receipt as the journal has it, in today's shape whatever its version was. */
export type SoldReceipt = { entryId: string; body: RetailTransaction };

/** A line that something can come back of, or could. */
export type Returnable = {
  line: LineItem;
  /** Pieces that are still the customer's. */
  leftQuantity: number;
  /** What they would get for them. */
  leftMinor: number;
};

/** Pieces that come back, in which condition, and where they are put. */
export type ReturnWish = Pick<LineItem, 'condition' | 'placeId' | 'note' | 'reason'> & {
  lineNumber: number;
  quantity: number;
};

export type ReturnedLine = Omit<LineItem, 'lineNumber'>;

/** The sold lines of a receipt and what is left of each; nothing of a ticket that was voided. */
export function returnables(receipt: SoldReceipt, fold: ReceiptFold): Returnable[] {
  const sold = soldTicket(receipt.body, fold, 1);
  return receipt.body.lines.flatMap((line): Returnable[] => {
    if (line.quantity < 0) return [];
    const leftQuantity = fold.voidedBy === null ? Math.max(0, line.quantity - returnedOf(fold, line)) : 0;
    if (leftQuantity === 0) return [{ line, leftQuantity, leftMinor: 0 }];
    const left = unwind(sold, sold.currency, [{ lineNumber: line.lineNumber, quantity: leftQuantity }]);
    assert(left.ok, 'what is left of a line can come back');
    return [{ line, leftQuantity, leftMinor: left.value.totalMinor }];
  });
}

/**
 * The lines of the ticket that takes pieces of a receipt back, and what they are worth (RT1–RT4): at the price that they were sold
 * at, less what they were sold for less, with the tax that was in it. `cashStepMinor`: of what is paid in cash.
 */
export function returnLines(
  receipt: SoldReceipt,
  fold: ReceiptFold,
  wishes: readonly ReturnWish[],
  cashStepMinor: number,
): Result<{ lines: ReturnedLine[]; refund: Refund }, RefundFailure> {
  const { entryId, body } = receipt;
  const sold = soldTicket(body, fold, cashStepMinor);
  const refund = unwind(sold, body.currency, wishes);
  if (!refund.ok) return refund;
  const soldLines = new Map(body.lines.map((line) => [line.lineNumber, line]));
  const shares = new Map(refund.value.lines.map((share) => [share.lineNumber, share]));
  const lines = wishes.map((wish): ReturnedLine => {
    const line = soldLines.get(wish.lineNumber);
    const share = shares.get(wish.lineNumber);
    assert(line && share, 'what was unwound was sold');
    const { lineNumber, reason: _, ...rest } = line;
    const quantity = 0 - wish.quantity;
    const amountMinor = body.pricesIncludeTax ? share.totalMinor : share.netMinor;
    // A return is no price of its own: it was decided by the receipt, and nobody changes it now.
    const discountMinor = shelfMinorOf({ ...line, quantity }) + amountMinor;
    return {
      ...rest,
      quantity,
      ...{ priceOverride: null, online: null, listPriceMinor: null, priceListId: null },
      discounts: discountMinor === 0 ? [] : [{ by: 'receipt', discountMinor }],
      netMinor: 0 - share.netMinor,
      taxMinor: 0 - share.taxMinor,
      totalMinor: 0 - share.totalMinor,
      returned: { entryId, lineNumber },
      ...{ condition: wish.condition, placeId: wish.placeId, note: wish.note },
      ...(wish.reason === undefined ? {} : { reason: wish.reason }),
    };
  });
  return ok({ lines, refund: refund.value });
}

/** What was paid for a receipt and what came back of it, as `unwind` asks for it. A voided one has nothing left. */
function soldTicket(body: RetailTransaction, fold: ReceiptFold, cashStepMinor: number): SoldTicket {
  const { currency, pricesIncludeTax } = body;
  const lines = body.lines.map((line) => {
    const returnedQuantity = fold.voidedBy === null ? returnedOf(fold, line) : line.quantity;
    const { lineNumber, quantity, taxMinor, totalMinor } = line;
    return { lineNumber, quantity, taxMinor, totalMinor, returnedQuantity };
  });
  return { currency, pricesIncludeTax, lines, cashStepMinor };
}

/** Pieces of a line that came back; not more than were sold, whatever offline tills did. */
function returnedOf(fold: ReceiptFold, { lineNumber, quantity }: LineItem): number {
  const returned = fold.returned.get(lineNumber)?.quantity ?? 0;
  return Math.min(Math.max(0, returned), Math.max(0, quantity));
}
