import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deltaSchema } from '#schemas/sync/feed.ts';
import { inTransaction } from '../db/database.ts';
import { endRoles, giveRole } from '../journal/test-staff.ts';
import { createOperator } from '../people/new-operator.ts';
import { bumpStaff, publishStaff } from '../people/staff-revision.ts';
import { feedRoutes } from './feed-routes.ts';
import { addStore, addTill, openTestShop, type TestShop, type TestTill } from './feed-test-shop.ts';
import { PageKeeper } from './page-keeper.ts';

let shop: TestShop;
let app: Hono;
let till: TestTill;
let sister: TestTill;

beforeAll(async () => {
  shop = await openTestShop();
  const { context } = shop;
  app = new Hono().route('/feed', feedRoutes(context, new PageKeeper(context, { inProcess: true })));
  await addStore(context, 'chain', 'store-a');
  await addStore(context, 'chain', 'store-b');
  till = await addTill(context, 'store-a');
  sister = await addTill(context, 'store-b');
  const person = { storeId: 'store-a', pin: '1234' };
  await createOperator(context, { ...person, operatorId: 'ada', name: 'Ada', role: 'clerk' });
  await createOperator(context, { ...person, operatorId: 'june', name: 'June', role: 'owner' });
});
afterAll(() => shop.close());

async function deltaOf(of: TestTill, known: { chain: number; store: number; config?: string }, waitMs = 0) {
  const query = new URLSearchParams({ chain: `${known.chain}`, store: `${known.store}`, waitMs: `${waitMs}` });
  if (known.config !== undefined) query.set('config', known.config);
  const headers = { authorization: `Bearer ${of.token}` };
  const answer = await app.request(`/feed/${of.storeId}/delta?${query}`, { headers });
  return deltaSchema.parse(await answer.json());
}
const staffIn = (delta: Awaited<ReturnType<typeof deltaOf>>) =>
  delta.config?.staff.map(({ operatorId, roleId }) => `${operatorId} ${roleId}`);

test('tills know who has a role in the whole chain besides those of their own store', async () => {
  expect(staffIn(await deltaOf(till, { chain: 0, store: 0 }))).toEqual(['ada clerk', 'june owner']);
  expect(staffIn(await deltaOf(sister, { chain: 0, store: 0 }))).toEqual(['june owner']);
});

/** What a till that waits is sent after a change, and how long that took. */
async function heardAfter(of: TestTill, change: () => Promise<unknown>) {
  const { cursor, configVersion } = await deltaOf(of, { chain: 0, store: 0 });
  const waiting = deltaOf(of, { ...cursor, config: configVersion }, 20_000);
  const fromMs = performance.now();
  await change();
  const staff = staffIn(await waiting);
  return { staff, tookMs: performance.now() - fromMs };
}

test('a waiting till hears of a changed role within seconds, in every store when it is of the chain', async () => {
  const { context } = shop;
  const ofChain = { scopeType: 'merchant', scopeId: 'chain' } as const;
  const given = () =>
    giveRole(context, 'store-b', 'ada', 'administrator', ofChain).then(() => publishStaff(context, 'chain', null));
  const [here, there] = await Promise.all([heardAfter(till, given), heardAfter(sister, async () => undefined)]);
  expect(here.staff).toEqual(['ada administrator', 'june owner']);
  expect(there.staff).toEqual(['ada administrator', 'june owner']);
  expect(Math.max(here.tookMs, there.tookMs)).toBeLessThan(10_000);
});

test('[A1] a leaver is off the list, and what a role of the chain means changes on it', async () => {
  const { context } = shop;
  await context.database.pool.query(
    `update role_grant set until_ms = $1 where operator_id = 'ada' and scope_type = 'merchant'`,
    [context.nowMs()],
  );
  const ended = await heardAfter(till, async () => {
    await endRoles(context, 'store-a', 'ada');
    await publishStaff(context, 'chain', 'store-a');
  });
  expect(ended.staff).toEqual(['june owner']);
  const custom = await heardAfter(till, async () => {
    await giveRole(context, 'store-a', 'ada', 'temp');
    await inTransaction(context.database, async (tx) => {
      await tx.query(
        `insert into custom_role (merchant_id, role_id, from_ms, names, rights) values ('chain', 'temp', 0, $1, $2)`,
        [{ en: 'Temp' }, JSON.stringify(['sell'])],
      );
      await bumpStaff(tx, 'chain', null);
    });
    await publishStaff(context, 'chain', null);
  });
  expect(custom.staff).toEqual(['ada temp', 'june owner']);
});

test('tills know the places of their store, the counter’s first, and the other stores of the chain', async () => {
  const first = await deltaOf(till, { chain: 0, store: 0 });
  expect(first.config?.places.map(({ placeId, kind }) => [placeId, kind])).toEqual([
    ['floor', 'sales-floor'],
    ['back', 'stock-room'],
    ['set-aside', 'set-aside'],
  ]);
  expect(first.config?.otherStores).toEqual([{ storeId: 'store-b', name: 'store-b' }]);
});

test('a waiting till hears of a new place within seconds; a closed one is not offered, the sales place always', async () => {
  const { pool } = shop.context.database;
  const { cursor, configVersion } = await deltaOf(till, { chain: 0, store: 0 });
  const waiting = deltaOf(till, { ...cursor, config: configVersion }, 20_000);
  const fromMs = performance.now();
  await pool.query(`insert into place values ('store-a', 'a-03-2', '{"en":"Shelf"}', 'shelf')`);
  await pool.query(`update place set closed_at_ms = 1 where store_id = 'store-a' and place_id in ('back', 'floor')`);
  shop.context.changes.publish('store-a');
  const heard = await waiting;
  expect(performance.now() - fromMs).toBeLessThan(10_000);
  expect(heard.config?.places.map(({ placeId }) => placeId)).toEqual(['floor', 'a-03-2', 'set-aside']);
  await heardAfter(sister, async () => {
    await pool.query(`delete from place where store_id = 'store-b'`);
    await pool.query(`update store set sales_place_id = 'stall' where store_id = 'store-b'`);
    shop.context.changes.publish('store-b');
  });
  const alone = await deltaOf(sister, { chain: 0, store: 0 });
  expect(alone.config?.places).toMatchObject([{ placeId: 'stall', kind: 'sales-floor' }]);
});

test("tills are told how the shop's scales write a weight into a code", async () => {
  const pattern = { prefix: '21', itemDigits: 5, value: 'weight', valueDigits: 5, decimals: 3, hasValueCheck: false };
  const known = async () => (await deltaOf(till, { chain: 0, store: 0 })).config?.inStoreCodes;
  expect(await known()).toEqual([]);
  await shop.context.database.pool.query('insert into in_store_codes values ($1, $2)', [
    'chain',
    JSON.stringify([pattern]),
  ]);
  await expect.poll(known, { timeout: 5_000 }).toEqual([pattern]);
});
