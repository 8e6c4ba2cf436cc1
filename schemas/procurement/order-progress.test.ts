import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeliveryState } from '../stock/delivery-rows.ts';
import type { OrderLine, OrderStep } from './order.ts';
import { goodsStage, isBehind, lateSince, linesOrdered, orderProgress } from './order-progress.ts';

const line = (lineNumber: number, quantity: number, dueOn = '2026-12-01'): OrderLine => ({
  ...{ lineNumber, skuId: `sku-${lineNumber}`, quantity, unitCostMinor: 100, dueOn },
});
const came = (isClosed: boolean, ...skus: [skuId: string, expected: number, received: number][]): DeliveryState => ({
  isClosed,
  skus: skus.map(([skuId, expected, received]) => ({
    ...{ skuId, expected, received, damaged: 0, difference: received - expected },
  })),
});

test('[OR6] what is announced, on the way, here and missing of each line; what nobody ordered stands beside it', () => {
  const deliveries = [came(true, ['sku-1', 6, 5]), came(false, ['sku-1', 4, 1], ['sku-2', 3, 0], ['sku-9', 1, 1])];
  expect(orderProgress([line(1, 10), line(2, 2)], deliveries)).toEqual({
    lines: [
      { lineNumber: 1, announced: 10, received: 6, damaged: 0, onTheWay: 3, short: 1, missing: 4 },
      { lineNumber: 2, announced: 3, received: 0, damaged: 0, onTheWay: 3, short: 0, missing: 2 },
    ],
    others: [{ skuId: 'sku-9', announced: 1, received: 1 }],
  });
});

test('[OR6] an order is late from the day after the first that was missed, until it is here', () => {
  const lines = [line(1, 2, '2026-12-03'), line(2, 1, '2026-12-01')];
  const late = (today: string, ...deliveries: DeliveryState[]) =>
    lateSince(lines, orderProgress(lines, deliveries), today);
  expect(late('2026-12-01')).toBe(null);
  expect(late('2026-12-02')).toBe('2026-12-01');
  expect(late('2026-12-04')).toBe('2026-12-01');
  expect(late('2026-12-04', came(false, ['sku-2', 1, 1]))).toBe('2026-12-03');
  expect(late('2026-12-04', came(true, ['sku-2', 1, 1], ['sku-1', 2, 3]))).toBe(null);
});

test('[OR6] no piece is counted twice or lost, however deliveries are cut', () => {
  const sku = fc.record({ at: fc.integer({ min: 1, max: 4 }), expected: fc.nat(5), received: fc.nat(5) });
  const delivery = fc.record({ isClosed: fc.boolean(), skus: fc.array(sku, { maxLength: 6 }) });
  fc.assert(
    fc.property(fc.array(delivery, { maxLength: 6 }), (deliveries) => {
      const states = deliveries.map(({ isClosed, skus }) =>
        came(isClosed, ...skus.map((one): [string, number, number] => [`sku-${one.at}`, one.expected, one.received])),
      );
      const { lines, others } = orderProgress([line(1, 3), line(2, 3)], states);
      const all = [...lines, ...others];
      const sum = (pick: (one: { announced: number; received: number }) => number) =>
        all.reduce((total, one) => total + pick(one), 0);
      const said = states.flatMap(({ skus }) => skus);
      expect(sum(({ announced }) => announced)).toBe(said.reduce((total, { expected }) => total + expected, 0));
      expect(sum(({ received }) => received)).toBe(said.reduce((total, { received }) => total + received, 0));
    }),
  );
});

test('[OR6] goods are on their way, partly here, all here; the same in whichever order deliveries came', () => {
  const lines = [line(1, 4), line(2, 2)];
  const stage = (...deliveries: DeliveryState[]) => goodsStage(orderProgress(lines, deliveries));
  expect(stage()).toBe('none');
  expect(stage(came(false, ['sku-1', 4, 0]))).toBe('shipped');
  const [first, second] = [came(true, ['sku-1', 4, 4]), came(false, ['sku-2', 2, 1])];
  expect(stage(first)).toBe('part-received');
  expect([stage(first, second), stage(second, first)]).toEqual(['part-received', 'part-received']);
  // What comes late fills what another delivery was short of.
  expect(stage(came(true, ['sku-1', 4, 3]), came(true, ['sku-2', 2, 2]))).toBe('part-received');
  expect(stage(came(true, ['sku-1', 1, 1]), came(true, ['sku-1', 4, 3], ['sku-2', 2, 2]))).toBe('received');
  // Somebody brought what nobody ordered.
  expect(stage(came(true, ['sku-9', 1, 1]))).toBe('none');
});

test('what was ordered is what the buyer last asked for and the supplier took; what the supplier proposed is not', () => {
  const [four, three, five] = [[line(1, 4)], [line(1, 3)], [line(1, 5)]];
  const note = '';
  const drafted: OrderStep[] = [
    { step: 'drafted', lines: five },
    { step: 'drafted', lines: four },
    { step: 'ordered', note },
  ];
  const agreed: OrderStep[] = [...drafted, { step: 'proposed', lines: three, note }, { step: 'accepted', note }];
  expect(linesOrdered(agreed)).toEqual(four);
  const changed: OrderStep[] = [...agreed, { step: 'changed', lines: five, note }];
  expect(linesOrdered(changed)).toEqual(four);
  expect(linesOrdered([...changed, { step: 'refused', note: 'no' }])).toEqual(four);
  expect(linesOrdered([...changed, { step: 'refused', note: 'no' }, { step: 'cancelled', note: 'x' }])).toEqual(four);
  expect(linesOrdered([...changed, { step: 'confirmed', note }])).toEqual(five);
  expect(linesOrdered([...drafted, { step: 'changed', lines: five, note }])).toEqual(five);
});

test('[OR6] an order is behind that is late, short of what was announced or damaged, and not one whose goods all came after all', () => {
  const whole = { stage: 'part-received', lateSince: null, damaged: 0, short: 0, missing: 4 } as const;
  expect(isBehind(whole)).toBe(false);
  expect(isBehind({ ...whole, lateSince: '2026-11-02' })).toBe(true);
  expect(isBehind({ ...whole, damaged: 1 })).toBe(true);
  expect(isBehind({ ...whole, short: 2 })).toBe(true);
  expect(isBehind({ ...whole, stage: 'received', short: 2, missing: 0 })).toBe(false);
});
