import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyStock, type StockRow, stockKey } from '../stock/stock-row.ts';
import { foldUnit, type UnitRow, type UnitStep, unitKey, unitRowOf } from '../stock/unit.ts';
import { unitStepTypes } from '../stock/unit-states.ts';
import type { Effect } from './effects.ts';
import { overlay, type PendingEntry } from './overlay.ts';

const placeId = fc.constantFrom('floor', 'back');
const gtin14 = '05012345678900';
const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({
    type: fc.constant('stock' as const),
    placeId,
    skuId: fc.constantFrom('tea', 'mug'),
    column: fc.constantFrom('received' as const, 'sold' as const, 'returned' as const, 'adjusted' as const),
    quantity: fc.integer({ min: -5, max: 5 }),
  }),
  fc.record({
    type: fc.constant('unit' as const),
    gtin14: fc.constant(gtin14),
    serial: fc.constantFrom('a', 'b'),
    skuId: fc.constant('phone'),
    placeId,
    step: fc.constantFrom(...unitStepTypes),
    lineNumber: fc.constant(0),
    batch: fc.constantFrom(null, 'L1'),
    expiresOn: fc.constantFrom(null, '2026-11-21'),
    onDay: fc.constantFrom(null, '2026-11-22'),
  }),
);
/** Entries of one till, in its order: each later than the one before. */
const entries = fc.array(fc.array(effect, { minLength: 1, maxLength: 4 }), { maxLength: 8 }).map((lists) =>
  lists.map(
    (effects, at): PendingEntry => ({
      entryId: `0001-${String(at + 1).padStart(9, '0')}`,
      orderedAtMs: 1_000 + at,
      effects: effects.map((one, line) => (one.type === 'unit' ? { ...one, lineNumber: line + 1 } : one)),
    }),
  ),
);

type Rows = { stock: Map<string, StockRow>; units: Map<string, UnitRow> };

/** What posting makes of entries: sums, and each unit folded from all of its steps. */
function posted(all: readonly PendingEntry[]): Rows {
  const stock = new Map<string, StockRow>();
  const steps = new Map<string, { serial: string; skuId: string; steps: UnitStep[] }>();
  const row = (place: string, skuId: string) => {
    const found = stock.get(stockKey(place, skuId)) ?? emptyStock(place, skuId);
    stock.set(stockKey(place, skuId), found);
    return found;
  };
  for (const { entryId, orderedAtMs, effects } of all) {
    for (const one of effects) {
      if (one.type === 'stock') {
        row(one.placeId, one.skuId)[one.column] += one.quantity;
        continue;
      }
      if (one.type !== 'unit') continue;
      const unit = steps.get(unitKey(gtin14, one.serial)) ?? { serial: one.serial, skuId: one.skuId, steps: [] };
      const { step, ...told } = one;
      unit.steps.push({ ...told, type: step, entryId, orderedAtMs });
      steps.set(unitKey(gtin14, one.serial), unit);
    }
  }
  const units = new Map<string, UnitRow>();
  for (const [name, { serial, skuId, steps: ofUnit }] of steps) {
    const life = foldUnit(ofUnit);
    for (const part of life.stock) row(part.placeId, skuId)[part.column] += part.quantity;
    if (life.standing === null) continue;
    const { entryId, orderedAtMs } = life.standing;
    units.set(name, unitRowOf({ gtin14, serial, skuId, entryId, orderedAtMs }, life.standing));
  }
  return { stock, units };
}

test('[F2] base rows + pending effects = the rows after posting those entries, at any cut between the two', () => {
  fc.assert(
    fc.property(entries, fc.nat(8), (all, cut) => {
      const base = posted(all.slice(0, cut));
      const reader = { stock: (name: string) => base.stock.get(name), unit: (name: string) => base.units.get(name) };
      const shown = overlay(reader, all.slice(cut));
      const server = posted(all);
      for (const [name, row] of shown.stock)
        expect(server.stock.get(name) ?? emptyStock(row.placeId, row.skuId)).toEqual(row);
      for (const [name, row] of shown.units) expect(server.units.get(name)).toEqual(row);
      for (const [name, row] of server.stock) expect(shown.stock.get(name) ?? base.stock.get(name)).toEqual(row);
      for (const [name, row] of server.units) expect(shown.units.get(name) ?? base.units.get(name)).toEqual(row);
    }),
  );
});

test('[F2] the base rows are left as they are', () => {
  const base = { ...emptyStock('floor', 'tea'), received: 5 };
  const pending: PendingEntry[] = [
    {
      entryId: '0001-000000001',
      orderedAtMs: 1,
      effects: [{ type: 'stock', placeId: 'floor', skuId: 'tea', column: 'sold', quantity: 2 }],
    },
  ];
  const shown = overlay({ stock: () => base, unit: () => undefined }, pending);
  expect(shown.stock.get('floor|tea')).toEqual({ ...base, sold: 2 });
  expect(base.sold).toBe(0);
});
