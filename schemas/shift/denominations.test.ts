import { expect, test } from 'vitest';
import { minorDigits } from '../money/money.ts';
import { cashCountSchema } from './cash-count.ts';
import { currenciesWithDenominations, denominationsOf } from './denominations.ts';

test.each(currenciesWithDenominations)('%s: notes before coins, the largest first, each once', (currency) => {
  const all = denominationsOf(currency);
  for (const form of ['note', 'coin'] as const) {
    const values = all.filter((one) => one.form === form).map(({ valueMinor }) => valueMinor);
    expect(values.toSorted((a, b) => b - a)).toEqual(values);
    expect(values.length).toBeGreaterThan(1);
  }
  expect(new Set(all.map(({ valueMinor }) => valueMinor)).size).toBe(all.length);
  expect(all.findIndex(({ form }) => form === 'coin')).toBe(all.filter(({ form }) => form === 'note').length);
});

test('denominations are in minor units of their currency', () => {
  const largest = (currency: string) => (denominationsOf(currency)[0]?.valueMinor ?? 0) / 10 ** minorDigits(currency);
  expect(['GBP', 'EUR', 'JPY', 'TWD', 'HKD', 'CNY'].map(largest)).toEqual([50, 500, 10_000, 2_000, 1_000, 100]);
});

test('a currency without a list is counted as a sum', () => {
  expect(denominationsOf('XTS')).toEqual([]);
  expect(denominationsOf('constructor')).toEqual([]);
});

test('[M1] pieces that are not the total, or are counted twice, are no count', () => {
  const piece = { valueMinor: 500, pieces: 2 };
  expect(cashCountSchema.safeParse({ totalMinor: 1_000, pieces: [piece] }).success).toBe(true);
  expect(cashCountSchema.safeParse({ totalMinor: 1_001, pieces: [piece] }).success).toBe(false);
  expect(cashCountSchema.safeParse({ totalMinor: 2_000, pieces: [piece, piece] }).success).toBe(false);
  expect(cashCountSchema.safeParse({ totalMinor: -5, pieces: null }).success).toBe(false);
  expect(cashCountSchema.safeParse({ totalMinor: 0.5, pieces: null }).success).toBe(false);
});
