import { expect, test } from 'vitest';
import type { SkuPrices } from '#schemas/api/goods.ts';
import type { PriceLists } from '#schemas/api/prices.ts';
import { baseLists } from '#schemas/pricing/base-lists.ts';
import type { PriceList } from '#schemas/pricing/price-list.ts';
import { entry, storeList } from '#schemas/pricing/worked-examples/shorthand.ts';
import { askedByLists, buyerPrices } from './price-look-up.ts';

const item = (list: PriceList, state: 'running' | 'coming' | 'ended' = 'running') => ({
  list: { ...list, names: { en: list.priceListId } },
  isBuiltIn: false,
  state,
  entryCount: 1,
  changedAtMs: null,
});
const gold: PriceList = { ...storeList, priceListId: 'gold', channel: 'member', memberTiers: ['Gold'], precedence: 10 };
const online: PriceList = {
  ...storeList,
  priceListId: 'as-online',
  storeIds: ['ancoats'],
  precedence: 20,
  followsOnline: true,
};
const over: PriceList = { ...storeList, priceListId: 'over', precedence: 900 };
const lists: PriceLists = {
  currency: 'GBP',
  rules: { rounding: 'line', onlineRule: 'keep' },
  lists: [...baseLists('GBP').map((list) => item(list)), item(gold), item(online), item(over, 'ended')],
};
const tea: SkuPrices = {
  sku: { skuId: 'tea', names: { en: 'Tea' }, variant: null },
  base: { skuId: 'tea', priceMinor: 500, onlinePriceMinor: 450, onlineConfirmedAtMs: 1_000 },
  entries: [
    entry('tea', 480, { priceListId: 'gold' }),
    entry('tea', 400, { priceListId: 'gold', minQuantity: 6 }),
    entry('tea', 1, { priceListId: 'over' }),
  ],
};
const asked = { storeId: 'camden', quantity: 1, atMs: 1_790_000_000_000 };
const paid = (given: Partial<typeof asked> = {}) =>
  Object.fromEntries(
    buyerPrices(tea, lists, { ...asked, ...given }).map(({ buyer, price }) => [
      `${buyer.channel} ${buyer.memberTier}`,
      `${price?.priceMinor} ${price?.priceListId}`,
    ]),
  );

test('everybody whom the lists tell apart is told a price and the list that decides; ended lists do not count', () => {
  expect(paid()).toEqual({
    'store null': '500 shelf',
    'store ': '500 shelf',
    'store Gold': '480 gold',
    'online null': '450 online',
  });
  expect(paid({ quantity: 6 })['store Gold']).toBe('400 gold');
  expect(paid({ storeId: 'ancoats' })['store null']).toBe('450 as-online');
});

test('each list is told by itself, those of other stores too', () => {
  const told = askedByLists(tea, lists, asked).map(({ item: { list }, priceMinor }) => [list.priceListId, priceMinor]);
  expect(told).toEqual([
    ['shelf', 500],
    ['online', 450],
    ['gold', 480],
    ['as-online', null],
  ]);
});
