import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exceptionListSchema } from '#schemas/api/exceptions.ts';
import { overviewSchema } from '#schemas/api/overview.ts';
import { pairingCodeAnswerSchema } from '#schemas/api/pairing-codes.ts';
import { sessionSchema } from '#schemas/api/session.ts';
import { setupAnswerSchema } from '#schemas/api/setup.ts';
import { stockListSchema } from '#schemas/api/stock.ts';
import { tillListSchema } from '#schemas/api/tills.ts';
import { transactionDetailSchema, transactionListSchema } from '#schemas/api/transactions.ts';
import { unpostedSchema } from '#schemas/api/unposted.ts';
import type { ServerContext } from '../context.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { addSkus, addStore, addTill } from '../feed/feed-test-shop.ts';
import { postDocuments } from '../journal/posting.ts';
import {
  asDocument,
  line,
  makeTill,
  openTestContext,
  saleBody,
  type TestTill,
  testNowMs,
} from '../journal/test-journal.ts';
import { createOperator } from '../people/new-operator.ts';
import { apiRoutes } from './api.ts';
import { TestBrowser } from './test-browser.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let context: ServerContext & { close(): Promise<void> };
let nowMs = testNowMs;
let app: Hono;
let manager: TestBrowser;
let till: TestTill;

const password = 'correct horse battery';

beforeAll(async () => {
  database = await createTestDatabase();
  const opened = openTestContext(database.url);
  context = { ...opened, nowMs: () => nowMs };
  app = new Hono().route('/api', apiRoutes(context));
  await addStore(context, 'chain', 'store-a');
  await addStore(context, 'rival', 'store-r');
  await addSkus(context, 'chain', 'A', 120);
  for (const [storeId, name] of [
    ['store-a', 'Ada'],
    ['store-r', 'Rob'],
  ] as const) {
    await createOperator(context, { storeId, name, username: name, role: 'store-manager', pin: '1234', password });
  }
  manager = new TestBrowser(app);
  expect((await manager.ask('POST', '/api/session', { name: 'Ada', password }))[0]).toBe(200);
  till = await makeTill(context, 'store-a', 1);
});
afterAll(async () => {
  await context.close();
  await database.drop();
});

async function sell(count: number): Promise<string[]> {
  const documents: Record<string, unknown>[] = [];
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const body = saleBody([line('A-00001'), line('A-00002', 2)]);
    const told = { reason: 'No label', note: 'gift wrap' };
    const lines = body.lines.map((one) => (one.lineNumber === 1 ? { ...one, ...told } : one));
    const entry = await till.next('retail-transaction', { ...body, lines, note: 'call first' });
    ids.push(entry._id);
    documents.push(asDocument(entry));
  }
  const posted = await postDocuments(context, 'store-a', { tillNumber: 1, publicKey: till.publicKey }, documents);
  expect(posted.ok && posted.value.every((result) => result.ok)).toBe(true);
  return ids;
}

