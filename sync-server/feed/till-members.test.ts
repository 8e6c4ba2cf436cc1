import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import { type PersonKey, sealPerson } from '#schemas/members/sealed-person.ts';
import {
  memberFindingSchema,
  memberPointsSchema,
  memberPurchasesSchema,
  memberUsesSchema,
  personKeyStock,
  personKeysSchema,
} from '#schemas/sync/till-members.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { createApp } from '../app.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeTill, openTestContext, type TestTill, testNowMs } from '../journal/test-journal.ts';
import { addStore } from './feed-test-shop.ts';

const dayMs = 24 * 3_600_000;
let drop: () => Promise<void>;
let context: ReturnType<typeof openTestContext>;
let app: Hono;
let till: TestTill;
let neighbour: TestTill;
let foreign: TestTill;
let nowMs = testNowMs;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  context.nowMs = () => nowMs;
  app = createApp(context);
  for (const [merchantId, storeId] of [
    ['chain', 'here'],
    ['chain', 'there'],
    ['others', 'foreign'],
  ] as const) {
    await addStore(context, merchantId, storeId);
  }
  [till, neighbour, foreign] = [
    await makeTill(context, 'here', 1),
    await makeTill(context, 'there', 1),
    await makeTill(context, 'foreign', 1),
  ];
});
afterAll(async () => {
  await context.close();
  await drop();
});

