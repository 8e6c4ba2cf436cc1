import { expect, test } from 'vitest';
import { creditCodeFrom, spacedCreditCode } from '#schemas/payment/credit-code.ts';
import { localeCodes } from '#schemas/text.ts';
import { makeReceipt } from '../fixtures/receipts.ts';
import { layOutReceipt, type ReceiptBlock } from './layout.ts';

const code = creditCodeFrom('store-credit', new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])) ?? '';
const paper = { columns: 32, columnsOf: (text: string) => [...text].length };
const textOf = (blocks: readonly ReceiptBlock[]) =>
  blocks.flatMap((block) => (block.type === 'text' ? [`${block.left}${block.right}`] : [])).join('\n');

test('[CC2] the slip of a store credit is on the receipt: its worth, its number as a code and for eyes; what is paid with it shows its end', () => {
  for (const locale of localeCodes) {
    const credits = [{ kind: 'store-credit' as const, code, amountMinor: 750 }];
    const blocks = layOutReceipt(makeReceipt({ locale, credits }), paper);
    expect(blocks.flatMap((block) => (block.type === 'codes' ? block.texts : []))).toContain(code);
    expect(textOf(blocks)).toContain(spacedCreditCode(code));
    expect(textOf(blocks)).toContain('7.50');
    const tenders = [{ type: 'store-credit' as const, amountMinor: 500, reference: '*9ABC', leftMinor: 250 }];
    const paid = textOf(layOutReceipt(makeReceipt({ locale, tenders }), paper));
    expect(paid).toContain('*9ABC');
    expect(paid).toContain('2.50');
    expect(paid).not.toContain(spacedCreditCode(code));
  }
});
