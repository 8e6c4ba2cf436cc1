import { expect, test } from 'vitest';
import {
  beforeTicketDiscount,
  type DiscountedLine,
  discountRight,
  latePromiseNeed,
  lineDiscountNeed,
  ticketDiscountNeed,
} from './discount-rights.ts';
import { holdsRight } from './limits.ts';

const line = (shelfMinor: number, ...discounts: DiscountedLine['discounts']): DiscountedLine => ({
  shelfMinor,
  discounts,
});
const off = (by: 'promotion' | 'line' | 'ticket', discountMinor: number) => ({ by, discountMinor });

test('[A1] up to a tenth is a small discount, a free item and anything above takes the right to change prices', () => {
  expect([discountRight(100, 1_000), discountRight(101, 1_000)]).toEqual(['give-discount', 'change-price']);
  expect(discountRight(1_000, 1_000)).toBe('change-price');
  // Rounded as the discount itself is: a tenth of 5 pence is a penny.
  expect(discountRight(1, 5)).toBe('give-discount');
});

test('[A1] a discount by hand is measured against what promotions leave', () => {
  expect(lineDiscountNeed(line(1_000, off('promotion', 500), off('line', 51)))?.right).toBe('change-price');
  expect(lineDiscountNeed(line(1_000, off('promotion', 500), off('line', 50)))?.right).toBe('give-discount');
  expect(lineDiscountNeed(line(1_000, off('promotion', 500)))).toBeNull();
});

test('[A1] one on the whole ticket is measured against all that is sold', () => {
  const lines = [line(1_000, off('line', 100), off('ticket', 90)), line(-500)];
  expect([beforeTicketDiscount(lines), ticketDiscountNeed(lines)?.right]).toEqual([900, 'give-discount']);
  expect(ticketDiscountNeed([line(1_000, off('ticket', 101))])?.right).toBe('change-price');
  expect(ticketDiscountNeed([line(1_000)])).toBeNull();
});

test('who may change any price may give a small discount', () => {
  expect(holdsRight((right) => right === 'change-price', 'give-discount')).toBe(true);
  expect(holdsRight((right) => right === 'give-discount', 'change-price')).toBe(false);
});

test('[PK15] a promise that gives all away late is an item for nothing, of what it would cost today', () => {
  const given = { shelfMinor: 500, discounts: [{ by: 'line' as const, discountMinor: 500 }] };
  expect(latePromiseNeed([given], 800)).toEqual({
    right: 'change-price',
    measure: { of: 'free-item', amountMinor: 800 },
  });
  expect(latePromiseNeed([given], null)).toEqual({ right: 'change-price' });
});
