import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRow } from './csv-row.ts';

test('no cell is a formula in a spreadsheet', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
    expect(csvRow([`${start}cmd|' /C calc'!A0`]).startsWith(`"'${start}`)).toBe(true);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const [[cell = ''] = []] = parse(csvRow([text, 'end'])) as string[][];
      expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

test('cells come back as they were (RFC 4180)', () => {
  const cells = ['a "quoted" one', 'two\r\nlines', 'a, b', '', '張偉'];
  expect(parse(csvRow(cells))).toEqual([cells]);
  expect(csvRow([null, 7, -7.5])).toBe('"","7","-7.5"\r\n');
});
