import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dimensions,
  isAdditive,
  measured,
  measureIds,
  measures,
  measuresBy,
  noSums,
  type Sums,
  sumIds,
} from './measures.ts';

const sums: fc.Arbitrary<Sums> = fc
  .tuple(...sumIds.map(() => fc.integer({ min: -1_000_000, max: 1_000_000 })))
  .map((values) => Object.fromEntries(sumIds.map((id, at) => [id, values[at] ?? 0])) as Sums);
const added = (one: Sums, other: Sums) => Object.fromEntries(sumIds.map((id) => [id, one[id] + other[id]])) as Sums;

test('what adds up adds up: the measure of the whole is the sum of those of its parts', () => {
  fc.assert(
    fc.property(sums, sums, (one, other) => {
      for (const id of measureIds) {
        if (measures[id].per !== undefined) continue;
        expect(measured(id, added(one, other))).toBe((measured(id, one) ?? 0) + (measured(id, other) ?? 0));
      }
    }),
  );
});

test('of nothing sums are nought and ratios are nothing', () => {
  for (const id of measureIds) expect(measured(id, noSums)).toBe(measures[id].per === undefined ? 0 : null);
});

test('ratios are what they say', () => {
  const day = {
    ...noSums,
    tickets: 4,
    units: 10,
    netMinor: 8_000,
    taxMinor: 1_600,
    roundingMinor: 4,
    salesMinor: 10_000,
    returnsMinor: -400,
    discountMinor: 400,
  };
  expect(measured('turnoverMinor', day)).toBe(9_604);
  expect(measured('averageTicketMinor', day)).toBe(2_401);
  expect(measured('unitsPerTicket', day)).toBe(2.5);
  expect(measured('returnShare', day)).toBe(0.04);
  expect(measured('discountShare', day)).toBe(0.04);
  expect(Object.is(measured('returnShare', { ...noSums, salesMinor: 100 }), 0)).toBe(true);
});

test('tickets are not told by category, whose SKUs share them, and not added up by SKU', () => {
  expect(measuresBy('category')).not.toContain('tickets');
  expect(measuresBy('day', ['brand'])).not.toContain('tickets');
  expect(isAdditive('tickets', 'sku')).toBe(false);
  expect(isAdditive('tickets', 'hour')).toBe(true);
  for (const dimension of dimensions) expect(measuresBy(dimension).length).toBeGreaterThan(1);
});
