import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roleLimitsSchema } from '#schemas/policy/limits.ts';
import { type LimitField, limitMeant, limitsOfForm, limitTyped } from './role-limits-form.ts';

const field = (of: LimitField['of'], currency: string | null, value: number | null): LimitField => ({
  key: `${of} ${currency}`,
  of,
  currency,
  value,
});

test('what a field shows at first is what it says when nobody types', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(null, 'GBP', 'JPY', 'KWD'),
      fc.option(fc.integer({ min: 0, max: 9_999 }), { nil: null }),
      (currency, value) => {
        const one = field(currency === null ? 'discount' : 'open-item', currency, value);
        expect(limitMeant(one, limitTyped(one))).toBe(value);
      },
    ),
  );
});

test('a limit is nought or more, percent end at a hundred, and nothing typed is no limit', () => {
  const percent = field('discount', null, 0);
  const pounds = field('free-item', 'GBP', 0);
  expect(['', ' ', '0', '12.5', '100'].map((typed) => limitMeant(percent, typed))).toEqual([
    null,
    null,
    0,
    1_250,
    10_000,
  ]);
  for (const typed of ['-1', '100.01', '1.234', 'ten', '1e3', '10%'])
    expect(limitMeant(percent, typed)).toBeUndefined();
  expect([limitMeant(pounds, '25'), limitMeant(pounds, '-0.01'), limitMeant(pounds, '10000000000.01')]).toEqual([
    2_500,
    undefined,
    undefined,
  ]);
});

test('the form sets what its fields say, each amount in its currency, or nothing when one is wrong', () => {
  const fields = [
    field('discount', null, 1_000),
    field('price-cut', null, 10_000),
    field('open-item', 'GBP', null),
    field('open-item', 'EUR', null),
    field('free-item', 'GBP', 0),
  ];
  const typed = { 'discount null': '7.5', 'open-item GBP': '50', 'free-item GBP': '3.00' };
  const limits = limitsOfForm(fields, typed);
  expect(limits).toEqual({
    discountBasisPoints: 750,
    priceCutBasisPoints: 10_000,
    openItem: { GBP: 5_000, EUR: null },
    freeItem: { GBP: 300 },
  });
  expect(roleLimitsSchema.parse(limits)).toEqual(limits);
  expect(limitsOfForm(fields, { ...typed, 'free-item GBP': 'much' })).toBeNull();
});
