import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestChain } from '../people/test-chain.ts';
import { readChangedPrices } from './changed-prices.ts';
import { openPricedChain } from './test-prices.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await openPricedChain();
});
afterAll(() => chain.close());

const changed = (sinceMs: number, merchantId = 'chain') =>
  readChangedPrices(chain.context.database.pool, merchantId, sinceMs);
async function ask(skuId: string, priceMinor: number): Promise<void> {
  chain.nowMs += 1_000;
  const prices = [{ skuId, priceMinor, confirmedAtMs: chain.nowMs }];
  expect((await chain.put('olga', 'stores/store-a/online-prices', { prices }))[0]).toBe(200);
}

test('[A1] what changed since is told, the latest first, once each; a first price is no change, and another chain hears nothing', async () => {
  await ask('tea-00001', 3);
  await ask('tea-00002', 3);
  expect(await changed(0)).toEqual([]);
  const startMs = chain.nowMs + 1;
  await ask('tea-00001', 9);
  await ask('tea-00002', 8);
  await ask('tea-00001', 7);
  expect(await changed(startMs)).toEqual(['tea-00001', 'tea-00002']);
  expect(await changed(chain.nowMs)).toEqual(['tea-00001']);
  expect(await changed(chain.nowMs + 1)).toEqual([]);
  expect(await changed(0, 'rival')).toEqual([]);
});
