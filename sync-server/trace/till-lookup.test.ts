import { afterAll, beforeAll, expect, test } from 'vitest';
import { unitLookupSchema } from '#schemas/sync/unit-lookup.ts';
import { createApp } from '../app.ts';
import { addStore, addTill, openTestShop, type TestShop, type TestTill } from '../feed/feed-test-shop.ts';

const gtin14 = '05012345678900';
let shop: TestShop;
let app: ReturnType<typeof createApp>;
let till: TestTill;

beforeAll(async () => {
  shop = await openTestShop();
  app = createApp(shop.context, {});
  for (const storeId of ['here', 'there', 'yonder']) await addStore(shop.context, 'chain', storeId);
  await addStore(shop.context, 'other-chain', 'foreign');
  till = await addTill(shop.context, 'here');
});
afterAll(() => shop.close());

async function put(storeId: string, serial: string, state: string, orderedAtMs: number, batch: string | null = null) {
  await shop.context.database.pool.query(
    `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, batch, revision)
     values ($1, $2, $3, 'tea', 'floor', $4, '0001-000000007', $5, $6, 1)`,
    [storeId, gtin14, serial, state, orderedAtMs, batch],
  );
}

async function ask(serial: string, storeId = 'here') {
  return app.request(`/feed/${storeId}/units/${gtin14}/${encodeURIComponent(serial)}`, {
    headers: { authorization: `Bearer ${till.token}` },
  });
}
const answer = async (serial: string) => unitLookupSchema.parse(await (await ask(serial)).json());

test('a unit of the own store comes as the feed would bring it', async () => {
  await put('here', 'a/b%1', 'in-stock', 7, 'L1');
  expect(await answer('a/b%1')).toEqual({
    here: {
      gtin14,
      serial: 'a/b%1',
      skuId: 'tea',
      placeId: 'floor',
      state: 'in-stock',
      entryId: '0001-000000007',
      orderedAtMs: 7,
      batch: 'L1',
    },
    elsewhere: null,
  });
});

test('of the other stores, the one that had it last; one that passed it on says less', async () => {
  await put('there', 'T1', 'sold', 5);
  await put('yonder', 'T1', 'elsewhere', 9);
  expect(await answer('T1')).toEqual({
    here: null,
    elsewhere: { storeId: 'there', storeName: 'there', state: 'sold' },
  });
  await put('here', 'T2', 'elsewhere', 3);
  await put('there', 'T2', 'in-stock', 4);
  expect(await answer('T2')).toMatchObject({ here: { state: 'elsewhere' }, elsewhere: { state: 'in-stock' } });
});

test("[A1] what another chain has is unknown, as is what nobody has; another store's path is refused", async () => {
  await put('foreign', 'F1', 'in-stock', 5);
  expect(await answer('F1')).toEqual({ here: null, elsewhere: null });
  expect(await answer('nowhere')).toEqual({ here: null, elsewhere: null });
  expect((await ask('T1', 'there')).status).toBe(403);
});

test('what is no item code is a bad request', async () => {
  expect((await ask('with space')).status).toBe(400);
  expect((await ask('x'.repeat(21))).status).toBe(400);
});

test('what a sold unit went for is told, wherever in the chain it was sold; nothing of another chain', async () => {
  const sell = async (storeId: string, serial: string, unitPriceMinor: number) => {
    const key = [storeId, 1, 7];
    const { pool } = shop.context.database;
    await pool.query(
      `insert into retail_transaction (store_id, till_number, sequence, transaction_id, operator_id, business_day,
         occurred_at_ms, currency, line_count, net_minor, tax_minor, rounding_minor, total_minor, change_minor)
       values ($1, $2, $3, 't', 'amy', '2026-11-22', 55, 'GBP', 1, 0, 0, 0, 0, 0) on conflict do nothing`,
      key,
    );
    await pool.query(
      `insert into line_item (store_id, till_number, sequence, line_number, sku_id, gtin14, serial, quantity,
         unit_price_minor, tax_class, tax_rate_basis_points, net_minor, tax_minor, total_minor)
       values ($1, $2, $3, 1, 'tea', $4, $5, 1, $6, 'standard', 0, 0, 0, 0)`,
      [...key, gtin14, serial, unitPriceMinor],
    );
  };
  await put('there', 'S1', 'sold', 5);
  await sell('there', 'S1', 1_250);
  expect((await answer('S1')).sale).toEqual({
    entryId: '0001-000000007',
    soldAtMs: 55,
    currency: 'GBP',
    unitPriceMinor: 1_250,
  });
  await put('foreign', 'S2', 'sold', 5);
  await sell('foreign', 'S2', 900);
  expect((await answer('S2')).sale).toBeUndefined();
  await put('yonder', 'S3', 'in-stock', 5);
  await sell('yonder', 'S3', 900);
  expect((await answer('S3')).sale).toBeUndefined();
});
