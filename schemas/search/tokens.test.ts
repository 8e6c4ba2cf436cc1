import { expect, test } from 'vitest';
import { foldText, hanPairsOf, isHan, tokensOf } from './tokens.ts';

test('case, width and diacritics fold away', () => {
  expect(foldText('Ｃａｆé ÅNGSTRÖM Ⅳ')).toBe('cafe angstrom iv');
});

test('words, numbers and each Han character are tokens, repeats once', () => {
  expect(tokensOf('Red/White T-shirt 1.5L, red')).toEqual(['red', 'white', 't', 'shirt', '1.5', 'l']);
  expect(tokensOf('紅茶 Tea杯茶')).toEqual(['紅', '茶', 'tea', '杯']);
  expect(tokensOf('')).toEqual([]);
  expect(tokensOf('— · …')).toEqual([]);
});

test('an apostrophe joins, so that mens, men’s and men find each other', () => {
  expect(tokensOf("Men's")).toEqual(['mens']);
  expect(tokensOf('men’s')).toEqual(['mens']);
});

test('Han neighbours pair up, within a run only', () => {
  expect(hanPairsOf('红茶杯 杯子x茶')).toEqual(['红茶', '茶杯', '杯子']);
  expect(isHan('茶')).toBe(true);
  expect(isHan('茶杯')).toBe(false);
  expect(isHan('t')).toBe(false);
});
