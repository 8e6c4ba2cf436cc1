import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowOfPage } from '#schemas/rows/page-value.ts';
import type { FeedTable } from '#schemas/rows/rows.ts';
import { feedTables } from '#schemas/rows/rows.ts';
import { SearchIndex } from '#schemas/search/search-index.ts';
import { type Delta, deltaSchema, type Manifest, manifestSchema } from '#schemas/sync/feed.ts';
import { PageReader } from '#schemas/sync/page-format.ts';
import { feedRoutes } from './feed-routes.ts';
import { addSkus, addStore, addTill, openTestShop, setStock, type TestShop, type TestTill } from './feed-test-shop.ts';
import { PageKeeper } from './page-keeper.ts';

const patiently = { timeout: 30_000 };
let shop: TestShop;
let app: Hono;
let till: TestTill;
let sister: TestTill;
let stranger: TestTill;

beforeAll(async () => {
  shop = await openTestShop();
  const { context } = shop;
  app = new Hono().route('/feed', feedRoutes(context, new PageKeeper(context, { inProcess: true })));
  await addStore(context, 'chain', 'store-a');
  await addStore(context, 'chain', 'store-b');
  await addStore(context, 'rival', 'store-c');
  // A merchant called like another's store: their pages must not mix.
  await addStore(context, 'store-c', 'store-d');
  till = await addTill(context, 'store-a');
  sister = await addTill(context, 'store-b');
  stranger = await addTill(context, 'store-c');
  await addSkus(context, 'chain', 'A', 5_000);
  await addSkus(context, 'rival', 'R', 10);
  await addSkus(context, 'store-c', 'D', 10);
  await setStock(context, 'store-a', 'A-00001', 7);
  await setStock(context, 'store-b', 'A-00001', 9);
});
afterAll(() => shop.close());

function get(path: string, token: string | null, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(
    app.request(path, { headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) } }),
  );
}

async function manifestOf(of: TestTill): Promise<Manifest> {
  const response = await get(`/feed/${of.storeId}/manifest`, of.token);
  expect(response.status).toBe(200);
  return manifestSchema.parse(await response.json());
}

async function pageOf(of: TestTill, hash: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await get(`/feed/${of.storeId}/page/${hash}`, of.token);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('cache-control')).toContain('immutable');
  const bytes = new Uint8Array(gunzipSync(Buffer.from(await response.arrayBuffer())));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
  return bytes;
}

async function rowsOf(of: TestTill, table: FeedTable): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>();
  for (const ref of (await manifestOf(of)).tables[table] ?? []) {
    const page = new PageReader((await pageOf(of, ref.hash)).buffer);
    expect([page.keyAt(0), page.keyAt(page.rows - 1), page.rows]).toEqual([ref.firstKey, ref.lastKey, ref.rows]);
    for (let at = 0; at < page.rows; at++) {
      const rowKey = page.keyAt(at);
      rows.set(rowKey, feedTables[table].schema.parse(rowOfPage(table, rowKey, page.valueAt(at))));
    }
  }
  return rows;
}

async function deltaOf(of: TestTill, query: string): Promise<Delta> {
  const response = await get(`/feed/${of.storeId}/delta?${query}`, of.token);
  expect(response.status).toBe(200);
  return deltaSchema.parse(await response.json());
}

describe('snapshot', () => {
  test('the pages of the manifest hold all rows, in order, as the schemas say', async () => {
    const skus = await rowsOf(till, 'sku');
    expect(skus.size).toBe(5_000);
    expect([...skus.keys()]).toEqual([...skus.keys()].sort());
    expect((await rowsOf(till, 'price')).get('A-00042')).toEqual({
      skuId: 'A-00042',
      priceMinor: 42,
      onlinePriceMinor: null,
    });
    expect((await rowsOf(till, 'gtin')).size).toBe(5_000);
    expect((await rowsOf(till, 'stock')).get('floor|A-00001')).toMatchObject({ received: 7, placeId: 'floor' });
  });

  test('the search index finds what the pages hold', async () => {
    const { search } = await manifestOf(till);
    const index = new SearchIndex((await pageOf(till, search?.hash ?? '')).buffer);
    expect(index.query('thing 4711', 5)[0]).toBe('A-04711');
    expect((await manifestOf(await addTill(shop.context, 'store-d', 9))).search?.rows).toBe(10);
  });

  test('tills of one chain share its pages, and a table that did not change keeps them', async () => {
    const [first, second] = [await manifestOf(till), await manifestOf(sister)];
    expect(second.tables.sku).toEqual(first.tables.sku);
    expect(second.tables.stock).not.toEqual(first.tables.stock);
  });

  test('a page that is gone is 404 page-gone; a page asked for again with its ETag is 304', async () => {
    const gone = await get(`/feed/store-a/page/${'0'.repeat(64)}`, till.token);
    expect([gone.status, await gone.json()]).toEqual([404, { error: { code: 'page-gone' } }]);
    const hash = (await manifestOf(till)).tables.sku?.[0]?.hash ?? '';
    expect((await get(`/feed/store-a/page/${hash}`, till.token, { 'if-none-match': `"${hash}"` })).status).toBe(304);
  });
});

