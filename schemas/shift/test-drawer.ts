import fc from 'fast-check';
import type { Fact } from '../journal/kinds.ts';
import { priceBasket } from '../transaction/price-basket.ts';
import { plainTender, plainTicket, type RetailTransaction } from '../transaction/retail-transaction.ts';
import { type CashReason, cashDirections, reasonsOfDirection } from './cash-reasons.ts';
import type { CashMoved, ShiftClosed, ShiftOpened } from './shift-entries.ts';
import { newReport, type ShiftReport } from './shift-report.ts';

// For tests: what happens at a drawer, one by one and at random.

export function opening(changes: Partial<ShiftOpened> = {}): ShiftOpened {
  const float = { totalMinor: 10_000, pieces: null };
  const day = { shiftNumber: 1, businessDay: '2026-11-22', currency: 'GBP' };
  return { ...day, float, grandTotalMinor: 0, approvals: [], ...changes };
}

export function movement(changes: Partial<CashMoved> = {}): CashMoved {
  const moved = { direction: 'out', reason: 'bank', amountMinor: 5_000, currency: 'GBP' } as const;
  return { ...moved, note: '', limitMinor: 0, approvals: [], ...changes };
}

export function closing(shiftId: string, report: ShiftReport, changes: Partial<ShiftClosed> = {}): ShiftClosed {
  return {
    shiftId,
    shiftNumber: 1,
    businessDay: '2026-11-22',
    counted: { totalMinor: report.expectedMinor, pieces: null },
    firstCountedMinor: report.expectedMinor,
    report,
    differenceReason: null,
    note: '',
    toleranceMinor: 0,
    approvals: [],
    ...changes,
  };
}

type SoldLine = { quantity: number; unitPriceMinor: number; taxClass: string };
const rules = {
  pricesIncludeTax: true,
  cashStepMinor: 5,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2_000 },
    { taxClass: 'reduced', rateBasisPoints: 500 },
    { taxClass: 'zero', rateBasisPoints: 0 },
  ],
};

/** A ticket; `cardMinor` of it is paid by card, the rest in cash, `overMinor` too much. */
export function ticket(
  lines: readonly SoldLine[],
  { cardMinor = 0, overMinor = 0, currency = 'GBP' } = {},
): RetailTransaction {
  const goods = { skuId: 'tea', gtin14: null, serial: null, name: 'Tea' };
  const priced = priceBasket(
    lines.map((line) => ({ ...goods, ...line })),
    rules,
    'floor',
  );
  const totalMinor = Math.round(priced.dueMinor / rules.cashStepMinor) * rules.cashStepMinor;
  const card = cardMinor === 0 ? [] : [plainTender('card', cardMinor)];
  return {
    ...plainTicket,
    promotions: [],
    transactionId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    businessDay: '2026-11-22',
    openedAtMs: 0,
    currency,
    pricesIncludeTax: true,
    lines: priced.lines,
    netMinor: priced.netMinor,
    taxMinor: priced.taxMinor,
    roundingMinor: totalMinor - priced.dueMinor,
    totalMinor,
    tenders: [...card, plainTender('cash', totalMinor - cardMinor + overMinor)],
    changeMinor: overMinor,
    memberId: null,
    approvals: [],
  };
}

const soldLine: fc.Arbitrary<SoldLine> = fc.record({
  quantity: fc.integer({ min: -5, max: 20 }).filter((quantity) => quantity !== 0),
  unitPriceMinor: fc.integer({ min: 0, max: 1_000_000 }),
  taxClass: fc.constantFrom('standard', 'reduced', 'zero'),
});
export const anyTicket = fc
  .record({
    lines: fc.array(soldLine, { minLength: 1, maxLength: 6 }),
    cardMinor: fc.integer({ min: 0, max: 5_000 }),
    overMinor: fc.integer({ min: 0, max: 5_000 }),
    currency: fc.constantFrom('GBP', 'GBP', 'GBP', 'EUR'),
  })
  .map(({ lines, ...paid }) => ticket(lines, paid));
export const anyMovement = fc
  .record({
    direction: fc.constantFrom(...cashDirections),
    pick: fc.nat(),
    amountMinor: fc.integer({ min: 1, max: 100_000 }),
    currency: fc.constantFrom('GBP', 'GBP', 'EUR'),
  })
  .map(({ pick, ...moved }) => {
    const reasons: readonly CashReason[] = reasonsOfDirection[moved.direction];
    return movement({ ...moved, reason: reasons[pick % reasons.length] ?? 'other' });
  });

/** What can be on record, closings of shifts that are not open included. */
export const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 5, arbitrary: anyTicket.map((body): Fact => ({ kind: 'retail-transaction', body })) },
  { weight: 2, arbitrary: anyMovement.map((body): Fact => ({ kind: 'cash-moved', body })) },
  {
    weight: 1,
    arbitrary: fc.nat(3).map((shiftNumber): Fact => ({ kind: 'shift-opened', body: opening({ shiftNumber }) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 30 })
      .map((sequence): Fact => ({ kind: 'shift-closed', body: closing(idOf(sequence), newReport('GBP', 0, 0)) })),
  },
);

export function idOf(sequence: number): string {
  return `0001-${String(sequence).padStart(9, '0')}`;
}
