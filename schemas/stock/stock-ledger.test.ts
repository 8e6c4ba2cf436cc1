import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correctionOf, latestCount, onHandAt } from './stock-ledger.ts';
import { addMovement, emptyStock, onHand } from './stock-row.ts';

const movement = fc.record({ quantity: fc.integer({ min: -9, max: 9 }), atMs: fc.nat(9) });
const count = fc.record({
  counted: fc.nat(9),
  asOfMs: fc.nat(9),
  entryId: fc.constantFrom('0000-000000001', '0000-000000002', '0000-000000003'),
  lineNumber: fc.integer({ min: 1, max: 3 }),
});
/** A line of an entry is one count. */
const counts = fc.uniqueArray(count, { maxLength: 5, selector: (one) => `${one.entryId} ${one.lineNumber}` });
const movements = fc.array(movement, { maxLength: 8 });

test('[P1] what counts correct is the same in whatever order they and the movements came [SC13]', () => {
  const both = fc
    .tuple(movements, counts)
    .chain(([moved, counted]) =>
      fc.tuple(
        fc.constant({ moved, counted }),
        fc.shuffledSubarray(moved, { minLength: moved.length }),
        fc.shuffledSubarray(counted, { minLength: counted.length }),
      ),
    );
  fc.assert(
    fc.property(both, ([{ moved, counted }, otherMoved, otherCounted]) => {
      expect(correctionOf(otherMoved, otherCounted)).toEqual(correctionOf(moved, counted));
    }),
  );
});

test('[SC13] on hand is what the latest count found and what moved since', () => {
  fc.assert(
    fc.property(movements, counts, fc.nat(9), (moved, counted, atMs) => {
      const known = counted.filter(({ asOfMs }) => asOfMs <= atMs);
      const latest = latestCount(known);
      const since = moved.filter((one) => one.atMs <= atMs && (latest === null || one.atMs > latest.asOfMs));
      const expected = (latest?.counted ?? 0) + since.reduce((sum, one) => sum + one.quantity, 0);
      expect(onHandAt(moved, counted, atMs)).toBe(expected);
      const all = moved.reduce((sum, one) => sum + one.quantity, 0);
      expect(all + correctionOf(moved, counted).quantity).toBe(onHandAt(moved, counted, 9));
    }),
  );
});

test('[F2] a movement of before the count changes nothing on hand, one of after it does [SC13]', () => {
  const row = { ...emptyStock('floor', 'tea'), received: 10, adjusted: -3, countedAtMs: 50 };
  addMovement(row, 'sold', 2, 50);
  expect([row.sold, onHand(row)]).toEqual([2, 7]);
  addMovement(row, 'sold', 2, 51);
  addMovement(row, 'received', 1, 60);
  expect([row.sold, onHand(row)]).toEqual([4, 6]);
  const uncounted = emptyStock('floor', 'tea');
  addMovement(uncounted, 'sold', 2, 1);
  expect(onHand(uncounted)).toBe(-2);
});
