import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { storyRequestSchema } from '#schemas/api/item-page.ts';
import { quoteRequestSchema } from '#schemas/api/quote.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';
import { checkDigit, isGtin14, isInStoreGtin } from '#schemas/item-code/gtin.ts';
import type { InStoreCode } from '#schemas/item-code/in-store-code.ts';
import { promotionSchema } from '#schemas/pricing/promotion.ts';
import { priceListRowSchema, skuPriceRowSchema, storeConfigSchema } from '#schemas/rows/rows.ts';
import { createMerchant } from '../catalogue/new-store.ts';
import { readProducts } from '../catalogue/product-csv.ts';
import type { ProductRow } from '../catalogue/product-row.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { PriceBooks } from '../prices/price-book.ts';
import { promotionProblems } from '../prices/promotion-problems.ts';
import { quoteTicket } from '../prices/quote-ticket.ts';
import { demoMerchant, demoStores, demoTaxRules } from './demo-chain.ts';
import { demoPriceEntries, demoPromotions } from './demo-prices.ts';
import { seedDemo } from './seed-demo.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop();
});
afterAll(() => shop.close());

async function query<Row>(sql: string): Promise<Row[]> {
  const { rows } = await shop.context.database.pool.query(sql);
  return rows;
}

/** Everything that seeding writes, but for salts, keys and times. */
async function snapshot() {
  return {
    counters: await query('select revision, journal_seq from store_counter order by store_id'),
    chain: await query('select * from merchant_counter'),
    skus: await query('select count(*), max(revision) as revision from sku'),
    operators: await query('select operator_id, pin_hash from operator order by operator_id'),
    journal: await query('select store_id, sequence, hash from journal order by store_id, sequence'),
    members: await query('select count(*) from member'),
    prices: await query('select count(*), max(revision) as revision from promotion'),
    stock: await query('select count(*), sum(adjusted) as pieces from stock'),
  };
}

test('a seeded database holds the chain; seeding again changes nothing', async () => {
  const chain = await seedDemo(shop.context);
  expect(chain?.stores.map(({ name }) => name)).toEqual(['Larch & Lantern Camden', 'Larch & Lantern Ancoats']);
  const before = await snapshot();
  // The opening, two deliveries, a stock-take that is over and one that goes on: 5 and 3 entries.
  expect(before.journal).toHaveLength(2 * (1 + 2 + 5 + 3));
  expect(await query('select count(*) from journal where unpostable is not null')).toEqual([{ count: 0 }]);
  expect(await query('select count(*) from exception')).toEqual([{ count: 0 }]);
  await seedDemo(shop.context);
  expect(await snapshot()).toEqual(before);
});

test('prices and promotions are rows that tills can read, of goods that the chain has', async () => {
  const { pool } = shop.context.database;
  const { merchantId } = demoMerchant;
  for (const promotion of demoPromotions) {
    expect(promotionSchema.parse(promotion)).toEqual(promotion);
    const when = { nowMs: shop.context.nowMs(), isThere: true };
    expect(await promotionProblems(pool, { merchantId, currency: 'GBP' }, promotion, when)).toEqual([]);
  }
  const rows = await query<{ row: unknown }>('select row from price_list union all select row from sku_price');
  expect(rows.map(({ row }) => z.union([priceListRowSchema, skuPriceRowSchema]).parse(row))).toHaveLength(6);
  const entry = { priceListId: 'members', skuId: 'DRI-107-750', minQuantity: 6, priceMinor: 265 };
  expect(rows.some(({ row }) => JSON.stringify(row).includes('265'))).toBe(true);
  expect(demoPriceEntries).toContainEqual({ ...entry, validFromMs: null, validUntilMs: null, confirmedAtMs: null });
  const books = new PriceBooks(shop.context);
  const due = async (storeId: string, lines: object[], more: object = {}) => {
    const ticket = quoteRequestSchema.parse({ lines, ...more });
    const quoted = await quoteTicket(pool, books, { merchantId, storeId }, ticket, Date.UTC(2026, 10, 24, 12));
    return quoted.ok ? quoted.value.dueMinor : quoted.error;
  };
  expect(await due('camden', [{ skuId: 'DRI-116-40', quantity: 3 }])).toBe(390);
  expect(await due('camden', [{ skuId: 'CLO-111-GRY', quantity: 1 }])).toBe(2_800);
  expect(await due('camden', [{ skuId: 'CLO-111-GRY', quantity: 1 }], { atMs: Date.UTC(2026, 10, 28, 12) })).toBe(
    2_240,
  );
  expect(await due('ancoats', [{ skuId: 'CLO-111-GRY', quantity: 1 }])).toBe(2_599);
  expect(await due('camden', [{ skuId: 'DRI-107-750', quantity: 1 }], { memberTier: 'gold' })).toBe(295);
  expect(await due('camden', [{ skuId: 'DRI-107-750', quantity: 1 }], { couponIds: ['WELCOME10'] })).toBe(310);
});

