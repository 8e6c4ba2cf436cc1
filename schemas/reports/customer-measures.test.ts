import { expect, test } from 'vitest';
import {
  customerMeasured,
  customerMeasureIds,
  noCustomerSums,
  pairFigures,
  rfmGroupOf,
  rfmGroups,
} from './customer-measures.ts';

test('of nobody there is no share', () => {
  const none = customerMeasureIds.map((id) => customerMeasured(id, noCustomerSums));
  expect(none.filter((value) => value === 0)).toHaveLength(3);
  expect(none.filter((value) => value === null)).toHaveLength(customerMeasureIds.length - 3);
});

test('each fifth of recency and frequency has a group, and each group has somebody', () => {
  const fifths = [1, 2, 3, 4, 5];
  const groups = fifths.flatMap((recency) => fifths.map((frequency) => rfmGroupOf(recency, frequency)));
  expect(new Set(groups)).toEqual(new Set(rfmGroups));
  expect([rfmGroupOf(5, 5), rfmGroupOf(5, 1), rfmGroupOf(1, 5), rfmGroupOf(1, 1)]).toEqual([
    ...['best', 'fresh', 'losing', 'lost'],
  ]);
});

test('lift is one where two articles have nothing to do with each other', () => {
  expect(pairFigures({ both: 10, first: 20, second: 50, visits: 100 })).toEqual({
    ...{ support: 0.1, confidence: 0.5, lift: 1 },
  });
  expect(pairFigures({ both: 0, first: 0, second: 0, visits: 0 })).toEqual({ support: 0, confidence: 0, lift: 0 });
});
