import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beforeBurst, changeMinor, maxTenderedMinor, quickAmounts, typeAmount } from './cash.ts';

test('quick amounts are what is due rounded up to the notes of the currency', () => {
  expect(quickAmounts(1735, 'GBP')).toEqual([2000, 5000]);
  expect(quickAmounts(320, 'GBP')).toEqual([500, 1000, 2000, 5000]);
  expect(quickAmounts(1735, 'USD')).toEqual([1800, 2000, 5000, 10_000]);
  expect(quickAmounts(380, 'TWD')).toEqual([400, 500, 1000]);
  expect(quickAmounts(12_345, 'XXX')).toEqual([12_400, 12_500, 13_000, 14_000]);
});

test('an amount that is a note itself is left to the exact button', () => {
  expect(quickAmounts(2000, 'GBP')).toEqual([5000]);
});

test('quick amounts ascend, are above what is due, and at most four', () => {
  const currency = fc.constantFrom('GBP', 'EUR', 'CNY', 'TWD', 'HKD', 'JPY', 'USD', 'BHD', 'XXX');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), currency, (dueMinor, code) => {
      const amounts = quickAmounts(dueMinor, code);
      expect(amounts.length).toBeLessThanOrEqual(4);
      amounts.forEach((amount, index) => {
        expect(Number.isSafeInteger(amount)).toBe(true);
        expect(amount).toBeGreaterThan(amounts[index - 1] ?? dueMinor);
      });
    }),
  );
});

test('[M1] change is what was handed over minus what is due, and null while it does not cover it', () => {
  expect(changeMinor(1735, 2000)).toBe(265);
  expect(changeMinor(1735, 1735)).toBe(0);
  expect(changeMinor(1735, 1734)).toBeNull();
});

test('digits shift in from the right and stop at the limit', () => {
  const keys = ['2', '0', '00'] as const;
  expect(keys.reduce(typeAmount, 0)).toBe(2000);
  expect(typeAmount(2000, 'back')).toBe(200);
  expect(typeAmount(0, 'back')).toBe(0);
  expect(typeAmount(maxTenderedMinor, '9')).toBe(maxTenderedMinor);
});

test('what a scanner typed is taken back, what a person typed before is not', () => {
  const history = [
    { atMs: 1000, minor: 2 },
    { atMs: 1400, minor: 20 },
    { atMs: 3000, minor: 205 },
    { atMs: 3080, minor: 2050 },
    { atMs: 3160, minor: 20_501 },
  ];
  expect(beforeBurst(history, 0)).toBe(20);
  expect(beforeBurst(history.slice(0, 1), 0)).toBe(0);
  expect(beforeBurst([], 700)).toBe(700);
});
