import { expect, test } from 'vitest';
import { BadgeKeys } from './badge-keys.ts';

const code = 'OCB10123456789ABCDEFGHJK';
const typed = (keys: BadgeKeys, text: string, everyMs = 10, fromMs = 0) =>
  [...text].map((key, at) => keys.take(key, fromMs + at * everyMs));

test('a badge typed by a scanner is taken whole; digits of a PIN are left alone', () => {
  const keys = new BadgeKeys();
  expect(new Set(typed(keys, '1357'))).toEqual(new Set(['other']));
  expect(keys.take('Enter', 50)).toBe('other');
  expect(new Set(typed(keys, code, 10, 100))).toEqual(new Set(['taken']));
  expect(keys.take('Enter', 400)).toEqual({ code });
  expect(keys.take('1', 420)).toBe('other');
});

test('the name of the symbology, capitals typed with Shift, and Tab at the end', () => {
  const keys = new BadgeKeys();
  typed(keys, `]Q1${code.slice(0, 2)}`);
  expect(keys.take('Shift', 60)).toBe('taken');
  typed(keys, code.slice(2), 10, 70);
  expect(keys.take('Tab', 300)).toEqual({ code });
});

test('a stray letter is forgotten, and what is no badge is told from one', () => {
  const keys = new BadgeKeys();
  expect(keys.take('o', 0)).toBe('taken');
  expect(keys.take('1', 1_000)).toBe('other');
  typed(keys, 'OLD-BADGE', 10, 2_000);
  expect(keys.take('Enter', 2_200)).toEqual({ code: null });
});
