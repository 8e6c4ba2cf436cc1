import { expect, test } from 'vitest';
import { lineOfRow } from './return-lines.ts';

const gtin14 = '09506000134352';
const row = (change: object = {}) => ({ skuId: 'CUP', quantity: '2', codes: '', reason: 'damaged', ...change });
const code = (serial: string, gtin = gtin14) => `https://id.example/01/${gtin}/21/${serial}`;

test('so many pieces, or these units by their codes, each once', () => {
  expect(lineOfRow(row())).toMatchObject({ skuId: 'CUP', gtin14: null, quantity: 2, serials: [] });
  const codes = ` ${code('S1')}\n(01)${gtin14}(21)S2\n\n${code('S1')}`;
  expect(lineOfRow(row({ codes }))).toMatchObject({ gtin14, quantity: 2, serials: ['S1', 'S2'] });
});

test('what is no number, no item code, or of two articles says which field is wrong', () => {
  for (const quantity of ['', '0', '-1', '1.5', 'two', '9999999'])
    expect(lineOfRow(row({ quantity }))).toBe('quantity');
  for (const codes of ['S1', gtin14, `${code('S1')}\nS2`, `${code('S1')}\n${code('S2', '04006381333931')}`]) {
    expect(lineOfRow(row({ codes }))).toBe('codes');
  }
});