test('most goods cost online what they cost in the shop, some do not, and some prices are old', async () => {
  const nowMs = shop.context.nowMs();
  const [counted] = await query<Record<'equal' | 'other' | 'alone' | 'old' | 'undated', number>>(
    `select count(*) filter (where price_minor = online_price_minor)::int as equal,
            count(*) filter (where price_minor <> online_price_minor)::int as other,
            count(*) filter (where online_price_minor is null)::int as alone,
            count(*) filter (where online_confirmed_at_ms < ${nowMs - 86_400_000})::int as old,
            count(*) filter (where online_price_minor is not null and online_confirmed_at_ms is null)::int as undated
       from price`,
  );
  expect(counted).toMatchObject({ equal: 303, other: 26, alone: 34, undated: 0 });
  expect(counted?.old).toBeGreaterThan(30);
});

test('[S1] the opening stock of an item-coded SKU is the number of its units', async () => {
  const differing = await query(`
    select s.store_id, s.sku_id from stock s join sku k using (sku_id)
    where k.tracking = 'item' and s.adjusted <> (
      select count(*) from unit u
      where u.store_id = s.store_id and u.place_id = s.place_id and u.sku_id = s.sku_id and u.state = 'in-stock')`);
  expect(differing).toEqual([]);
  expect(await query(`select count(distinct sku_id) > 50 as many from unit`)).toEqual([{ many: true }]);
});

test('each store awaits two deliveries: coded units in cartons with valid SSCCs, and goods that are counted', async () => {
  const deliveries = await query<{ pieces: number; cartons: number }>(
    `select jsonb_array_length(row->'cartons') as cartons, jsonb_array_length(row->'skus') as skus
       from delivery order by store_id, delivery_id`,
  );
  const awaited = [
    { cartons: 4, skus: 6 },
    { cartons: 0, skus: 5 },
  ];
  expect(deliveries).toEqual([...awaited, ...awaited]);
  const cartons = await query<{ sscc: string }>('select sscc from carton');
  expect(new Set(cartons.map(({ sscc }) => sscc)).size).toBe(8);
  expect(cartons.every(({ sscc }) => Number(sscc.slice(-1)) === checkDigit(sscc.slice(0, -1)))).toBe(true);
  const units = `select state, batch is not null as batch, expires_on > '2026' as date, count(*)::int from unit
                  where state = 'expected' group by 1, 2, 3 order by 3 nulls last`;
  expect(await query(units)).toEqual([
    { state: 'expected', batch: true, date: true, count: 48 },
    { state: 'expected', batch: true, date: null, count: 16 },
  ]);
});

test("a scale's labels of the demo are read as goods of the catalogue, by weight and by price", async () => {
  const [row] = await query<{ patterns: InStoreCode[] }>('select patterns from in_store_codes');
  const read = (code: string) => parseScan(code, { inStoreCodes: row?.patterns ?? [] });
  expect(read('2990001012509')).toMatchObject({ kind: 'gtin', gtin14: '02990001000001', weightMg: 1_250_000 });
  expect(read('2980002007352')).toMatchObject({ kind: 'gtin', gtin14: '02980002000001', price: { amount: 735 } });
  const weighed = await query(
    `select gtin14 from sku join gtin using (merchant_id, sku_id) where tracking = 'weight' order by 1`,
  );
  expect(weighed).toEqual([{ gtin14: '02980002000001' }, { gtin14: '02990001000001' }]);
  // No article's own barcode is taken for a scale's label.
  const hidden = `select sku_id from sku join gtin using (merchant_id, sku_id) where tracking <> 'weight' and gtin14 ~ '^029[89]'`;
  expect(await query(hidden)).toEqual([]);
});

test('items have a story and an origin in three languages, of SKUs that are coded', async () => {
  const told = await query<{ story: object; origin: object; tracking: string }>(
    'select story, origin, tracking from sku_story join sku using (merchant_id, sku_id)',
  );
  expect(told).toHaveLength(8);
  for (const { story, origin, tracking } of told) {
    expect(tracking).toBe('item');
    expect(storyRequestSchema.safeParse({ story, origin }).success).toBe(true);
    for (const text of [story, origin]) expect(Object.keys(text).toSorted()).toEqual(['en', 'zh-Hans', 'zh-Hant']);
  }
});

test('what a person changed in the demo stays', async () => {
  await query(`update price set price_minor = 1 where sku_id = 'GRO-101-1K'`);
  await query(`update operator set left_at_ms = 1 where operator_id = 'theo'`);
  await seedDemo(shop.context);
  expect(await query(`select price_minor from price where sku_id = 'GRO-101-1K'`)).toEqual([{ price_minor: 1 }]);
  expect(await query(`select left_at_ms from operator where operator_id = 'theo'`)).toEqual([{ left_at_ms: 1 }]);
});

