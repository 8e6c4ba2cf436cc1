import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryVersionOf, factOf } from '../journal/kinds.ts';
import { type CountAct, countRowSchema, foldCount, isCountRowFact } from './count-row.ts';

const countId = '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c12';
const plan = {
  ...{ name: 'Autumn', scope: { placeIds: [], skuIds: [], categoryIds: [], brands: [] }, isBlind: false, passes: 1 },
  ...{ deadlineAtMs: null, operatorIds: [], reason: 'plan' },
};
const recount = { placeId: 'floor', pass: 2, skuIds: ['tea'], operatorId: null, note: '' };
const whole = { units: [], numbers: [], note: '', isWhole: true, seen: [] };

function act(kind: string, body: object, orderedAtMs: number): CountAct {
  const fact = factOf({ kind, version: entryVersionOf(kind), body: { ...body, countId, approvals: [] } });
  if (!fact.ok || !isCountRowFact(fact.value)) throw new Error(kind);
  return { entryId: `0001-${String(orderedAtMs).padStart(9, '0')}`, orderedAtMs, operatorId: 'ada', fact: fact.value };
}

const acts = [
  act('count-opened', plan, 1),
  act('count-opened', { ...plan, name: 'Second' }, 2),
  act('place-counted', { placeId: 'floor', pass: 1 }, 3),
  act('place-counted', { placeId: 'back', pass: 1 }, 4),
  act('place-counted', { placeId: 'floor', pass: 1 }, 5),
  act('recount-asked', recount, 6),
  act('count-approved', { ...whole, isWhole: false }, 7),
];

test('[P1] a stock-take says the same in whatever order its entries came [SC5]', () => {
  const ends = [act('count-cancelled', { note: '' }, 8), act('count-approved', whole, 9)];
  const any = fc
    .subarray([...acts, ...ends])
    .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));
  fc.assert(
    fc.property(any, ([some, other]) => {
      const row = foldCount(countId, some);
      expect(foldCount(countId, other)).toEqual(row);
      expect(countRowSchema.safeParse(row)).toMatchObject({ success: true });
    }),
  );
});

test('[SC5] the first opens it, a place is closed when it was last said, a part approved leaves it open', () => {
  expect(foldCount(countId, acts)).toMatchObject({
    ...{ name: 'Autumn', state: 'open', openedAtMs: 1, openedBy: 'ada' },
    closedPlaces: [
      { placeId: 'back', pass: 1, closedAtMs: 4 },
      { placeId: 'floor', pass: 1, closedAtMs: 5 },
    ],
    recounts: [{ ...recount, recountId: '0001-000000006' }],
  });
  expect(foldCount(countId, [])).toMatchObject({ state: 'unopened', openedAtMs: null });
});

test('[SC5] what is approved as a whole is approved, also when somebody cancelled it', () => {
  const [cancelled, approved] = [act('count-cancelled', { note: '' }, 8), act('count-approved', whole, 9)];
  expect(foldCount(countId, [...acts, cancelled]).state).toBe('cancelled');
  expect(foldCount(countId, [...acts, cancelled, approved])).toMatchObject({ state: 'approved', closedPlaces: [] });
});
