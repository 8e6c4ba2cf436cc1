import { divideRounded, roundToStep } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { at } from './pools.ts';

/** A line as it was sold: what was paid for it, after every discount. */
export type SoldLine = {
  lineNumber: number;
  /** Pieces, ≥ 1. */
  quantity: number;
  taxMinor: number;
  totalMinor: number;
  /** Pieces taken back before. */
  returnedQuantity: number;
};
export type SoldTicket = {
  currency: string;
  pricesIncludeTax: boolean;
  lines: readonly SoldLine[];
  /** The step of what was paid in cash, 1 for none: what is given back in cash is rounded so that it sums to what was paid. */
  cashStepMinor: number;
};
/** Pieces of a line that come back. */
export type ReturnLine = { lineNumber: number; quantity: number };
export type RefundLine = ReturnLine & { netMinor: number; taxMinor: number; totalMinor: number };
/** All amounts ≥ 0: what the customer gets. */
export type Refund = {
  currency: string;
  /** By line number. */
  lines: RefundLine[];
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
  /** Added to the total when it is given back in cash. */
  roundingMinor: number;
};
export type RefundFailure =
  | { code: 'unknown-line' | 'line-twice' | 'not-sold' | 'bad-quantity'; lineNumber: number }
  | { code: 'more-than-left'; lineNumber: number; leftQuantity: number }
  | { code: 'other-currency' };

/**
 * What is paid back for pieces of a sold ticket: their share of what was paid. A line's pieces share its discounts alike, so
 * that nobody gains by returning the dear ones of a group. Shares are differences of running totals: in whatever parts a
 * line comes back, they sum to what was paid for it, tax included. `currency` is what the refund is asked in.
 */
export function unwind(
  sold: SoldTicket,
  currency: string,
  returns: readonly ReturnLine[],
): Result<Refund, RefundFailure> {
  if (currency !== sold.currency) return fail({ code: 'other-currency' });
  const lineOf = new Map(sold.lines.map((line) => [line.lineNumber, line]));
  const lines: RefundLine[] = [];
  const seen = new Set<number>();
  for (const { lineNumber, quantity } of [...returns].sort((left, right) => left.lineNumber - right.lineNumber)) {
    const line = lineOf.get(lineNumber);
    if (line === undefined) return fail({ code: 'unknown-line', lineNumber });
    if (seen.has(lineNumber)) return fail({ code: 'line-twice', lineNumber });
    seen.add(lineNumber);
    if (!isSale(line)) return fail({ code: 'not-sold', lineNumber });
    if (!Number.isSafeInteger(quantity) || quantity < 1) return fail({ code: 'bad-quantity', lineNumber });
    const leftQuantity = line.quantity - line.returnedQuantity;
    if (quantity > leftQuantity) return fail({ code: 'more-than-left', lineNumber, leftQuantity });
    lines.push({
      lineNumber,
      quantity,
      ...sharesOf(sold, line, line.returnedQuantity, line.returnedQuantity + quantity),
    });
  }
  const sum = (part: 'netMinor' | 'taxMinor' | 'totalMinor') => lines.reduce((total, line) => total + line[part], 0);
  const totalMinor = sum('totalMinor');
  const beforeMinor = sold.lines
    .filter(isSale)
    .reduce((total, line) => total + sharesOf(sold, line, 0, line.returnedQuantity).totalMinor, 0);
  const cash = (amountMinor: number) => roundToStep(amountMinor, sold.cashStepMinor);
  const roundingMinor = cash(beforeMinor + totalMinor) - cash(beforeMinor) - totalMinor;
  return ok({ currency, lines, netMinor: sum('netMinor'), taxMinor: sum('taxMinor'), totalMinor, roundingMinor });
}

function isSale({ quantity, totalMinor, taxMinor, returnedQuantity }: SoldLine): boolean {
  const isWhole = [quantity, totalMinor, taxMinor, returnedQuantity].every(Number.isSafeInteger);
  const isCounted = quantity >= 1 && returnedQuantity >= 0 && returnedQuantity <= quantity;
  return isWhole && isCounted && totalMinor >= 0 && taxMinor >= 0 && taxMinor <= totalMinor;
}

/**
 * What the pieces from the `from`-th to before the `until`-th were paid with. What prices were said in is shared out, so that no
 * piece comes back at more than its price.
 */
function sharesOf(
  { pricesIncludeTax }: Pick<SoldTicket, 'pricesIncludeTax'>,
  line: SoldLine,
  from: number,
  until: number,
) {
  const amountMinor = pricesIncludeTax ? line.totalMinor : line.totalMinor - line.taxMinor;
  const running = [from, until].map((count) => ratio(amountMinor, count, line.quantity));
  const share = at(running, 1) - at(running, 0);
  // Tax follows the money, so that no part has more tax than it is worth.
  const tax = running.map((paidMinor) => (amountMinor === 0 ? 0 : ratio(line.taxMinor, paidMinor, amountMinor)));
  const taxMinor = at(tax, 1) - at(tax, 0);
  return pricesIncludeTax
    ? { netMinor: share - taxMinor, taxMinor, totalMinor: share }
    : { netMinor: share, taxMinor, totalMinor: share + taxMinor };
}

function ratio(amountMinor: number, multiplier: number, divisor: number): number {
  return Number(divideRounded(BigInt(amountMinor) * BigInt(multiplier), BigInt(divisor)));
}