describe('sessions', () => {
  test('a manager signs in, is known, and signs out', async () => {
    const browser = new TestBrowser(app);
    expect(await browser.get('/api/session')).toEqual([401, { error: { code: 'unauthorized' } }]);
    const response = await browser.send('POST', '/api/session', { name: 'ada', password });
    expect(sessionSchema.parse(await response.json())).toMatchObject({
      name: 'Ada',
      stores: [{ storeId: 'store-a' }],
      merchantRights: [],
    });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((await browser.get('/api/session'))[0]).toBe(200);
    expect(await browser.ask('DELETE', '/api/session')).toEqual([200, {}]);
    expect((await browser.get('/api/session'))[0]).toBe(401);
  });

  test('behind https the cookie is secure', async () => {
    const response = await app.request('https://shop.example/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-onecode-request': '1' },
      body: JSON.stringify({ name: 'Ada', password }),
    });
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/; Secure/);
  });

  test('a session ends by itself, and at once when the manager is dismissed', async () => {
    const browser = new TestBrowser(app);
    const operatorId = await createOperator(context, {
      storeId: 'store-a',
      name: 'Temp',
      username: 'temp',
      role: 'store-manager',
      pin: '1234',
      password,
    });
    await browser.ask('POST', '/api/session', { name: 'Temp', password });
    expect((await browser.get('/api/session'))[0]).toBe(200);
    await context.database.pool.query('update operator set left_at_ms = 1 where operator_id = $1', [operatorId]);
    expect((await browser.get('/api/session'))[0]).toBe(401);
    const late = new TestBrowser(app);
    await late.ask('POST', '/api/session', { name: 'Ada', password });
    await context.database.pool.query("update account_session set expires_at = now() - interval '1 second'");
    expect((await late.get('/api/session'))[0]).toBe(401);
    await manager.ask('POST', '/api/session', { name: 'Ada', password });
  });

  test('wrong passwords and unknown names are the same 401, and soon have to wait', async () => {
    const guesser = new TestBrowser(new Hono().route('/api', apiRoutes(context)));
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      statuses.push((await guesser.ask('POST', '/api/session', { name: 'Ada', password: `guess ${n}` }))[0]);
      statuses.push((await guesser.ask('POST', '/api/session', { name: 'Nobody', password: 'x' }))[0]);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const response = await guesser.send('POST', '/api/session', { name: 'Ada', password });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
    await context.database.pool.query('delete from attempt');
  });

  test('[A1] a clerk with an account sees none of the pages that take a right they lack', async () => {
    const clerk = { storeId: 'store-a', name: 'Clerk', username: 'clerk', role: 'clerk', password } as const;
    await createOperator(context, clerk);
    const browser = new TestBrowser(new Hono().route('/api', apiRoutes(context)));
    expect((await browser.ask('POST', '/api/session', { name: 'clerk', password }))[0]).toBe(200);
    expect((await browser.get('/api/stores/store-a/overview'))[0]).toBe(403);
  });

  test('a request that a foreign page could send is refused', async () => {
    const send = (headers: Record<string, string>) =>
      app.request('http://shop.example/api/session', {
        method: 'POST',
        headers: { host: 'shop.example', ...headers },
        body: JSON.stringify({ name: 'Ada', password }),
      });
    const json = { 'content-type': 'application/json' };
    expect((await send({ 'content-type': 'text/plain', origin: 'http://evil.example' })).status).toBe(403);
    expect((await send({ ...json, origin: 'http://evil.example' })).status).toBe(403);
    expect((await send(json)).status).toBe(403);
    expect((await send({ 'content-type': 'text/plain', origin: 'http://shop.example' })).status).toBe(400);
    expect((await send({ ...json, origin: 'http://shop.example' })).status).toBe(200);
  });
});

