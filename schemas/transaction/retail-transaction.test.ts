import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factOf } from '../journal/kinds.ts';
import { type TaxRules, taxOfLine } from '../pricing/tax.ts';
import { type BasketLine, priceBasket } from './price-basket.ts';
import {
  cashDueMinor,
  discountMinorOf,
  type LineItem,
  plainTender,
  plainTicket,
  type RetailTransaction,
  retailTransactionSchema,
  shelfMinorOf,
  sumsViolation,
} from './retail-transaction.ts';

const rules: fc.Arbitrary<TaxRules> = fc.record({
  pricesIncludeTax: fc.boolean(),
  classes: fc.constant<TaxRules['classes']>([
    { taxClass: 'standard', rateBasisPoints: 1_900 },
    { taxClass: 'reduced', rateBasisPoints: 725 },
  ]),
  cashStepMinor: fc.constantFrom(1, 5, 10, 100),
});
const basketLine: fc.Arbitrary<BasketLine> = fc.record({
  skuId: fc.constantFrom('tea', 'mug'),
  gtin14: fc.constant(null),
  serial: fc.constant(null),
  name: fc.constant('name'),
  quantity: fc.integer({ min: -50, max: 50 }).filter((quantity) => quantity !== 0),
  unitPriceMinor: fc.integer({ min: 0, max: 500_000 }),
  taxClass: fc.constantFrom('standard', 'reduced', 'unheard-of'),
});
const basket = fc.array(basketLine, { minLength: 1, maxLength: 12 });

/** A ticket paid in cash, as a till makes it. */
function ticket(lines: readonly BasketLine[], taxRules: TaxRules, handedMinor = 0): RetailTransaction {
  const priced = priceBasket(lines, taxRules, 'floor');
  const totalMinor = cashDueMinor(priced.dueMinor, taxRules);
  const paidMinor = totalMinor + Math.max(0, handedMinor);
  return {
    ...plainTicket,
    promotions: [],
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    businessDay: '2026-11-22',
    openedAtMs: 0,
    currency: 'EUR',
    pricesIncludeTax: taxRules.pricesIncludeTax,
    lines: priced.lines,
    netMinor: priced.netMinor,
    taxMinor: priced.taxMinor,
    roundingMinor: totalMinor - priced.dueMinor,
    totalMinor,
    tenders: [plainTender('cash', paidMinor)],
    changeMinor: paidMinor - totalMinor,
    memberId: null,
    approvals: [],
  };
}

test('[M1] lines + tax + rounding = tenders − change, exactly, for every basket and tax rule', () => {
  fc.assert(
    fc.property(basket, rules, fc.nat(10_000), (lines, taxRules, handedMinor) => {
      const made = ticket(lines, taxRules, handedMinor);
      expect(sumsViolation(made)).toBeNull();
      expect(retailTransactionSchema.parse(made)).toEqual(made);
      expect(Math.abs(made.roundingMinor) * 2).toBeLessThanOrEqual(taxRules.cashStepMinor);
    }),
  );
});

test('[M1] any amount off by one is found, wherever it is', () => {
  const amounts = ['netMinor', 'taxMinor', 'roundingMinor', 'totalMinor', 'changeMinor'] as const;
  const lineAmounts = ['netMinor', 'taxMinor', 'totalMinor', 'unitPriceMinor', 'quantity'] as const;
  fc.assert(
    fc.property(basket, rules, fc.constantFrom(1, -1), (lines, taxRules, error) => {
      const made = ticket(lines, taxRules, 100);
      for (const name of amounts) expect(sumsViolation({ ...made, [name]: made[name] + error })).not.toBeNull();
      made.lines.forEach((line, at) => {
        for (const name of lineAmounts) {
          const wrong = { ...line, [name]: line[name] + error };
          // A free article may be there once more or less: that is no sum.
          if (wrong.unitPriceMinor * wrong.quantity === line.unitPriceMinor * line.quantity) continue;
          expect(sumsViolation({ ...made, lines: made.lines.with(at, wrong) }), name).not.toBeNull();
        }
      });
      const [tender] = made.tenders;
      if (tender) {
        const tenders = [{ ...tender, amountMinor: tender.amountMinor + error }];
        expect(sumsViolation({ ...made, tenders })).not.toBeNull();
      }
    }),
  );
});

test('a line number is given once, and a unit is one piece', () => {
  const taxRules = {
    pricesIncludeTax: true,
    classes: [{ taxClass: 'standard', rateBasisPoints: 0 }],
    cashStepMinor: 1,
  };
  const line: BasketLine = {
    skuId: 'phone',
    gtin14: '05012345678900',
    serial: 'a',
    name: '',
    quantity: 2,
    unitPriceMinor: 1,
    taxClass: 'standard',
  };
  expect(sumsViolation(ticket([line], taxRules))).toBe('line 1: a unit or a weight is one piece');
  const made = ticket(
    [
      { ...line, quantity: 1 },
      { ...line, quantity: 1 },
    ],
    taxRules,
  );
  const twice = made.lines.map((one) => ({ ...one, lineNumber: 1 }));
  expect(retailTransactionSchema.safeParse(made).success).toBe(true);
  expect(retailTransactionSchema.safeParse({ ...made, lines: twice }).success).toBe(false);
});

