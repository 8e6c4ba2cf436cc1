import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newKeyAnswerSchema } from '#schemas/api/keys.ts';
import { type OnlinePrices, onlinePricesAnswerSchema, priceFeedAnswerSchema } from '#schemas/api/prices.ts';
import { priceRowSchema } from '#schemas/rows/rows.ts';
import { importProducts } from '../catalogue/import-products.ts';
import type { TestChain } from '../people/test-chain.ts';
import { confirmEveryMs } from '../prices/online-prices.ts';
import { openPricedChain, ToldTill, teaGtin } from '../prices/test-prices.ts';

let chain: TestChain;
let till: ToldTill;
const path = 'stores/store-a/online-prices';

beforeAll(async () => {
  chain = await openPricedChain();
  till = await ToldTill.pair(chain);
});
beforeEach(async () => {
  await chain.sql(
    'update price set online_price_minor = null, online_confirmed_at_ms = null, online_seen_at_ms = null',
  );
  await till.next();
});
afterAll(() => chain.close());

type Given = Partial<OnlinePrices['prices'][number]>[];

async function receive(...prices: Given) {
  const [status, body] = await chain.put('olga', path, { prices });
  expect([status, body]).toEqual([200, expect.anything()]);
  return onlinePricesAnswerSchema.parse(body);
}
const tea = (priceMinor: number | null, confirmedAtMs?: number) => ({
  skuId: 'tea-00002',
  priceMinor,
  ...(confirmedAtMs === undefined ? {} : { confirmedAtMs }),
});
const told = async () => (await till.next()).price?.['tea-00002'];

describe('online prices', () => {
  test('come by SKU or GTIN, each row for itself, and reach tills with the time of their confirmation', async () => {
    const answer = await receive(
      tea(199),
      { gtin: teaGtin, priceMinor: 99 },
      { skuId: 'cup-00001', priceMinor: 1 },
      { gtin: '4006381333931', priceMinor: 1 },
      { gtin: teaGtin, skuId: 'tea-00003', priceMinor: 1 },
      { priceMinor: 1 },
      tea(200),
    );
    expect(answer.results).toEqual([
      ...['changed', 'changed', 'sku-unknown', 'gtin-unknown', 'sku-not-of-gtin', 'sku-unknown', 'row-twice'],
    ]);
    expect(answer.counts).toEqual({ changed: 2, confirmed: 0, older: 0, unknown: 4 });
    expect(priceRowSchema.parse(await told())).toEqual({
      skuId: 'tea-00002',
      priceMinor: 2,
      onlinePriceMinor: 199,
      onlineConfirmedAtMs: chain.nowMs,
    });
    expect((await receive(tea(null, chain.nowMs))).results).toEqual(['changed']);
    expect(await told()).toMatchObject({ onlinePriceMinor: null });
  });

  test('confirmed earlier than the one on record change nothing, nor does a time that has not come', async () => {
    const { nowMs } = chain;
    await receive(tea(199, nowMs - 1_000));
    await till.next();
    expect((await receive(tea(150, nowMs - 2_000))).results).toEqual(['older']);
    expect(await told()).toBeUndefined();
    // Seen again, though tills are not told: an older one is still older.
    expect((await receive(tea(199, nowMs - 100))).results).toEqual(['confirmed']);
    expect(await told()).toBeUndefined();
    expect((await receive(tea(150, nowMs - 500))).results).toEqual(['older']);
    await receive(tea(180, nowMs + 86_400_000));
    expect(await told()).toMatchObject({ onlinePriceMinor: 180, onlineConfirmedAtMs: nowMs });
  });

  test('that stay the same are told to tills now and then only, and the server knows when they were seen', async () => {
    await receive(tea(199));
    await till.next();
    chain.nowMs += 60_000;
    expect((await receive(tea(199))).results).toEqual(['confirmed']);
    expect(await till.next()).toEqual({});
    const [, quoted] = await chain.ask('olga', 'stores/store-a/quote', {
      lines: [{ skuId: 'tea-00002', quantity: 1 }],
    });
    expect(quoted).toMatchObject({ lines: [{ online: { priceMinor: 199, sinceMs: chain.nowMs, ageMs: 0 } }] });
    chain.nowMs += confirmEveryMs;
    await receive(tea(199));
    expect(await told()).toMatchObject({ onlinePriceMinor: 199, onlineConfirmedAtMs: chain.nowMs });
  });

  test('come as a file; rows that cannot be read are said, the others count', async () => {
    const [status, body] = await chain.upload('olga', 'PUT', `${path}/csv`, 'sku;price\ntea-00002;1.99\ntea-00003;x\n');
    expect(status).toBe(200);
    expect(onlinePricesAnswerSchema.parse(body)).toMatchObject({
      results: ['changed'],
      problems: [{ row: 3, code: 'price-format', value: 'x' }],
    });
    expect(await told()).toMatchObject({ onlinePriceMinor: 199 });
    expect((await chain.upload('olga', 'PUT', `${path}/csv`, 'a,b\n1,2\n'))[0]).toBe(400);
  });

  test('that a product file changes are of unknown age from then on', async () => {
    const load = async (price: string) => {
      const file = Buffer.from(`sku,name_en,price,online_price\ntea-00002,Tea,2.00,${price}\n`);
      const imported = await importProducts(chain.context, { merchantId: 'chain', open: () => Readable.from([file]) });
      expect(imported.ok).toBe(true);
    };
    await receive(tea(199));
    await load('1.99');
    expect(await told()).toMatchObject({ onlinePriceMinor: 199, onlineConfirmedAtMs: chain.nowMs });
    await load('1.89');
    expect(await told()).toMatchObject({ onlinePriceMinor: 189, onlineConfirmedAtMs: null });
  });

  test('[A1] come by an API key with the right of the chain, and from nobody without it', async () => {
    const keyOf = async (rights: string[]) => {
      const [, made] = await chain.ask('olga', 'keys', {
        name: rights.join(),
        scopeType: 'merchant',
        scopeId: 'chain',
        rights,
        requestsPerMinute: 60,
        lifetimeDays: null,
      });
      return newKeyAnswerSchema.parse(made).key;
    };
    const put = async (secret: string) => {
      const response = await chain.app.request(`/api/${path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ prices: [tea(5)] }),
      });
      return response.status;
    };
    expect(await put(await keyOf(['edit-prices']))).toBe(200);
    expect(await put(await keyOf(['read-reports']))).toBe(403);
    expect((await chain.put('mia', path, { prices: [tea(6)] }))[0]).toBe(403);
    expect(await told()).toMatchObject({ onlinePriceMinor: 5 });
  });
});

test('where prices are read from is set by an address of the public internet, and shown', async () => {
  const feed = (url: string) => ({ feed: { url, format: 'json', everyMinutes: 15 } });
  const feedPath = 'stores/store-a/price-feed';
  for (const url of [
    'http://shop.example/prices',
    'https://10.0.0.5/p',
    'https://[::1]/p',
    'https://localhost/p',
    'ftp://x/yy',
  ]) {
    expect((await chain.put('olga', feedPath, feed(url)))[0]).toBe(400);
  }
  expect(await chain.put('olga', feedPath, feed('https://shop.example/prices.json'))).toEqual([200, {}]);
  const read = async () => priceFeedAnswerSchema.parse((await chain.ask('olga', feedPath))[1]);
  expect(await read()).toMatchObject({ feed: { everyMinutes: 15 }, lastReadAtMs: null, trouble: null });
  expect(await chain.put('olga', feedPath, { feed: null })).toEqual([200, {}]);
  expect((await read()).feed).toBeNull();
});
