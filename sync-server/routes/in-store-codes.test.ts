import { afterAll, beforeAll, expect, test } from 'vitest';
import { inStoreCodeAnswerSchema } from '#schemas/api/in-store-codes.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

const weight = { prefix: '21', itemDigits: 5, value: 'weight', valueDigits: 5, decimals: 3, hasValueCheck: false };
const price = { prefix: '02', itemDigits: 5, value: 'price', valueDigits: 4, decimals: 2, hasValueCheck: true };

test('how scales write a weight is kept whole, and on record', async () => {
  const read = async () => inStoreCodeAnswerSchema.parse((await chain.ask('olga', 'in-store-codes'))[1]);
  expect(await read()).toEqual({ codes: [], hidden: [] });
  const [status, answer] = await chain.ask('olga', 'in-store-codes', { codes: [weight, price] });
  expect([status, answer]).toEqual([200, { codes: [weight, price], hidden: [] }]);
  expect(await read()).toEqual({ codes: [weight, price], hidden: [] });
  await chain.ask('olga', 'in-store-codes', { codes: [price] });
  const audited = await chain.sql(`select before, after from audit_entry where action = 'in-store-codes-changed'`, []);
  expect(audited).toHaveLength(2);
  expect(audited).toContainEqual({ before: { codes: [] }, after: { codes: [weight, price] } });
  expect(audited).toContainEqual({ before: { codes: [weight, price] }, after: { codes: [price] } });
});

test('an article whose own barcode reads like a weight is named', async () => {
  const barcode = (gtin14: string) => `('chain', '${gtin14}', 'S-${gtin14}', 1)`;
  await chain.sql(
    `insert into gtin (merchant_id, gtin14, sku_id, revision)
     values ${['02112345000008', '02112345012346', '04006381333931'].map(barcode).join(', ')}`,
    [],
  );
  const [, answer] = await chain.ask('olga', 'in-store-codes', { codes: [weight] });
  expect(answer).toMatchObject({ hidden: [{ skuId: 'S-02112345012346', gtin14: '02112345012346' }] });
});

test('a pattern that is no EAN-13, or that another one hides, is refused', async () => {
  const outcome = (...codes: object[]) => chain.outcome('olga', 'in-store-codes', { codes });
  expect(await outcome({ ...weight, itemDigits: 6 })).toBe('400 bad-request');
  expect(await outcome({ ...weight, prefix: '40' })).toBe('400 bad-request');
  expect(await outcome(weight, { ...price, prefix: '21' })).toBe('400 bad-request');
  expect(await outcome(weight, { ...weight, prefix: '215', itemDigits: 4 })).toBe('400 bad-request');
});

test('[A1] a store’s manager may not', async () => {
  expect(await chain.outcome('mia', 'in-store-codes')).toBe('403 forbidden');
  expect(await chain.outcome('mia', 'in-store-codes', { codes: [] })).toBe('403 forbidden');
});
