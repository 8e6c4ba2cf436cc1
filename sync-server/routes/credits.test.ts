import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creditListSchema, creditsFoundSchema } from '#schemas/api/credits.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { creditCodeFrom } from '#schemas/payment/credit-code.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { creditLookupSchema } from '#schemas/sync/credit-lookup.ts';
import { plainTender, type RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import type { AuthenticatedTill, TillEnv } from '../auth/till-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { creditLookupRoutes } from '../feed/credit-lookup-routes.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { creditRoutes } from './credits.ts';
import { exceptionRoutes } from './exceptions.ts';

let drop: () => Promise<void>;
let context: ReturnType<typeof openTestContext>;
let office: Hono;
let counter: Hono<TillEnv>;
let storeId: string;
let till: TestTill;
let merchantId: string;

const codeOf = (first: number) => {
  for (let last = 0; ; last += 1) {
    const code = creditCodeFrom('store-credit', new Uint8Array([first, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, last]));
    if (code !== null) return code;
  }
};
const [code, other] = [codeOf(1), codeOf(2)];

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  const rights: Right[] = ['read-reports', 'block-credit'];
  const grants = [{ scope: { type: 'store' as const, merchantId, storeId }, rights }];
  const actor: Actor = { type: 'key', merchantId, keyId: 'key', name: 'Key', grants };
  const auth = new OfficeAuth(context, async () => actor);
  office = new Hono()
    .route('/:store/credits', creditRoutes(context, auth))
    .route('/:store/exceptions', exceptionRoutes(context, auth));
  counter = tillOf(storeId);
});
afterAll(async () => {
  await context.close();
  await drop();
});

function tillOf(asStore: string): Hono<TillEnv> {
  const known: AuthenticatedTill = { merchantId, storeId: asStore, tillNumber: 1, publicKey: till.publicKey };
  return new Hono<TillEnv>()
    .use(async (c, next) => {
      c.set('till', known);
      return next();
    })
    .route('/credits', creditLookupRoutes(context));
}

function send(app: { request: Hono['request'] }, path: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  return app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
const left = async (asked: string, app = counter) =>
  creditLookupSchema.parse(await (await send(app as unknown as Hono, '/credits', { code: asked })).json()).credit;
const find = async (text: string) =>
  creditsFoundSchema.parse(await (await send(office, `/${storeId}/credits/find`, { text })).json()).credits;
const block = (step: { entryId: string; stepNumber: number }, isBlocked: boolean) =>
  send(office, `/${storeId}/credits/block`, { ...step, isBlocked, reason: 'Lost by its owner' });

/** A ticket that gives so much out as store credit, or with a positive amount is paid with it. */
async function ticket(amountMinor: number, reference: string): Promise<Entry> {
  const { body } = await till.sale([line('tea')]);
  const made = body as RetailTransaction;
  const rest = plainTender('cash', made.totalMinor - amountMinor);
  const tenders = [{ ...plainTender('store-credit', amountMinor), reference }, rest];
  const entry = await till.next('retail-transaction', { ...made, transactionId: randomUUID(), tenders });
  await post(context, till, [entry]);
  return entry;
}

async function exceptions(): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ text: string }>(
    `select concat(code, ' ', entry_id) as text from exception where store_id = $1 and code like 'credit-%' order by entry_id`,
    [storeId],
  );
  return rows.map(({ text }) => text);
}

test('[CC3] what is left is told to tills of the store that gave it out; all else is as unknown as a guess', async () => {
  await ticket(-2_000, code);
  await ticket(500, code);
  const told = { kind: 'store-credit', balanceMinor: 1_500, currency: 'GBP', isBlocked: false, isUsed: true };
  expect(await left(code)).toEqual(told);
  expect(await left(code.toLowerCase())).toEqual(told);
  for (const guess of [other, 'SC1', '', `${code.slice(0, -1)}0`, code.replace('SC', 'GC')]) {
    const answer = await send(counter as unknown as Hono, '/credits', { code: guess });
    expect([answer.status, await answer.text()]).toEqual([200, '{"credit":null}']);
  }
  const foreign = await makeStore(context);
  expect(await left(code, tillOf(foreign))).toBeNull();
});

test('[CC3] a till that asks again and again is made to wait', async () => {
  const eager = tillOf(storeId);
  const answers: number[] = [];
  for (let asked = 0; asked < 40; asked += 1) {
    answers.push((await send(eager as unknown as Hono, '/credits', { code: other })).status);
  }
  expect(answers.slice(0, 30).every((status) => status === 200)).toBe(true);
  expect(answers.at(-1)).toBe(429);
});

test('[CC2] the office sees what is owed and each step, and never a number that pays', async () => {
  const answer = await office.request(`/${storeId}/credits`);
  const text = await answer.text();
  expect(text).not.toContain(code);
  const list = creditListSchema.parse(JSON.parse(text));
  expect(list.totals).toEqual([{ kind: 'store-credit', currency: 'GBP', owedMinor: 1_500, count: 1 }]);
  const [credit] = await find(code);
  expect(credit).toMatchObject({ shownCode: `*${code.slice(-4)}`, balanceMinor: 1_500, blockedAtMs: null });
  expect(credit?.steps.map(({ amountMinor }) => amountMinor)).toEqual([2_000, -500]);
  expect(await find(credit?.steps[1]?.entryId ?? '')).toEqual([credit]);
  expect(await find('0009-000000009')).toEqual([]);
});

test('[TE12] [P2] a credit that is stopped pays nothing: tills are told, what is taken all the same is an exception, before and after it is none', async () => {
  const [credit] = await find(code);
  if (credit === undefined) throw new Error('it was given out');
  expect((await block(credit, true)).status).toBe(200);
  expect(await left(code)).toMatchObject({ isBlocked: true, balanceMinor: 1_500 });
  till.orderedAtMs = context.nowMs() + 60_000;
  const during = await ticket(100, code);
  expect(await exceptions()).toEqual([`credit-blocked ${during._id}`]);
  // [CC2] Whoever reads reports could pay with it otherwise.
  const told = await (await office.request(`/${storeId}/exceptions`)).text();
  expect(told).toContain(`store-credit *${code.slice(-4)}`);
  expect(told).not.toContain(code);
  expect((await block(credit, false)).status).toBe(200);
  till.orderedAtMs += 60_000;
  await ticket(100, code);
  expect(await left(code)).toMatchObject({ isBlocked: false, balanceMinor: 1_300 });
  expect(await exceptions()).toEqual([`credit-blocked ${during._id}`]);
  const rows = await derivedRows(context, storeId);
  await rebuildStore(context, storeId);
  expect(await derivedRows(context, storeId)).toEqual(rows);
  const { rows: audited } = await context.database.pool.query(
    "select action, subject_id as subject, after from audit_entry where action like 'credit-%' order by audit_id",
  );
  expect(audited.map(({ action }) => action).toSorted()).toEqual(['credit-blocked', 'credit-unblocked']);
  expect(JSON.stringify(audited)).not.toContain(code);
  expect((await block({ entryId: '0001-000000099', stepNumber: 1 }, true)).status).toBe(404);
});
