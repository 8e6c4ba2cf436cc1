import { expect, test } from 'vitest';
import { characterSet, printable } from './characters.ts';

const chinese = characterSet(true);
const latin = characterSet(false);
const hex = (bytes: number[] | null) => bytes?.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

test('Chinese goes as GB 18030 between FS & and FS ., Latin as code page 858', () => {
  expect(hex(chinese.encode('Tea 茶 é'))).toBe('54 65 61 20 1c 26 b2 e8 1c 2e 20 82');
  expect(hex(latin.encode('£3 é'))).toBe('9c 33 20 82');
  expect(latin.encode('茶')).toBeNull();
});

test('signs that the tables write in two ways: ￥, €, the wide space', () => {
  expect(hex(chinese.encode('¥'))).toBe('1c 26 a3 a4 1c 2e');
  expect(hex(chinese.encode('￥'))).toBe('1c 26 a3 a4 1c 2e');
  expect(hex(chinese.encode('€'))).toBe('1c 26 a2 e3 1c 2e');
  expect(hex(chinese.encode('\u3000'))).toBe('1c 26 a1 a1 1c 2e');
  expect(hex(latin.encode('¥€'))).toBe('be d5');
});

test('what is in no table is drawn: four-byte characters, private ones, pictures', () => {
  for (const character of ['㐀\u{20000}', '\ue000', '🧦', 'ж']) expect(latin.encode(character)).toBeNull();
  for (const character of ['\u{20000}', '\ue000', '🧦']) expect(chinese.encode(character)).toBeNull();
});

test('a column is what the printer takes for it: two for a character of its Chinese font', () => {
  expect(chinese.columnsOf('A茶￥')).toBe(5);
  expect(chinese.columnsOf('¥')).toBe(2);
  expect(latin.columnsOf('¥é')).toBe(2);
  expect(latin.columnsOf('茶🧦')).toBe(4);
});

test('data is one line without controls, composed', () => {
  expect(printable('a\u001b@\u0000b\n c\u200b\u202e e\u0301')).toBe('a @ b c é');
});
