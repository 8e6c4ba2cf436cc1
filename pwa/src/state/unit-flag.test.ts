import { describe, expect, test } from 'vitest';
import type { UnitRow } from '#schemas/stock/unit.ts';
import { unitStates } from '#schemas/stock/unit-states.ts';
import { type Flaggable, flagOf, withLookup } from './unit-flag.ts';

const gtin14 = '05012345678900';
const unit: UnitRow = {
  ...{
    gtin14,
    serial: 'A',
    skuId: 'MILK',
    placeId: 'floor',
    state: 'in-stock',
    entryId: '0001-000000007',
    orderedAtMs: 1,
  },
  ...{ batch: 'L1', expiresOn: '2026-11-22' },
};
const recallId = '00000000-0000-4000-8000-000000000009';
const recall = {
  recallId,
  title: 'Glass',
  advice: 'Set aside.',
  gtins: [gtin14],
  batches: ['L1'],
  units: [],
  openedAtMs: 1,
};
const goods: Flaggable = {
  ...{ gtin14, serial: 'A', unit, isUnknown: false, batch: null, expiresOn: null, recalls: [], today: '2026-11-22' },
};
const reasons = (changes: Partial<Flaggable>) => flagOf({ ...goods, ...changes })?.reasons ?? [];

describe('what speaks against selling', () => {
  test('each state of a unit but one', () => {
    const found = unitStates.map((state) => [state, reasons({ unit: { ...unit, state } })[0] ?? null]);
    expect(Object.fromEntries(found)).toEqual({
      ...{ commissioned: 'not-received', expected: 'not-received', 'in-stock': null, reserved: 'reserved' },
      ...{ 'set-aside': 'set-aside', 'in-transit': 'in-transit', elsewhere: 'elsewhere', sold: 'sold', gone: 'gone' },
      ...{ 'sent-back': 'sent-back', missing: null },
    });
  });

  test("the last day itself is still a good day; the books' date wins over the label's", () => {
    expect(reasons({})).toEqual([]);
    expect(reasons({ today: '2026-11-23' })).toEqual(['expired']);
    expect(reasons({ expiresOn: '2020-01-01' })).toEqual([]);
    expect(reasons({ unit: null, expiresOn: '2026-11-21' })).toEqual(['expired']);
  });

  test('a recall by batch: certain, not at all, or perhaps where nobody knows the batch', () => {
    const recalls = [recall];
    expect(reasons({ recalls })).toEqual(['recalled']);
    expect(reasons({ recalls, unit: { ...unit, batch: 'L2' } })).toEqual([]);
    expect(reasons({ recalls, unit: null })).toEqual(['maybe-recalled']);
    expect(reasons({ recalls, unit: null, serial: null, batch: 'L1' })).toEqual(['recalled']);
  });

  test('several at once: the gravest first', () => {
    const flag = flagOf({ ...goods, recalls: [recall], today: '2026-12-01', unit: { ...unit, state: 'sold' } });
    expect(flag).toEqual({
      reasons: ['recalled', 'sold', 'expired'],
      ...{ entryId: '0001-000000007', recall: { title: 'Glass', advice: 'Set aside.' }, expiresOn: '2026-11-22' },
      ...{ storeName: null, isApproved: false },
    });
  });
});

test('what the server knows of an unknown unit takes the place of not knowing', () => {
  const flag = flagOf({ ...goods, unit: null, isUnknown: true });
  if (flag === null) throw new Error('an unknown unit is flagged');
  const told = (state: 'in-stock' | 'sold' | 'commissioned') =>
    withLookup(flag, { here: null, elsewhere: { storeId: 'south', storeName: 'South', state } });
  expect(told('in-stock')).toMatchObject({ reasons: ['elsewhere'], storeName: 'South' });
  expect(told('sold')).toMatchObject({ reasons: ['sold'], storeName: 'South' });
  expect(told('commissioned')).toMatchObject({ reasons: ['unknown'], storeName: 'South' });
  expect(withLookup(flag, { here: null, elsewhere: null })).toBe(null);
});
