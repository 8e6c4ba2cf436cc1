import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestChain } from '../people/test-chain.ts';
import { isPublicAddress } from './feed-address.ts';
import { fetchFeed } from './fetch-feed.ts';
import { readPriceFeed } from './price-feed.ts';
import { PriceFeedWorker } from './price-feed-worker.ts';
import { openPricedChain } from './test-prices.ts';

let chain: TestChain;
let webShop: Server;
let url: string;
let answer: { status: number; body: string; headers?: Record<string, string> };
let asked = 0;
const allowed = (address: string) => address === '127.0.0.1';

beforeAll(async () => {
  chain = await openPricedChain();
  webShop = createServer((_request, response) => {
    asked++;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => webShop.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(webShop.address() as AddressInfo).port}/prices`;
});
beforeEach(async () => {
  asked = 0;
  await chain.sql('delete from price_feed');
  await chain.sql(
    'update price set online_price_minor = null, online_confirmed_at_ms = null, online_seen_at_ms = null',
  );
});
afterAll(async () => {
  webShop.close();
  await chain.close();
});

async function setFeed(format: 'json' | 'csv'): Promise<void> {
  await chain.sql(
    `insert into price_feed (merchant_id, store_id, feed, next_try_at_ms) values ('chain', 'store-a', $1, 0)`,
    [{ url, format, everyMinutes: 10 }],
  );
}
const look = () => new PriceFeedWorker(chain.context, { allowed, timeoutMs: 2_000 }).look();
const state = () => readPriceFeed(chain.context.database.pool, 'chain');
const online = async () =>
  (
    await chain.sql<{ price: number }>(
      'select online_price_minor as price from price where online_price_minor is not null order by sku_id',
    )
  ).map(({ price }) => price);

describe('the price feed of a web shop', () => {
  test('is read when it is due, as JSON or CSV', async () => {
    await setFeed('json');
    answer = {
      status: 200,
      body: '{"prices":[{"sku":"tea-00001","price":"1.50"},{"sku":"tea-00002","priceMinor":99}]}',
    };
    await look();
    expect([await online(), asked]).toEqual([[150, 99], 1]);
    expect(await state()).toMatchObject({
      lastReadAtMs: chain.nowMs,
      trouble: null,
      counts: { changed: 2, unknown: 0 },
    });
    await look();
    expect(asked).toBe(1);
    chain.nowMs += 600_000;
    await chain.sql(`update price_feed set feed = jsonb_set(feed, '{format}', '"csv"')`);
    answer = { status: 200, body: 'sku,price\ntea-00001,1.60\nnone,1\n' };
    await look();
    expect([await online(), asked]).toEqual([[160, 99], 2]);
    expect((await state()).counts).toEqual({ changed: 1, confirmed: 0, older: 0, unknown: 1 });
  });

  test('that fails is shown, and the last prices stay with their age', async () => {
    await setFeed('json');
    answer = { status: 200, body: '[{"sku":"tea-00001","price":1.5}]' };
    await look();
    const readAtMs = chain.nowMs;
    const troubleOf = async (given: typeof answer) => {
      chain.nowMs += 600_000;
      answer = given;
      await look();
      const { trouble, lastReadAtMs, lastTriedAtMs } = await state();
      expect([lastReadAtMs, lastTriedAtMs, await online()]).toEqual([readAtMs, chain.nowMs, [150]]);
      return trouble?.code;
    };
    expect(await troubleOf({ status: 500, body: '' })).toBe('bad-status');
    expect(await troubleOf({ status: 200, body: '<html>' })).toBe('not-readable');
    expect(await troubleOf({ status: 200, body: '[{"sku":"tea-00001","price":"1,50"}]' })).toBe('not-readable');
    // A redirect may lead past the check of the address.
    expect(await troubleOf({ status: 302, body: '', headers: { location: 'http://169.254.169.254/' } })).toBe(
      'bad-status',
    );
    webShop.close();
    webShop.closeAllConnections();
    expect(await troubleOf(answer)).toBe('unreachable');
  });
});

describe('[A1] a feed leads nowhere inside', () => {
  test('an address is public or not', () => {
    const inside = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'];
    const inside6 = [
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
    ];
    for (const address of [...inside, ...inside6, '224.0.0.1', '255.255.255.255', '203.0.113.9', 'shop.example', '']) {
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
    }
    for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111']) {
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    }
  });

  test('a name that leads to this machine is not asked', async () => {
    for (const target of [
      url,
      'https://localhost/prices',
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://[::1]/',
    ]) {
      const fetched = await fetchFeed(target);
      expect(fetched).toMatchObject({ ok: false, error: { code: 'address-not-allowed' } });
    }
    const elsewhere = await fetchFeed(url.replace('127.0.0.1', 'localhost'), { allowed: () => false });
    expect(elsewhere).toMatchObject({ ok: false, error: { code: 'address-not-allowed' } });
    expect(asked).toBe(0);
  });
});
