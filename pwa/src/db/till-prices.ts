import { baseEntries, baseLists } from '#schemas/pricing/base-lists.ts';
import { compilePromotions, type Promotions } from '#schemas/pricing/compile-promotions.ts';
import type { PriceEntry, PriceList } from '#schemas/pricing/price-list.ts';
import type { PriceRow, SkuPriceRow } from '#schemas/rows/rows.ts';
import { rowsWithPrefix } from './rows-between.ts';
import type { RowsStore } from './rows-store.ts';

/** What prices of a chain depend on besides the entries of each SKU. */
export type PriceBook = { lists: readonly PriceList[]; promotions: Promotions };

/** Price lists and promotions, read whole and compiled once: whoever asks keeps them until rows of either change. */
export async function readPriceBook(rows: RowsStore): Promise<PriceBook> {
  const [lists, promotions] = await Promise.all([
    rowsWithPrefix(rows, 'price-list', ''),
    rowsWithPrefix(rows, 'promotion', ''),
  ]);
  const currency = rows.config?.currency;
  return {
    lists: [...(currency === undefined ? [] : baseLists(currency)), ...lists.values()],
    promotions: compilePromotions([...promotions.values()]),
  };
}

/** The entries of a SKU in all lists: the chain's base prices, and those of lists of its own. */
export function entriesOf(base: PriceRow | null, listed: SkuPriceRow | null): readonly PriceEntry[] {
  return [...(base === null ? [] : baseEntries(base)), ...(listed?.entries ?? [])];
}
