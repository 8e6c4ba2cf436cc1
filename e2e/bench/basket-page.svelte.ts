// The basket of the till as it ships, in a page: what a scan costs until every line has its price. Bundled by basket-state.ts.
import { flushSync } from 'svelte';
import type { FoundSku, Till } from '#pwa/db/till-types.ts';
import { Basket } from '#pwa/state/basket.svelte.ts';
import type { BasketItem } from '#pwa/state/basket-lines.ts';
import { Pricing } from '#pwa/state/pricing.svelte.ts';
import type { PriceEntry, PriceList } from '#schemas/pricing/price-list.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { brands, categories, context, dice, inventedSkuIds, nowMs, pricingShop, taxRules } from './pricing-shop.ts';

type Shop = ReturnType<typeof pricingShop>;

/** What the basket asks of a till, with rows as they lie in it. */
function tillOf(shop: Shop, lists: readonly PriceList[]): Till {
  const status = { sellable: true, online: false };
  const till = {
    status,
    nowMs: () => nowMs,
    priceBook: async () => ({ lists, promotions: shop.promotions }),
    skuById: async () => null,
    onStatus: () => undefined,
    onRows: () => undefined,
  };
  return till as unknown as Till;
}

const store = { storeId: context.storeId, currency: context.currency, timeZone: 'Europe/London', taxRules };

function itemOf(skuId: string, sku: number): BasketItem {
  const { taxClass, gtin14, brand } = { taxClass: 'standard', gtin14: null, brand: `brand-${sku % brands}` };
  const categoryIds = [`category-${sku % categories}`, `department-${sku % 12}`];
  const name = { name: `Article ${sku}`, variant: null };
  return { skuId, gtin14, serial: null, ...name, taxClass, grams: null, categoryIds, brand, price: { from: 'list' } };
}

export type BasketRun = { skus: number; promotions: number; lines: number; scans: number; baskets: number };

/** Milliseconds of each scan that comes to a basket of so many lines: rows to the basket, all prices anew, both copies kept. */
export async function timeScans({ skus, promotions, lines, scans, baskets }: BasketRun): Promise<number[]> {
  const skuIds = inventedSkuIds(skus);
  const shop = pricingShop(skuIds, promotions);
  const compiled = [...shop.prices.entriesOf.values()];
  const lists = [...new Set(compiled.flatMap((entries) => entries.map(({ list }) => list)))];
  const entriesOf = (skuId: string): PriceEntry[] => (shop.prices.entriesOf.get(skuId) ?? []).map(({ entry }) => entry);
  const till = tillOf(shop, lists);
  const copy = { read: async () => null, write: async () => undefined };
  let ids = 0;
  const basket = new Basket({ storage: localStorage, copy, newId: () => `basket-${ids++}`, nowMs: () => nowMs });
  const config = () => store as unknown as StoreConfig;
  const pricing = new Pricing({ basket, till: () => till, config, isHeld: () => false });
  await basket.attach('bench-basket');
  await pricing.attach(till);
  // A screen that shows what is due.
  const stop = $effect.root(() => {
    $effect(() => {
      document.title = String(pricing.quote?.dueMinor ?? 0);
    });
  });
  const taken: number[] = [];
  const roll = dice(11);
  for (let run = 0; run < baskets; run += 1) {
    basket.startNew();
    for (let scan = 0; scan < lines + scans; scan += 1) {
      const sku = roll(skuIds.length);
      const skuId = skuIds[sku] ?? '';
      const startedAtMs = performance.now();
      pricing.learn({ sku: { skuId }, entries: entriesOf(skuId) } as unknown as FoundSku);
      basket.add(itemOf(skuId, sku));
      // While the basket grows the screen is not asked: only what comes to the full one is measured.
      if (scan >= lines - 1) flushSync();
      if (scan >= lines && run > 0) taken.push(performance.now() - startedAtMs);
    }
  }
  stop();
  return taken;
}

Object.assign(window, { harness: true, timeScans });
