import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderSide } from './order.ts';
import { returnStepSchema, type SupplierReturn, type SupplierReturnStep, takeReturnStep } from './return.ts';

const goods = { skuId: 'CUP', gtin14: null, quantity: 2, serials: [], reason: 'damaged' as const };
const planned: SupplierReturnStep = { step: 'planned', lines: [goods], note: '' };
const cancelled: SupplierReturnStep = { step: 'cancelled', note: 'kept after all' };
const confirmed: SupplierReturnStep = { step: 'confirmed', got: [{ skuId: 'CUP', quantity: 1 }], note: '' };

test('[RT2] a plan is changed and cancelled until something has left; then the supplier says what it got', () => {
  const said = fc.record({
    side: fc.constantFrom<OrderSide>('buyer', 'supplier'),
    step: fc.constantFrom(planned, cancelled, confirmed),
    leaves: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 20 }), (story) => {
      let one: SupplierReturn | null = null;
      let isSent = false;
      for (const { side, step, leaves } of story) {
        const before: SupplierReturn | null = one;
        const taken = takeReturnStep(before, side, step, isSent);
        const isTheirs = (step.step === 'confirmed') === (side === 'supplier');
        const isNow = before?.phase !== 'cancelled' && isSent === (step.step === 'confirmed');
        const needsPlan = step.step !== 'planned' && before === null;
        expect(taken.ok).toBe(isTheirs && isNow && !needsPlan);
        if (!taken.ok) continue;
        one = taken.value;
        expect(one.version).toBe((before?.version ?? 0) + 1);
        expect(one.got === null).toBe(step.step !== 'confirmed' && (before?.got ?? null) === null);
        isSent ||= leaves && one.phase === 'planned';
      }
    }),
  );
});

test('a line of units names each once; a return is of something; a supplier counts a SKU once', () => {
  const ok = (step: unknown) => returnStepSchema.safeParse(step).success;
  const units = { ...goods, gtin14: '04006381333931', serials: ['S1', 'S2'] };
  expect([ok(planned), ok({ ...planned, lines: [units] })]).toEqual([true, true]);
  expect(ok({ ...planned, lines: [] })).toBe(false);
  expect(ok({ ...planned, lines: [{ ...units, serials: ['S1', 'S1'] }] })).toBe(false);
  expect(ok({ ...planned, lines: [{ ...units, quantity: 3 }] })).toBe(false);
  expect(ok({ ...planned, lines: [{ ...goods, quantity: 0 }] })).toBe(false);
  expect(ok({ ...planned, lines: [{ ...goods, reason: 'because' }] })).toBe(false);
  expect(ok({ ...confirmed, got: [...confirmed.got, ...confirmed.got] })).toBe(false);
});
