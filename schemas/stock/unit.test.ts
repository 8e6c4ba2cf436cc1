import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyStock, onHand } from './stock-row.ts';
import { compareSteps, foldUnit, moveUnit, type UnitStep, unitStepTypes } from './unit.ts';

const places = ['floor', 'back', 'shed'];
const step: fc.Arbitrary<UnitStep> = fc.record({
  type: fc.constantFrom(...unitStepTypes),
  placeId: fc.constantFrom(...places),
  entryId: fc.constantFrom('0001-000000001', '0001-000000002', '0002-000000001', '0003-000000009'),
  orderedAtMs: fc.nat(5),
  lineNumber: fc.integer({ min: 1, max: 4 }),
});
/** Steps that no entry could have made twice at one line are left out. */
const steps = fc.uniqueArray(step, {
  maxLength: 10,
  selector: (one) => `${one.entryId} ${one.lineNumber} ${one.orderedAtMs}`,
});
const shuffled = steps.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
);

test('[P1] a unit’s life is the same in whatever order its steps arrived', () => {
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      const [life, again] = [foldUnit(list), foldUnit(other)];
      const sorted = (parts: typeof life.stock) =>
        parts.toSorted((a, b) => (a.placeId + a.column < b.placeId + b.column ? -1 : 1));
      expect({ ...again, stock: sorted(again.stock) }).toEqual({ ...life, stock: sorted(life.stock) });
    }),
  );
});

test('[S1] whatever happened to a unit, on hand at each place is the number of units that stand there', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const life = foldUnit(list);
      for (const placeId of places) {
        const row = emptyStock(placeId, 'phone');
        for (const part of life.stock) if (part.placeId === placeId) row[part.column] += part.quantity;
        const there = life.standing?.state === 'in-stock' && life.standing.placeId === placeId;
        expect(onHand(row)).toBe(there ? 1 : 0);
      }
    }),
  );
});

test('[S1] every single move keeps the stock equal to the units, from wherever the unit stood', () => {
  const standing = fc.option(
    fc.record({
      state: fc.constantFrom('in-stock' as const, 'sold' as const, 'gone' as const),
      placeId: fc.constantFrom(...places),
    }),
    { nil: null },
  );
  fc.assert(
    fc.property(standing, step, (before, next) => {
      const move = moveUnit(before, next);
      for (const placeId of places) {
        const row = emptyStock(placeId, 'phone');
        for (const part of move.stock) if (part.placeId === placeId) row[part.column] += part.quantity;
        const was = before?.state === 'in-stock' && before.placeId === placeId ? 1 : 0;
        const is = move.state === 'in-stock' && move.placeId === placeId ? 1 : 0;
        expect(onHand(row)).toBe(is - was);
      }
    }),
  );
});

test('[S2] a unit stands where its last step put it, and every contradiction names a step’s entry', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const life = foldUnit(list);
      const last = list.toSorted(compareSteps).at(-1);
      expect(life.standing?.entryId).toBe(last?.entryId);
      expect(life.standing?.placeId).toBe(last?.placeId);
      for (const { entryId, lineNumber } of life.contradictions) {
        expect(list.some((one) => one.entryId === entryId && one.lineNumber === lineNumber)).toBe(true);
      }
    }),
  );
});

test('[S2] a plain life contradicts nothing; selling the same unit twice does, on the later sale', () => {
  const at = (type: UnitStep['type'], orderedAtMs: number): UnitStep => ({
    type,
    placeId: 'floor',
    entryId: `0001-00000000${orderedAtMs}`,
    orderedAtMs,
    lineNumber: 1,
  });
  expect(
    foldUnit([at('received', 1), at('sold', 2), at('returned', 3), at('written-off', 4), at('found', 5)])
      .contradictions,
  ).toEqual([]);
  expect(foldUnit([at('sold', 3), at('received', 1), at('sold', 2)]).contradictions).toEqual([
    { code: 'unit-sold-twice', entryId: '0001-000000003', lineNumber: 1 },
  ]);
  expect(foldUnit([at('sold', 1)]).contradictions).toMatchObject([{ code: 'unit-unknown' }]);
  expect(foldUnit([at('received', 1), at('returned', 2)]).contradictions).toMatchObject([
    { code: 'unit-returned-unsold' },
  ]);
  expect(foldUnit([at('received', 1), at('written-off', 2), at('sold', 3)]).contradictions).toMatchObject([
    { code: 'unit-gone' },
  ]);
});
