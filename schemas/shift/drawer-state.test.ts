import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../journal/kinds.ts';
import type { RetailTransaction } from '../transaction/retail-transaction.ts';
import { type DrawerState, type DrawerStep, newDrawer, nextShift, shiftReport, stepDrawer } from './drawer-state.ts';
import type { CashMoved } from './shift-entries.ts';
import { newReport, reportDifference, reportViolation } from './shift-report.ts';
import { anyFact, anyMovement, anyTicket, closing, idOf, movement, opening, ticket } from './test-drawer.ts';

const sold = ticket([{ quantity: 2, unitPriceMinor: 1_250, taxClass: 'standard' }], { overMinor: 500 });
const facts = {
  opens: { kind: 'shift-opened', body: opening() },
  'opens the second': { kind: 'shift-opened', body: opening({ shiftNumber: 2 }) },
  closes: { kind: 'shift-closed', body: closing(idOf(1), newReport('GBP', 10_000, 0)) },
  'closes another': { kind: 'shift-closed', body: closing(idOf(9), newReport('GBP', 10_000, 0)) },
  'moves cash': { kind: 'cash-moved', body: movement() },
  sells: { kind: 'retail-transaction', body: sold },
  moves: { kind: 'goods-moved', body: { note: '', lines: [], approvals: [] } },
} as const satisfies Record<string, Fact>;

const open = stepDrawer(newDrawer('GBP'), idOf(1), facts.opens).state;
const states = { closed: newDrawer('GBP'), open };

const table: Record<
  keyof typeof states,
  Record<keyof typeof facts, Pick<DrawerStep, 'contradiction' | 'isOffChain'> & { phase: DrawerState['phase'] }>
> = {
  closed: {
    opens: { phase: 'open', contradiction: null, isOffChain: false },
    'opens the second': { phase: 'open', contradiction: null, isOffChain: true },
    closes: { phase: 'closed', contradiction: 'shift-not-open', isOffChain: false },
    'closes another': { phase: 'closed', contradiction: 'shift-not-open', isOffChain: false },
    'moves cash': { phase: 'closed', contradiction: 'cash-without-shift', isOffChain: false },
    sells: { phase: 'closed', contradiction: null, isOffChain: false },
    moves: { phase: 'closed', contradiction: null, isOffChain: false },
  },
  open: {
    opens: { phase: 'open', contradiction: 'shift-open-already', isOffChain: true },
    'opens the second': { phase: 'open', contradiction: 'shift-open-already', isOffChain: false },
    closes: { phase: 'closed', contradiction: null, isOffChain: false },
    'closes another': { phase: 'open', contradiction: 'shift-not-open', isOffChain: false },
    'moves cash': { phase: 'open', contradiction: null, isOffChain: false },
    sells: { phase: 'open', contradiction: null, isOffChain: false },
    moves: { phase: 'open', contradiction: null, isOffChain: false },
  },
};

describe.each(Object.keys(states) as (keyof typeof states)[])('a drawer that is %s', (phase) => {
  test.each(Object.keys(facts) as (keyof typeof facts)[])('and somebody %s', (name) => {
    const { state, contradiction, isOffChain } = stepDrawer(states[phase], idOf(2), facts[name]);
    expect({ phase: state.phase, contradiction, isOffChain }).toEqual(table[phase][name]);
  });
});

test('who opens an open drawer begins a new shift; the one before ends without a count', () => {
  const { state, ended } = stepDrawer(open, idOf(5), facts['opens the second']);
  expect(ended).toMatchObject({ shiftId: idOf(1), closing: null });
  expect(state).toMatchObject({ phase: 'open', shift: { shiftId: idOf(5), report: { transactionCount: 0 } } });
});

test('sales outside a shift belong to none, and to what the till ever took', () => {
  const outside = stepDrawer(newDrawer('GBP'), idOf(1), facts.sells).state;
  if (outside.phase === 'open') throw new Error('it is closed');
  expect(nextShift(outside, 'GBP')).toEqual({ shiftNumber: 1, grandTotalMinor: 2_500 });
  const within = stepDrawer(
    stepDrawer(outside, idOf(2), { kind: 'shift-opened', body: opening({ grandTotalMinor: 2_500 }) }).state,
    idOf(3),
    facts.sells,
  ).state;
  expect(within).toMatchObject({
    shift: { report: { transactionCount: 1, totalMinor: 2_500, grandTotalMinor: 5_000 } },
  });
});

