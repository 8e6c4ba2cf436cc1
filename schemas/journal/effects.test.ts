import { expect, test } from 'vitest';
import { type Effect, effectsOf } from './effects.ts';
import { entryVersionOf, type Fact, factOf } from './kinds.ts';

// The till's overlay, the server's posting and the simulation's model share effectsOf: what it says is pinned here, by hand.

const tea = { skuId: 'tea', gtin14: null, serials: [], quantity: 4 };
const phone = { skuId: 'phone', gtin14: '05012345678900', serials: ['a'], quantity: 1 };

function effects(kind: Fact['kind'], body: Record<string, unknown>, version: number): Effect[] {
  const fact = factOf({ kind, version, body });
  if (!fact.ok) throw new Error(`${fact.error.code}: ${fact.error.detail}`);
  return effectsOf(fact.value);
}

function movedFromFloor(): Effect[] {
  const places = { fromPlaceId: 'floor', toPlaceId: 'back' };
  const lines = [tea, phone].map((goods) => ({ ...goods, ...places }));
  return effects('goods-moved', { note: '', lines, approvals: [] }, 1);
}

test('pieces that move leave one place and come to the other: the store has as many as before', () => {
  expect(movedFromFloor().filter(({ type }) => type === 'stock')).toEqual([
    { type: 'stock', placeId: 'floor', skuId: 'tea', column: 'movedOut', quantity: 4 },
    { type: 'stock', placeId: 'back', skuId: 'tea', column: 'movedIn', quantity: 4 },
  ]);
});

test('a unit that moves is one step, to where it goes', () => {
  expect(movedFromFloor().filter(({ type }) => type === 'unit')).toMatchObject([
    { type: 'unit', serial: 'a', placeId: 'back', step: 'moved', lineNumber: 2 },
  ]);
});

test('goods that are too many are found, and those that are too few written off', () => {
  const adjusted = (quantity: number) => {
    const lines = [{ ...phone, quantity, placeId: 'floor' }];
    return effects('stock-adjusted', { reason: 'correction', note: '', lines, approvals: [] }, 2);
  };
  expect(adjusted(1)).toMatchObject([{ type: 'unit', step: 'found' }]);
  expect(adjusted(-1)).toMatchObject([{ type: 'unit', step: 'written-off' }]);
});

test('what comes from another store is moved in, what a supplier brings is received', () => {
  const origin = { batch: null, expiresOn: null, sscc: null, condition: 'good', reason: '', photo: null };
  const lines = [tea, phone].map((goods) => ({ ...goods, ...origin, placeId: 'floor' }));
  const taken = (isTransfer: boolean) => {
    const body = { deliveryId: null, isTransfer, reference: '', lines, unknown: [], approvals: [] };
    return effects('goods-received', body, entryVersionOf('goods-received'));
  };
  expect(taken(true)).toMatchObject([{ column: 'movedIn' }, { step: 'arrived' }]);
  expect(taken(false)).toMatchObject([{ column: 'received' }, { step: 'received' }]);
});