describe("the manager's pages", () => {
  test('transactions of today, a page at a time, latest first; one with its lines and tenders', async () => {
    const ids = await sell(5);
    const first = transactionListSchema.parse((await manager.get('/api/stores/store-a/transactions?limit=3'))[1]);
    expect(first.transactions).toHaveLength(3);
    const path = `/api/stores/store-a/transactions?limit=3&before=${first.next}`;
    const second = transactionListSchema.parse((await manager.get(path))[1]);
    expect(second.next).toBeNull();
    const seen = [...first.transactions, ...second.transactions].map((transaction) => transaction.entryId);
    expect(seen).toEqual([...ids].reverse());
    const path1 = `/api/stores/store-a/transactions/${ids[0]}`;
    const detail = transactionDetailSchema.parse((await manager.get(path1))[1]);
    expect(detail.lines.map(({ skuId, quantity }) => [skuId, quantity])).toEqual([
      ['A-00001', 1],
      ['A-00002', 2],
    ]);
    expect(detail.lines[0]?.names?.en).toBe('Thing 1');
    expect(detail.note).toBe('call first');
    expect(detail.lines.map(({ reason, note }) => [reason, note])).toEqual([
      ['No label', 'gift wrap'],
      [null, null],
    ]);
    const paidMinor = detail.tenders.reduce((sum, tender) => sum + tender.amountMinor, 0);
    expect(paidMinor - detail.changeMinor).toBe(detail.totalMinor);
    expect((await manager.get('/api/stores/store-a/transactions/0009-000000001'))[0]).toBe(404);
    expect((await manager.get('/api/stores/store-a/transactions/zzz'))[0]).toBe(400);
    expect((await manager.get('/api/stores/store-a/transactions?day=yesterday'))[0]).toBe(400);
    const other = transactionListSchema.parse(
      (await manager.get('/api/stores/store-a/transactions?day=2020-01-01'))[1],
    );
    expect(other.transactions).toEqual([]);
  });

  test('the overview counts today and what needs a look', async () => {
    const before = overviewSchema.parse((await manager.get('/api/stores/store-a/overview'))[1]);
    await sell(2);
    const after = overviewSchema.parse((await manager.get('/api/stores/store-a/overview'))[1]);
    expect(after.transactions.count).toBe(before.transactions.count + 2);
    expect(after.transactions.totalMinor).toBeGreaterThan(before.transactions.totalMinor);
    expect(after.businessDay).toBe('2026-11-22');
  });

  test('[S1] stock is found by SKU, GTIN or name, with the columns that it is the sum of', async () => {
    const find = async (q: string) =>
      stockListSchema.parse((await manager.get(`/api/stores/store-a/stock?q=${encodeURIComponent(q)}`))[1]);
    const [item] = (await find('A-00001')).items;
    expect(item?.places[0]).toMatchObject({ placeId: 'floor', sold: -(item?.onHand ?? 0) });
    expect((await find(item?.gtins[0]?.slice(-8) ?? '')).items.map(({ skuId }) => skuId)).toContain('A-00001');
    expect((await find('thing 120')).items.map(({ skuId }) => skuId)).toEqual(['A-00120']);
    expect((await find('')).more).toBe(true);
    expect((await find('100%_\\')).items).toEqual([]);
  });

  test('tills with what is posted; one is revoked, and again', async () => {
    await addTill(context, 'store-a', 5);
    const { tills } = tillListSchema.parse((await manager.get('/api/stores/store-a/tills'))[1]);
    expect(tills.map(({ tillNumber }) => tillNumber)).toEqual([1, 5]);
    expect(tills[0]).toMatchObject({
      missing: 0,
      missingRanges: [],
      misdatedEntries: 0,
      postedThrough: till.sequence,
      postedCount: till.sequence,
    });
    const revoked = { tillNumber: 5, revokedAtMs: nowMs };
    expect(await manager.ask('POST', '/api/stores/store-a/tills/5/revoke', {})).toEqual([200, revoked]);
    nowMs += 1_000;
    expect(await manager.ask('POST', '/api/stores/store-a/tills/5/revoke', {})).toEqual([200, revoked]);
    expect((await manager.ask('POST', '/api/stores/store-a/tills/0/revoke', {}))[0]).toBe(404);
    expect((await manager.ask('POST', '/api/stores/store-a/tills/99/revoke', {}))[0]).toBe(404);
  });

  test('pairing codes, exceptions and what is not posted', async () => {
    const [, code] = await manager.ask('POST', '/api/stores/store-a/pairing-codes', {});
    expect(pairingCodeAnswerSchema.parse(code).url).toMatch(/\/pair\?code=[0-9A-Z]{8}$/);
    exceptionListSchema.parse((await manager.get('/api/stores/store-a/exceptions'))[1]);
    const { _id, ...entry } = await till.next('moon-phase', { phase: 'full' });
    const author = { tillNumber: 1, publicKey: till.publicKey };
    await postDocuments(context, 'store-a', author, [asDocument({ _id, ...entry }), { _id: 'nonsense' }]);
    const unposted = unpostedSchema.parse((await manager.get('/api/stores/store-a/unposted'))[1]);
    expect(unposted.kept).toEqual([expect.objectContaining({ entryId: _id, code: 'unknown-kind' })]);
    expect(unposted.refused).toEqual([expect.objectContaining({ tillNumber: 1, code: 'not-an-entry' })]);
  });
});

