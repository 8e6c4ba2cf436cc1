import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compilePriceLists,
  type PriceContext,
  type PriceEntry,
  type PriceList,
  priceListSchema,
  priceOf,
} from './price-list.ts';
import { context, entry, storeList } from './worked-examples/shorthand.ts';

const atStore: PriceContext = context;
const atMs = context.atMs;
const bound = fc.constantFrom(null, atMs - 2_000, atMs, atMs + 2_000);
const list = fc.record<PriceList>({
  priceListId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  channel: fc.constantFrom('store', 'online', 'member', 'staff'),
  storeIds: fc.constantFrom(null, ['camden'], ['ancoats']),
  memberTiers: fc.constantFrom(null, ['gold']),
  currency: fc.constantFrom('GBP', 'GBP', 'EUR'),
  precedence: fc.integer({ min: 0, max: 2 }),
  validFromMs: bound,
  validUntilMs: bound,
  followsOnline: fc.boolean(),
});
const lists = fc.uniqueArray(list, { selector: ({ priceListId }) => priceListId, maxLength: 5 });
const entries = fc.array(
  fc.record<PriceEntry>({
    priceListId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    skuId: fc.constant('tea'),
    minQuantity: fc.integer({ min: 1, max: 4 }),
    priceMinor: fc.integer({ min: 0, max: 5 }),
    validFromMs: bound,
    validUntilMs: bound,
    confirmedAtMs: fc.constantFrom(null, atMs - 5),
  }),
  { maxLength: 8 },
);

test('[PL1] overlapping lists are decided in a total order, never by the order in which they come', () => {
  const tiers = fc.constantFrom(null, 'gold', 'silver');
  fc.assert(
    fc.property(lists, entries, tiers, fc.integer({ min: 1, max: 5 }), (given, prices, memberTier, quantity) => {
      const asked = { ...atStore, memberTier };
      const price = priceOf(compilePriceLists(given, prices), asked, 'tea', quantity);
      const turned = priceOf(compilePriceLists(given.toReversed(), prices.toReversed()), asked, 'tea', quantity);
      expect(turned.ok && turned.value.priceMinor).toEqual(price.ok && price.value.priceMinor);
      expect(turned).toEqual(price);
    }),
    { numRuns: 500 },
  );
});

test('[PL1] [PL2] the price is that of the highest precedence, then the lowest, of all lists that are open to the ticket', () => {
  fc.assert(
    fc.property(lists, entries, (given, prices) => {
      const own = given.map((one) => ({ ...one, followsOnline: false }));
      const price = priceOf(compilePriceLists(own, prices), atStore, 'tea', 1);
      const isNow = (one: PriceList | PriceEntry) =>
        (one.validFromMs ?? 0) <= atMs && atMs < (one.validUntilMs ?? Infinity);
      const open = own.filter((one) => one.channel === 'store' && one.currency === 'GBP' && isNow(one));
      const here = open.filter((one) => one.memberTiers === null && (one.storeIds?.includes('camden') ?? true));
      const candidates = here.flatMap((one) => {
        const mine = prices.filter(
          (each) => each.priceListId === one.priceListId && each.minQuantity === 1 && isNow(each),
        );
        const latest = Math.max(...mine.map(({ validFromMs }) => validFromMs ?? -1));
        const among = mine.filter(({ validFromMs }) => (validFromMs ?? -1) === latest);
        return among.length === 0 ? [] : [{ one, priceMinor: Math.min(...among.map(({ priceMinor }) => priceMinor)) }];
      });
      const top = Math.max(...candidates.map(({ one }) => one.precedence));
      const lowest = Math.min(
        ...candidates.filter(({ one }) => one.precedence === top).map(({ priceMinor }) => priceMinor),
      );
      expect(price.ok ? price.value.priceMinor : Infinity).toBe(lowest);
    }),
    { numRuns: 500 },
  );
});

test('[PL4] the online price is shown beside the own, with the time since when it is known', () => {
  const online = { ...storeList, priceListId: 'online', channel: 'online' as const, validFromMs: 1_000 };
  const confirmed = entry('tea', 450, { priceListId: 'online', confirmedAtMs: 7_777 });
  const known = priceOf(compilePriceLists([storeList, online], [entry('tea', 499), confirmed]), atStore, 'tea', 1);
  expect(known).toMatchObject({ value: { priceMinor: 499, online: { priceMinor: 450, sinceMs: 7_777 } } });
  const ours = entry('tea', 450, { priceListId: 'online' });
  const set = priceOf(compilePriceLists([storeList, online], [entry('tea', 499), ours]), atStore, 'tea', 1);
  expect(set).toMatchObject({ value: { online: { sinceMs: 1_000 } } });
});

test('[PL3] a list that follows online competes with the online price, not with its own lower one', () => {
  const online = { ...storeList, priceListId: 'online', channel: 'online' as const };
  const follower = { ...storeList, priceListId: 'follower', followsOnline: true };
  const prices = [
    entry('tea', 500, { priceListId: 'online' }),
    entry('tea', 300, { priceListId: 'follower' }),
    entry('tea', 400),
  ];
  const price = priceOf(compilePriceLists([storeList, online, follower], prices), atStore, 'tea', 1);
  expect(price).toMatchObject({ value: { priceMinor: 400, priceListId: 'store' } });
});

test('[PL5] a list that ends before it begins, or not on a second, or follows itself, cannot be written', () => {
  const isList = (given: Partial<PriceList>) => priceListSchema.safeParse({ ...storeList, ...given }).success;
  expect(isList({})).toBe(true);
  expect(isList({ validFromMs: 2_000, validUntilMs: 2_000 })).toBe(false);
  expect(isList({ validFromMs: 2_001 })).toBe(false);
  expect(isList({ channel: 'online', followsOnline: true })).toBe(false);
  expect(isList({ storeIds: [] })).toBe(false);
});