/** One line of 3 pieces at 10.00, tax at 20 % in the price, paid in cash. */
function discounted(change: Partial<LineItem>, ticketChange: Partial<RetailTransaction> = {}): RetailTransaction {
  const line: BasketLine = {
    skuId: 'tea',
    gtin14: null,
    serial: null,
    name: 'Tea',
    quantity: 3,
    unitPriceMinor: 1_000,
    taxClass: 'standard',
  };
  const taxRules: TaxRules = {
    pricesIncludeTax: true,
    classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
    cashStepMinor: 1,
  };
  const made = ticket([line], taxRules);
  const [sold] = made.lines;
  if (sold === undefined) throw new Error('a ticket has lines');
  const changed = { ...sold, ...change };
  const amountMinor = shelfMinorOf(changed) - discountMinorOf(changed);
  const tax = taxOfLine(amountMinor, 2_000, true);
  return {
    ...made,
    ...{ lines: [{ ...changed, ...tax }], netMinor: tax.netMinor, taxMinor: tax.taxMinor, totalMinor: amountMinor },
    ...{ tenders: [plainTender('cash', amountMinor)], changeMinor: 0, roundingMinor: 0 },
    ...ticketChange,
  };
}

const threeForTwo = { promotionId: 'tea-3-for-2', name: '3 for 2', couponId: null, times: 1, discountMinor: 1_000 };
const freePiece = { by: 'promotion', promotionId: 'tea-3-for-2', pieces: 1, discountMinor: 1_000 } as const;

test('[M1] parts of a split discount sum to what the promotion gave, and none is of a promotion that gave nothing', () => {
  const sums = (promotions: RetailTransaction['promotions']) =>
    sumsViolation(discounted({ discounts: [freePiece] }, { promotions }));
  expect(sums([threeForTwo])).toBeNull();
  for (const promotions of [[], [{ ...threeForTwo, discountMinor: 999 }], [threeForTwo, threeForTwo]]) {
    expect(sums(promotions)).toBe('discounts of lines ≠ promotions');
  }
  expect(sumsViolation(discounted({}, { promotions: [threeForTwo] }))).toBe('discounts of lines ≠ promotions');
});

test('[M1] discounts never go beyond the price, on sales as on returns', () => {
  const byHand = (discountMinor: number) =>
    discounted({ discounts: [{ by: 'line', reason: 'scratched', discountMinor }] });
  expect(sumsViolation(byHand(3_000))).toBeNull();
  expect(sumsViolation(byHand(3_001))).toBe('line 1: discounts beyond the price');
  const returned = { entryId: '0001-000000004', lineNumber: 1 };
  const back = (discountMinor: number) =>
    discounted({ quantity: -3, returned, discounts: [{ by: 'receipt', discountMinor }] });
  expect(back(-1_000).totalMinor).toBe(-2_000);
  expect(sumsViolation(back(-1_000))).toBeNull();
  expect(sumsViolation(back(-3_001))).toBe('line 1: discounts beyond the price');
});

test('[M1] a weight is one piece at the price of a kilogram; what is exempt bears no tax', () => {
  const weighed = discounted({ quantity: 1, grams: 1_234, unitPriceMinor: 999 });
  expect(weighed.totalMinor).toBe(1_233);
  expect(sumsViolation(weighed)).toBeNull();
  expect(sumsViolation(discounted({ grams: 100 }))).toBe('line 1: a unit or a weight is one piece');
  const made = discounted({});
  const exempt = { ...made, lines: made.lines.map((line) => ({ ...line, isTaxExempt: true })) };
  expect(sumsViolation(exempt)).toBe('line 1: tax on what is exempt');
  const untaxed = { netMinor: 2_500, taxMinor: 0, totalMinor: 2_500 };
  const lowered = { ...exempt, ...untaxed, lines: exempt.lines.map((line) => ({ ...line, ...untaxed })) };
  expect(sumsViolation({ ...lowered, tenders: [plainTender('cash', 2_500)] })).toBeNull();
});

test('earlier versions stay readable and add up in the shape of today', () => {
  const { channel, memberTier, promotions, ticketDiscountReason, taxRounding, note, voids, ...rest } = discounted({});
  const line = { skuId: 'tea', gtin14: null, serial: null, name: 'Tea', quantity: 3, unitPriceMinor: 1_000 };
  const tax = { taxClass: 'standard', taxRateBasisPoints: 2_000, netMinor: 2_500, taxMinor: 500, totalMinor: 3_000 };
  const line1 = { ...line, ...tax, lineNumber: 1, placeId: 'floor' };
  const tenders = [{ type: 'cash', amountMinor: 3_000 }];
  const body2 = { ...rest, tenders, lines: [{ ...line1, priceOverride: { listPriceMinor: 1_200, reason: 'old' } }] };
  const { approvals, ...body1 } = { ...rest, tenders, lines: [line1] };
  for (const [version, body] of [
    [1, body1],
    [2, body2],
  ] as const) {
    const fact = factOf({ kind: 'retail-transaction', version, body });
    expect(fact.ok && retailTransactionSchema.parse(fact.value.body)).toMatchObject({
      tenders: [plainTender('cash', 3_000)],
    });
  }
});
