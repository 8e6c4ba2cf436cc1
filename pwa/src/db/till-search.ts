import type { GtinRow, SkuRow } from '#schemas/rows/rows.ts';
import { searchDocumentOf } from '#schemas/search/search-document.ts';
import { buildSearchIndex, type SearchDocument, type SearchHit, SearchIndex } from '#schemas/search/search-index.ts';
import type { RowsStore } from './rows-store.ts';

/** Finds SKUs: in the index that the server cut, and in a small one over what changed since. */
export class TillSearch {
  readonly #rows: RowsStore;
  #index: { hash: string; index: SearchIndex } | null = null;
  #changed: { at: unknown; index: SearchIndex; gtinBySku: Map<string, string> } | null = null;

  constructor(rows: RowsStore) {
    this.#rows = rows;
  }

  /** SKUs, best first, each with a GTIN to show; some may be gone by now. */
  async find(text: string, limit: number): Promise<SearchHit[]> {
    const changedSkus = this.#rows.changedRows('sku');
    const main = await this.#mainIndex();
    const changed = this.#changedIndex();
    // What the old index says of a changed SKU holds for its GTINs alone.
    const isNumber = /^\s*[\d\s]+$/.test(text);
    const old = (main?.hits(text, limit + changedSkus.size) ?? []).filter(
      ({ skuId }) => !changedSkus.has(skuId) || (isNumber && changedSkus.get(skuId) !== null),
    );
    return best([...changed.index.hits(text, limit), ...old], limit);
  }

  /** A GTIN of a SKU, for showing; null when it has none. */
  async gtinOf(skuId: string): Promise<string | null> {
    const main = await this.#mainIndex();
    return this.#changedIndex().gtinBySku.get(skuId) ?? main?.gtinOf(skuId) ?? null;
  }

  /** Reads the index into memory, so that the first search need not wait. */
  async preload(): Promise<void> {
    await this.#mainIndex();
  }

  async #mainIndex(): Promise<SearchIndex | null> {
    const hash = this.#rows.manifest?.search?.hash ?? null;
    if (hash === null) return null;
    if (this.#index?.hash === hash) return this.#index.index;
    const bytes = await this.#rows.searchBytes();
    // Pages may have been swapped meanwhile: the old index serves until the next question.
    if (bytes === null || this.#rows.manifest?.search?.hash !== hash) return this.#index?.index ?? null;
    this.#index = { hash, index: new SearchIndex(bytes) };
    return this.#index.index;
  }

  #changedIndex() {
    const skus = this.#rows.changedRows('sku') as Map<string, SkuRow | null>;
    const gtins = this.#rows.changedRows('gtin') as Map<string, GtinRow | null>;
    const at = `${this.#rows.generation} ${skus.size} ${gtins.size} ${this.#rows.cursor?.chain}`;
    if (this.#changed !== null && this.#changed.at === at) return this.#changed;
    const gtinsBySku = Map.groupBy(
      [...gtins.values()].filter((row) => row !== null),
      (row) => row.skuId,
    );
    const documents = new Map<string, SearchDocument>();
    for (const [skuId, rows] of gtinsBySku) {
      documents.set(skuId, { skuId, texts: [], gtins: rows.map((row) => row.gtin14) });
    }
    for (const [skuId, sku] of skus) {
      if (sku === null) documents.delete(skuId);
      else documents.set(skuId, searchDocumentOf(sku, documents.get(skuId)?.gtins ?? []));
    }
    const gtinBySku = new Map([...gtinsBySku].map(([skuId, [row]]) => [skuId, row?.gtin14 ?? '']));
    this.#changed = { at, index: new SearchIndex(buildSearchIndex(documents.values()).buffer), gtinBySku };
    return this.#changed;
  }
}

function best(hits: readonly SearchHit[], limit: number): SearchHit[] {
  const bySku = new Map<string, SearchHit>();
  for (const hit of hits) {
    const known = bySku.get(hit.skuId);
    const score = Math.max(hit.score, known?.score ?? 0);
    bySku.set(hit.skuId, { ...hit, score, gtin14: known?.gtin14 ?? hit.gtin14 });
  }
  return [...bySku.values()].sort((a, b) => b.score - a.score).slice(0, limit);
}
