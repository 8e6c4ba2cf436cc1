import { onlineBaseEntry, takenListId } from './base-lists.ts';
import type { PriceEntry, PriceList } from './price-list.ts';

/** What the server last said of an online price while a ticket was open, and whether the ticket takes it. */
export type OnlineSeen = {
  skuId: string;
  /** null: the web shop does not sell it. */
  priceMinor: number | null;
  sinceMs: number | null;
  /** `take`: the shop asks it too; null: nobody has decided, which is as good as `keep`. */
  choice: 'take' | 'keep' | null;
};

type Prices = { lists: readonly PriceList[]; entries: readonly PriceEntry[] };

/**
 * [PL7] Lists and entries of a ticket with what was seen online: it stands in the place of every online price that the rows
 * have for the article. Where it is taken, it stands above all lists of the shop.
 */
export function withOnlineSeen({ lists, entries }: Prices, seen: readonly OnlineSeen[], currency: string): Prices {
  const bySku = new Map(seen.map((one) => [one.skuId, one]));
  if (bySku.size === 0) return { lists, entries };
  const online = new Set(lists.filter(({ channel }) => channel === 'online').map(({ priceListId }) => priceListId));
  const kept = entries.filter(({ skuId, priceListId }) => !(bySku.has(skuId) && online.has(priceListId)));
  const asked = seen.flatMap(({ skuId, priceMinor, sinceMs, choice }) => {
    if (priceMinor === null) return [];
    const entry = onlineBaseEntry(skuId, priceMinor, sinceMs);
    return choice === 'take' ? [entry, { ...entry, priceListId: takenListId, confirmedAtMs: null }] : [entry];
  });
  return { lists: [...lists, takenList(currency)], entries: [...kept, ...asked] };
}

function takenList(currency: string): PriceList {
  const always = { storeIds: null, memberTiers: null, validFromMs: null, validUntilMs: null, followsOnline: false };
  // One above all that a list may have.
  return { ...always, priceListId: takenListId, channel: 'store', currency, precedence: 1_001 };
}
