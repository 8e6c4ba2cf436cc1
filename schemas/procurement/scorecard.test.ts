import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderLine } from './order.ts';
import { figuresOf, type Measure, type OrderHistory, type ScoreHistory, scoreFacts } from './scorecard.ts';

const hour = 3_600_000;
const line = (skuId: string, quantity: number, dueOn: string): OrderLine => ({
  ...{ lineNumber: skuId.length, skuId, quantity, dueOn, unitCostMinor: 1 },
});
const order = (change: Partial<OrderHistory> = {}): OrderHistory => {
  const lines = [line('TEA', 4, '2026-05-10'), line('CUPS', 2, '2026-05-12')];
  return {
    ref: { kind: 'order', storeId: 's', id: 'o', name: '1' },
    state: { phase: 'confirmed', asked: lines, proposed: null, agreed: lines },
    steps: [
      { side: 'buyer', step: 'ordered', atMs: 0 },
      { side: 'supplier', step: 'confirmed', atMs: 5 * hour },
    ],
    came: [],
    ...change,
  };
};
const came = (skuId: string, quantity: number, day: string) => ({ skuId, quantity, day });
const score = (history: Partial<ScoreHistory>, today = '2026-05-20', nowMs = 1_000 * hour) => {
  const facts = scoreFacts(
    { orders: [], deliveries: [], returns: [], ...history },
    {
      ...{ today: () => today, nowMs, orderHours: 5 },
    },
  );
  return (measure: Measure) => {
    const { good, of } = figuresOf(facts)[measure];
    return [good, of];
  };
};

test('[FP6] on time in full: each line whole by its own day; before that day nobody knows', () => {
  const whole = [came('TEA', 4, '2026-05-10'), came('CUPS', 1, '2026-05-11'), came('CUPS', 1, '2026-05-12')];
  expect(score({ orders: [order({ came: whole })] })('on-time')).toEqual([1, 1]);
  expect(score({ orders: [order({ came: whole })] }, '2026-05-01')('on-time')).toEqual([1, 1]);
  const late = [...whole.slice(0, 2), came('CUPS', 1, '2026-05-13')];
  expect(score({ orders: [order({ came: late })] })('on-time')).toEqual([0, 1]);
  expect(score({ orders: [order()] }, '2026-05-10')('on-time')).toEqual([0, 0]);
  expect(score({ orders: [order()] }, '2026-05-11')('on-time')).toEqual([0, 1]);
  const cancelled = { ...order().state, phase: 'cancelled' as const };
  expect(score({ orders: [order({ state: cancelled })] })('on-time')).toEqual([0, 0]);
});

test('[FP6] answers: each time that the buyer asked, from when it asked last; silence counts once the time is over', () => {
  const steps = (...all: [side: 'buyer' | 'supplier', step: string, hours: number][]) =>
    order({
      state: { ...order().state, phase: 'change-asked' },
      steps: all.map(([side, step, hours]) => ({ side, step, atMs: hours * hour })) as OrderHistory['steps'],
    });
  const all = steps(
    ['buyer', 'ordered', 0],
    ['supplier', 'proposed', 6],
    ['buyer', 'declined', 7],
    ['buyer', 'changed', 8],
    ['buyer', 'changed', 12],
  );
  expect(score({ orders: [all] }, '2026-05-01', 17 * hour)('answers')).toEqual([0, 1]);
  expect(score({ orders: [all] }, '2026-05-01', 17 * hour + 1)('answers')).toEqual([0, 2]);
  expect(score({ orders: [order()] })('answers')).toEqual([1, 1]);
});

test('[FP6] quality counts what was damaged and what went back; labels what could not be read; notices what was announced and came', () => {
  const ref = { kind: 'delivery' as const, storeId: 's', id: 'd', name: 'N' };
  const skus = [
    { expected: 10, received: 8, damaged: 1 },
    { expected: 0, received: 2, damaged: 0 },
  ];
  const delivery = { ref, atMs: 0, isClosed: true, skus, unreadable: 2 };
  const returns = [{ ref: { ...ref, kind: 'return' as const }, atMs: 1, pieces: 3 }];
  const told = score({ deliveries: [delivery], returns });
  expect([told('quality'), told('labels'), told('notices')]).toEqual([
    [6, 10],
    [10, 12],
    [8, 12],
  ]);
  expect(score({ deliveries: [{ ...delivery, isClosed: false }] })('notices')).toEqual([0, 0]);
});

test('[FP6] a figure is the sum of its facts, never more than all and never below nothing', () => {
  const delivery = fc.record({
    ...{ atMs: fc.nat(), isClosed: fc.boolean(), unreadable: fc.nat(9) },
    ref: fc.constant({ kind: 'delivery' as const, storeId: 's', id: 'd', name: '' }),
    skus: fc.array(
      fc
        .record({ expected: fc.nat(9), received: fc.nat(9), damaged: fc.nat(9) })
        .map((sku) => ({ ...sku, damaged: Math.min(sku.damaged, sku.received) })),
      { maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(fc.array(delivery, { maxLength: 6 }), fc.nat(60), (deliveries, pieces) => {
      const returns = [{ ref: { kind: 'return' as const, storeId: 's', id: 'r', name: '' }, atMs: 0, pieces }];
      const history = { orders: [], deliveries, returns };
      const facts = scoreFacts(history, { today: () => '2026-01-01', nowMs: 0, orderHours: 1 });
      for (const [measure, { good, of }] of Object.entries(figuresOf(facts))) {
        const own = facts.filter((fact) => fact.measure === measure);
        expect(of).toBe(own.reduce((sum, fact) => sum + fact.of, 0));
        expect(good).toBe(
          Math.max(
            0,
            own.reduce((sum, fact) => sum + fact.good, 0),
          ),
        );
        expect(good).toBeLessThanOrEqual(of);
      }
    }),
  );
});
