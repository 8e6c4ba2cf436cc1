import { afterAll, beforeAll, expect, test } from 'vitest';
import { onlineQuoteSchema } from '#schemas/sync/online-quote.ts';
import { createApp } from '../app.ts';
import { addStore, addTill, openTestShop, type TestShop, type TestTill } from './feed-test-shop.ts';

let shop: TestShop;
let app: ReturnType<typeof createApp>;
let till: TestTill;

beforeAll(async () => {
  shop = await openTestShop();
  app = createApp(shop.context, {});
  for (const [merchantId, storeId] of [
    ['chain', 'here'],
    ['other-chain', 'foreign'],
  ] as const) {
    await addStore(shop.context, merchantId, storeId);
  }
  till = await addTill(shop.context, 'here');
  await addPrice('chain', 'tea', 350, 300);
  await addPrice('chain', 'cup', 800, null);
  await addPrice('other-chain', 'secret', 1, 1);
});
afterAll(() => shop.close());

async function addPrice(merchantId: string, skuId: string, priceMinor: number, online: number | null) {
  const { pool } = shop.context.database;
  await pool.query(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ($1, $2, '{"en":"x"}', 'standard', 'quantity', 1)`,
    [merchantId, skuId],
  );
  await pool.query(
    `insert into price (merchant_id, sku_id, price_minor, online_price_minor, online_confirmed_at_ms, online_seen_at_ms, revision)
     values ($1, $2, $3, $4, $5, $6, 1)`,
    [merchantId, skuId, priceMinor, online, online === null ? null : 1_000, online === null ? null : 5_000],
  );
}

function ask(goods: { skuId: string; quantity: number }[], storeId = 'here') {
  return app.request(`/feed/${storeId}/online-quote`, {
    method: 'POST',
    headers: { authorization: `Bearer ${till.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ goods }),
  });
}

test('a till is told what the web shop asks, and when that was last confirmed', async () => {
  const goods = ['cup', 'tea', 'nothing'].map((skuId) => ({ skuId, quantity: 2 }));
  const response = await ask(goods);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(onlineQuoteSchema.parse(await response.json()).goods).toEqual([
    { skuId: 'cup', priceMinor: null, sinceMs: null },
    { skuId: 'tea', priceMinor: 300, sinceMs: 5_000 },
    { skuId: 'nothing', priceMinor: null, sinceMs: null },
  ]);
});

test('[A1] prices of another chain are nothing to it, and its store is not asked', async () => {
  const response = await ask([{ skuId: 'secret', quantity: 1 }]);
  expect((await response.json()).goods).toEqual([{ skuId: 'secret', priceMinor: null, sinceMs: null }]);
  expect((await ask([{ skuId: 'secret', quantity: 1 }], 'foreign')).status).toBe(403);
});

test('a question that makes no sense is refused', async () => {
  for (const goods of [[], [{ skuId: 'tea', quantity: 0 }]]) expect((await ask(goods)).status).toBe(400);
});
