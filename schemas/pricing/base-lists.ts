import type { PriceRow } from '../rows/rows.ts';
import type { PriceEntry, PriceList } from './price-list.ts';

/** Ids of the lists that every chain has: its base prices. No list of the chain's own may have one of them. */
export const baseListIds = { shelf: 'shelf', online: 'online' } as const;

/** The list that an article is sold by when its online price was taken at the till (online-seen.ts). */
export const takenListId = 'online-taken';

export function isBaseList(priceListId: string): boolean {
  return priceListId === baseListIds.shelf || priceListId === baseListIds.online || priceListId === takenListId;
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
  const shelf = { ...always, skuId, priceListId: baseListIds.shelf, priceMinor, confirmedAtMs: null };
  return onlinePriceMinor === null
    ? [shelf]
    : [shelf, onlineBaseEntry(skuId, onlinePriceMinor, onlineConfirmedAtMs ?? null)];
}

const always = { minQuantity: 1, validFromMs: null, validUntilMs: null };

/** What the web shop asks for an article, as the base list `online` has it. */
export function onlineBaseEntry(skuId: string, priceMinor: number, confirmedAtMs: number | null): PriceEntry {
  return { ...always, skuId, priceListId: baseListIds.online, priceMinor, confirmedAtMs };
}
