import { expect, test } from 'vitest';
import { baseEntries, baseListIds, baseLists, isBaseList } from './base-lists.ts';
import {
  compilePriceLists,
  type PriceContext,
  type PriceList,
  priceEntrySchema,
  priceListSchema,
  priceOf,
} from './price-list.ts';

const row = { skuId: 'tea', priceMinor: 499, onlinePriceMinor: 450, onlineConfirmedAtMs: 1_790_000_000_123 };
const context: PriceContext = {
  channel: 'store',
  storeId: 'camden',
  memberTier: null,
  currency: 'GBP',
  atMs: 1_790_000_001_000,
};

test('a base price is what the counter asks, and stands beside the online price and its age [PL4]', () => {
  const lists = compilePriceLists(baseLists('GBP'), baseEntries(row));
  const online = { priceMinor: 450, sinceMs: 1_790_000_000_123 };
  expect(priceOf(lists, context, 'tea', 1)).toEqual({
    ok: true,
    value: { priceMinor: 499, priceListId: 'shelf', online },
  });
  expect(priceOf(lists, { ...context, channel: 'online' }, 'tea', 1)).toMatchObject({
    value: { priceMinor: 450, priceListId: 'online' },
  });
});

test('a row of before prices were confirmed has an online price of unknown age', () => {
  const lists = compilePriceLists(
    baseLists('GBP'),
    baseEntries({ skuId: 'tea', priceMinor: 499, onlinePriceMinor: 450 }),
  );
  expect(priceOf(lists, context, 'tea', 1)).toMatchObject({ value: { online: { priceMinor: 450, sinceMs: null } } });
  expect(baseEntries({ ...row, onlinePriceMinor: null }).map(({ priceListId }) => priceListId)).toEqual(['shelf']);
});

test('a list of the chain that follows online, above the base, asks the online price [PL3]', () => {
  const [shelf] = baseLists('GBP');
  const follower: PriceList = { ...shelf, priceListId: 'follow', precedence: 1, followsOnline: true };
  const lists = compilePriceLists([...baseLists('GBP'), follower], baseEntries(row));
  expect(priceOf(lists, context, 'tea', 1)).toMatchObject({ value: { priceMinor: 450, priceListId: 'follow' } });
});

test('base lists and entries are what messages can carry; their ids are taken', () => {
  expect(baseLists('GBP').map((list) => priceListSchema.parse(list))).toEqual(baseLists('GBP'));
  expect(baseEntries(row).map((entry) => priceEntrySchema.parse(entry))).toEqual(baseEntries(row));
  expect(Object.values(baseListIds).every(isBaseList)).toBe(true);
  expect(isBaseList('members')).toBe(false);
});
