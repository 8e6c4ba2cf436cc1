import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GoodsFound, goodsFoundSchema, onlineAgesSchema, skuPricesSchema } from '#schemas/api/goods.ts';
import { priceListsSchema } from '#schemas/api/prices.ts';
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

test('what every list asks for a SKU is told, with what the web shop was last seen to ask', async () => {
  const entry = { skuId: 'TEA-00007', minQuantity: 6, priceMinor: 5, validFromMs: null, validUntilMs: null };
  const { currency } = priceListsSchema.parse((await chain.ask('olga', 'stores/store-a/price-lists'))[1]);
  const list = {
    ...{ priceListId: 'six', names: { en: 'By six' }, channel: 'store', storeIds: null, memberTiers: null },
    ...{ currency, precedence: 10, validFromMs: null, validUntilMs: null, followsOnline: false },
  };
  const store = 'stores/store-a';
  expect((await chain.put('olga', `${store}/price-lists/six`, { list }))[0]).toBe(200);
  expect(await chain.outcome('olga', `${store}/price-lists/six/entries`, { entries: [entry] })).toBe('200');
  const priced = { prices: [{ skuId: 'TEA-00007', priceMinor: 6, confirmedAtMs: chain.nowMs - 2 * 3_600_000 }] };
  expect((await chain.put('olga', `${store}/online-prices`, priced))[0]).toBe(200);
  const [, answer] = await chain.ask('mia', `${store}/goods/TEA-00007/prices`);
  expect(skuPricesSchema.parse(answer)).toMatchObject({
    base: { priceMinor: 7, onlinePriceMinor: 6, onlineConfirmedAtMs: chain.nowMs - 2 * 3_600_000 },
    entries: [{ priceListId: 'six', ...entry }],
  });
  expect(await chain.outcome('mia', `${store}/goods/RIV-00001/prices`)).toBe('404 not-found');
  const ages = onlineAgesSchema.parse((await chain.ask('mia', `${store}/online-prices`))[1]);
  expect(ages).toMatchObject({
    onlineCount: 1,
    ages: { hour: 0, day: 1, week: 0, older: 0, unknown: 0 },
    received: [{ actorType: 'person', changedCount: 1 }],
  });
});
