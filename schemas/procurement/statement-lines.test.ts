import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContractTerms, noContract } from './contract.ts';
import type { OrderLine, OrderSide, OrderStep } from './order.ts';
import { worthOf } from './statement.ts';
import { agreedAt, costOfReceived, drawLines, type StatementPiece } from './statement-lines.ts';

const anyPiece: fc.Arbitrary<StatementPiece> = fc.record({
  kind: fc.constantFrom('received' as const, 'returned' as const),
  storeId: fc.constantFrom('a', 'b'),
  paperId: fc.constantFrom('0001-000000001', '0001-000000002'),
  orderId: fc.constantFrom(null, 'o1'),
  skuId: fc.constantFrom('TEA', 'CUP'),
  condition: fc.constantFrom('good' as const, 'damaged' as const),
  quantity: fc.integer({ min: 1, max: 1_000_000 }),
  unitCostMinor: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
  onDay: fc.constantFrom('2026-11-01', '2026-11-02'),
});

test('[ST2] a statement comes to received − returned at their prices, to the minor unit, in whichever order they came', () => {
  fc.assert(
    fc.property(fc.array(anyPiece, { maxLength: 60 }), fc.func(fc.nat()), (pieces, rank) => {
      const lines = drawLines(pieces);
      const sum = (kind: string) =>
        pieces
          .filter((one) => one.kind === kind)
          .reduce((total, { quantity, unitCostMinor }) => total + quantity * (unitCostMinor ?? 0), 0);
      const drawn = lines.reduce((total, line) => total + worthOf(line.kind, line), 0);
      expect(drawn).toBe(sum('received') - sum('returned'));
      const shuffled = pieces.toSorted((a, b) => rank(a) - rank(b));
      expect(drawLines(shuffled)).toEqual(lines);
      expect(lines.map(({ lineNumber }) => lineNumber)).toEqual(lines.map((_, at) => at + 1));
    }),
  );
});

const line = (unitCostMinor: number): OrderLine => ({
  ...{ lineNumber: 1, skuId: 'TEA', quantity: 10, unitCostMinor, dueOn: '2026-12-01' },
});
const said = (atMs: number, side: OrderSide, step: OrderStep) => ({ atMs, side, step });
const story = [
  said(1, 'buyer', { step: 'drafted', lines: [line(450)] }),
  said(2, 'buyer', { step: 'ordered', note: '' }),
  said(10, 'supplier', { step: 'confirmed', note: '' }),
  said(20, 'supplier', { step: 'proposed', lines: [line(500)], note: '' }),
  said(30, 'buyer', { step: 'accepted', note: '' }),
];

test('[ST3] goods cost what their order said when they came; before it was agreed, what it said first', () => {
  const costs = [5, 10, 29, 30, 99].map((atMs) => agreedAt(story, atMs)?.[0]?.unitCostMinor);
  expect(costs).toEqual([450, 450, 450, 500, 500]);
  expect(agreedAt(story.slice(0, 2), 99)).toBeNull();
});

test('[ST3] goods that no order asked for cost what the contract says that day for so many, in its own currency', () => {
  const terms: ContractTerms = {
    ...{ validFrom: '2026-01-01', currency: 'GBP', text: '', leadDays: 5, minimumMinor: null, returnDays: 14 },
    ...{ paymentDays: 30, prepaymentPercent: 0, depositMinor: null },
    prices: [
      {
        ...{ skuId: 'CUP', validFrom: '2026-01-01', validUntil: null },
        breaks: [
          { fromQuantity: 1, unitCostMinor: 90 },
          { fromQuantity: 12, unitCostMinor: 80 },
        ],
      },
    ],
  };
  const contract = { ...noContract, agreed: [terms] };
  const cost = (skuId: string, quantity: number, currency = 'GBP') =>
    costOfReceived({ order: story, contract, currency }, { skuId, quantity, atMs: 15, day: '2026-11-23' });
  expect([cost('TEA', 1), cost('CUP', 11), cost('CUP', 12), cost('CUP', 12, 'EUR'), cost('MUG', 1)]).toEqual([
    ...[450, 90, 80, null, null],
  ]);
});
