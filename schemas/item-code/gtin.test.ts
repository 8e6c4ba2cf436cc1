import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkDigit,
  expandUpcE,
  formatGtin,
  type Gtin14,
  isGtin14,
  isInStoreGtin,
  makeInStoreGtin,
  normaliseGtin,
  padGtin,
} from './gtin.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
const withCheckDigit = (body: string) => `${body}${checkDigit(body)}`;

function gtin(text: string): Gtin14 {
  const result = normaliseGtin(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.code}`);
  return result.value;
}

describe('check digit (GS1 General Specifications 7.9)', () => {
  test("GS1's published examples", () => {
    expect(checkDigit('629104150021')).toBe(3); // check digit calculator, GTIN-13
    expect(checkDigit('950600013435')).toBe(2); // the example company of the Digital Link standard
    expect(checkDigit('37610425002123456')).toBe(9); // SSCC of section 7.9.1
  });

  test('one wrong digit is always found', () => {
    fc.assert(
      fc.property(digits(13), fc.nat(13), fc.integer({ min: 1, max: 9 }), (body, at, shift) => {
        const right = withCheckDigit(body);
        const wrong = `${right.slice(0, at)}${(Number(right[at]) + shift) % 10}${right.slice(at + 1)}`;
        expect(isGtin14(right)).toBe(true);
        expect(isGtin14(wrong)).toBe(false);
      }),
    );
  });
});

describe('normaliseGtin', () => {
  test('every length of one number is the same 14 digits', () => {
    fc.assert(
      fc.property(digits(11), (body) => {
        const upcA = withCheckDigit(body);
        const gtin14 = `00${upcA}`;
        expect([gtin(upcA), gtin(`0${upcA}`), gtin(`00${upcA}`)]).toEqual([gtin14, gtin14, gtin14]);
      }),
    );
  });

  test('an EAN-8 is padded with six zeros', () => {
    expect(gtin('96385074')).toBe('00000096385074');
    expect(gtin(' 96385074\n')).toBe('00000096385074');
  });

  test('a UPC-E is expanded to its UPC-A', () => {
    expect(gtin('04252614')).toBe('00042100005264');
    expect(gtin('06543217')).toBe('00065100004327');
    expect(expandUpcE('04252614')).toEqual({ ok: true, value: '00042100005264' });
  });

  test.each([
    ['01200030', '00012000000003', 'last digit 0 to 2'],
    ['01234531', '00012300000451', 'last digit 3'],
    ['01234543', '00012340000053', 'last digit 4'],
    ['01234558', '00012345000058', 'last digit 5 to 9'],
  ])('%s expands to %s: %s', (upcE, gtin14) => {
    const body = gtin14.slice(0, 13);
    const right = `${upcE.slice(0, 7)}${checkDigit(body)}`;
    expect(expandUpcE(right)).toEqual({ ok: true, value: `${body}${checkDigit(body)}` });
  });

  test('eight digits that are right both ways: 0 … is a UPC-E, 1 … is a GTIN-8', () => {
    const both = (first: string) => {
      for (let number = 0; number < 1e6; number += 1) {
        const text = withCheckDigit(`${first}${String(number).padStart(6, '0')}`);
        if (expandUpcE(text).ok) return text;
      }
      throw new Error('there is one');
    };
    const zero = both('0');
    expect(normaliseGtin(zero)).toEqual(expandUpcE(zero));
    const one = both('1');
    expect(normaliseGtin(one)).toEqual(padGtin(one));
  });

  test('what is no GTIN says why', () => {
    expect(normaliseGtin('4006381333930')).toEqual({ ok: false, error: { code: 'gtin-check-digit' } });
    expect(normaliseGtin('40063813339')).toEqual({ ok: false, error: { code: 'gtin-length' } });
    expect(normaliseGtin('4006381X33931')).toEqual({ ok: false, error: { code: 'gtin-not-digits' } });
    expect(normaliseGtin('')).toEqual({ ok: false, error: { code: 'gtin-not-digits' } });
    expect(normaliseGtin('４００６３８１３３３９３１')).toEqual({ ok: false, error: { code: 'gtin-not-digits' } });
  });

  test('never throws; what it accepts is a GTIN-14 and stays itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits(8), digits(12), digits(13), digits(14)), (text) => {
        const result = normaliseGtin(text);
        if (!result.ok) return;
        expect(isGtin14(result.value)).toBe(true);
        expect(normaliseGtin(result.value)).toEqual(result);
        expect(padGtin(formatGtin(result.value))).toEqual(result);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('formatGtin', () => {
  test('the digits as they stand under the symbol', () => {
    expect(formatGtin(gtin('96385074'))).toBe('96385074');
    expect(formatGtin(gtin('042100005264'))).toBe('042100005264');
    expect(formatGtin(gtin('4006381333931'))).toBe('4006381333931');
    expect(formatGtin(gtin('14006381333938'))).toBe('14006381333938');
  });
});

describe('in-store numbers', () => {
  test('20 to 29 are in-store, their neighbours are not', () => {
    expect(isInStoreGtin(gtin(withCheckDigit('200000000001')))).toBe(true);
    expect(isInStoreGtin(gtin(withCheckDigit('299999999999')))).toBe(true);
    expect(isInStoreGtin(gtin(withCheckDigit('300000000001')))).toBe(false);
    expect(isInStoreGtin(gtin(withCheckDigit('199999999999')))).toBe(false);
    expect(isInStoreGtin(gtin(withCheckDigit('2123456')))).toBe(true);
    expect(isInStoreGtin(gtin('96385074'))).toBe(false);
  });

  test('a made number is a right GTIN-13 of its prefix, and no two are equal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 29 }), fc.integer({ min: 0, max: 9_999_999_999 }), (prefix, reference) => {
        const made = makeInStoreGtin(prefix, reference);
        expect(isGtin14(made) && isInStoreGtin(made)).toBe(true);
        expect(made.slice(0, 13)).toBe(`0${prefix}${String(reference).padStart(10, '0')}`);
      }),
    );
  });

  test('a prefix or reference out of range breaks an invariant', () => {
    expect(() => makeInStoreGtin(30, 1)).toThrow('20 to 29');
    expect(() => makeInStoreGtin(20, 10_000_000_000)).toThrow('10 digits');
    expect(() => makeInStoreGtin(20, 1.5)).toThrow('10 digits');
  });
});
