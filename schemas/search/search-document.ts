import type { SkuRow } from '../rows/rows.ts';
import type { SearchDocument } from './search-index.ts';

/** What a SKU is found by: its names and variant in all languages, and its brand. */
export function searchDocumentOf(
  sku: Pick<SkuRow, 'skuId' | 'names' | 'variant' | 'brand'>,
  gtins: readonly string[],
): SearchDocument {
  const texts = [...Object.values(sku.names), ...Object.values(sku.variant ?? {}), sku.brand].filter((text) => !!text);
  return { skuId: sku.skuId, texts: texts as string[], gtins };
}
