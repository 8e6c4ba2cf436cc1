import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BasketStep, foldParked, lossOf, type ParkedStep, type TakenStep } from './fold-parked.ts';
import type { BasketParked } from './parked-basket.ts';

const transactionId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11';
const body: BasketParked = {
  ...{ transactionId, openedAtMs: 1, currency: 'GBP', lines: [], ticketDiscount: null, couponIds: [] },
  ...{ label: null, note: null, totalMinor: null, quote: null, deposit: null, approvals: [] },
};

function step(tillNumber: number, sequence: number, orderedAtMs: number) {
  const entryId = `000${tillNumber}-${String(sequence).padStart(9, '0')}`;
  return { entryId, orderedAtMs, atMs: orderedAtMs, tillNumber, operatorId: 'mia', transactionId };
}
function parked(tillNumber: number, sequence: number, orderedAtMs: number): ParkedStep {
  return { ...step(tillNumber, sequence, orderedAtMs), type: 'parked', body };
}
function taken(
  ...[tillNumber, sequence, orderedAtMs, from, how = 'taken-up']: [
    number,
    number,
    number,
    BasketStep,
    TakenStep['body']['how']?,
  ]
): TakenStep {
  const taking = { transactionId, fromEntryId: from.entryId, how, approvals: [] };
  return { ...step(tillNumber, sequence, orderedAtMs), type: 'taken', body: taking };
}
const put = parked(1, 1, 10);

test('[PK2] of two tills that took a basket up the first in the journal has it, and the other is told', () => {
  const [first, second] = [taken(2, 1, 20, put), taken(3, 1, 21, put)];
  const standing = foldParked([second, put, first]);
  expect(standing).toMatchObject({ state: 'open', holder: first });
  expect(lossOf(standing, 2)).toBeNull();
  expect(lossOf(standing, 3)).toMatchObject({ code: 'taken-elsewhere', tillNumber: 2 });
});

test('[PK2] who takes a basket over names the step before; it can be parked again, thrown away and sold', () => {
  const first = taken(2, 1, 20, put);
  const over = taken(3, 1, 30, first);
  expect(foldParked([put, first, over])).toMatchObject({ state: 'open', holder: over });
  const again = parked(3, 2, 40);
  expect(lossOf(foldParked([put, first, over, again]), 2)).toMatchObject({ code: 'parked-elsewhere', tillNumber: 3 });
  const away = taken(1, 2, 50, again, 'thrown-away');
  expect(foldParked([put, first, over, again, away])?.state).toBe('thrown-away');
  const sold: BasketStep = { ...step(2, 2, 45), type: 'sold' };
  expect(lossOf(foldParked([put, first, over, again, away, sold]), 3)).toMatchObject({ code: 'sold-elsewhere' });
  expect(foldParked([first, over])).toBeNull();
});

test('[P1] [PK2] where a basket is does not depend on the order in which its steps came', () => {
  const one = taken(2, 1, 20, put);
  const again = parked(2, 2, 40);
  const all = [put, one, taken(3, 1, 21, put), taken(1, 2, 30, one), again, taken(3, 2, 41, again)];
  fc.assert(
    fc.property(
      fc.subarray(all).chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
      (shuffled) => {
        expect(foldParked(shuffled)).toEqual(foldParked(shuffled.toSorted((a, b) => (a.entryId < b.entryId ? -1 : 1))));
      },
    ),
  );
});

test('steps that name each other do not go round for ever', () => {
  const one = taken(2, 1, 20, put);
  const two = { ...one, entryId: put.entryId, body: { ...one.body, fromEntryId: one.entryId } };
  expect(foldParked([put, one, two])?.state).toBe('open');
});
