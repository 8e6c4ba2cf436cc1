import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lines, plainPromotion, promotions, rankedPromotions, shop } from './arbitrary-tickets.ts';
import { compilePriceLists } from './price-list.ts';
import type { Promotion } from './promotion.ts';
import { type Quote, type QuoteInput, quote } from './quote.ts';
import type { QuoteLine } from './quote-lines.ts';
import { unwind } from './unwind.ts';
import { all, entry, line, percentOff, promotion, storeList } from './worked-examples/shorthand.ts';

function quoted(given: Omit<QuoteInput, 'lines'>, ticket: readonly QuoteLine[]): Quote {
  const result = quote({ ...given, lines: ticket });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const code = (input: QuoteInput) => {
  const result = quote(input);
  return result.ok ? null : result.error.code;
};

test('[QT1] the order of lines does not matter, to the last discount of each line', () => {
  fc.assert(
    fc.property(
      rankedPromotions,
      lines.chain((own) => fc.tuple(fc.constant(own), fc.shuffledSubarray(own, { minLength: own.length }))),
      (given, [own, shuffled]) => {
        expect(quoted(shop(given), shuffled)).toEqual(quoted(shop(given), own));
      },
    ),
  );
});

test('[QT1] like goods on one line or on several cost the same, and so do lines numbered anew', () => {
  fc.assert(
    fc.property(rankedPromotions, lines, (given, own) => {
      const split = own.flatMap((one) => {
        const first = { ...one, quantity: Math.sign(one.quantity), lineNumber: one.lineNumber + 100 };
        const rest = { ...one, quantity: one.quantity - first.quantity };
        return rest.quantity === 0 ? [first] : [first, rest];
      });
      const renumbered = own.map((one) => ({ ...one, lineNumber: 50 - one.lineNumber }));
      const { dueMinor, discountMinor } = quoted(shop(given), own);
      expect(quoted(shop(given), renumbered)).toMatchObject({ dueMinor, discountMinor });
      expect(quoted(shop(given), split)).toMatchObject({ dueMinor, discountMinor });
    }),
  );
});

test('[QT2] [M1] discounts, net, tax and total of the lines sum to those of the ticket; none exceeds its line', () => {
  fc.assert(
    fc.property(rankedPromotions, lines, fc.option(fc.integer({ min: 1, max: 9_000 })), (given, own, byHand) => {
      const ticketDiscount =
        byHand === null ? null : { off: { kind: 'amount' as const, amountMinor: byHand }, reason: '' };
      const result = quoted({ ...shop(given), ticketDiscount }, own);
      let discountMinor = 0;
      for (const one of result.lines) {
        const offMinor = one.discounts.reduce((sum, discount) => sum + discount.discountMinor, 0);
        discountMinor += offMinor;
        expect(one.amountMinor).toBe(one.shelfMinor - offMinor);
        expect(one.discounts.every((discount) => discount.discountMinor > 0)).toBe(true);
        expect(one.quantity < 0 || one.amountMinor >= 0).toBe(true);
        expect(one.netMinor + one.taxMinor).toBe(one.totalMinor);
      }
      expect(result.discountMinor).toBe(discountMinor);
      const given2 = new Map<string, number>();
      for (const discount of result.lines.flatMap((one) => one.discounts)) {
        if (discount.by !== 'promotion') continue;
        given2.set(discount.promotionId, (given2.get(discount.promotionId) ?? 0) + discount.discountMinor);
      }
      expect(Object.fromEntries(given2)).toEqual(
        Object.fromEntries(result.promotions.map((one) => [one.promotionId, one.discountMinor])),
      );
      const sum = (part: 'netMinor' | 'taxMinor' | 'totalMinor') =>
        result.lines.reduce((total, one) => total + one[part], 0);
      expect([sum('netMinor'), sum('taxMinor'), sum('totalMinor')]).toEqual([
        result.netMinor,
        result.taxMinor,
        result.dueMinor,
      ]);
      expect(result.taxes.reduce((total, rate) => total + rate.taxMinor, 0)).toBe(result.taxMinor);
    }),
  );
});

test('[PR8] the offer is never worse than any single promotion', () => {
  fc.assert(
    fc.property(promotions, lines, (given, own) => {
      const together = quoted(shop(given), own).discountMinor;
      for (const one of given) expect(together).toBeGreaterThanOrEqual(quoted(shop([one]), own).discountMinor);
    }),
    { numRuns: 300 },
  );
});

test('[PR8] beyond the bound on effort it says so, and is still no worse than any single promotion', () => {
  const sets = Array.from({ length: 12 }, (_, index) =>
    promotion(`set${index}`, {
      kind: 'set',
      parts: [{ target: all, pieces: 2 + (index % 5) }],
      off: percentOff(10 + index),
    }),
  );
  const own = ['tea', 'mug', 'pot', 'scarf', 'cocoa'].map((skuId, index) => line(index + 1, skuId, 3 + index));
  const together = quoted(shop(sets), own);
  expect(together.isSearchComplete).toBe(false);
  for (const one of sets) expect(together.discountMinor).toBeGreaterThanOrEqual(quoted(shop([one]), own).discountMinor);
  expect(quoted(shop(sets.slice(0, 1)), own).isSearchComplete).toBe(true);
});

test('[PR9] one more plain discount on goods never makes a ticket dearer', () => {
  const plain = fc.array(plainPromotion, { minLength: 1, maxLength: 6 }).map((given) => {
    return given.map((one, index) => promotion(`p${index}`, one as Parameters<typeof promotion>[1]));
  });
  fc.assert(
    fc.property(plain, lines, (given, own) => {
      const [, ...fewer] = given;
      expect(quoted(shop(given), own).dueMinor).toBeLessThanOrEqual(quoted(shop(fewer), own).dueMinor);
    }),
    { numRuns: 300 },
  );
});

test('[UW2] a return of everything pays back everything, whatever the promotions, in one go or piece by piece', () => {
  fc.assert(
    fc.property(promotions, lines, fc.constantFrom(1, 5, 10), (given, own, cashStepMinor) => {
      const sold = quoted(
        shop(given),
        own.filter(({ quantity }) => quantity > 0),
      );
      let toReturn = sold.lines.map((one) => ({ ...one, returnedQuantity: 0 }));
      const paidMinor = Math.round(sold.dueMinor / cashStepMinor) * cashStepMinor;
      const ticket = { currency: 'GBP', pricesIncludeTax: true, cashStepMinor };
      const whole = unwind({ ...ticket, lines: toReturn }, 'GBP', toReturn);
      expect(whole.ok && whole.value).toMatchObject({ totalMinor: sold.dueMinor, taxMinor: sold.taxMinor });
      let [backMinor, taxMinor] = [0, 0];
      for (const { lineNumber, quantity } of sold.lines) {
        for (let left = quantity; left > 0; left -= 1) {
          const refund = unwind({ ...ticket, lines: toReturn }, 'GBP', [{ lineNumber, quantity: 1 }]);
          if (!refund.ok) throw new Error(refund.error.code);
          expect(refund.value.netMinor >= 0 && refund.value.taxMinor >= 0).toBe(true);
          backMinor += refund.value.totalMinor + refund.value.roundingMinor;
          taxMinor += refund.value.taxMinor;
          expect(backMinor).toBeLessThanOrEqual(paidMinor);
          toReturn = toReturn.map((one) =>
            one.lineNumber === lineNumber ? { ...one, returnedQuantity: one.returnedQuantity + 1 } : one,
          );
        }
      }
      expect([backMinor, taxMinor]).toEqual([paidMinor, sold.taxMinor]);
    }),
    { numRuns: 60 },
  );
});

test('[QT5] hostile lines have a code each; nothing is thrown', () => {
  const plain = shop([]);
  const one = (given: Partial<QuoteLine>) => code({ ...plain, lines: [line(1, 'tea', 1, given)] });
  expect(one({ quantity: 0 })).toBe('bad-quantity');
  expect(one({ quantity: 1.5 })).toBe('bad-quantity');
  expect(one({ quantity: Number.NaN })).toBe('bad-quantity');
  expect(one({ quantity: 10_000_000 })).toBe('bad-quantity');
  expect(one({ skuId: 'unheard-of' })).toBe('no-price');
  expect(one({ skuId: null })).toBe('no-sku');
  expect(one({ grams: 0 })).toBe('bad-measure');
  expect(one({ grams: 500, quantity: 2 })).toBe('bad-measure');
  expect(one({ price: { from: 'override', priceMinor: -1, reason: '' } })).toBe('bad-price');
  expect(one({ price: { from: 'open', priceMinor: 0.5 } })).toBe('bad-price');
  expect(one({ price: { from: 'receipt', taxRateBasisPoints: 0, taxMinor: 0, totalMinor: -5 } })).toBe('bad-price');
  expect(one({ discount: { off: { kind: 'percentage', basisPoints: 10_001 }, reason: '' } })).toBe('bad-discount');
  expect(one({ quantity: -1, discount: { off: { kind: 'amount', amountMinor: 1 }, reason: '' } })).toBe(
    'discount-on-return',
  );
  expect(one({ quantity: 1_000_000, price: { from: 'open', priceMinor: 1_000_000_000_000 } })).toBe('amount-too-large');
  expect(code({ ...plain, lines: [line(1, 'tea'), line(1, 'mug')] })).toBe('line-twice');
  expect(code({ ...plain, lines: Array.from({ length: 2_001 }, (_, at) => line(at + 1, 'tea')) })).toBe(
    'too-many-lines',
  );
  const dear = { from: 'open' as const, priceMinor: 999_999_999_999 };
  expect(code({ ...plain, lines: [1, 2].map((number) => line(number, 'tea', 1, { price: dear })) })).toBe(
    'ticket-too-large',
  );
  const byHand = { off: { kind: 'amount' as const, amountMinor: -5 }, reason: '' };
  expect(code({ ...plain, ticketDiscount: byHand, lines: [line(1, 'tea')] })).toBe('bad-discount-of-ticket');
  const elsewhere = { ...plain.context, currency: 'EUR' };
  expect(code({ ...plain, context: elsewhere, lines: [line(1, 'tea')] })).toBe('other-currency');
});

test('[QT5] any numbers at all give a quote or a code', () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(1_000_000, -1_000_000, 1e12, -0));
  fc.assert(
    fc.property(promotions, fc.array(fc.tuple(number, number, number), { maxLength: 5 }), (given, numbers) => {
      const own = numbers.map(([quantity, priceMinor, amountMinor], index) =>
        line(index + 1, 'tea', quantity, {
          price: index % 2 === 0 ? { from: 'label', priceMinor } : { from: 'list' },
          discount: index % 3 === 0 ? { off: { kind: 'amount', amountMinor }, reason: '' } : null,
        }),
      );
      const result = quote({ ...shop(given), lines: own });
      if (result.ok) expect(Number.isSafeInteger(result.value.dueMinor)).toBe(true);
      else expect(result.error.code).toMatch(/^[a-z-]+$/);
    }),
  );
});

