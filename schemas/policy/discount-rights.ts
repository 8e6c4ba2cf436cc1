import { scaleMinor } from '../money/money.ts';
import { type LineItem, shelfMinorOf } from '../transaction/retail-transaction.ts';
import { type Measure, type MeasuredRight, smallDiscountBasisPoints } from './limits.ts';

/** A line before discounts, and what came off it in this order: a quote and a transaction both say so. */
export type DiscountedLine = {
  shelfMinor: number;
  discounts: readonly { by: 'promotion' | 'line' | 'ticket' | 'receipt'; discountMinor: number }[];
};

/**
 * The right that a discount by hand takes, by name: a small one a right of its own, a larger one the right to change prices. How
 * much of it somebody may give alone, their limits say (limits.ts).
 */
export function discountRight(discountMinor: number, ofMinor: number): 'give-discount' | 'change-price' {
  return discountMinor <= scaleMinor(ofMinor, smallDiscountBasisPoints, 10_000) ? 'give-discount' : 'change-price';
}

/** A discount by hand as it is measured: all of it gone is an item for nothing, whatever is called so. */
export function discountNeed(offMinor: number, fromMinor: number): MeasuredRight {
  const isFree = offMinor >= fromMinor;
  const measure: Measure = isFree
    ? { of: 'free-item', amountMinor: Math.max(offMinor, fromMinor) }
    : { of: 'discount', offMinor, fromMinor };
  return { right: discountRight(offMinor, fromMinor), measure };
}

/** A price by hand: less than was asked is measured, more is not. */
export function priceNeed(
  { quantity, grams, unitPriceMinor }: Pick<LineItem, 'quantity' | 'grams' | 'unitPriceMinor'>,
  listPriceMinor: number,
): MeasuredRight {
  const right = 'change-price';
  if (quantity < 0 || unitPriceMinor >= listPriceMinor) return { right };
  if (unitPriceMinor > 0) {
    return {
      right,
      measure: { of: 'price-cut', offMinor: listPriceMinor - unitPriceMinor, fromMinor: listPriceMinor },
    };
  }
  const amountMinor = shelfMinorOf({ quantity, grams, unitPriceMinor: listPriceMinor });
  return { right, measure: { of: 'free-item', amountMinor } };
}

function sumOf({ discounts }: DiscountedLine, ...kinds: string[]): number {
  return discounts.reduce((sum, { by, discountMinor }) => sum + (kinds.includes(by) ? discountMinor : 0), 0);
}

/** What promotions leave of a line: what a discount by hand on it comes off. */
export function beforeLineDiscount(line: DiscountedLine): number {
  return line.shelfMinor - sumOf(line, 'promotion');
}

/** What is sold before a discount by hand on the whole ticket comes off. */
export function beforeTicketDiscount(lines: readonly DiscountedLine[]): number {
  return lines.reduce((sum, line) => sum + Math.max(0, beforeLineDiscount(line) - sumOf(line, 'line')), 0);
}

/** What the discount by hand on a line takes; null: there is none. */
export function lineDiscountNeed(line: DiscountedLine): MeasuredRight | null {
  const discountMinor = sumOf(line, 'line');
  return discountMinor === 0 ? null : discountNeed(discountMinor, beforeLineDiscount(line));
}

/**
 * A promise that is kept after its last day (parking/SPEC.md PK15): a price by hand for all of its lines, from what they would come
 * to today. By-hand parts of it are measured by themselves, against what the quote promised them from. `todayMinor` null: nobody knows.
 */
export function latePromiseNeed(lines: readonly DiscountedLine[], todayMinor: number | null): MeasuredRight {
  const right = 'change-price';
  const keptMinor = afterDiscounts(lines);
  if (todayMinor === null || keptMinor >= todayMinor) return { right };
  if (keptMinor <= 0) return { right, measure: { of: 'free-item', amountMinor: todayMinor } };
  return { right, measure: { of: 'price-cut', offMinor: todayMinor - keptMinor, fromMinor: todayMinor } };
}

/** What lines come to once all discounts are off, before a tax that is put on top. */
export function afterDiscounts(lines: readonly DiscountedLine[]): number {
  return lines.reduce(
    (sum, { shelfMinor, discounts }) =>
      discounts.reduce((left, { discountMinor }) => left - discountMinor, sum + shelfMinor),
    0,
  );
}

/** As `lineDiscountNeed`, of the discount on the whole ticket. */
export function ticketDiscountNeed(lines: readonly DiscountedLine[]): MeasuredRight | null {
  const discountMinor = lines.reduce((sum, line) => sum + sumOf(line, 'ticket'), 0);
  return discountMinor === 0 ? null : discountNeed(discountMinor, beforeTicketDiscount(lines));
}
