import { expect, test } from 'vitest';
import { currencyFor, readSetup, type SetupForm, usualFor } from './setup-form.ts';

const form: SetupForm = {
  merchantName: ' Tidewater ',
  storeName: 'North',
  currency: 'CHF',
  timeZone: 'Europe/Zurich',
  pricesIncludeTax: true,
  taxRate: '8,1',
  cashStepMinor: 5,
  managerName: 'Mei',
  managerUsername: 'mei',
  managerPin: '2468',
  managerPassword: 'long enough',
  managerEmail: '',
};

test('a filled form is a request; percents become basis points', () => {
  expect(readSetup(form)).toMatchObject({
    ok: true,
    value: {
      merchantName: 'Tidewater',
      managerEmail: null,
      taxRules: { classes: [{ taxClass: 'standard', rateBasisPoints: 810 }], cashStepMinor: 5 },
    },
  });
});

test('each field that is not right is named', () => {
  const wrongOf = (change: Partial<SetupForm>) => {
    const read = readSetup({ ...form, ...change });
    return read.ok ? [] : [...read.wrong];
  };
  expect(wrongOf({ taxRate: '101' })).toEqual(['taxRate']);
  expect(wrongOf({ taxRate: '1.234' })).toEqual(['taxRate']);
  expect(wrongOf({ managerEmail: 'mei' })).toEqual(['managerEmail']);
  expect(wrongOf({ merchantName: '  ', managerPin: '12', managerPassword: 'short' })).toEqual([
    'merchantName',
    'managerPin',
    'managerPassword',
  ]);
});

test('the currency is guessed from the region, with what is usual there', () => {
  expect(currencyFor(['zh-TW'])).toBe('TWD');
  expect(currencyFor(['zh-HK', 'en'])).toBe('HKD');
  expect(currencyFor(['en-GB'])).toBe('GBP');
  expect(currencyFor([])).toBe('EUR');
  expect(usualFor('HKD')).toEqual({ taxRate: '0', pricesIncludeTax: true, cashStepMinor: 10 });
  expect(usualFor('EUR').cashStepMinor).toBe(1);
});