const happening = fc.oneof(
  anyTicket.map((body) => ({ kind: 'retail-transaction' as const, body })),
  anyMovement.map((body) => ({ kind: 'cash-moved' as const, body })),
);
const numbered = (all: readonly Fact[], from = 1) => all.map((fact, at) => ({ entryId: idOf(from + at), fact }));

test('[M1] the Z equals the sum of its transactions, always', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), fc.nat(1_000_000), (all, floatMinor) => {
      const begin = opening({ float: { totalMinor: floatMinor, pieces: null }, grandTotalMinor: 77 });
      const report = shiftReport(numbered([{ kind: 'shift-opened', body: begin }, ...all]));
      if (report === null) throw new Error('a shift has a report');
      expect(reportViolation(report)).toBeNull();
      const tickets = all.flatMap((one): RetailTransaction[] => (one.kind === 'retail-transaction' ? [one.body] : []));
      const own = tickets.filter(({ currency }) => currency === 'GBP');
      const moved = all.flatMap((one): CashMoved[] => (one.kind === 'cash-moved' ? [one.body] : []));
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      const cashMinor = sum(
        own.map(
          ({ tenders, changeMinor }) =>
            sum(tenders.filter(({ type }) => type === 'cash').map(({ amountMinor }) => amountMinor)) - changeMinor,
        ),
      );
      const inAndOutMinor = sum(
        moved
          .filter(({ currency }) => currency === 'GBP')
          .map(({ direction, amountMinor }) => (direction === 'in' ? amountMinor : -amountMinor)),
      );
      expect(report.transactionCount).toBe(tickets.length);
      expect(report.otherCurrencyCount).toBe(tickets.length - own.length);
      expect(report.netMinor).toBe(sum(own.map(({ netMinor }) => netMinor)));
      expect(report.taxMinor).toBe(sum(own.map(({ taxMinor }) => taxMinor)));
      expect(report.totalMinor).toBe(sum(own.map(({ totalMinor }) => totalMinor)));
      expect(report.grandTotalMinor).toBe(77 + report.totalMinor);
      expect(report.expectedMinor).toBe(floatMinor + cashMinor + inAndOutMinor);
      expect(report.firstReceipt).toBe(firstOf(all, (at) => idOf(at + 2)));
    }),
  );
});

function firstOf(all: readonly { kind: string }[], idAt: (at: number) => string): string | null {
  const at = all.findIndex(({ kind }) => kind === 'retail-transaction');
  return at < 0 ? null : idAt(at);
}

test('the order of transactions changes no sum', () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 2, maxLength: 12 }), fc.nat(), (all, turn) => {
      const at = turn % all.length;
      const begin: Fact = { kind: 'shift-opened', body: opening() };
      const one = shiftReport(numbered([begin, ...all]));
      const other = shiftReport(numbered([begin, ...all.slice(at), ...all.slice(0, at)]));
      if (one === null || other === null) throw new Error('a shift has a report');
      const { firstReceipt, lastReceipt } = one;
      expect(reportDifference(one, { ...other, firstReceipt, lastReceipt })).toBeNull();
    }),
  );
});

test('a drawer read from any of its openings on comes to the same', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 30 }), (all) => {
      let state: DrawerState = newDrawer('GBP');
      let again: DrawerState | null = null;
      for (const { entryId, fact } of numbered(all)) {
        // What was before an opening does not matter after it.
        if (fact.kind === 'shift-opened') again = { phase: 'closed', shiftNumber: 0, grandTotal: null };
        state = stepDrawer(state, entryId, fact).state;
        again &&= stepDrawer(again, entryId, fact).state;
      }
      if (again !== null) expect(again).toEqual(state);
    }),
  );
});

test('a difference between two reports is named by its first figure', () => {
  const report = newReport('GBP', 100, 0);
  expect(reportDifference(report, { ...report })).toBeNull();
  expect(reportDifference(report, { ...report, taxMinor: 1, totalMinor: 1 })).toBe('taxMinor');
});

test('[M1] a report that does not add up is found', () => {
  const report = shiftReport(
    numbered([
      { kind: 'shift-opened', body: opening() },
      { kind: 'retail-transaction', body: sold },
      { kind: 'cash-moved', body: movement() },
    ]),
  );
  if (report === null) throw new Error('a shift has a report');
  expect(reportViolation(report)).toBeNull();
  const wrong = ['salesMinor', 'netMinor', 'taxMinor', 'roundingMinor', 'totalMinor', 'cashInMinor', 'expectedMinor'];
  for (const field of wrong) {
    const value = report[field as keyof typeof report];
    expect(reportViolation({ ...report, [field]: Number(value) + 1 }), field).not.toBeNull();
  }
});
