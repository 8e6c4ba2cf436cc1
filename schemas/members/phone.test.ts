import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callingCodeIn } from './calling-codes.ts';
import { normalisePhone, phoneMatches, phonePattern } from './phone.ts';

test.each([
  ['07700 900101', '44', '+447700900101'],
  ['+44 (0)7700 900-101', '44', '+447700900101'],
  ['0044 7700 900101', '44', '+447700900101'],
  ['447700900101', '44', '+447700900101'],
  ['07700 900101 ext. 12', '44', '+447700900101'],
  ['138 0013 8000', '86', '+8613800138000'],
  ['８６１３８００１３８０００', '86', '+8613800138000'],
  ['(212) 555-0123', '1', '+12125550123'],
  ['1-212-555-0123', '1', '+12125550123'],
  ['9123 4567', '852', '+85291234567'],
  ['0912 345 678', '886', '+886912345678'],
  ['06 12 34 56 78', '33', '+33612345678'],
  // In Italy the zero belongs to the number.
  ['06 698 1234', '39', '+39066981234'],
  ['٠٧٧٠٠٩٠٠١٠١', '44', '+447700900101'],
  // Abroad: said in full, it is of another country.
  ['+86 138 0013 8000', '44', '+8613800138000'],
  ['07700 900101', null, '07700900101'],
  ['abc', '44', null],
  ['+12', '44', null],
  ['', '44', null],
])('[MB1] %s in +%s is %s', (typed, callingCode, phone) => {
  expect(normalisePhone(typed, callingCode)).toBe(phone);
});

test('[MB1] what was normalised stays as it is, and always fits the row', () => {
  const code = fc.constantFrom('1', '44', '86', '852', '886', '39', '36', null);
  const typed = fc.oneof(fc.stringMatching(/^[+0-9 ()-]{0,24}$/), fc.string());
  fc.assert(
    fc.property(typed, code, (text, callingCode) => {
      const phone = normalisePhone(text, callingCode);
      if (phone === null) return;
      expect(phone).toMatch(phonePattern);
      if (phone.startsWith('+')) expect(normalisePhone(phone, callingCode)).toBe(phone);
    }),
  );
});

test('[MB2] a phone is found by its last digits and in any writing, never by fewer than three digits', () => {
  const phone = '+447700900101';
  expect(phoneMatches(phone, '0101', '44')).toBe(true);
  expect(phoneMatches(phone, '07700900101', '44')).toBe(true);
  expect(phoneMatches(phone, '00 44 7700 900101', '44')).toBe(true);
  expect(phoneMatches(phone, '01', '44')).toBe(false);
  expect(phoneMatches(phone, '0102', '44')).toBe(false);
});

test('a store without a country in the table keeps numbers as they are typed', () => {
  expect(callingCodeIn('Europe/London')).toBe('44');
  expect(callingCodeIn('Antarctica/Troll')).toBeNull();
});
