import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkCharacter,
  creditCodeFrom,
  looksLikeCreditCode,
  maskedCreditCode,
  maskedCreditSubject,
  readCreditCode,
  spacedCreditCode,
} from './credit-code.ts';

const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 });
const kinds = fc.constantFrom('store-credit' as const, 'gift-card' as const);
const issued = fc
  .tuple(kinds, bytes)
  .map(([kind, random]) => ({ kind, code: creditCodeFrom(kind, random) }))
  .filter((one): one is { kind: typeof one.kind; code: string } => one.code !== null);

test("[CC1] the check character is ISO 7064's: the example of the Global Release Identifier", () => {
  expect(checkCharacter('A12425GABC1234002')).toBe('M');
});

test('[CC1] a number is read as it was given out, however it is typed: groups, small letters, O for 0, l for 1', () => {
  fc.assert(
    fc.property(issued, ({ kind, code }) => {
      const typed = spacedCreditCode(code).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
      expect(readCreditCode(typed)).toEqual({ kind, code });
      expect(readCreditCode(` ${code} `)).toEqual({ kind, code });
    }),
  );
});

test('[CC1] one wrong character is never another good number, and is known for a misread one', () => {
  fc.assert(
    fc.property(
      issued,
      fc.integer({ min: 2, max: 14 }),
      fc.constantFrom(...'23456789ABCDEFGHJKMNPQRSTVWXYZ'),
      (one, at, wrong) => {
        fc.pre(one.code[at] !== wrong);
        const misread = one.code.slice(0, at) + wrong + one.code.slice(at + 1);
        expect(readCreditCode(misread)).toBeNull();
        expect(looksLikeCreditCode(misread)).toBe(true);
      },
    ),
  );
});

test('[CC2] what is shown of a number does not pay; the number of a paper voucher stays', () => {
  const code = creditCodeFrom('gift-card', new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])) ?? '';
  expect(code).toMatch(/^GC123456789ABC.$/);
  expect(maskedCreditCode(code)).toBe(`*${code.slice(-4)}`);
  expect(readCreditCode(maskedCreditCode(code))).toBeNull();
  expect(maskedCreditCode('PAPER-77')).toBe('PAPER-77');
  expect(looksLikeCreditCode('9780306406157')).toBe(false);
  expect(maskedCreditSubject(`gift-card ${code}`)).toBe(`gift-card *${code.slice(-4)}`);
  expect(['', '3', 'take-back 2', 'voucher PAPER-77'].map(maskedCreditSubject)).toEqual([
    '',
    '3',
    'take-back 2',
    'voucher PAPER-77',
  ]);
});
