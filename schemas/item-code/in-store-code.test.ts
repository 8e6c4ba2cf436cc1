import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScan } from './gs1.ts';
import { checkDigit, type Gtin14 } from './gtin.ts';
import {
  type InStoreCode,
  inStoreCodeOf,
  inStoreCodeSchema,
  inStoreCodesSchema,
  valueCheckDigit,
} from './in-store-code.ts';

const weight: InStoreCode = {
  prefix: '21',
  itemDigits: 5,
  value: 'weight',
  valueDigits: 5,
  decimals: 3,
  hasValueCheck: false,
};
const price: InStoreCode = {
  prefix: '02',
  itemDigits: 5,
  value: 'price',
  valueDigits: 4,
  decimals: 2,
  hasValueCheck: true,
};
const longPrice: InStoreCode = { ...price, prefix: '28', itemDigits: 4, valueDigits: 5 };
const count: InStoreCode = { ...weight, prefix: '22', value: 'count', decimals: 0 };
const inStoreCodes = [weight, price, longPrice, count];

const whole = (body: string) => `${body}${checkDigit(body)}`;
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

describe('check digits of prices', () => {
  test("the General Specifications' examples (sections 7.9.3 and 7.9.4)", () => {
    expect(valueCheckDigit('2875')).toBe(9);
    expect(valueCheckDigit('14685')).toBe(6);
  });

  test('one wrong digit is always found', () => {
    fc.assert(
      fc.property(fc.constantFrom(4, 5).chain(digits), fc.nat(), fc.integer({ min: 1, max: 9 }), (value, at, shift) => {
        const place = at % value.length;
        const wrong = `${value.slice(0, place)}${(Number(value[place]) + shift) % 10}${value.slice(place + 1)}`;
        expect(valueCheckDigit(wrong)).not.toBe(valueCheckDigit(value));
      }),
    );
  });
});

describe('in-store codes', () => {
  test('a weight in grams, by the article with zeros', () => {
    expect(parseScan(whole('211234501750'), { inStoreCodes })).toEqual({
      kind: 'gtin',
      gtin14: `0${whole('211234500000')}`,
      weightMg: 1_750_000,
    });
  });

  test('a price with its check digit, also as a UPC-A', () => {
    const read = {
      kind: 'gtin',
      gtin14: `0${whole('021234500000')}`,
      price: { amount: 2875, decimals: 2, currencyNumber: null },
    };
    expect(parseScan(whole('021234592875'), { inStoreCodes })).toEqual(read);
    expect(parseScan(whole('021234592875').slice(1), { inStoreCodes })).toEqual(read);
    expect(parseScan(whole('281234614685'), { inStoreCodes })).toMatchObject({
      price: { amount: 14_685, decimals: 2 },
    });
  });

  test('a wrong check digit of the price is said', () => {
    const text = whole('021234582875');
    expect(parseScan(text, { inStoreCodes })).toEqual({ kind: 'text', text, problem: 'wrong-check-digit' });
  });

  test('pieces', () => {
    expect(parseScan(whole('221234500012'), { inStoreCodes })).toMatchObject({ count: 12 });
  });

  test('the number of the article itself has no value', () => {
    const text = whole('211234500000');
    expect(parseScan(text, { inStoreCodes })).toEqual({ kind: 'gtin', gtin14: `0${text}` });
  });

  test('without a pattern, or with another prefix, it is an article', () => {
    const text = whole('211234501750');
    expect(parseScan(text)).toEqual({ kind: 'gtin', gtin14: `0${text}` });
    expect(parseScan(text, { inStoreCodes: [price, count] })).toEqual({ kind: 'gtin', gtin14: `0${text}` });
    expect(parseScan(whole('400638133393'), { inStoreCodes })).toMatchObject({ gtin14: '04006381333931' });
  });

  test('what a scale prints is read back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...inStoreCodes),
        digits(5),
        fc.integer({ min: 1, max: 9_999 }),
        (pattern, item, amount) => {
          const article =
            `0${whole(`${pattern.prefix}${item.slice(0, pattern.itemDigits)}`.padEnd(12, '0'))}` as Gtin14;
          const code = inStoreCodeOf(article, pattern, amount);
          const read = parseScan(code ?? '', { inStoreCodes });
          expect(read).toMatchObject({ kind: 'gtin', gtin14: article });
          if (read.kind !== 'gtin') return;
          expect([read.weightMg && read.weightMg / 1000, read.price?.amount, read.count]).toContain(amount);
        },
      ),
    );
    expect(inStoreCodeOf(`0${whole('211234500000')}` as Gtin14, weight, 100_000)).toBeUndefined();
    expect(inStoreCodeOf('04006381333931' as Gtin14, weight, 1)).toBeUndefined();
  });
});

describe('patterns', () => {
  test('twelve digits, and only prefixes that a shop may use', () => {
    expect(inStoreCodesSchema.safeParse(inStoreCodes).success).toBe(true);
    for (const wrong of [
      { ...weight, prefix: '40' },
      { ...weight, itemDigits: 6 },
      { ...weight, hasValueCheck: true },
      { ...count, decimals: 1 },
      { ...weight, valueDigits: 3, itemDigits: 6, hasValueCheck: true },
    ]) {
      expect(inStoreCodeSchema.safeParse(wrong).success).toBe(false);
    }
  });
});
