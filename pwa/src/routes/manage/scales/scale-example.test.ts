import { expect, test } from 'vitest';
import type { InStoreCode } from '#schemas/item-code/in-store-code.ts';
import { scaleExample } from './scale-example.ts';

const weight: InStoreCode = {
  prefix: '21',
  itemDigits: 5,
  value: 'weight',
  valueDigits: 5,
  decimals: 3,
  hasValueCheck: false,
};

test('the parts of a code are its thirteen digits', () => {
  const example = scaleExample(weight);
  expect(example).toMatchObject({ amount: 1.234, article: '2112345000008' });
  expect(example?.parts).toEqual(['21', '12345', '01234', expect.stringMatching(/^\d$/)]);
  const checked = scaleExample({
    ...weight,
    prefix: '02',
    value: 'price',
    valueDigits: 4,
    decimals: 2,
    hasValueCheck: true,
  });
  expect(checked?.parts.map((part) => part.length)).toEqual([2, 5, 1, 4, 1]);
  expect(checked?.amount).toBe(1.23);
});
