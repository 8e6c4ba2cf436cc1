import type { PriceRow } from '../rows/rows.ts';
import type { PriceEntry, PriceList } from './price-list.ts';

/** Ids of the lists that every chain has: its base prices. No list of the chain's own may have one of them. */
export const baseListIds = { shelf: 'shelf', online: 'online' } as const;

export function isBaseList(priceListId: string): boolean {
  return priceListId === baseListIds.shelf || priceListId === baseListIds.online;
}

/** What the rows of `price` mean as price lists: what the shelf asks at every counter, and what the web shop asks. */
export function baseLists(currency: string): [PriceList, PriceList] {
  const base = {
    storeIds: null,
    memberTiers: null,
    currency,
    precedence: 0,
    validFromMs: null,
    validUntilMs: null,
    followsOnline: false,
  };
  return [
    { ...base, priceListId: baseListIds.shelf, channel: 'store' },
    { ...base, priceListId: baseListIds.online, channel: 'online' },
  ];
}

/** A row of `price` as entries of the base lists. */
export function baseEntries({ skuId, priceMinor, onlinePriceMinor, onlineConfirmedAtMs }: PriceRow): PriceEntry[] {
  const base = { skuId, minQuantity: 1, validFromMs: null, validUntilMs: null };
  const shelf = { ...base, priceListId: baseListIds.shelf, priceMinor, confirmedAtMs: null };
  if (onlinePriceMinor === null) return [shelf];
  const confirmedAtMs = onlineConfirmedAtMs ?? null;
  return [shelf, { ...base, priceListId: baseListIds.online, priceMinor: onlinePriceMinor, confirmedAtMs }];
}
