import { scaleMinor } from '../money/money.ts';
import type { Right } from './rights.ts';

/** Up to this part of what promotions leave, a discount by hand is a small one. */
export const smallDiscountBasisPoints = 1_000;

/** A line before discounts, and what came off it in this order: a quote and a transaction both say so. */
export type DiscountedLine = {
  shelfMinor: number;
  discounts: readonly { by: 'promotion' | 'line' | 'ticket' | 'receipt'; discountMinor: number }[];
};

/** The right that a discount by hand takes: a small one a right of its own, a larger one the right to change prices. */
export function discountRight(discountMinor: number, ofMinor: number): 'give-discount' | 'change-price' {
  return discountMinor <= scaleMinor(ofMinor, smallDiscountBasisPoints, 10_000) ? 'give-discount' : 'change-price';
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
export function lineDiscountRight(line: DiscountedLine): Right | null {
  const discountMinor = sumOf(line, 'line');
  return discountMinor === 0 ? null : discountRight(discountMinor, beforeLineDiscount(line));
}

/** As `lineDiscountRight`, of the discount on the whole ticket. */
export function ticketDiscountRight(lines: readonly DiscountedLine[]): Right | null {
  const discountMinor = lines.reduce((sum, line) => sum + sumOf(line, 'ticket'), 0);
  return discountMinor === 0 ? null : discountRight(discountMinor, beforeTicketDiscount(lines));
}
