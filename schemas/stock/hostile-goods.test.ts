import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectsOf } from '../journal/effects.ts';
import { entryVersionOf, factKinds, factOf } from '../journal/kinds.ts';
import { deliveryRowsOf } from './delivery-rows.ts';
import { foldUnit, type UnitStep } from './unit.ts';
import { isPresent } from './unit-states.ts';

const text = fc.oneof(
  fc.constantFrom('', 'a', '__proto__', 'constructor', 'ＡＢ', 'а', '\u202e', '\ud800', "'; --", '0'.repeat(21), '{}'),
  fc.string({ maxLength: 30 }),
);
const serials = fc.array(fc.oneof(fc.constantFrom('a', 'b'), text), { maxLength: 3 });
const value = fc.oneof(text, fc.integer(), fc.double(), fc.constantFrom(null, undefined, true, [], {}));
const often = <Value>(good: Value) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: value });

/** Lines with the members of every kind, most of them good. */
const line = fc.record({
  skuId: often('phone'),
  gtin14: often('05012345678900'),
  serials,
  quantity: fc.oneof(fc.integer({ min: -3, max: 3 }), value),
  placeId: often('floor'),
  fromPlaceId: often('floor'),
  toPlaceId: often('back'),
  sscc: often('000000000000000017'),
  batch: often('L1'),
  expiresOn: often('2026-11-21'),
  condition: often('damaged'),
  reason: often(''),
  photo: often(null),
});
const body = fc.record({
  lines: fc.oneof(
    { weight: 9, arbitrary: fc.array(line, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: value },
  ),
  approvals: often([]),
  note: often(''),
  reason: often('theft'),
  reference: often(''),
  state: often('reserved'),
  source: often({ type: 'supplier', supplierId: null, name: 'Mill' }),
  expectedOn: often(null),
  placeId: often('back'),
  deliveryId: often('0000-000000001'),
  transferId: often('0001-000000001'),
  entryId: often('0001-000000001'),
  toStoreId: often('soho'),
  toStoreName: often('Soho'),
  isTransfer: often(true),
  isClosed: often(false),
  unknown: often([]),
  jobId: often('6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11'),
  reprintOf: often(null),
});

test('[S1] [S2] whatever a body says, it is read or refused; what is read makes rows, and each unit stands where it counts', () => {
  const kind = fc.constantFrom(...factKinds);
  let read = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, body), { minLength: 1, maxLength: 6 }), (bodies) => {
      const steps = new Map<string, UnitStep[]>();
      for (const [at, [ofKind, said]] of bodies.entries()) {
        const fact = factOf({ kind: ofKind, version: entryVersionOf(ofKind), body: said });
        if (!fact.ok) continue;
        read += 1;
        const entryId = `0001-${String(at + 1).padStart(9, '0')}`;
        deliveryRowsOf(fact.value, { entryId, occurredAtMs: at });
        for (const effect of effectsOf(fact.value)) {
          if (effect.type === 'stock') {
            expect(Number.isSafeInteger(effect.quantity)).toBe(true);
            continue;
          }
          if (effect.type === 'counted') continue;
          const { step, ...told } = effect;
          const life = steps.get(effect.serial) ?? [];
          life.push({ ...told, type: step, entryId, orderedAtMs: at });
          steps.set(effect.serial, life);
        }
      }
      for (const life of steps.values()) {
        const { standing, stock } = foldUnit(life);
        const onHand = stock.reduce(
          (sum, { column, quantity }) => sum + (column === 'sold' || column === 'movedOut' ? -quantity : quantity),
          0,
        );
        expect(onHand).toBe(standing !== null && isPresent(standing.state) ? 1 : 0);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(100);
});
