import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Approval } from '#schemas/policy/approval.ts';
import { plainReceiptDesign } from '#schemas/receipt/receipt-design.ts';
import { receiptOf, taxesByRate } from '#schemas/receipt/receipt-of.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { plainTender, retailTransactionSchema, sumsViolation } from '#schemas/transaction/retail-transaction.ts';
import { fakeLine, fakeQuote } from './fake-quote.ts';
import { lineName } from './priced-ticket.ts';
import { businessDayOf, saleTransaction, totalsOf } from './transaction-body.ts';

const config: StoreConfig = {
  merchantId: 'm',
  merchantName: 'Merchant',
  storeId: 'north',
  storeName: 'North',
  address: '',
  currency: 'CHF',
  timeZone: 'Europe/Zurich',
  salesPlaceId: 'floor',
  places: [],
  pickLists: [],
  otherStores: [],
  digitalLinkDomain: '',
  categories: [],
  staff: [],
  taxRules: {
    pricesIncludeTax: true,
    cashStepMinor: 5,
    classes: [
      { taxClass: 'standard', rateBasisPoints: 810 },
      { taxClass: 'reduced', rateBasisPoints: 260 },
    ],
  },
};

const promotionName = (promotionId: string) => promotionId;

test('[M1] any basket paid in cash adds up and is a retail transaction', () => {
  const lines = fc.array(
    fc.record({
      price: fc.integer({ min: 0, max: 5_000_000 }),
      quantity: fc.integer({ min: 1, max: 999 }),
      taxClass: fc.constantFrom('standard', 'reduced', 'unheard-of'),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(lines, fc.boolean(), fc.integer({ min: 0, max: 100_000 }), (drafts, pricesIncludeTax, more) => {
      const rules = { ...config.taxRules, pricesIncludeTax };
      const basket = drafts.map(({ price, quantity, taxClass }, index) =>
        fakeLine(index + 1, price, quantity, { taxClass }),
      );
      const quote = fakeQuote(basket, { ...config, taxRules: rules });
      const due = totalsOf(quote, { taxRules: rules }).cashDueMinor;
      const body = saleTransaction({
        transactionId: '6f6e4f0e-6d1c-4e0a-9a51-0f5f7c1f9b11',
        openedAtMs: 1,
        nowMs: 2,
        quote,
        promotionName,
        tenders: [plainTender('cash', due + more)],
        config: { ...config, taxRules: rules },
      });
      expect(sumsViolation(body)).toBeNull();
      expect(body.changeMinor).toBe(more);
      expect(body.totalMinor % 5).toBe(0);
      expect(retailTransactionSchema.safeParse(body).success).toBe(true);
      const taxes = taxesByRate(body.lines);
      expect(taxes.reduce((sum, tax) => sum + tax.taxMinor, 0)).toBe(body.taxMinor);
      expect(taxes.reduce((sum, tax) => sum + tax.netMinor, 0)).toBe(body.netMinor);
    }),
  );
});

test('a changed price and who approved it go on record', () => {
  const priceOverride = { listPriceMinor: 500, reason: 'a scratch' };
  const marked = fakeLine(1, 500, 2, { priceOverride: { priceMinor: 300, reason: 'a scratch' } });
  const quote = fakeQuote([marked, fakeLine(2, 300, 1)], config);
  const approval: Approval = {
    right: 'change-price',
    operatorId: 'mia',
    method: 'pin',
    reason: 'a scratch',
    approvedAtMs: 2,
    staffListAgeMs: 0,
  };
  const sale = {
    transactionId: '6f6e4f0e-6d1c-4e0a-9a51-0f5f7c1f9b11',
    openedAtMs: 1,
    nowMs: 2,
    tenders: [plainTender('cash', 5_000)],
    promotionName,
  };
  const body = saleTransaction({ ...sale, quote, config, approvals: [approval] });
  expect(retailTransactionSchema.parse(body)).toEqual(body);
  expect(body.lines.map((one) => [one.totalMinor, one.priceOverride])).toEqual([
    [600, priceOverride],
    [300, null],
  ]);
  expect(body.approvals).toEqual([approval]);
  expect(saleTransaction({ ...sale, quote: fakeQuote([fakeLine(1, 300, 1)], config), config }).approvals).toEqual([]);
});

test('[M1] too little cash is no sale', () => {
  const sale = {
    transactionId: 'x',
    openedAtMs: 1,
    nowMs: 2,
    quote: fakeQuote([fakeLine(1, 100, 1)], config),
    promotionName,
    tenders: [plainTender('cash', 99)],
    config,
  };
  expect(() => saleTransaction(sale)).toThrow('covers what is due');
});

test('the business day is the calendar day in the store, not on the device', () => {
  const midnightUtc = Date.UTC(2026, 10, 22);
  expect(businessDayOf(midnightUtc, 'Asia/Taipei')).toBe('2026-11-22');
  expect(businessDayOf(midnightUtc, 'America/New_York')).toBe('2026-11-21');
});

test('a name and its variant fit the line and stay well-formed', () => {
  expect(lineName({ name: 'Shirt', variant: 'M, blue' })).toBe('Shirt · M, blue');
  expect(lineName({ name: 'Shirt', variant: null })).toBe('Shirt');
  const long = lineName({ name: '🧥'.repeat(100), variant: 'x' });
  expect(long.length).toBeLessThanOrEqual(200);
  expect(lineName({ name: `a${'🧥'.repeat(100)}`, variant: null }).isWellFormed()).toBe(true);
});

test('what the fiscal plug-in says is in the entry, so that a copy says it too when the settings are others', () => {
  const fiscal = { plugin: 'tax-number', label: 'UID', taxNumber: 'CHE-123.456.789', hasCode: false } as const;
  const quote = fakeQuote([fakeLine(1, 500, 1)], config);
  const sale = {
    ...{ transactionId: '6f6e4f0e-6d1c-4e0a-9a51-0f5f7c1f9b11', openedAtMs: 1, nowMs: 2, quote, promotionName },
    tenders: [plainTender('cash', 500)],
  };
  const block = { lines: ['UID CHE-123.456.789'], codes: [] };
  const set = { ...config, receiptDesign: { ...plainReceiptDesign, fiscal } };
  const body = retailTransactionSchema.parse(saleTransaction({ ...sale, config: set }));
  expect(body.fiscal).toEqual(block);
  expect(saleTransaction({ ...sale, config }).fiscal).toBeNull();
  const entry = { _id: '0001-000000001', hash: 'ab'.repeat(32), storeId: 'north', deviceAtMs: 0, clockOffsetMs: 0 };
  const shop = { storeName: 'N', merchantName: 'N', address: '', timeZone: 'UTC', operatorName: '', origin: null };
  const plain = { locale: 'en', logo: null, header: '', footer: '', voidedBy: null, isCopy: true } as const;
  expect(receiptOf(entry, body, { ...shop, ...plain }).fiscal).toEqual(block);
});