describe('delta', () => {
  test('[F2] after the manifest a delta brings nothing; after a change the row, the cursor and the config once', async () => {
    const { cursor } = await manifestOf(till);
    const first = await deltaOf(till, `chain=${cursor.chain}&store=${cursor.store}`);
    expect(first.rows).toEqual({});
    expect(first.config?.storeId).toBe('store-a');
    await setStock(shop.context, 'store-a', 'A-00002', 3);
    const second = await deltaOf(till, `chain=${cursor.chain}&store=${cursor.store}&config=${first.configVersion}`);
    expect(second.config).toBeNull();
    expect(second.cursor).toEqual({ chain: cursor.chain, store: cursor.store + 1 });
    expect(second.rows.stock?.map(([rowKey]) => rowKey)).toEqual(['floor|A-00002']);
    expect(feedTables.stock.schema.parse(second.rows.stock?.[0]?.[1])).toMatchObject({ received: 3 });
  });

  test('deleted rows of the chain come as null, and leave the pages', async () => {
    const { cursor } = await manifestOf(sister);
    await shop.context.database.pool.query(
      `with c as (update merchant_counter set revision = revision + 1 where merchant_id = 'chain' returning revision)
       update price set deleted = true, revision = c.revision from c where price.sku_id = 'A-04999'`,
    );
    const delta = await deltaOf(sister, `chain=${cursor.chain}&store=${cursor.store}`);
    expect(delta.rows).toEqual({ price: [['A-04999', null]] });
  });

  test('more rows than a delta holds are a reload, and so is a cursor ahead of the server', async () => {
    await addStore(shop.context, 'huge', 'store-h');
    const huge = await addTill(shop.context, 'store-h');
    await addSkus(shop.context, 'huge', 'H', 7_000);
    expect(await deltaOf(huge, 'chain=0&store=0')).toMatchObject({
      reload: true,
      rows: {},
      cursor: { chain: 0, store: 0 },
    });
    expect(await deltaOf(till, 'chain=0&store=999999')).toMatchObject({ reload: true, cursor: { store: 999_999 } });
    const { cursor } = await manifestOf(huge);
    expect((await deltaOf(huge, `chain=${cursor.chain}&store=${cursor.store}`)).reload).toBe(false);
  });

  test('a waiting till is answered when its store changes, not when another does', async () => {
    const { cursor, configVersion } = await deltaOf(till, 'chain=0&store=0');
    const asked = deltaOf(till, `chain=${cursor.chain}&store=${cursor.store}&config=${configVersion}&waitMs=20000`);
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    await setStock(shop.context, 'store-b', 'A-00003', 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    await setStock(shop.context, 'store-a', 'A-00003', 1);
    expect((await asked).rows.stock).toHaveLength(1);
  });

  test('a waiting till that goes away is let go at once', async () => {
    const { cursor, configVersion } = await deltaOf(till, 'chain=0&store=0');
    const leaving = new AbortController();
    const query = `chain=${cursor.chain}&store=${cursor.store}&config=${configVersion}&waitMs=30000`;
    const request = new Request(`http://till/feed/store-a/delta?${query}`, {
      headers: { authorization: `Bearer ${till.token}` },
      signal: leaving.signal,
    });
    const answer = app.request(request);
    setTimeout(() => leaving.abort(), 50);
    expect((await answer).status).toBe(200);
  });

  test("the till's report reaches the manager's table", async () => {
    await deltaOf(sister, 'chain=0&store=0&waiting=3&offsetMs=-1500&app=1.2.3');
    await expect
      .poll(async () => {
        const { rows } = await shop.context.database.pool.query(
          `select waiting_entries, clock_offset_ms, app_version from till where store_id = 'store-b'`,
        );
        return rows[0];
      }, patiently)
      .toEqual({ waiting_entries: 3, clock_offset_ms: -1500, app_version: '1.2.3' });
  });
});

describe('[A1] a till reads its own store and chain, and nothing else', () => {
  test.each(['manifest', 'delta?chain=0&store=0', `page/${'0'.repeat(64)}`])('%s', async (path) => {
    const refusals: [string | null, string, number, string][] = [
      [null, 'store-a', 401, 'unauthorized'],
      ['nonsense', 'store-a', 401, 'unauthorized'],
      ['A'.repeat(43), 'store-a', 401, 'unauthorized'],
      [till.token, 'store-b', 403, 'forbidden'],
      [till.token, 'store-c', 403, 'forbidden'],
      [till.token, 'no-such-store', 403, 'forbidden'],
      [stranger.token, 'store-a', 403, 'forbidden'],
    ];
    for (const [token, storeId, status, code] of refusals) {
      const response = await get(`/feed/${storeId}/${path}`, token);
      expect([storeId, response.status, await response.json()]).toEqual([storeId, status, { error: { code } }]);
    }
  });

  test("another store's page is gone, also when a merchant has that store's id", async () => {
    const own = (await manifestOf(till)).tables;
    const foreign = (await manifestOf(await addTill(shop.context, 'store-d', 2))).tables;
    for (const ref of [...(own.sku ?? []), ...(own.stock ?? []), ...(foreign.sku ?? [])]) {
      expect((await get(`/feed/store-c/page/${ref.hash}`, stranger.token)).status).toBe(404);
    }
    for (const ref of own.stock ?? []) {
      expect((await get(`/feed/store-b/page/${ref.hash}`, sister.token)).status).toBe(404);
    }
  });

  test('a revoked till is refused and told so, within seconds', async () => {
    const revoked = await addTill(shop.context, 'store-a', 77);
    await shop.context.database.pool.query('update till set revoked_at_ms = 1 where till_number = 77');
    const response = await get('/feed/store-a/manifest', revoked.token);
    expect([response.status, await response.json()]).toEqual([403, { error: { code: 'till-revoked' } }]);
  });

  test('a till that is revoked while it waits is told so, and gets nothing more', async () => {
    const waiting = await addTill(shop.context, 'store-a', 78);
    const { cursor, configVersion } = await deltaOf(waiting, 'chain=0&store=0');
    const query = `chain=${cursor.chain}&store=${cursor.store}&config=${configVersion}&waitMs=30000`;
    const asked = get(`/feed/store-a/delta?${query}`, waiting.token);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await shop.context.database.pool.query('update till set revoked_at_ms = 1 where till_number = 78');
    await setStock(shop.context, 'store-a', 'A-00009', 1);
    const response = await asked;
    expect([response.status, await response.json()]).toEqual([403, { error: { code: 'till-revoked' } }]);
  });

  test('the staff of one till is of no use on another: verifiers differ', async () => {
    await shop.context.database.pool.query(
      `with chain as (select merchant_id from store where store_id = 'store-b'),
            person as (insert into operator (merchant_id, operator_id, name, pin_salt, pin_iterations, pin_hash, created_at_ms)
                       select merchant_id, 'o1', 'Ada', 'c2FsdA', 1, 'aGFzaA', 0 from chain)
       insert into role_grant (merchant_id, operator_id, grant_id, scope_type, scope_id, role_id, from_ms)
       select merchant_id, 'o1', 'g1', 'store', 'store-b', 'clerk', 0 from chain`,
    );
    const other = await addTill(shop.context, 'store-b', 2);
    await expect.poll(async () => (await deltaOf(sister, 'chain=0&store=0')).config?.staff.length, patiently).toBe(1);
    const [mine, theirs] = [await deltaOf(sister, 'chain=0&store=0'), await deltaOf(other, 'chain=0&store=0')];
    expect(mine.config?.staff[0]).toMatchObject({ operatorId: 'o1', roleId: 'clerk', pin: { salt: 'c2FsdA' } });
    expect(mine.config?.staff[0]?.pin?.verifier).not.toBe(theirs.config?.staff[0]?.pin?.verifier);
    expect(mine.configVersion).not.toBe(theirs.configVersion);
  });
});

test('bad queries are 400 with a reason', async () => {
  for (const query of ['', 'chain=1', 'chain=-1&store=0', 'chain=x&store=0', 'chain=0&store=0&waitMs=99999999']) {
    const response = await get(`/feed/store-a/delta?${query}`, till.token);
    expect([query, response.status]).toEqual([query, 400]);
  }
  expect((await get('/feed/store-a/page/../x', till.token)).status).toBe(404);
  expect((await get('/feed/store-a/page/XYZ', till.token)).status).toBe(400);
  const protocol = await get('/feed/store-a/manifest', till.token, { 'x-onecode-protocol': '99' });
  expect(await protocol.json()).toEqual({ error: { code: 'protocol-unknown' } });
});
