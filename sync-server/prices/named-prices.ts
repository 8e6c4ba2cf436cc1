import type { EntryProblem } from '#schemas/api/prices.ts';
import type { Queryable } from '../db/database.ts';
import type { GivenEntry } from './list-entries.ts';
import type { FilePrice } from './price-file.ts';
import { skusOfGtins } from './quote-ticket.ts';

/** Entries of a file's rows, with the SKUs of their GTINs; whether the chain has a SKU is asked when it is written. */
export async function nameFileRows(
  database: Queryable,
  merchantId: string,
  rows: readonly FilePrice[],
): Promise<{ entries: GivenEntry[]; problems: EntryProblem[] }> {
  const gtin14s = rows.map(({ gtin14 }) => gtin14).filter((gtin14) => gtin14 !== null);
  const skuOf = await skusOfGtins(database, merchantId, gtin14s);
  const entries: GivenEntry[] = [];
  const problems: EntryProblem[] = [];
  for (const { row, skuId, gtin14, priceMinor, ...rest } of rows) {
    const ofGtin = gtin14 === null ? null : (skuOf.get(gtin14) ?? null);
    const found = skuId ?? ofGtin;
    if (gtin14 !== null && ofGtin === null) problems.push({ row, code: 'gtin-unknown', value: gtin14 });
    else if (gtin14 !== null && found !== ofGtin) problems.push({ row, code: 'sku-not-of-gtin', value: skuId ?? '' });
    else if (priceMinor === null) problems.push({ row, code: 'missing', value: 'price' });
    else if (found !== null) entries.push({ row, skuId: found, priceMinor, ...rest });
  }
  return { entries, problems };
}
