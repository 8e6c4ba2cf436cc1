import { SvelteMap } from 'svelte/reactivity';
import type { GoodsFound } from '#schemas/api/goods.ts';
import { type LocaleCode, type Names, nameIn } from '#schemas/text.ts';

type Named = { names: Names; variant: Names | null };

/** What goods and categories are called, as far as a page has come across them. */
export class GoodsNames {
  readonly #skus = new SvelteMap<string, Named>();
  readonly #categories = new SvelteMap<string, Names>();

  learn({ skus, categories }: Partial<Pick<GoodsFound, 'skus' | 'categories'>>): void {
    for (const { skuId, names, variant } of skus ?? []) this.#skus.set(skuId, { names, variant });
    for (const { categoryId, names } of categories ?? []) this.#categories.set(categoryId, names);
  }

  /** The name of goods with their size or colour; an id that is not known, as it is. */
  nameOf(kind: 'sku' | 'category', id: string, locale: LocaleCode): string {
    return this.partsOf(kind, id, locale).join(' · ');
  }

  /** The name, and the size or colour where goods have one. */
  partsOf(kind: 'sku' | 'category', id: string, locale: LocaleCode): string[] {
    if (kind === 'category') {
      const names = this.#categories.get(id);
      return [names ? nameIn(names, locale) : id];
    }
    const sku = this.#skus.get(id);
    if (!sku) return [id];
    return [nameIn(sku.names, locale), ...(sku.variant ? [nameIn(sku.variant, locale)] : [])];
  }
}
