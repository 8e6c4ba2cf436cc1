import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { openDatabase } from './db/database.ts';
import { addSkus, addStore, addTill, openTestShop, type TestShop, type TestTill } from './feed/feed-test-shop.ts';
import { PageKeeper } from './feed/page-keeper.ts';

let shop: TestShop;
let app: Hono;
let till: TestTill;
let root: string;

const html = '<!doctype html><script>start()</script>';
const script = `console.log(${JSON.stringify('x'.repeat(2_000))})`;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'onecode-static-'));
  mkdirSync(join(root, '_app', 'immutable'), { recursive: true });
  writeFileSync(join(root, 'index.html'), html);
  writeFileSync(join(root, 'service-worker.js'), 'self');
  writeFileSync(join(root, '_app', 'immutable', 'a.js'), script);
  writeFileSync(join(root, '_app', 'immutable', 'a.js.br'), brotliCompressSync(script));
  writeFileSync(join(root, '..', 'onecode-outside.txt'), 'secret');
  shop = await openTestShop();
  await addStore(shop.context, 'chain', 'store-a');
  await addSkus(shop.context, 'chain', 'A', 500);
  till = await addTill(shop.context, 'store-a');
  const keeper = new PageKeeper(shop.context, { inProcess: true });
  app = createApp(shop.context, { staticDir: root, keeper });
});
afterAll(async () => {
  await shop.close();
  rmSync(root, { recursive: true, force: true });
  rmSync(join(root, '..', 'onecode-outside.txt'), { force: true });
});

const navigation = { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' };
const get = async (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe('the built app', () => {
  test('files named by their content are kept for ever, compressed ahead where the client takes it', async () => {
    const plain = await get('/_app/immutable/a.js');
    expect(await plain.text()).toBe(script);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toContain('text/javascript');
    const packed = await get('/_app/immutable/a.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect(packed.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(script);
    expect((await get('/_app/immutable/a.js', { 'accept-encoding': 'br;q=0' })).headers.has('content-encoding')).toBe(
      false,
    );
  });

  test('the page and the service worker are asked about each time', async () => {
    for (const path of ['/', '/service-worker.js']) {
      const response = await get(path, navigation);
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      const etag = response.headers.get('etag') ?? '';
      expect((await get(path, { ...navigation, 'if-none-match': etag })).status).toBe(304);
    }
  });

  test('any page that a person opens is the app; a file, a fetch or a program that misses is 404', async () => {
    for (const path of ['/', '/pair?code=ABC', '/receipt/0001-000000001', '/manage/stock']) {
      expect([path, await (await get(path, navigation)).text()]).toEqual([path, html]);
    }
    expect((await get('/_app/immutable/gone.js', navigation)).status).toBe(404);
    expect((await get('/sell', { accept: 'text/html', 'sec-fetch-mode': 'cors' })).status).toBe(404);
    expect((await get('/sell', { accept: 'application/json' })).status).toBe(404);
    expect((await app.request('/sell', { method: 'POST', headers: navigation })).status).toBe(404);
  });

  test('what a program asks is never answered with a page', async () => {
    for (const path of ['/api', '/api/', '/api/none', '/feed', '/feed/none', '/sync/none', '/sync/none/x']) {
      const response = await get(path, navigation);
      expect([path, response.headers.get('content-type')]).toEqual([path, 'application/json']);
      expect(response.status).toBeGreaterThanOrEqual(400);
    }
    expect((await get('/sync', navigation)).headers.get('content-type')).toContain('application/json');
  });

  test('no path leads out of the folder', async () => {
    for (const path of [
      '/../onecode-outside.txt',
      '/%2e%2e/onecode-outside.txt',
      '/..%2fonecode-outside.txt',
      '/%2e%2e%5conecode-outside.txt',
      '/a/%00',
      '/%E0%A4%A',
      `/${'a'.repeat(5_000)}`,
      '/_app',
      '/_app/immutable/a.js.br',
    ]) {
      const response = await get(path, { accept: '*/*' });
      expect([path.slice(0, 40), response.status]).toEqual([path.slice(0, 40), 404]);
      expect(await response.text()).not.toContain('secret');
    }
  });

  test('a page runs scripts and styles of its own files only, and WebAssembly', async () => {
    const policy = (await get('/', navigation)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    // An RFID reader's program on the tablet itself is all that has a `*`, in its port.
    const others = policy.replace(' ws://127.0.0.1:* ws://localhost:*;', ';');
    expect(others).not.toMatch(/'unsafe-(inline|eval)|\*|(https?|wss?):/);
    const headers = (await get('/healthz')).headers;
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    // Label printers on a cable.
    expect(headers.get('permissions-policy')).toMatch(/\busb=\(?self\)?/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-\d+$/);
  });
});

test('over https, and only then, browsers are told to come back over https', async () => {
  expect((await get('/', navigation)).headers.has('strict-transport-security')).toBe(false);
  const secure = await app.request('https://shop.example/', { headers: navigation });
  expect(secure.headers.get('strict-transport-security')).toBe('max-age=15552000');
});

describe('when something is wrong', () => {
  test('the process lives and the database answers', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'alive' });
    expect((await get('/readyz')).status).toBe(200);
  });

  test('a database that is away is 503 with Retry-After, in the shape of the caller, and no stack', async () => {
    const away = openDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
    const broken = createApp({ ...shop.context, database: away });
    expect((await broken.request('/healthz')).status).toBe(200);
    expect((await broken.request('/readyz')).status).toBe(503);
    const setup = await broken.request('/api/setup');
    expect([setup.status, setup.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await setup.json()).toEqual({ error: { code: 'busy' } });
    const headers = { authorization: `Bearer ${till.token}` };
    expect((await broken.request('/feed/store-a/manifest', { headers })).status).toBe(503);
    const sync = await broken.request('/sync/store-a', { headers });
    expect(sync.status).toBe(503);
    expect(await sync.json()).toMatchObject({ error: expect.any(String), reason: expect.any(String) });
    await away.close();
  });

  test('a body that is too long is 413, one that is no JSON 400', async () => {
    const post = (body: string) =>
      app.request('/api/pair', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const long = await post(JSON.stringify({ code: 'x'.repeat(100_000) }));
    expect([long.status, await long.json()]).toMatchObject([413, { error: { code: 'too-large' } }]);
    expect((await post('{"code":')).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
    expect((await post('\ud800')).status).toBe(400);
  });

  test('large answers are compressed, pages are not compressed twice', async () => {
    const headers = { authorization: `Bearer ${till.token}`, 'accept-encoding': 'gzip' };
    expect((await get('/feed/store-a/manifest', headers)).headers.get('content-encoding')).toBe('gzip');
    const delta = await get('/feed/store-a/delta?chain=0&store=0', headers);
    expect(delta.headers.get('content-encoding')).toBe('gzip');
  });
});