describe('[A1] a manager sees their own store only', () => {
  const paths: [string, string][] = [
    ['GET', 'overview'],
    ['GET', 'transactions'],
    ['GET', 'transactions/0001-000000001'],
    ['GET', 'stock?q=A'],
    ['GET', 'tills'],
    ['POST', 'tills/1/revoke'],
    ['POST', 'pairing-codes'],
    ['GET', 'exceptions'],
    ['GET', 'unposted'],
  ];
  test.each(paths)('%s %s', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    const rival = new TestBrowser(app);
    await rival.ask('POST', '/api/session', { name: 'Rob', password });
    expect(await rival.ask(method, `/api/stores/store-a/${path}`, body)).toEqual([
      403,
      { error: { code: 'forbidden' } },
    ]);
    expect((await manager.ask(method, `/api/stores/store-r/${path}`, body))[0]).toBe(403);
    expect((await manager.ask(method, `/api/stores/no-such/${path}`, body))[0]).toBe(403);
    const stranger = new TestBrowser(app);
    expect((await stranger.ask(method, `/api/stores/store-a/${path}`, body))[0]).toBe(401);
    const withTillToken = await app.request(`/api/stores/store-a/${path}`, {
      method,
      headers: { authorization: `Bearer ${till.token}`, 'x-onecode-request': '1' },
    });
    expect(withTillToken.status).toBe(401);
    const forged = { cookie: `onecode_session=${'A'.repeat(43)}` };
    expect((await stranger.send(method, `/api/stores/store-a/${path}`, body, forged)).status).toBe(401);
  });

  test("another store's till is not revoked by number", async () => {
    await addTill(context, 'store-r', 7);
    expect((await manager.ask('POST', '/api/stores/store-a/tills/7/revoke', {}))[0]).toBe(404);
  });
});

describe('first run', () => {
  test('makes merchant, store and manager once, however many try at the same time', async () => {
    const fresh = await createTestDatabase();
    const empty = openTestContext(fresh.url);
    const setupApp = new Hono().route('/api', apiRoutes(empty));
    const browsers = [1, 2, 3].map(() => new TestBrowser(setupApp));
    const [first] = browsers;
    expect(await first?.get('/api/setup')).toEqual([200, { empty: true }]);
    const request = {
      merchantName: 'Mine',
      storeName: 'First',
      currency: 'EUR',
      timeZone: 'Europe/Vienna',
      taxRules: {
        pricesIncludeTax: true,
        classes: [{ taxClass: 'standard', rateBasisPoints: 2_000 }],
        cashStepMinor: 1,
      },
      managerName: 'Ada',
      managerUsername: 'boss',
      managerPin: '123456',
      managerPassword: 'a long password',
    };
    for (const bad of [
      { timeZone: 'Mars/Olympus' },
      { managerPin: '12' },
      { managerPassword: 'short' },
      { currency: '?' },
    ]) {
      expect((await first?.ask('POST', '/api/setup', { ...request, ...bad }))?.[0]).toBe(400);
    }
    const answers = await Promise.all(browsers.map((browser) => browser.ask('POST', '/api/setup', request)));
    expect(answers.map(([status]) => status).sort()).toEqual([200, 409, 409]);
    const at = answers.findIndex(([status]) => status === 200);
    const { storeId } = setupAnswerSchema.parse(answers[at]?.[1]);
    expect((await browsers[at]?.get(`/api/stores/${storeId}/overview`))?.[0]).toBe(200);
    expect(await first?.get('/api/setup')).toEqual([200, { empty: false }]);
    await empty.close();
    await fresh.drop();
  });
});
