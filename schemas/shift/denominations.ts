/** Notes and coins of a currency in minor units, the largest first. What is both a note and a coin is there once. */
const denominationsByCurrency: Readonly<Record<string, { notes: readonly number[]; coins: readonly number[] }>> = {
  AUD: { notes: [10_000, 5_000, 2_000, 1_000, 500], coins: [200, 100, 50, 20, 10, 5] },
  CAD: { notes: [10_000, 5_000, 2_000, 1_000, 500], coins: [200, 100, 25, 10, 5] },
  CHF: { notes: [100_000, 20_000, 10_000, 5_000, 2_000, 1_000], coins: [500, 200, 100, 50, 20, 10, 5] },
  CNY: { notes: [10_000, 5_000, 2_000, 1_000, 500, 100], coins: [50, 10] },
  DKK: { notes: [50_000, 20_000, 10_000, 5_000], coins: [2_000, 1_000, 500, 200, 100, 50] },
  EUR: { notes: [50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500], coins: [200, 100, 50, 20, 10, 5, 2, 1] },
  GBP: { notes: [5_000, 2_000, 1_000, 500], coins: [200, 100, 50, 20, 10, 5, 2, 1] },
  HKD: { notes: [100_000, 50_000, 10_000, 5_000, 2_000, 1_000], coins: [500, 200, 100, 50, 20, 10] },
  JPY: { notes: [10_000, 5_000, 2_000, 1_000], coins: [500, 100, 50, 10, 5, 1] },
  KRW: { notes: [50_000, 10_000, 5_000, 1_000], coins: [500, 100, 50, 10] },
  MOP: { notes: [100_000, 50_000, 10_000, 5_000, 2_000, 1_000], coins: [500, 200, 100, 50, 20, 10] },
  NOK: { notes: [100_000, 50_000, 20_000, 10_000, 5_000], coins: [2_000, 1_000, 500, 100] },
  NZD: { notes: [10_000, 5_000, 2_000, 1_000, 500], coins: [200, 100, 50, 20, 10] },
  PLN: { notes: [50_000, 20_000, 10_000, 5_000, 2_000, 1_000], coins: [500, 200, 100, 50, 20, 10, 5, 2, 1] },
  SEK: { notes: [100_000, 50_000, 20_000, 10_000, 5_000, 2_000], coins: [1_000, 500, 200, 100] },
  SGD: { notes: [100_000, 10_000, 5_000, 1_000, 500, 200], coins: [100, 50, 20, 10, 5] },
  TWD: { notes: [2_000, 1_000, 500, 200, 100], coins: [50, 20, 10, 5, 1] },
  USD: { notes: [10_000, 5_000, 2_000, 1_000, 500, 200, 100], coins: [50, 25, 10, 5, 1] },
};

export type Denomination = { valueMinor: number; form: 'note' | 'coin' };

/** What a drawer of a currency is counted by, the largest first; none: the sum alone is typed. */
export function denominationsOf(currency: string): Denomination[] {
  const known = Object.hasOwn(denominationsByCurrency, currency) ? denominationsByCurrency[currency] : undefined;
  const { notes, coins } = known ?? { notes: [], coins: [] };
  return [
    ...notes.map((valueMinor): Denomination => ({ valueMinor, form: 'note' })),
    ...coins.map((valueMinor): Denomination => ({ valueMinor, form: 'coin' })),
  ];
}

export const currenciesWithDenominations = Object.keys(denominationsByCurrency);
