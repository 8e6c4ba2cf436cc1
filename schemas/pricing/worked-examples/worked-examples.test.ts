import { expect, test } from 'vitest';
import { priceEntrySchema, priceListSchema } from '../price-list.ts';
import { promotionContextSchema, promotionSchema } from '../promotion.ts';
import { quoteLineSchema } from '../quote-lines.ts';
import { runExample } from './run-example.ts';
import { context } from './shorthand.ts';
import { workedExamples } from './worked-examples.ts';

test.each(workedExamples)('[$rule] [QT6] worked example: $name', (example) => {
  expect(runExample(example)).toEqual(example.expected);
});

test('[QT6] the examples are what messages can carry, and each says something', () => {
  expect(workedExamples.length).toBeGreaterThanOrEqual(40);
  expect(new Set(workedExamples.map(({ name }) => name)).size).toBe(workedExamples.length);
  for (const { lists = [], entries = [], promotions = [], lines, expected, ...rest } of workedExamples) {
    expect(lists.map((list) => priceListSchema.parse(list))).toEqual(lists);
    expect(entries.map((entry) => priceEntrySchema.parse(entry))).toEqual(entries);
    expect(promotions.map((promotion) => promotionSchema.parse(promotion))).toEqual(promotions);
    expect(lines.map((line) => quoteLineSchema.parse(line))).toEqual(lines);
    promotionContextSchema.parse({ ...context, ...rest.context });
    expect(Object.keys(expected).length).toBeGreaterThan(0);
  }
});