async function ask(asker: TestTill, path: string, body: unknown, storeId = asker.storeId) {
  const headers = { authorization: `Bearer ${asker.token}`, 'content-type': 'application/json' };
  const answer = await app.request(`/feed/${storeId}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}
async function keysOf(asker: TestTill, unused: number): Promise<PersonKey[]> {
  return personKeysSchema.parse((await ask(asker, 'person-keys', { unused })).body).keys;
}
async function enrol(asker: TestTill, key: PersonKey, memberId: string, byte: number, phone: string) {
  const person = await sealPerson(key, new Uint8Array(12).fill(byte), memberId, { name: 'Émile Brand', phone });
  const code = memberCodeOf(new Uint8Array(memberCodeBytes).fill(byte));
  return asker.next('member-enrolled', { memberId, code, person, consents: [], approvals: [] });
}
async function count(text: string): Promise<number> {
  return (await context.database.pool.query<{ count: number }>(`select count(*)::int ${text}`)).rows[0]?.count ?? -1;
}

test('[MB7] a till gets what is missing to a full stock of keys; an enrolment sealed under one is read by the server', async () => {
  const keys = await keysOf(till, personKeyStock - 3);
  expect(keys).toHaveLength(3);
  expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
  const [key] = keys as [PersonKey];
  await post(context, till, [await enrol(till, key, 'emile', 1, '+447700900101')]);
  const { rows } = await context.database.pool.query(`select name, phone, email from member where member_id = 'emile'`);
  expect(rows).toEqual([{ name: 'Émile Brand', phone: '+447700900101', email: null }]);
});

test('[MB7] [A1] a key of another till opens nothing: the enrolment is kept, nobody is named', async () => {
  const [key] = (await keysOf(neighbour, personKeyStock - 1)) as [PersonKey];
  await post(context, till, [await enrol(till, key, 'stolen', 2, '+447700900102')]);
  expect(await count(`from member where member_id = 'stolen' and name = '—' and phone is null`)).toBe(1);
});

test('[A1] who asks too often or for too many gets no more; another store and a till that was taken back get none', async () => {
  expect(await keysOf(foreign, 0)).toHaveLength(personKeyStock);
  expect(await keysOf(foreign, 1_000_000)).toHaveLength(0);
  expect((await ask(foreign, 'person-keys', { unused: -1_000_000 })).status).toBe(400);
  expect((await ask(foreign, 'person-keys', { unused: 0, count: 5_000 })).body.keys).toHaveLength(personKeyStock);
  expect((await ask(foreign, 'person-keys', { unused: 0 }, 'here')).status).toBe(403);
  await keysOf(foreign, personKeyStock);
  await keysOf(foreign, personKeyStock);
  expect((await ask(foreign, 'person-keys', { unused: 0 })).status).toBe(429);
});

test('[MB7] unused keys of a till that was taken back go after 90 days; those that an entry names stay', async () => {
  const gone = await makeTill(context, 'here', 2);
  const [used] = (await keysOf(gone, personKeyStock - 5)) as [PersonKey];
  await post(context, gone, [await enrol(gone, used, 'kept', 3, '+447700900103')]);
  await context.database.pool.query(`update till set revoked_at_ms = $1 where store_id = 'here' and till_number = 2`, [
    nowMs,
  ]);
  const left = `from personal_key where store_id = 'here' and till_number = 2`;
  nowMs += 89 * dayMs;
  expect((await ask(gone, 'person-keys', { unused: 0 })).status).toBe(403);
  await keysOf(till, personKeyStock);
  expect(await count(left)).toBe(5);
  nowMs += 2 * dayMs;
  await keysOf(till, personKeyStock);
  expect(await count(left)).toBe(1);
});

test('[MB3] [A1] a till finds members of its chain’s other stores, masked; no other chain’s', async () => {
  const find = async (asker: TestTill, q: string) =>
    memberFindingSchema.parse((await ask(asker, 'members/find', { q })).body).members;
  const masked = [{ memberId: 'emile', name: 'É••• B•••', phone: '••••• 101', tier: '' }];
  for (const q of ['900101', '+44 7700 900101']) expect(await find(neighbour, q)).toEqual(masked);
  expect(await find(neighbour, 'emile bra')).toHaveLength(2);
  expect(await find(foreign, '900101')).toEqual([]);
  expect((await ask(till, 'members/find', { q: '' })).status).toBe(400);
});

test('a member’s latest sales in the till’s own store, the latest first', async () => {
  const body = (await till.sale([line('tea')])).body as Record<string, unknown>;
  const sale = () =>
    till.next('retail-transaction', { ...body, transactionId: crypto.randomUUID(), memberId: 'emile' });
  const [first, second] = [await sale(), await sale()];
  await post(context, till, [first, second]);
  const sales = async (asker: TestTill) =>
    memberPurchasesSchema.parse((await ask(asker, 'members/purchases', { memberId: 'emile' })).body).purchases;
  expect((await sales(till)).map(({ entryId }) => entryId)).toEqual([second._id, first._id]);
  expect(await sales(neighbour)).toEqual([]);
});

test('[MP4] [A1] a till asks what a member can spend now, whichever store gave it; another chain hears of nobody', async () => {
  const available = async (asker: TestTill, memberId = 'emile') =>
    memberPointsSchema.parse((await ask(asker, 'members/points', { memberId })).body).available;
  expect(await available(neighbour)).toBeNull();
  const points = { minorPerPoint: 100, categories: [], promotions: [], tiers: [] };
  const waiting = { pendingDays: 0, expiryDays: null, offlineBurnPoints: 0 };
  await context.database.pool.query(
    `insert into member_rules (merchant_id, from_ms, rules) select merchant_id, 0, $1 from store where store_id = 'here'`,
    [JSON.stringify({ points: { ...points, ...waiting }, tiers: null })],
  );
  const body = (await till.sale([line('tea', 2)])).body as Record<string, unknown>;
  const sold = { ...body, transactionId: crypto.randomUUID(), memberId: 'emile' };
  await post(context, till, [await till.next('retail-transaction', sold)]);
  expect([await available(till), await available(neighbour), await available(foreign)]).toEqual([25, 25, null]);
  expect(await available(till, 'nobody')).toBeNull();
});

test('[A1] a till asks how often a member used what each member gets so often, in any store; a voided ticket used nothing', async () => {
  const uses = async (asker: TestTill) =>
    memberUsesSchema.parse((await ask(asker, 'members/uses', { memberId: 'emile' })).body).uses;
  for (const [promotionId, perMember] of [
    ['once', 1],
    ['always', null],
  ] as const) {
    await context.database.pool.query(
      `insert into promotion (merchant_id, promotion_id, row, changed_at_ms, revision)
       select merchant_id, $1, $2, 0, 1 from store where store_id = 'here'`,
      [promotionId, JSON.stringify({ limits: { perTicket: null, perMember } })],
    );
  }
  const body = (await till.sale([line('tea')])).body as RetailTransaction;
  const [first] = body.lines;
  if (first === undefined) throw new Error('a sale has a line');
  const given = (promotionId: string, times: number) => ({
    ...{ promotionId, name: promotionId, couponId: null, times, discountMinor: 10 },
  });
  const off = ['once', 'always'].map((promotionId) => ({
    by: 'promotion' as const,
    promotionId,
    pieces: 1,
    discountMinor: 10,
  }));
  const totals = (more: number) => ({ netMinor: body.netMinor - more, totalMinor: body.totalMinor - more });
  const sold = {
    ...{ ...body, ...totals(20), transactionId: crypto.randomUUID(), memberId: 'emile' },
    lines: [{ ...first, discounts: off, netMinor: first.netMinor - 20, totalMinor: first.totalMinor - 20 }],
    promotions: [given('once', 1), given('always', 1)],
    tenders: body.tenders.map((tender) => ({ ...tender, amountMinor: tender.amountMinor - 20 })),
  };
  const sale = await till.next('retail-transaction', sold);
  await post(context, till, [sale]);
  const used = [{ storeId: 'here', entryId: sale._id, promotionId: 'once', times: 1 }];
  expect([await uses(till), await uses(neighbour), await uses(foreign)]).toEqual([used, used, []]);
});
