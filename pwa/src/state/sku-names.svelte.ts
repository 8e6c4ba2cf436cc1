import { SvelteMap } from 'svelte/reactivity';
import { type LocaleCode, type Names, nameIn } from '#schemas/text.ts';
import type { Till } from '../db/till-types.ts';

/** Names of SKUs for lists that know only their ids; looked up for what is shown. */
export class SkuNames {
  readonly #till: () => Till | null;
  readonly #locale: () => LocaleCode;
  readonly #names = new SvelteMap<string, { names: Names; variant: Names | null } | null>();

  constructor(options: { till: () => Till | null; locale: () => LocaleCode }) {
    this.#till = options.till;
    this.#locale = options.locale;
  }

  /** The id until the name is there. */
  of(skuId: string): string {
    const known = this.#names.get(skuId);
    if (!known) return skuId;
    const name = nameIn(known.names, this.#locale());
    return known.variant === null ? name : `${name} · ${nameIn(known.variant, this.#locale())}`;
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
