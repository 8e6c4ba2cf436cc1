import type { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { approvalListSchema, approvalStateSchema } from '#schemas/api/approvals.ts';
import type { BuiltInRole } from '#schemas/policy/roles.ts';
import { createApp } from '../app.ts';
import { addStore, addTill, openTestShop, type TestShop, type TestTill } from '../feed/feed-test-shop.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { createOperator } from '../people/new-operator.ts';
import { TestBrowser } from './test-browser.ts';

const password = 'correct horse battery';
let nowMs = Date.parse('2026-11-22T12:00:00Z');
let shop: TestShop;
let app: Hono;
let till: TestTill;
let secondTill: TestTill;
let rivalTill: TestTill;
let manager: TestBrowser;
let clerk: TestBrowser;
let rival: TestBrowser;
let neighbour: TestBrowser;

async function signedIn(storeId: string, operatorId: string, role: BuiltInRole): Promise<TestBrowser> {
  await createOperator(shop.context, { storeId, operatorId, name: `Name of ${operatorId}`, role, password });
  const browser = new TestBrowser(app);
  expect((await browser.ask('POST', '/api/session', { name: operatorId, password }))[0]).toBe(200);
  return browser;
}

beforeAll(async () => {
  shop = await openTestShop({ nowMs: () => nowMs });
  const { context } = shop;
  app = createApp(context, { keeper: new PageKeeper(context, { inProcess: true }) });
  await addStore(context, 'chain', 'store-a');
  await addStore(context, 'chain', 'store-b');
  await addStore(context, 'rival', 'store-r');
  manager = await signedIn('store-a', 'imogen', 'store-manager');
  clerk = await signedIn('store-a', 'theo', 'clerk');
  neighbour = await signedIn('store-b', 'rafi', 'store-manager');
  rival = await signedIn('store-r', 'rob', 'owner');
  till = await addTill(context, 'store-a', 1);
  secondTill = await addTill(context, 'store-a', 2);
  rivalTill = await addTill(context, 'store-r', 1);
});
afterAll(() => shop.close());
beforeEach(() => {
  nowMs += 3_600_000;
});

async function atTill(from: TestTill, method: string, path: string, body?: unknown, storeId = from.storeId) {
  const response = await app.request(`/feed/${storeId}/approvals${path}`, {
    method,
    headers: { authorization: `Bearer ${from.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return [response.status, await response.json()] as const;
}

const asking = (operatorId = 'theo', right = 'change-price') => ({
  requestId: crypto.randomUUID(),
  operatorId,
  right,
  reason: 'Damaged',
  detail: ['Mohair jumper', '£80.00 → £60.00'],
});

async function ask(from = till, asked = asking()): Promise<string> {
  const [status, answer] = await atTill(from, 'POST', '', asked);
  expect([status, answer]).toMatchObject([200, { status: 'waiting', requestId: asked.requestId }]);
  return asked.requestId;
}

const state = async (requestId: string, waitMs = 0, from = till) =>
  approvalStateSchema.parse((await atTill(from, 'GET', `/${requestId}?waitMs=${waitMs}`))[1]);
const decide = (browser: TestBrowser, requestId: string, decision = 'approved', storeId = 'store-a') =>
  browser.ask('POST', `/api/stores/${storeId}/approvals/${requestId}`, { decision });
const list = async (browser: TestBrowser, query = '', storeId = 'store-a') => {
  const [status, body] = await browser.get(`/api/stores/${storeId}/approvals${query}`);
  expect(status).toBe(200);
  return approvalListSchema.parse(body);
};

test('a manager sees what a till asks for, approves it, and the till that waits is told at once', async () => {
  const requestId = await ask();
  const { requests } = await list(manager);
  expect(requests[0]).toMatchObject({
    requestId,
    tillNumber: 1,
    operator: { operatorId: 'theo', name: 'Name of theo' },
    right: 'change-price',
    reason: 'Damaged',
    detail: ['Mohair jumper', '£80.00 → £60.00'],
    status: 'waiting',
    expiresAtMs: nowMs + 120_000,
    isOwn: false,
  });
  const waiting = state(requestId, 20_000);
  expect(await decide(manager, requestId)).toEqual([200, {}]);
  expect(await waiting).toMatchObject({
    status: 'approved',
    decidedBy: { operatorId: 'imogen', name: 'Name of imogen' },
  });
  const { rows } = await shop.context.database.pool.query(
    `select actor_id, store_id, after from audit_entry where action = 'approval-decided' and subject_id = $1`,
    [requestId],
  );
  const after = { decision: 'approved', tillNumber: 1, operatorId: 'theo', right: 'change-price', reason: 'Damaged' };
  expect(rows).toEqual([{ actor_id: 'imogen', store_id: 'store-a', after }]);
});

test("a manager's screen that waits is told of a new request, and of one that is over", async () => {
  const { version } = await list(manager);
  const waiting = list(manager, `?known=${version}&waitMs=20000`);
  const requestId = await ask();
  const news = await waiting;
  expect(news.requests[0]).toMatchObject({ requestId, status: 'waiting' });
  const over = list(manager, `?known=${news.version}&waitMs=20000`);
  nowMs += 120_000;
  expect((await over).requests.find((request) => request.requestId === requestId)).toMatchObject({ status: 'expired' });
});

test('denied says by whom; a decision is made once', async () => {
  const requestId = await ask();
  expect((await decide(manager, requestId, 'denied'))[0]).toBe(200);
  expect(await state(requestId)).toMatchObject({ status: 'denied', decidedBy: { name: 'Name of imogen' } });
  expect(await decide(manager, requestId)).toMatchObject([409, { error: { code: 'conflict' } }]);
  expect(await state(requestId)).toMatchObject({ status: 'denied' });
});

test('[A1] too late is too late: after two minutes, and after the till took it back', async () => {
  const expired = await ask();
  nowMs += 120_000;
  expect((await decide(manager, expired))[0]).toBe(409);
  expect(await state(expired)).toMatchObject({ status: 'expired', decidedBy: null });
  const cancelled = await ask();
  expect((await atTill(till, 'POST', `/${cancelled}/cancel`))[1]).toMatchObject({ status: 'expired' });
  expect((await decide(manager, cancelled))[0]).toBe(409);
  const replaced = await ask();
  await ask();
  expect((await decide(manager, replaced))[0]).toBe(409);
});

test('[A1] nobody approves their own request', async () => {
  const requestId = await ask(till, asking('imogen'));
  expect((await list(manager)).requests[0]).toMatchObject({ requestId, isOwn: true });
  expect(await decide(manager, requestId)).toMatchObject([403, { error: { code: 'forbidden' } }]);
  expect(await state(requestId)).toMatchObject({ status: 'waiting' });
});

test('[A1] who lacks the right neither sees the request nor decides', async () => {
  const requestId = await ask();
  expect((await list(clerk)).requests.filter(({ right }) => right === 'change-price')).toEqual([]);
  expect((await decide(clerk, requestId))[0]).toBe(404);
  // A clerk may sell, so they may approve what a stock clerk sells.
  const sale = await ask(secondTill, asking('imogen', 'sell'));
  expect((await list(clerk)).requests[0]).toMatchObject({ requestId: sale });
  expect((await decide(clerk, sale))[0]).toBe(200);
});

test('[A1] a manager of another store and an owner of another chain see nothing and decide nothing', async () => {
  const requestId = await ask();
  for (const stranger of [neighbour, rival]) {
    expect((await list(stranger)).requests).toEqual([]);
    expect((await decide(stranger, requestId))[0]).toBe(404);
  }
  expect((await decide(rival, requestId, 'approved', 'store-r'))[0]).toBe(404);
  expect((await decide(new TestBrowser(app), requestId))[0]).toBe(401);
  expect(await state(requestId)).toMatchObject({ status: 'waiting' });
});

test("[A1] a till reads and ends its own requests alone, in its own store's name", async () => {
  const requestId = await ask();
  for (const other of [secondTill, rivalTill]) {
    expect((await atTill(other, 'GET', `/${requestId}`))[0]).toBe(404);
    expect((await atTill(other, 'POST', `/${requestId}/cancel`))[0]).toBe(404);
    expect((await atTill(other, 'POST', '', { ...asking('theo'), requestId }))[0]).toBe(
      other === secondTill ? 409 : 403,
    );
  }
  expect((await atTill(rivalTill, 'POST', '', asking(), 'store-a'))[0]).toBe(403);
  expect((await atTill({ ...till, token: 'x'.repeat(43) }, 'POST', '', asking()))[0]).toBe(401);
  expect(await state(requestId)).toMatchObject({ status: 'waiting' });
});

test('asking again with the same id does no harm; nonsense is refused', async () => {
  const asked = asking();
  await ask(till, asked);
  await ask(till, asked);
  expect((await list(manager)).requests.filter(({ requestId }) => requestId === asked.requestId).length).toBe(1);
  expect((await atTill(till, 'POST', '', asking('nobody')))[0]).toBe(403);
  expect((await atTill(till, 'POST', '', asking('theo', 'edit-roles')))[0]).toBe(400);
  expect((await atTill(till, 'POST', '', { ...asking(), detail: ['x'.repeat(201)] }))[0]).toBe(400);
  expect((await atTill(till, 'GET', '/nowhere'))[0]).toBe(404);
});

test('a request is forgotten a month later, when its store asks again; what was approved stays, as entries name it', async () => {
  const known = async () => {
    const { rows } = await shop.context.database.pool.query<{ request_id: string }>(
      `select request_id from approval_request where store_id = 'store-a' and decision is distinct from 'approved'`,
    );
    return rows.map((row) => row.request_id);
  };
  const given = await ask();
  expect((await decide(manager, given, 'approved'))[0]).toBe(200);
  const askedAtMs = nowMs;
  const [old, theirs] = [await ask(), await ask(rivalTill, asking('rob'))];
  nowMs += 3_600_000;
  const young = await ask(secondTill);
  expect(await known()).toContain(old);
  const before = nowMs;
  nowMs = askedAtMs + 30 * 86_400_000 + 1;
  const latest = await ask();
  expect((await known()).toSorted()).toEqual([young, latest].toSorted());
  expect((await atTill(rivalTill, 'GET', `/${theirs}?waitMs=0`))[0]).toBe(200);
  expect(await atTill(till, 'GET', `/${given}?waitMs=0`)).toMatchObject([200, { status: 'approved' }]);
  nowMs = before;
});
