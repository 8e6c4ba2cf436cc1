import type { SkuPrices } from '#schemas/api/goods.ts';
import type { PriceLists } from '#schemas/api/prices.ts';
import { baseEntries } from '#schemas/pricing/base-lists.ts';
import { compilePriceLists, type ListPrice, type PriceContext, priceOf } from '#schemas/pricing/price-list.ts';

type ListItem = PriceLists['lists'][number];

/** Somebody who buys: at the counter or online, as a member of a tier or as one of the staff. */
export type Buyer = Pick<PriceContext, 'channel' | 'memberTier'>;
export type BuyerPrice = {
  buyer: Buyer;
  /** Null: nothing sells it to them. */
  price: ListPrice | null;
};
/** What one list asks by itself for so many pieces at that time; null: nothing. */
export type AskedBy = { item: ListItem; priceMinor: number | null };

export type Asked = { storeId: string; quantity: number; atMs: number };

/** What everybody would pay for a piece, by the rules that the till prices with (PL1 to PL6). */
export function buyerPrices(prices: SkuPrices, { currency, lists }: PriceLists, asked: Asked): BuyerPrice[] {
  const compiled = compiledOf(prices, lists);
  return buyersOf(lists).map((buyer) => {
    const context = { ...buyer, storeId: asked.storeId, currency, atMs: asked.atMs };
    const price = priceOf(compiled, context, prices.sku.skuId, asked.quantity);
    return { buyer, price: price.ok ? price.value : null };
  });
}

/** Every list that has not ended, with what it asks where nothing else does. */
export function askedByLists(prices: SkuPrices, { currency, lists }: PriceLists, asked: Asked): AskedBy[] {
  const entries = entriesOf(prices);
  return lists
    .filter(({ state }) => state !== 'ended')
    .map((item) => {
      const alone = compilePriceLists([{ ...item.list, followsOnline: false }], entries);
      const { channel, memberTiers, storeIds } = item.list;
      const context = {
        channel: channel === 'member' ? ('store' as const) : channel,
        memberTier: channel === 'member' || memberTiers !== null ? (memberTiers?.[0] ?? '') : null,
        storeId: storeIds !== null && !storeIds.includes(asked.storeId) ? (storeIds[0] ?? '') : asked.storeId,
        currency,
        // A list that is still to come is shown with what it will ask.
        atMs: Math.max(asked.atMs, item.list.validFromMs ?? 0),
      };
      const price = priceOf(alone, context, prices.sku.skuId, asked.quantity);
      return { item, priceMinor: price.ok ? price.value.priceMinor : null };
    });
}

function entriesOf({ base, entries }: SkuPrices) {
  return base === null ? entries : [...baseEntries(base), ...entries];
}

function compiledOf(prices: SkuPrices, lists: readonly ListItem[]) {
  const open = lists.filter(({ state }) => state !== 'ended').map(({ list }) => list);
  return compilePriceLists(open, entriesOf(prices));
}

/** Whoever the lists tell apart: tiers that no list names pay what any member pays. */
function buyersOf(lists: readonly ListItem[]): Buyer[] {
  const open = lists.filter(({ state }) => state !== 'ended').map(({ list }) => list);
  const tiers = new Set(open.flatMap(({ memberTiers }) => memberTiers ?? []));
  const buyers: Buyer[] = [{ channel: 'store', memberTier: null }];
  if (open.some(({ channel }) => channel === 'member')) buyers.push({ channel: 'store', memberTier: '' });
  for (const tier of tiers) buyers.push({ channel: 'store', memberTier: tier });
  buyers.push({ channel: 'online', memberTier: null });
  if (open.some(({ channel }) => channel === 'staff')) buyers.push({ channel: 'staff', memberTier: null });
  return buyers;
}
