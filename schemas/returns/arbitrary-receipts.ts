import fc from 'fast-check';
import { roundToStep } from '../money/money.ts';
import { taxOfLine } from '../pricing/tax.ts';
import {
  type LineItem,
  plainLine,
  plainTender,
  plainTicket,
  type RetailTransaction,
  shelfMinorOf,
} from '../transaction/retail-transaction.ts';
import type { SoldReceipt } from './return-lines.ts';

// For tests: sold tickets of all kinds, as a till commits them.

export const receiptId = '0001-000000007';

type Drawn = {
  quantity: number;
  grams: number | null;
  unitPriceMinor: number;
  off: number;
  rate: number;
  isTaxExempt: boolean;
};

const drawnLine: fc.Arbitrary<Drawn> = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  grams: fc.option(fc.integer({ min: 1, max: 3_000 }), { freq: 6 }),
  unitPriceMinor: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 90_000 })),
  /** Part of the price that discounts take, in thousandths. */
  off: fc.constantFrom(0, 0, 1, 50, 333, 999, 1_000),
  rate: fc.constantFrom(0, 500, 725, 2_000),
  isTaxExempt: fc.constantFrom(false, false, false, true),
});

/** A ticket of some lines, paid by card and in cash. */
export const receipt: fc.Arbitrary<{ receipt: SoldReceipt; cashStepMinor: number }> = fc
  .record({
    lines: fc.array(drawnLine, { minLength: 1, maxLength: 5 }),
    pricesIncludeTax: fc.boolean(),
    cashStepMinor: fc.constantFrom(1, 5, 10, 100),
    cardPart: fc.integer({ min: 0, max: 100 }),
    changeMinor: fc.nat(2_000),
  })
  .map(({ lines, pricesIncludeTax, cashStepMinor, cardPart, changeMinor }) => ({
    cashStepMinor,
    receipt: {
      entryId: receiptId,
      body: ticketOf(
        lines.map((line, index) => soldLine(line, index + 1, pricesIncludeTax)),
        { pricesIncludeTax, cashStepMinor, cardPart, changeMinor },
      ),
    },
  }));

function soldLine(drawn: Drawn, lineNumber: number, pricesIncludeTax: boolean): LineItem {
  const { grams, unitPriceMinor, off, rate, isTaxExempt } = drawn;
  const quantity = grams === null ? drawn.quantity : 1;
  const shelfMinor = shelfMinorOf({ quantity, grams, unitPriceMinor });
  const discountMinor = Math.floor((shelfMinor * off) / 1_000);
  const amountMinor = shelfMinor - discountMinor;
  const taxed = taxOfLine(amountMinor, rate, pricesIncludeTax);
  const tax = isTaxExempt ? { netMinor: taxed.netMinor, taxMinor: 0, totalMinor: taxed.netMinor } : taxed;
  return {
    ...plainLine,
    lineNumber,
    skuId: `sku-${lineNumber}`,
    ...{ gtin14: null, serial: null, name: 'Thing', quantity, grams, unitPriceMinor },
    discounts: discountMinor === 0 ? [] : [{ by: 'line', reason: 'kind', discountMinor }],
    ...{ taxClass: 'standard', isTaxExempt, taxRateBasisPoints: rate, placeId: 'floor' },
    ...tax,
  };
}

type Paid = { pricesIncludeTax: boolean; cashStepMinor: number; cardPart: number; changeMinor: number };

function ticketOf(lines: LineItem[], paid: Paid): RetailTransaction {
  const sum = (part: 'netMinor' | 'taxMinor' | 'totalMinor') => lines.reduce((total, line) => total + line[part], 0);
  const dueMinor = sum('totalMinor');
  const cardMinor = Math.floor((dueMinor * paid.cardPart) / 100);
  const cashMinor = roundToStep(dueMinor - cardMinor, paid.cashStepMinor);
  const changeMinor = cashMinor > 0 ? paid.changeMinor : 0;
  const tenders = [plainTender('card', cardMinor), plainTender('cash', cashMinor + changeMinor)];
  return {
    ...plainTicket,
    ...{ promotions: [], transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11', businessDay: '2026-11-22' },
    ...{ openedAtMs: 0, currency: 'GBP', pricesIncludeTax: paid.pricesIncludeTax, lines },
    ...{ netMinor: sum('netMinor'), taxMinor: sum('taxMinor') },
    roundingMinor: cardMinor + cashMinor - dueMinor,
    totalMinor: cardMinor + cashMinor,
    tenders: tenders.filter(({ amountMinor }) => amountMinor > 0),
    ...{ changeMinor, memberId: null, approvals: [] },
  };
}

/** The ticket that takes these lines back, paid back in one sum: in cash, on purpose where a card had paid. */
export function returnTicket(
  sold: RetailTransaction,
  lines: readonly Omit<LineItem, 'lineNumber'>[],
  roundingMinor = 0,
): RetailTransaction {
  const sum = (part: 'netMinor' | 'taxMinor' | 'totalMinor') => lines.reduce((total, line) => total + line[part], 0);
  const totalMinor = sum('totalMinor') + roundingMinor;
  const isByCard = sold.tenders.some(({ type }) => type === 'card');
  const cash = { ...plainTender('cash', totalMinor), ...(isByCard ? { insteadOf: 'card' as const } : {}) };
  return {
    ...sold,
    lines: lines.map((line, index) => ({ ...line, lineNumber: index + 1 })),
    ...{ promotions: [], netMinor: sum('netMinor'), taxMinor: sum('taxMinor'), roundingMinor, totalMinor },
    ...{ tenders: totalMinor === 0 ? [] : [cash], changeMinor: 0 },
  };
}
