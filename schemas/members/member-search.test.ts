import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameMatches } from './masking.ts';
import { memberCodeBytes, memberCodeOf } from './member-code.ts';
import { isMeant, memberKeys, memberQuestion } from './member-search.ts';
import { phoneMatches } from './phone.ts';

const code = memberCodeOf(new Uint8Array(memberCodeBytes).fill(7));
const ada = {
  ...{ memberId: 'ada', name: 'Ada O’Neill', phone: '+447700900123', code, tier: '' },
  ...{ email: 'ada@example.org', cardNumber: 'LL-0042' },
};
const isFound = (typed: string, row = ada, country: string | null = '44') =>
  isMeant(memberQuestion(typed, country), memberKeys(row));

test('[MB1] [MB2] a phone in any format, its end, and as it is typed from the beginning', () => {
  for (const typed of [
    '0123',
    '07700 900123',
    '+44 (0)7700-900123',
    '0044 7700 900123',
    '٠١٢٣',
    '07700 900',
    '+4477009',
  ]) {
    expect([typed, isFound(typed)]).toEqual([typed, true]);
  }
  for (const typed of ['23', '0124', '07700 901', '7700 900124', '+33 7700900123']) {
    expect([typed, isFound(typed)]).toEqual([typed, false]);
  }
});

test('[MB2] the beginnings of words of a name, a code, an address, a card', () => {
  for (const typed of [
    'ad',
    'ADA oneill',
    "o'n",
    'adaon',
    code,
    code.toLowerCase(),
    'ada@ex',
    'ADA@EXAMPLE.ORG',
    'll-00',
  ]) {
    expect([typed, isFound(typed)]).toEqual([typed, true]);
  }
  for (const typed of ['a', 'da', 'ada bob', `${code.slice(0, -1)}?`, '@', 'l', '-0042', '', ' ', '%', '+']) {
    expect([typed, isFound(typed)]).toEqual([typed, false]);
  }
});

test('[MB4] a code one digit off finds nobody', () => {
  const off = code.slice(0, 4) + (code[4] === '9' ? '8' : '9') + code.slice(5);
  expect(isFound(off)).toBe(false);
});

test('[MB2] inside a name without spaces; emoji and right-to-left names', () => {
  const named = (name: string) => ({ ...ada, name });
  expect(isFound('小明', named('王小明'))).toBe(true);
  expect(isFound('明', named('王小明'))).toBe(true);
  expect(isFound('明小', named('王小明'))).toBe(false);
  expect(isFound('שרה', named('שרה כהן'))).toBe(true);
  expect(isFound('فاط', named('🌸 فاطمة'))).toBe(true);
  expect(isFound('🌸', named('🌸'))).toBe(false);
});

test('[MB11] for whom somebody else goes on is found by their code alone', () => {
  const merged = { ...ada, mergedInto: 'bob' };
  expect(isFound('ada', merged)).toBe(false);
  expect(isFound('0123', merged)).toBe(false);
  expect(isFound(code, merged)).toBe(true);
});

test('[MB2] keys say what the rules of finding say, for any name and any phone', () => {
  const word = fc.constantFrom(
    'ada',
    'van',
    'der',
    'Berg',
    "O'Neill",
    'Ümit',
    '王小明',
    '陈',
    'שרה',
    '🌸',
    'Jean-Luc',
    'b',
  );
  const text = fc.array(word, { maxLength: 3 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, fc.oneof(text, fc.string({ maxLength: 4 })), (name, typed) => {
      const words = memberQuestion(typed, null).filter(([first = '']) => !/^[#+%@$]/.test(first));
      const found = isMeant(words, memberKeys({ ...ada, name }));
      expect(found).toBe(words.length > 0 && nameMatches(name, typed));
    }),
  );
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 5, maxLength: 12 });
  fc.assert(
    fc.property(digits, fc.nat({ max: 12 }), (phone, from) => {
      const typed = phone.slice(Math.min(from, phone.length - 3));
      expect(phoneMatches(phone, typed, null)).toBe(true);
      expect(isFound(typed, { ...ada, phone }, null)).toBe(true);
    }),
  );
});
