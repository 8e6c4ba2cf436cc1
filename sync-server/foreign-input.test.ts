import fc from 'fast-check';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';
import { createApp } from './app.ts';
import { addSkus, addStore, addTill, openTestShop, type TestShop, type TestTill } from './feed/feed-test-shop.ts';
import { PageKeeper } from './feed/page-keeper.ts';
import { createOperator } from './people/new-operator.ts';
import { TestBrowser } from './routes/test-browser.ts';

let shop: TestShop;
let app: Hono;
let till: TestTill;
let manager: TestBrowser;
let cookie = '';

beforeAll(async () => {
  shop = await openTestShop();
  const { context } = shop;
  await addStore(context, 'chain', 'store-a');
  await addSkus(context, 'chain', 'A', 20);
  till = await addTill(context, 'store-a');
  const password = 'a long password';
  await createOperator(context, { storeId: 'store-a', name: 'Ada', role: 'store-manager', pin: '1234', password });
  app = createApp(context, { keeper: new PageKeeper(context, { inProcess: true }) });
  manager = new TestBrowser(app);
  const response = await manager.send('POST', '/api/session', { name: 'Ada', password });
  cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterAll(() => shop.close());

const writing: [string, string][] = [
  ['POST', '/api/pair'],
  ['POST', '/api/setup'],
  ['POST', '/api/session'],
  ['POST', '/api/stores/store-a/tills/1000/revoke'],
  ['POST', '/api/stores/store-a/pairing-codes'],
  ['POST', '/api/stores/store-a/exports'],
  ['PUT', '/api/session'],
  ['DELETE', '/api/stores/store-a/tills'],
  ['POST', '/feed/store-a/delta'],
  ['PUT', '/feed/store-a/manifest'],
];
const reading = [
  '/api/setup',
  '/api/session',
  '/api/stores/store-a/overview',
  '/api/stores/store-a/transactions',
  '/api/stores/store-a/stock',
  '/api/stores/store-a/tills',
  '/api/stores/store-a/exceptions',
  '/api/stores/store-a/unposted',
  '/feed/store-a/manifest',
  '/feed/store-a/delta',
];
const keys = ['code', 'publicKey', 'name', 'password', 'storeId', 'protocol', 'deviceName', 'managerPin', 'taxRules'];
const json = fc.oneof(
  fc.json(),
  fc.dictionary(fc.constantFrom(...keys), fc.jsonValue(), { maxKeys: 5 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
  fc.constant('{"name":"a\\u0000b","password":"\\ud800"}'),
  fc.constant(`${'['.repeat(20_000)}`),
);
const parameter = fc.oneof(
  fc.constantFrom('limit', 'before', 'day', 'q', 'chain', 'store', 'config', 'through', 'waiting', 'offsetMs', 'app'),
  fc.string({ maxLength: 10 }),
);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer().map(String),
  fc.constantFrom(
    '',
    '-1',
    '1e400',
    '9'.repeat(40),
    '\u0000',
    "'; drop table till --",
    '%',
    '_',
    '\\',
    '2026-02-30',
    '-5_0001-000000001',
  ),
);

/** Own headers, so that the browser's cookie is not lost to a session that a request ended. */
const headers = () => ({
  'content-type': 'application/json',
  'x-onecode-request': '1',
  authorization: `Bearer ${till.token}`,
  cookie,
});

async function isCalm(response: Response, what: string): Promise<void> {
  expect(response.status, what).toBeLessThan(500);
  const text = await response.text();
  expect(text, what).not.toMatch(/at .*\.ts:\d+/);
  if (response.status >= 400) apiErrorSchema.parse(JSON.parse(text));
}

test('arbitrary bodies at every writing route: never a 500, never a hang, never a stack', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...writing), json, fc.boolean(), async ([method, path], body, plain) => {
      const type = plain ? { 'content-type': 'text/plain' } : {};
      const response = await app.request(path, { method, body, headers: { ...headers(), ...type } });
      await isCalm(response, `${method} ${path} ${body.slice(0, 200)}`);
    }),
    { numRuns: 300 },
  );
});

test('arbitrary queries at every reading route: never a 500, never a hang, never a stack', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...reading),
      fc.array(fc.tuple(parameter, value), { maxLength: 5 }),
      async (path, query) => {
        const asked = new URLSearchParams(query.map(([name, text]): [string, string] => [name, text.toWellFormed()]));
        const response = await app.request(`${path}?${asked}`, { headers: headers() });
        await isCalm(response, `${path}?${asked}`);
      },
    ),
    { numRuns: 300 },
  );
});

test('arbitrary paths and tokens: never a 500', async () => {
  const segment = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('..', '%', '%00', '%E0%A4%A', 'store-a', 'x'.repeat(3_000)),
  );
  const prefix = fc.constantFrom(
    '/feed',
    '/feed/store-a/page',
    '/api',
    '/api/stores',
    '/api/stores/store-a/transactions',
    '/api/stores/store-a/tills',
  );
  await fc.assert(
    fc.asyncProperty(prefix, fc.array(segment, { maxLength: 3 }), fc.string(), async (start, segments, token) => {
      const rest = segments.map((text) => (text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed())));
      const path = [start, ...rest].join('/');
      await isCalm(await app.request(path, { headers: headers() }), path);
      const strange = {
        authorization: `Bearer ${encodeURIComponent(token.toWellFormed())}`,
        cookie: `onecode_session=${encodeURIComponent(token.toWellFormed())}`,
      };
      await isCalm(await app.request(path, { headers: strange }), path);
    }),
    { numRuns: 200 },
  );
});
