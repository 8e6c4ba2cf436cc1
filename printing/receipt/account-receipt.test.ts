import { expect, test } from 'vitest';
import { localeCodes } from '#schemas/text.ts';
import { makeReceipt } from '../fixtures/receipts.ts';
import { layOutReceipt, type ReceiptBlock } from './layout.ts';
import { receiptWords } from './words.ts';

const paper = { columns: 32, columnsOf: (text: string) => [...text].length };
const textOf = (blocks: readonly ReceiptBlock[]) =>
  blocks.flatMap((block) => (block.type === 'text' ? [`${block.left}${block.right}`] : [])).join('\n');
const account = { number: 'CAFE1', name: 'Harbour Café', signedBy: 'Ann Lee', orderReference: 'PO-77' };

test('[AC8] a receipt says whose account it was, who signed and for which order; the shop keeps a part to sign, once', () => {
  for (const locale of localeCodes) {
    const tenders = [{ type: 'account' as const, amountMinor: 500, reference: '', account }];
    const words = receiptWords[locale];
    const text = textOf(layOutReceipt(makeReceipt({ locale, tenders }), paper));
    for (const said of ['CAFE1', 'Harbour Café', words.signedBy('Ann Lee'), words.order('PO-77')]) {
      expect(text.split(said).length, said).toBe(3);
    }
    expect(text).toContain(words.shopCopy);
    expect(text).toContain(words.signature);
    const copy = textOf(layOutReceipt(makeReceipt({ locale, tenders, isCopy: true }), paper));
    expect(copy).toContain('Ann Lee');
    expect(copy).not.toContain(words.shopCopy);
    const back = [{ ...tenders[0], type: 'account' as const, amountMinor: -500, reference: '' }];
    expect(textOf(layOutReceipt(makeReceipt({ locale, tenders: back }), paper))).not.toContain(words.shopCopy);
    // The part that is torn off says too that it is none: three times on one paper.
    const trained = textOf(layOutReceipt(makeReceipt({ locale, tenders, isTraining: true }), paper));
    expect(trained.split(words.noSale).length).toBe(4);
  }
});
