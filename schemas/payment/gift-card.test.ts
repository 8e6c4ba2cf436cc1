import fc from 'fast-check';
import { expect, test } from 'vitest';
import { voidOf } from '../returns/post-void.ts';
import { shiftReport } from '../shift/drawer-state.ts';
import { reportViolation } from '../shift/shift-report.ts';
import { opening, ticket } from '../shift/test-drawer.ts';
import { plainTender, type RetailTransaction, sumsViolation } from '../transaction/retail-transaction.ts';
import { type CreditStep, creditBalance, foldCredit } from './credit.ts';
import { type GiftCardSale, giftCardAmountFault, giftCardsMinorOf, giftCardWays } from './gift-card.ts';
import { creditStepsOf, giftCardFaults } from './ticket-credits.ts';

const code = 'GC0123456789ABC';

function at(orderedAtMs: number, amountMinor: number, activates = true): CreditStep {
  const entryId = `0001-${String(orderedAtMs).padStart(9, '0')}`;
  return { entryId, orderedAtMs, stepNumber: 101, amountMinor, currency: 'GBP', activates };
}
const blamed = (steps: CreditStep[]) =>
  foldCredit('gift-card', code, steps).map((one) => `${one.code} ${one.entryId.at(-1)} ${one.detail.at(-1) ?? ''}`);

test('[GC3] a new card that is sold twice is blamed on the later ticket; one that was given back between is new again', () => {
  expect(blamed([at(4, 500), at(1, 500)])).toEqual(['gift-card-twice 4 1']);
  expect(blamed([at(1, 500), at(2, -500), at(4, 500)])).toEqual([]);
  expect(blamed([at(1, 500), at(2, 500, false)])).toEqual([]);
});

test('[GC3] [P1] an unused card is given back whole; one that paid for something is overdrawn by it', () => {
  expect(blamed([at(1, 500), at(2, -500)])).toEqual([]);
  expect(blamed([at(3, -500), at(2, -200, false), at(1, 500)])).toEqual(['credit-overdrawn 3 2']);
});

test('[GC4] nothing, less than nothing, and more than a card may hold do not come onto it', () => {
  for (const bad of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(giftCardAmountFault(bad, 0, null)).toBe('no-amount');
  }
  expect(giftCardAmountFault(1_000_000, 0, null)).toBeNull();
  expect(giftCardAmountFault(1_000_001, 0, null)).toBe('above-limit');
  expect([giftCardAmountFault(5_000, 10_000, 15_000), giftCardAmountFault(5_001, 10_000, 15_000)]).toEqual([
    null,
    'above-limit',
  ]);
  // What is overdrawn makes no room.
  expect(giftCardAmountFault(15_001, -500, 15_000)).toBe('above-limit');
});

/** A ticket with gift cards beside its goods, or with no goods at all. */
function withCards(sold: RetailTransaction, giftCards: GiftCardSale[], hasGoods: boolean): RetailTransaction {
  const goods = hasGoods ? sold : { ...sold, lines: [], netMinor: 0, taxMinor: 0, roundingMinor: 0, totalMinor: 0 };
  const totalMinor = goods.totalMinor + giftCardsMinorOf({ giftCards });
  return { ...goods, giftCards, totalMinor, tenders: [plainTender('cash', totalMinor)], changeMinor: 0 };
}

const anySale = fc
  .record({
    cards: fc.array(
      fc.record({
        how: fc.constantFrom(...giftCardWays),
        amountMinor: fc.integer({ min: -5_000, max: 50_000 }).filter((amount) => amount !== 0),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    priceMinor: fc.integer({ min: 1, max: 90_000 }),
    hasGoods: fc.boolean(),
  })
  .map(({ cards, priceMinor, hasGoods }) => {
    const goods = ticket([{ quantity: 1, unitPriceMinor: priceMinor, taxClass: 'standard' }]);
    const giftCards = cards.map((card, index) => ({
      ...card,
      lineNumber: index + 2,
      code: `${code}${index}`,
      name: 'C',
    }));
    return withCards(goods, giftCards, hasGoods);
  });

test('[M1] [GC2] gift cards are in what is paid, and in no net, tax, turnover or grand total; the Z says them apart and adds up', () => {
  fc.assert(
    fc.property(fc.array(anySale, { minLength: 1, maxLength: 6 }), (sales) => {
      for (const sale of sales) expect(sumsViolation(sale)).toBeNull();
      const facts = [
        { kind: 'shift-opened' as const, body: opening() },
        ...sales.map((body) => ({ kind: 'retail-transaction' as const, body })),
      ];
      const report = shiftReport(facts.map((fact, index) => ({ entryId: `0001-00000000${index + 1}`, fact })));
      expect(report && reportViolation(report)).toBeNull();
      const turnoverMinor = sales.reduce((sum, sale) => sum + sale.totalMinor - giftCardsMinorOf(sale), 0);
      const giftCardsMinor = sales.reduce((sum, sale) => sum + giftCardsMinorOf(sale), 0);
      expect(report).toMatchObject({ totalMinor: turnoverMinor, grandTotalMinor: turnoverMinor, giftCardsMinor });
    }),
  );
});

test('[M1] [GC1] what was put on cards less what was given back is what the store owes; a void owes nothing', () => {
  fc.assert(
    fc.property(anySale, (sale) => {
      const steps = creditStepsOf(sale);
      expect(
        creditBalance(
          steps.map((step) => ({ ...step, currency: 'GBP' })),
          'GBP',
        ),
      ).toBe(giftCardsMinorOf(sale));
      const plain = { entryId: '0001-000000001', reason: 'r', transactionId: sale.transactionId, approvals: [] };
      const back = voidOf(sale, { ...plain, businessDay: sale.businessDay, openedAtMs: 2 });
      if (!back.ok) throw new Error(back.error.code);
      expect(sumsViolation(back.value)).toBeNull();
      expect(giftCardsMinorOf(sale) + giftCardsMinorOf(back.value)).toBe(0);
    }),
  );
});

test('[GC3] a ticket of nothing does not add up, and a number that is none of ours is told', () => {
  const goods = ticket([{ quantity: 1, unitPriceMinor: 100, taxClass: 'standard' }]);
  const nothing = { netMinor: 0, taxMinor: 0, roundingMinor: 0, totalMinor: 0, tenders: [] };
  expect(sumsViolation({ ...goods, ...nothing, lines: [] })).toBe('nothing is sold');
  const forged = withCards(
    goods,
    [{ lineNumber: 2, code: 'GC0000000000000', how: 'card', name: 'C', amountMinor: 5 }],
    true,
  );
  expect(giftCardFaults('0001-000000009', forged)).toEqual([
    { code: 'gift-card-misread', entryId: '0001-000000009', subject: 'gift-card 2', detail: '' },
  ]);
  expect(sumsViolation({ ...forged, totalMinor: goods.totalMinor })).toBe(
    'net + tax + gift cards + deposit + account payment + rounding ≠ total',
  );
});
