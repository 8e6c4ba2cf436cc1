import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReorderFacts, suggestReorder } from './reorder.ts';

const facts = (change: Partial<ReorderFacts> = {}): ReorderFacts => ({
  ...{ onHand: 5, onOrder: 0, sold: 28, days: 28, leadDays: 5, coverDays: 14, minimum: 0, packSize: 6 },
  ...change,
});

test('[RE1] what is sold until the goods are here and then for a while, minus what is there and on order, in whole packs', () => {
  expect(suggestReorder(facts())).toMatchObject({ target: 19, quantity: 18, because: 'sales' });
  expect(suggestReorder(facts({ onOrder: 14 }))).toBeNull();
  expect(suggestReorder(facts({ onOrder: 13 }))).toMatchObject({ quantity: 6 });
});

test('[RE2] a minimum counts where nothing is sold; goods that only came back are no demand; minus in the books is nothing there', () => {
  expect(suggestReorder(facts({ sold: 0 }))).toBeNull();
  expect(suggestReorder(facts({ sold: -3, minimum: 8, packSize: 1 }))).toMatchObject({
    quantity: 3,
    because: 'minimum',
  });
  expect(suggestReorder(facts({ onHand: -4, packSize: 1 }))).toMatchObject({ quantity: 19 });
});

test('[RE1] what is suggested is enough, in whole packs, and not a pack too many', () => {
  const count = fc.nat(500);
  const any = fc.record({
    ...{ onHand: fc.integer({ min: -50, max: 500 }), onOrder: count, sold: fc.integer({ min: -20, max: 900 }) },
    ...{ days: fc.constant(28), leadDays: fc.nat(60), coverDays: fc.nat(60), minimum: count },
    packSize: fc.integer({ min: 1, max: 48 }),
  });
  fc.assert(
    fc.property(any, (one) => {
      const made = suggestReorder(one);
      const there = Math.max(0, one.onHand) + one.onOrder;
      if (made === null) {
        expect(there).toBeGreaterThanOrEqual(one.minimum);
        expect(there * one.days).toBeGreaterThanOrEqual(one.sold * (one.leadDays + one.coverDays));
        return;
      }
      expect(made.quantity % one.packSize).toBe(0);
      expect(there + made.quantity).toBeGreaterThanOrEqual(made.target);
      expect(there + made.quantity - one.packSize).toBeLessThan(made.target);
    }),
  );
});
