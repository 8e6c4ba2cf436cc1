import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyStock, onHand } from './stock-row.ts';
import { compareSteps, foldUnit, moveUnit, type UnitStep } from './unit.ts';
import { cellOf, isPresent, type UnitState, unitStates, unitStepTypes } from './unit-states.ts';

const places = ['floor', 'back', 'shed'];
const step: fc.Arbitrary<UnitStep> = fc.record({
  type: fc.constantFrom(...unitStepTypes),
  placeId: fc.constantFrom(...places),
  entryId: fc.constantFrom('0001-000000001', '0001-000000002', '0002-000000001', '0003-000000009'),
  orderedAtMs: fc.nat(5),
  lineNumber: fc.integer({ min: 1, max: 4 }),
  batch: fc.constantFrom(null, 'L1', 'L2'),
  expiresOn: fc.constantFrom(null, '2026-11-21', '2026-11-23'),
  onDay: fc.constantFrom(null, '2026-11-22'),
});
/** Steps that no entry could have made twice at one line are left out. */
const steps = fc.uniqueArray(step, {
  maxLength: 10,
  selector: (one) => `${one.entryId} ${one.lineNumber} ${one.orderedAtMs}`,
});
function isThere(standing: { state: UnitState; placeId: string } | null, placeId: string): boolean {
  return standing !== null && isPresent(standing.state) && standing.placeId === placeId;
}

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
        expect(onHand(row)).toBe(isThere(life.standing, placeId) ? 1 : 0);
      }
    }),
  );
});

test('[S1] every single move keeps the stock equal to the units, from wherever the unit stood', () => {
  const standing = fc.option(
    fc.record({
      state: fc.constantFrom(...unitStates),
      placeId: fc.constantFrom(...places),
      batch: fc.constantFrom(null, 'L1'),
      expiresOn: fc.constant(null),
    }),
    { nil: null },
  );
  fc.assert(
    fc.property(standing, step, (before, next) => {
      const move = moveUnit(before, next);
      for (const placeId of places) {
        const row = emptyStock(placeId, 'phone');
        for (const part of move.stock) if (part.placeId === placeId) row[part.column] += part.quantity;
        const [was, is] = [isThere(before, placeId), isThere(move.standing, placeId)];
        expect(onHand(row)).toBe(Number(is) - Number(was));
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
      const lastInHand = list.filter(
        ({ type }) => !['commissioned', 'announced', 'delivered', 'missed'].includes(type),
      );
      if (lastInHand.length > 0) expect(life.standing?.placeId).toBe(lastInHand.toSorted(compareSteps).at(-1)?.placeId);
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
    batch: null,
    expiresOn: null,
    onDay: null,
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

/** `state` after the step, and `!code` where it contradicts the books. Changing a cell changes what old journals mean. */
test('[S2] every state × every step is a decided cell, and this is the table', () => {
  const rows = unitStepTypes.map((type) => {
    const cells = [null, ...unitStates].map((before) => {
      const { after, contradiction } = cellOf(before, type);
      return `${before ?? 'unknown'} → ${after}${contradiction === null ? '' : ` !${contradiction}`}`;
    });
    return [type, cells];
  });
  expect(Object.fromEntries(rows)).toMatchSnapshot();
});

test('[S2] what a step tells of batch and expiry stays until another one tells otherwise; an expired unit sold is said', () => {
  const at = (type: UnitStep['type'], orderedAtMs: number, told: Partial<UnitStep> = {}): UnitStep => ({
    type,
    placeId: 'floor',
    entryId: `0001-00000000${orderedAtMs}`,
    orderedAtMs,
    lineNumber: 1,
    batch: null,
    expiresOn: null,
    onDay: null,
    ...told,
  });
  const received = at('received', 1, { batch: 'L1', expiresOn: '2026-11-22' });
  expect(foldUnit([received, at('moved', 2)]).standing).toMatchObject({ batch: 'L1', expiresOn: '2026-11-22' });
  expect(foldUnit([received, at('sold', 2, { onDay: '2026-11-22' })]).contradictions).toEqual([]);
  expect(foldUnit([received, at('sold', 2, { onDay: '2026-11-23' })]).contradictions).toMatchObject([
    { code: 'unit-expired', entryId: '0001-000000002' },
  ]);
});

test('[S1] a unit moved, sent away and written off: each counts in its column, at the place where it was', () => {
  const at = (type: UnitStep['type'], orderedAtMs: number, placeId: string): UnitStep => ({
    type,
    placeId,
    entryId: `0001-00000000${orderedAtMs}`,
    orderedAtMs,
    lineNumber: 1,
    batch: null,
    expiresOn: null,
    onDay: null,
  });
  const life = foldUnit([at('received', 1, 'back'), at('moved', 2, 'floor'), at('sent', 3, 'floor')]);
  expect(life.standing?.state).toBe('in-transit');
  expect(life.contradictions).toEqual([]);
  expect(life.stock.toSorted((a, b) => (a.placeId + a.column < b.placeId + b.column ? -1 : 1))).toEqual([
    { placeId: 'back', column: 'movedOut', quantity: 1 },
    { placeId: 'back', column: 'received', quantity: 1 },
    { placeId: 'floor', column: 'movedIn', quantity: 1 },
    { placeId: 'floor', column: 'movedOut', quantity: 1 },
  ]);
});

test('[S2] a unit missed where it is said to be is missing; one that was elsewhere or sold by then is not [SC9]', () => {
  const at = (type: UnitStep['type'], orderedAtMs: number, placeId = 'floor'): UnitStep => ({
    ...{ type, placeId, orderedAtMs, entryId: `0001-00000000${orderedAtMs}`, lineNumber: 1 },
    ...{ batch: null, expiresOn: null, onDay: null },
  });
  const missed = at('missed', 5);
  expect(foldUnit([at('received', 1), missed])).toMatchObject({
    standing: { state: 'missing', placeId: 'floor' },
    contradictions: [],
  });
  // Both were posted after the approval.
  expect(foldUnit([at('received', 1), missed, at('sold', 4)]).standing).toMatchObject({ state: 'sold' });
  expect(foldUnit([at('received', 1), missed, at('moved', 4, 'back')])).toMatchObject({
    standing: { state: 'in-stock', placeId: 'back' },
    contradictions: [],
  });
  const back = foldUnit([at('received', 1), missed, at('sold', 6)]);
  expect(back).toMatchObject({ standing: { state: 'sold' }, contradictions: [{ code: 'unit-missing' }] });
});
