import { expect, test } from 'vitest';
import { trainingEntryId } from '#schemas/receipt/training-number.ts';
import { localeCodes } from '#schemas/text.ts';
import { makeReceipt } from '../fixtures/receipts.ts';
import { layOutReceipt, type TextLine } from './layout.ts';

const paper = { columns: 48, columnsOf: (text: string) => [...text].length };

test.each(localeCodes)('a receipt of a training says so above and below all else, in large letters: %s', (locale) => {
  const fields = { locale, entryId: trainingEntryId(7), link: null, fiscal: null };
  const lines = layOutReceipt(makeReceipt({ ...fields, isTraining: true }), paper).filter(
    (block): block is TextLine => block.type === 'text',
  );
  const marks = lines.flatMap(({ left, isTall, isBold }, index) =>
    left.includes('TRAINING ***') && isTall && isBold ? [index] : [],
  );
  expect([marks.length, marks[0]]).toEqual([2, 0]);
  expect(marks[1]).toBeGreaterThan(lines.length - 4);
  expect(lines.some(({ right }) => right === 'TRAINING-7')).toBe(true);
  expect(lines.some(({ right }) => right.startsWith('9999-'))).toBe(false);
  const real = layOutReceipt(makeReceipt({ locale }), paper);
  expect(JSON.stringify(real)).not.toContain('TRAINING');
});
