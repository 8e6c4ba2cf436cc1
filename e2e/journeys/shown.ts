import { expect } from '@playwright/test';
import type { DemoSku } from './demo-goods.ts';
import type { Tablet } from './tablet.ts';

/** What a till shows as the stock on hand of a SKU, in its list of search results. */
export async function onHandShown(tablet: Tablet, sku: DemoSku): Promise<number> {
  const input = tablet.byId('search-input');
  if ((await input.inputValue()) !== sku.skuId) await input.fill(sku.skuId);
  const result = tablet.page.locator(`[data-testid="search-result"][data-sku="${sku.skuId}"]`);
  await expect(result).toBeVisible();
  return Number(await result.getAttribute('data-on-hand'));
}
