import type { WorkedExample } from './run-example.ts';
import { line, promotion, skus, threeForTwo } from './shorthand.ts';

const one = (lineNumber: number) => [{ lineNumber, quantity: 1 }];
const threeForTen = promotion('mix', {
  kind: 'set',
  parts: [{ target: skus('pot'), pieces: 3 }],
  off: { kind: 'price', priceMinor: 1_000 },
});

export const returnExamples: readonly WorkedExample[] = [
  {
    rule: 'UW1',
    name: 'the dear one of three for two gives back what it was paid with, not what it cost on the shelf',
    prices: { ten: 1_000, six: 600, half: 250 },
    promotions: [threeForTwo],
    lines: [line(1, 'ten'), line(2, 'six'), line(3, 'half')],
    returns: [one(1), [...one(2), ...one(3)]],
    expected: {
      dueMinor: 1_600,
      refunds: [
        { totalMinor: 865, taxMinor: 144, cashMinor: 865 },
        { totalMinor: 735, taxMinor: 123, cashMinor: 735 },
      ],
    },
  },
  {
    rule: 'UW1',
    name: 'three for ten come back one by one, to the penny',
    prices: { pot: 400 },
    promotions: [threeForTen],
    lines: [line(1, 'pot', 3)],
    returns: [one(1), one(1), one(1)],
    expected: {
      dueMinor: 1_000,
      taxMinor: 167,
      refunds: [
        { totalMinor: 333, taxMinor: 56, cashMinor: 333 },
        { totalMinor: 334, taxMinor: 55, cashMinor: 334 },
        { totalMinor: 333, taxMinor: 56, cashMinor: 333 },
      ],
    },
  },
  {
    rule: 'UW2',
    name: 'cash comes back in steps, and never more than was paid',
    prices: { gum: 4 },
    tax: { classes: [{ taxClass: 'standard', rateBasisPoints: 810 }], cashStepMinor: 5 },
    context: { currency: 'CHF' },
    lines: [line(1, 'gum', 2)],
    returns: [one(1), one(1)],
    expected: {
      dueMinor: 8,
      cashMinor: 10,
      refunds: [
        { totalMinor: 4, taxMinor: 1, cashMinor: 5 },
        { totalMinor: 4, taxMinor: 0, cashMinor: 5 },
      ],
    },
  },
  {
    rule: 'UW2',
    name: 'nothing comes back twice, and nothing that was not sold',
    prices: { mug: 850 },
    lines: [line(1, 'mug', 2), line(2, 'mug', -1)],
    returns: [
      [{ lineNumber: 1, quantity: 2 }],
      one(1),
      one(2),
      one(9),
      [...one(1), ...one(1)],
      [{ lineNumber: 1, quantity: -1 }],
    ],
    expected: {
      refunds: [
        { totalMinor: 1_700, taxMinor: 283, cashMinor: 1_700 },
        { code: 'more-than-left' },
        { code: 'not-sold' },
        { code: 'unknown-line' },
        { code: 'more-than-left' },
        { code: 'bad-quantity' },
      ],
    },
  },
];
