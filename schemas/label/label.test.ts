import { expect, test } from 'vitest';
import { defaultLabelFormat, labelFormatSchema, labelSchema, labelSizes } from './label.ts';

test('every size on offer is a format', () => {
  for (const size of labelSizes) {
    expect(labelFormatSchema.parse({ ...defaultLabelFormat, ...size })).toMatchObject(size);
  }
});

test('a label carries no link that a browser would run', () => {
  const label = {
    gtin14: '09506000134352',
    serial: 'ABC',
    skuId: 'sku-1',
    name: '茶',
    variant: '',
    priceText: null,
    batch: null,
    expiresOn: null,
    digitalLink: 'https://shop.example/01/09506000134352/21/ABC',
  };
  expect(labelSchema.parse(label)).toEqual(label);
  expect(labelSchema.safeParse({ ...label, digitalLink: 'javascript:alert(1)' }).success).toBe(false);
});
