import { expect, test } from 'vitest';
import { creditCodeFrom } from '../payment/credit-code.ts';
import { priceBasket } from '../transaction/price-basket.ts';
import { plainTender, plainTicket, type RetailTransaction } from '../transaction/retail-transaction.ts';
import { receiptSchema } from './receipt.ts';
import { receiptLogoSchema } from './receipt-logo.ts';
import { receiptLink, receiptOf } from './receipt-of.ts';
import { printoutSchema } from './receipt-printer.ts';

const hash = 'ab'.repeat(32);
const entry = { _id: '0002-000000007', hash, storeId: 'camden', deviceAtMs: 1_000_000, clockOffsetMs: -500 };
const facts = {
  storeName: 'Lantern Camden',
  merchantName: 'Larch & Lantern',
  address: 'London',
  timeZone: 'Europe/London',
  operatorName: 'Imogen',
  locale: 'en',
  origin: 'https://shop.example/',
  ...{ isCopy: false, voidedBy: null, logo: null, header: '', footer: '' },
} as const;

function saleOf(pricesIncludeTax: boolean): RetailTransaction {
  const rules = {
    pricesIncludeTax,
    classes: [
      { taxClass: 'standard', rateBasisPoints: 2000 },
      { taxClass: 'zero', rateBasisPoints: 0 },
    ],
    cashStepMinor: 1,
  };
  const line = { gtin14: null, serial: null, quantity: 1, unitPriceMinor: 1200, taxClass: 'standard' };
  const priced = priceBasket(
    [
      { ...line, skuId: 'a', name: 'Bread', taxClass: 'zero' },
      { ...line, skuId: 'b', name: 'Cup', quantity: 2, priceOverride: { listPriceMinor: 1500, reason: 'scratch' } },
      { ...line, skuId: 'c', name: 'Hat', quantity: -1 },
    ],
    rules,
    'floor',
  );
  return {
    ...plainTicket,
    promotions: [],
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    businessDay: '2026-11-22',
    openedAtMs: 0,
    currency: 'GBP',
    pricesIncludeTax,
    ...{ lines: priced.lines, netMinor: priced.netMinor, taxMinor: priced.taxMinor },
    roundingMinor: 0,
    totalMinor: priced.dueMinor,
    tenders: [plainTender('cash', 5000)],
    changeMinor: 5000 - priced.dueMinor,
    memberId: null,
    approvals: [],
  };
}

test.each([true, false])(
  '[M1] the amounts of a receipt are those of the sale (prices with tax: %s)',
  (pricesIncludeTax) => {
    const sale = saleOf(pricesIncludeTax);
    const receipt = receiptOf(entry, sale, facts);
    expect(receiptSchema.parse(receipt)).toEqual(receipt);
    const lines = receipt.lines.reduce((sum, line) => sum + line.amountMinor, 0);
    const tax = receipt.taxes.reduce((sum, { taxMinor }) => sum + taxMinor, 0);
    expect(tax).toBe(sale.taxMinor);
    expect(lines + (pricesIncludeTax ? 0 : tax) + receipt.roundingMinor).toBe(sale.totalMinor);
    expect(receipt.taxes.map(({ rateBasisPoints }) => rateBasisPoints)).toEqual([2000, 0]);
    expect(receipt).toMatchObject({ occurredAtMs: 999_500, lines: [{}, { listPriceMinor: 1500 }, { quantity: -1 }] });
  },
);

test('reasons and notes are told: of a changed price, an open item, what comes back, a line and the whole ticket', () => {
  const sale = saleOf(true);
  const told = [{}, { note: 'gift wrap' }, { reason: 'Faulty' }];
  const lines = sale.lines.map((line, index) => ({ ...line, ...told[index] }));
  const receipt = receiptOf(entry, { ...sale, lines, note: 'call on Monday' }, facts);
  expect(receiptSchema.parse(receipt)).toEqual(receipt);
  expect(receipt.lines.map(({ reason, note }) => [reason, note])).toEqual([
    ['', ''],
    ['scratch', 'gift wrap'],
    ['Faulty', ''],
  ]);
  expect(receipt.note).toBe('call on Monday');
});

