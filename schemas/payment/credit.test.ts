import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainTender } from '../transaction/retail-transaction.ts';
import { type CreditStep, creditBalance, creditOf, foldCredit, foldUses, tenderFaults } from './credit.ts';

const at = (orderedAtMs: number, amountMinor: number, till = 1, currency = 'GBP'): CreditStep => ({
  entryId: `${String(till).padStart(4, '0')}-${String(orderedAtMs).padStart(9, '0')}`,
  orderedAtMs,
  stepNumber: 1,
  amountMinor,
  currency,
});

test('[TE8] a credit is named by its number alone, however it is typed', () => {
  expect(creditOf({ type: 'store-credit', reference: ' ab12 - cd34 ' })).toEqual({
    kind: 'store-credit',
    code: 'AB12CD34',
  });
  expect(creditOf({ type: 'store-credit', reference: ' - ' })).toBeNull();
  expect(creditOf({ type: 'card', reference: '123' })).toBeNull();
});

test('[TE8] store credit used up on two offline tills: the later is too much, and the earlier is named', () => {
  const steps = [at(1, 1_000), at(5, -600, 2), at(4, -600, 1)];
  expect(foldCredit('store-credit', 'A', steps)).toEqual([
    { code: 'credit-overdrawn', entryId: '0002-000000005', subject: 'store-credit A', detail: '0001-000000004' },
  ]);
  expect(creditBalance(steps, 'GBP')).toBe(-200);
});

test('[TE8] what was never given out is unknown; another currency is another credit', () => {
  expect(foldCredit('store-credit', 'A', [at(2, -5)]).map(({ code }) => code)).toEqual(['credit-unknown']);
  const steps = [at(1, 500), at(2, -5, 1, 'JPY')];
  expect(foldCredit('store-credit', 'A', steps).map(({ code }) => code)).toEqual(['credit-unknown']);
});

test('[TE9] a paper voucher is good once; a void makes it good again', () => {
  expect(
    foldCredit('voucher', 'V', [at(1, -500), at(2, -500, 2)]).map(({ entryId, detail }) => [entryId, detail]),
  ).toEqual([['0002-000000002', '0001-000000001']]);
  expect(foldCredit('voucher', 'V', [at(1, -500), at(2, 500), at(3, -500, 2)])).toEqual([]);
  expect(foldCredit('gift-card', 'G', [at(1, -500), at(2, -500, 2)]).map(({ code }) => code)).toEqual([
    'voucher-twice',
  ]);
  expect(foldCredit('account', 'C', [at(1, -500), at(2, -500)])).toEqual([]);
});

test('[TE8] [P1] what a credit is blamed for does not depend on the order of arrival', () => {
  const step = fc.record({
    orderedAtMs: fc.integer({ min: 1, max: 20 }),
    amountMinor: fc.integer({ min: -9, max: 9 }).filter((amount) => amount !== 0),
    till: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(step, { selector: ({ till, orderedAtMs }) => till * 100 + orderedAtMs, maxLength: 8 }),
      fc.constantFrom('store-credit', 'gift-card', 'voucher'),
      fc.infiniteStream(fc.nat()),
      (drawn, kind, keys) => {
        const steps = drawn.map(({ orderedAtMs, amountMinor, till }) => at(orderedAtMs, amountMinor, till));
        const shuffled = steps
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const told = foldCredit(kind, 'A', steps);
        expect(foldCredit(kind, 'A', shuffled)).toEqual(told);
        // Somebody is blamed exactly when more was taken than put on.
        if (kind === 'store-credit') expect(told.length > 0).toBe(creditBalance(steps, 'GBP') < 0);
      },
    ),
  );
});

test('[TE10] a coupon that is good once, on two tickets: the later is blamed', () => {
  const uses = [
    { entryId: '0002-000000001', orderedAtMs: 9, uses: 1 },
    { entryId: '0001-000000004', orderedAtMs: 3, uses: 1 },
  ];
  const [earlier, later] = ['0001-000000004', '0002-000000001'];
  expect(foldUses('coupon-twice', 'C', uses)).toEqual([
    { code: 'coupon-twice', entryId: later, subject: 'C', detail: earlier },
  ]);
  expect(foldUses('coupon-twice', 'C', [{ ...uses[0], uses: 2 } as never, { ...uses[1], uses: 2 } as never])).toEqual(
    [],
  );
});

test('[TE10] [P1] a coupon at any number of offline tills: all uses but the first that are allowed are told, whoever arrives first', () => {
  const use = fc.record({ till: fc.integer({ min: 1, max: 9 }), orderedAtMs: fc.integer({ min: 1, max: 6 }) });
  const drawn = fc.uniqueArray(use, { selector: ({ till, orderedAtMs }) => till * 100 + orderedAtMs, maxLength: 12 });
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 4 }), fc.nat(), (given, uses, turn) => {
      const all = given.map(({ till, orderedAtMs }) => ({ ...at(orderedAtMs, 0, till), uses }));
      const told = foldUses('coupon-twice', 'C', all);
      const cut = turn % (all.length + 1);
      expect(foldUses('coupon-twice', 'C', [...all.slice(cut), ...all.slice(0, cut)].reverse())).toEqual(told);
      const inOrder = all.toSorted((a, b) => a.orderedAtMs - b.orderedAtMs || (a.entryId < b.entryId ? -1 : 1));
      expect(told.map(({ entryId }) => entryId)).toEqual(inOrder.slice(uses).map(({ entryId }) => entryId));
    }),
  );
});

test('[TE11] what was taken offline above the limit of then is said', () => {
  const card = { ...plainTender('card', 5_001), isOffline: true, offlineLimitMinor: 5_000 };
  expect(tenderFaults('e', [plainTender('cash', 1), card])).toEqual([
    { code: 'over-offline-limit', entryId: 'e', subject: 'card 2', detail: '' },
  ]);
  expect(
    tenderFaults('e', [
      { ...card, isOffline: false },
      { ...card, amountMinor: 5_000 },
    ]),
  ).toEqual([]);
});