test('[QT5] a million pieces at the highest amounts are split exactly', () => {
  const promoted: Promotion[] = [
    promotion('a', { kind: 'discount', target: all, off: percentOff(33) }),
    promotion('b', { kind: 'nth-item', target: all, nth: 3, basisPoints: 5_000 }),
    promotion('c', {
      kind: 'ticket-discount',
      target: all,
      spendMinor: 1,
      off: { kind: 'amount', amountMinor: 7, everySpend: true },
    }),
  ];
  const given = { ...shop(promoted), prices: compilePriceLists([storeList], [entry('gold', 499_999)]) };
  const result = quoted(given, [line(1, 'gold', 999_999), line(2, 'gold', 1_000_000)]);
  expect(result.dueMinor).toBe(0);
  expect(result.discountMinor).toBe(499_999 * 1_999_999);
});

test('[QT3] a price set by hand is left alone by promotions; discounts by hand come off what they leave', () => {
  const given = shop([promotion('half', { kind: 'discount', target: all, off: percentOff(50) })]);
  const own = [
    line(1, 'mug', 1, { price: { from: 'override', priceMinor: 700, reason: 'chipped' } }),
    line(2, 'mug', 1, { discount: { off: { kind: 'percentage', basisPoints: 1_000 }, reason: 'friend' } }),
    line(3, 'mug', 1, { discount: { off: { kind: 'percentage', basisPoints: 10_000 }, reason: 'gift' } }),
    line(4, 'mug', 1, { skuId: null, price: { from: 'open', priceMinor: 300 } }),
  ];
  const result = quoted(
    { ...given, ticketDiscount: { off: { kind: 'percentage', basisPoints: 1_000 }, reason: '' } },
    own,
  );
  expect(result.lines.map(({ amountMinor }) => amountMinor)).toEqual([630, 344, 0, 270]);
  expect(result.lines[0]).toMatchObject({ listPriceMinor: 850, unitPriceMinor: 700 });
  expect(result.lines[1]?.discounts.map(({ by }) => by)).toEqual(['promotion', 'line', 'ticket']);
});

test('[QT4] a refund of a receipt is neither priced nor taxed anew, and no promotion counts it', () => {
  const given = shop([promotion('2for1', { kind: 'nth-item', target: all, nth: 2, basisPoints: 10_000 })]);
  const price = { from: 'receipt' as const, taxRateBasisPoints: 1_750, taxMinor: -60, totalMinor: -403 };
  const result = quoted(given, [line(1, 'mug', -1, { price }), line(2, 'mug', 1), line(3, 'mug', -1)]);
  expect(result.promotions).toEqual([]);
  expect(result.lines.map(({ totalMinor }) => totalMinor)).toEqual([-403, 850, -850]);
  expect(result.taxes).toContainEqual({ rateBasisPoints: 1_750, isExempt: false, netMinor: -343, taxMinor: -60 });
  expect(result.dueMinor).toBe(-403);
});
