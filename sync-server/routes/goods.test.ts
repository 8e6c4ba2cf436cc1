import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GoodsFound, goodsFoundSchema } from '#schemas/api/goods.ts';
import { addSkus } from '../feed/feed-test-shop.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;

beforeAll(async () => {
  chain = await TestChain.open();
  await addSkus(chain.context, 'chain', 'TEA', 30);
  await addSkus(chain.context, 'rival', 'RIV', 3);
  await chain.sql(
    `insert into category (merchant_id, category_id, names) values
       ('chain', 'tea', '{"en":"Tea","zh-Hans":"茶叶"}'), ('chain', 'mugs', '{"en":"Mugs"}'),
       ('rival', 'rival-tea', '{"en":"Tea"}')`,
  );
});
afterAll(() => chain.close());

async function find(q: string, who = 'mia', store = 'store-a'): Promise<GoodsFound> {
  return goodsFoundSchema.parse((await chain.ask(who, `stores/${store}/goods?q=${encodeURIComponent(q)}`))[1]);
}

test('goods are found by words of a name, a code, a brand or a GTIN, categories and brands beside them', async () => {
  const tea = await find('tea');
  expect(tea.skus).toHaveLength(20);
  expect(tea.categories.map(({ categoryId }) => categoryId)).toEqual(['tea']);
  expect((await find('thing tea-00007')).skus.map(({ skuId }) => skuId)).toEqual(['TEA-00007']);
  expect((await find('茶')).categories.map(({ categoryId }) => categoryId)).toEqual(['tea']);
  expect((await find('acm')).brands).toEqual(['Acme']);
  expect(await find('100%_')).toEqual({ skus: [], categories: [], brands: [] });
});

test('another chain has its own goods, and nobody reads them without the right', async () => {
  expect((await find('', 'rob', 'store-r')).skus.map(({ skuId }) => skuId)).toEqual([
    'RIV-00001',
    'RIV-00002',
    'RIV-00003',
  ]);
  expect(await chain.outcome('rob', 'stores/store-a/goods?q=tea')).toBe('403 forbidden');
  expect(await chain.outcome('cleo', 'stores/store-a/goods?q=tea')).toBe('403 forbidden');
});
