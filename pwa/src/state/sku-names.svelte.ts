import { SvelteMap } from 'svelte/reactivity';
import type { SkuRow } from '#schemas/rows/rows.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import type { Till } from '../db/till-types.ts';

/** A SKU by its name, with size and colour. */
export function skuName({ names, variant }: Pick<SkuRow, 'names' | 'variant'>, locale: LocaleCode): string {
  const name = nameIn(names, locale);
  return variant === null ? name : `${name} · ${nameIn(variant, locale)}`;
}

/** Names of SKUs for lists that know only their ids; looked up for what is shown. */
export class SkuNames {
  readonly #till: () => Till | null;
  readonly #locale: () => LocaleCode;
  readonly #names = new SvelteMap<string, Pick<SkuRow, 'names' | 'variant'> | null>();

  constructor(options: { till: () => Till | null; locale: () => LocaleCode }) {
    this.#till = options.till;
    this.#locale = options.locale;
  }

  /** The id until the name is there. */
  of(skuId: string): string {
    const known = this.#names.get(skuId);
    return known ? skuName(known, this.#locale()) : skuId;
  }

  async load(skuIds: readonly string[]): Promise<void> {
    const till = this.#till();
    const missing = skuIds.filter((skuId) => !this.#names.has(skuId));
    if (!till || missing.length === 0) return;
    for (const skuId of missing) this.#names.set(skuId, null);
    await Promise.all(
      missing.map(async (skuId) => {
        const found = await till.skuById(skuId);
        if (found) this.#names.set(skuId, { names: found.sku.names, variant: found.sku.variant });
      }),
    );
  }
}
