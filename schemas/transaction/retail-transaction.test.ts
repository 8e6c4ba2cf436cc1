import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TaxRules } from '../pricing/tax.ts';
import {
  type BasketLine,
  cashDueMinor,
  priceBasket,
  type RetailTransaction,
  retailTransactionSchema,
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
    tenders: [{ type: 'cash', amountMinor: paidMinor }],
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
  expect(sumsViolation(ticket([line], taxRules))).toBe('line 1: a unit is one piece');
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