test('[M1] what came off is told where it came off, and the amounts add up to the sale', () => {
  const plain = saleOf(true);
  const [bread, cup, hat] = plain.lines;
  if (!bread || !cup || !hat) throw new Error('three lines');
  const off = (line: typeof bread, discounts: (typeof bread)['discounts']) => {
    const discountMinor = discounts.reduce((sum, one) => sum + one.discountMinor, 0);
    const totalMinor = line.totalMinor - discountMinor;
    return { ...line, discounts, totalMinor, netMinor: totalMinor - line.taxMinor };
  };
  const sale: RetailTransaction = {
    ...plain,
    promotions: [
      { promotionId: 'p', name: '3 for 2', couponId: null, times: 1, discountMinor: 400 },
      { promotionId: 't', name: 'Welcome', couponId: 'W', times: 1, discountMinor: 60 },
    ],
    ticketDiscountReason: 'goodwill',
    lines: [
      off(bread, [
        { by: 'promotion', promotionId: 't', pieces: 0, discountMinor: 20 },
        { by: 'ticket', discountMinor: 5 },
      ]),
      off(cup, [
        { by: 'promotion', promotionId: 'p', pieces: 2, discountMinor: 400 },
        { by: 'promotion', promotionId: 't', pieces: 0, discountMinor: 40 },
        { by: 'line', reason: 'scratch', discountMinor: 100 },
        { by: 'ticket', discountMinor: 10 },
      ]),
      off(hat, [{ by: 'receipt', discountMinor: -200 }]),
    ],
  };
  const receipt = receiptOf(entry, sale, facts);
  expect(receiptSchema.parse(receipt)).toEqual(receipt);
  expect(receipt.lines.map(({ amountMinor, discounts }) => [amountMinor, discounts])).toEqual([
    [1200, []],
    [
      2400,
      [
        { name: '3 for 2', amountMinor: 400 },
        { name: 'scratch', amountMinor: 100 },
      ],
    ],
    [-1000, []],
  ]);
  expect(receipt.discounts).toEqual([
    { name: 'Welcome', amountMinor: 60 },
    { name: 'goodwill', amountMinor: 15 },
  ]);
  const allOff = [...receipt.discounts, ...receipt.lines.flatMap(({ discounts }) => discounts)];
  const sum = (all: readonly { amountMinor: number }[]) => all.reduce((total, one) => total + one.amountMinor, 0);
  expect(sum(receipt.lines) - sum(allOff)).toBe(sale.lines.reduce((total, { totalMinor }) => total + totalMinor, 0));
});

test('a till knows the address of the e-receipt without a network: its key is of the hash of the entry', () => {
  expect(receiptLink('https://shop.example/', 'camden', '0002-000000007', hash)).toBe(
    'https://shop.example/r/camden/0002-000000007?k=abababababababab',
  );
  expect(receiptOf(entry, saleOf(true), { ...facts, origin: null }).link).toBeNull();
});

test('a picture whose bytes are not its dots is refused: a printer would take what follows for it', () => {
  const picture = (width: number, height: number, bytes: number) => ({ width, height, rows: btoa('\0'.repeat(bytes)) });
  const isTaken = (one: ReturnType<typeof picture>) => receiptLogoSchema.safeParse({ 58: one, 80: one }).success;
  expect(isTaken(picture(20, 4, 12))).toBe(true);
  for (const wrong of [
    picture(20, 4, 11),
    picture(20, 4, 13),
    picture(385, 1, 49),
    picture(8, 161, 161),
    picture(8, 0, 0),
  ]) {
    expect(isTaken(wrong)).toBe(false);
  }
});

test('a receipt of an app that knew less is read: a job may wait over an update', () => {
  const receipt = receiptOf(entry, saleOf(true), facts);
  const { header, voids, voidedBy, ...older } = receipt;
  const lines = receipt.lines.map(({ grams, returnedFrom, ...line }) => line);
  const tenders = receipt.tenders.map(({ reference, ...tender }) => tender);
  expect(receiptSchema.parse({ ...older, lines, tenders })).toEqual(receipt);
});

test('a time zone that nobody knows is refused when the receipt comes in, not when it is printed', () => {
  const receipt = receiptOf(entry, saleOf(true), facts);
  expect(receiptSchema.safeParse({ ...receipt, timeZone: 'Europe/Atlantis' }).success).toBe(false);
});

test('a copy opens no drawer, and nothing is no printout', () => {
  const receipt = receiptOf(entry, saleOf(true), facts);
  expect(printoutSchema.safeParse({ receipt, opensDrawer: true }).success).toBe(true);
  expect(printoutSchema.safeParse({ receipt: { ...receipt, isCopy: true }, opensDrawer: true }).success).toBe(false);
  expect(printoutSchema.safeParse({ receipt: null, opensDrawer: false }).success).toBe(false);
});

test('[CC2] a number that pays is on the slip that gives it out, and nowhere else', () => {
  const code = creditCodeFrom('store-credit', new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])) ?? '';
  const sale = saleOf(true);
  const credit = (amountMinor: number) => [{ ...plainTender('store-credit', amountMinor), reference: code }];
  const paid = receiptOf(entry, { ...sale, tenders: credit(700) }, facts);
  expect(JSON.stringify(paid)).not.toContain(code);
  const given = receiptOf(entry, { ...sale, tenders: credit(-700) }, facts);
  expect(given.credits).toEqual([{ kind: 'store-credit', code, amountMinor: 700 }]);
  const voids = { entryId: '0001-000000001', reason: 'wrong' };
  expect(JSON.stringify(receiptOf(entry, { ...sale, voids, tenders: credit(-700) }, facts))).not.toContain(code);
});

test('[MB3] [MB14] of a member a receipt has the end of their id alone, and nothing for who is none', () => {
  const memberId = '018f3a7c-5b1e-7d2a-9c44-3e2f6a7bc19d';
  const receipt = receiptOf(entry, { ...saleOf(true), memberId }, facts);
  expect(receipt.memberMark).toBe('**** C19D');
  expect(JSON.stringify(receipt)).not.toContain(memberId.slice(0, -4));
  expect(receiptOf(entry, saleOf(true), facts).memberMark).toBeUndefined();
});