test('a seeding that was killed is made good by the next', async () => {
  const half = await openTestShop();
  await seedDemo(half.context);
  await half.context.database.pool.query('delete from sku; delete from member; delete from price; delete from gtin');
  await seedDemo(half.context);
  const { rows } = await half.context.database.pool.query('select count(*)::int as count from sku');
  expect(rows).toEqual([{ count: 363 }]);
  await half.close();
});

test('a chain of somebody’s own is left alone', async () => {
  const own = await openTestShop();
  await createMerchant(own.context, { name: 'Mine' });
  expect(await seedDemo(own.context)).toBeNull();
  expect((await own.context.database.pool.query('select name from merchant')).rows).toEqual([{ name: 'Mine' }]);
  await own.close();
});

async function catalogue(): Promise<ProductRow[]> {
  const rows: ProductRow[] = [];
  const text = createReadStream(join(import.meta.dirname, 'catalogue.csv'), 'utf8');
  const taxClasses = demoTaxRules.classes.map(({ taxClass }) => taxClass);
  for await (const event of readProducts(text, { currency: 'GBP', taxClasses })) {
    if (event.type === 'row') rows.push(event.row);
    else expect(event.type).toBe('header');
  }
  return rows;
}

test('each product of the demo has three names, a category, and a GTIN from the restricted prefixes', async () => {
  const rows = await catalogue();
  expect(rows.length).toBeGreaterThanOrEqual(300);
  expect(new Set(rows.map(({ category }) => category)).size).toBe(10);
  for (const { nameZhHans, nameZhHant, gtins, categoryZhHans, categoryZhHant, brand, taxClass } of rows) {
    expect([nameZhHans, nameZhHant, categoryZhHans, categoryZhHant, brand, taxClass]).not.toContain(null);
    expect(gtins.length === 1 && gtins.every((code) => isGtin14(code) && isInStoreGtin(code))).toBe(true);
  }
});

test('Simplified names have no Traditional-only characters, and the other way round', async () => {
  const rows = await catalogue();
  // Pairs whose two forms differ and are used in one script only.
  const traditional = [...'醬優國產筆專紙貼電動鐵襪銀錢買賣開關門車馬魚鳥龍風飛語說讀書圖飲貨餅湯麵'];
  const simplified = [...'酱优国产笔专纸贴电动铁袜银钱买卖开关门车马鱼鸟龙风飞语说读书图饮货饼汤'];
  const hans = rows.flatMap((row) => [row.nameZhHans, row.variantZhHans, row.categoryZhHans]).join('');
  const hant = rows.flatMap((row) => [row.nameZhHant, row.variantZhHant, row.categoryZhHant]).join('');
  expect(traditional.filter((sign) => hans.includes(sign))).toEqual([]);
  expect(simplified.filter((sign) => hant.includes(sign))).toEqual([]);
});

test('operators sign in with PINs that differ within a store, and one of them manages it', () => {
  for (const { operators } of demoStores) {
    expect(new Set(operators.map(({ pin }) => pin)).size).toBe(operators.length);
    expect(operators.filter(({ role, password }) => role === 'store-manager' && password !== undefined)).toHaveLength(
      1,
    );
  }
  const ids = storeConfigSchema.shape.merchantId;
  expect(
    [demoMerchant.merchantId, ...demoStores.map(({ storeId }) => storeId)].every((id) => ids.safeParse(id).success),
  ).toBe(true);
});

test('each store has a stock-take that is over, with its differences booked, and one that goes on', async () => {
  const counts = await query(
    `select c.store_id, c.state, count(distinct b.operator_id)::int as people, sum(b.pieces)::int > 50 as many,
            (select count(*)::int from count_line l where l.store_id = c.store_id and l.count_id = c.count_id) as lines
       from stock_count c join count_batch b using (store_id, count_id)
      group by 1, 2, c.count_id order by 1, 2`,
  );
  const [over, open] = [
    { state: 'approved', people: 2, many: true, lines: 3 },
    { state: 'open', people: 2, many: true, lines: 0 },
  ];
  expect(counts).toEqual(
    ['ancoats', 'camden'].flatMap((storeId) => [
      { store_id: storeId, ...over },
      { store_id: storeId, ...open },
    ]),
  );
  const worked = `select min(last_at_ms - first_at_ms)::int > 600000 as long, max(last_at_ms)::int8 < $1 as past from count_batch`;
  expect((await shop.context.database.pool.query(worked, [shop.context.nowMs()])).rows).toEqual([
    { long: true, past: true },
  ]);
});
