import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServerContext } from '../context.ts';
import { openDatabase } from '../db/database.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { importProducts } from './import-products.ts';
import { createMerchant, createStore } from './new-store.ts';

const log = pino({ level: 'silent' });
const taxRules = {
  pricesIncludeTax: true,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2000 },
    { taxClass: 'zero', rateBasisPoints: 0 },
  ],
  cashStepMinor: 1,
};
let context: ServerContext;
let drop: () => Promise<void>;
let merchantId: string;

beforeAll(async () => {
  const { url, drop: dropDatabase } = await createTestDatabase();
  const database = openDatabase(url);
  context = { database, nowMs: () => 1_700_000_000_000, randomBytes, changes: new ChangeBus(), log };
  drop = async () => {
    await database.close();
    await dropDatabase();
  };
});
afterAll(() => drop());
beforeEach(async () => {
  merchantId = await createMerchant(context, { name: 'Larch' });
  await createStore(context, { merchantId, name: 'One', currency: 'GBP', timeZone: 'Europe/London', taxRules });
});

function run(text: string | Buffer, options: { dryRun?: boolean } = {}) {
  async function* open() {
    yield Buffer.from(text as string);
  }
  return importProducts(context, { merchantId, open, ...options });
}

async function rowsOf(table: 'sku' | 'gtin' | 'price' | 'category') {
  const { rows } = await context.database.pool.query(`select * from ${table} where merchant_id = $1 order by 1, 2`, [
    merchantId,
  ]);
  return rows.map(({ merchant_id, ...row }) => row);
}
const tea = 'sku,name_en,name_zh_hant,gtins,category,tax_class,price\nT1,Green tea,綠茶,2000000000008,Tea,zero,2.50\n';

describe('upsert', () => {
  test('a product is a SKU, a price, its GTINs and a category', async () => {
    const report = await run(tea);
    expect(report).toMatchObject({ ok: true, value: { rows: 1, added: 1, gtinsAdded: 1, revision: 1 } });
    expect(await rowsOf('sku')).toEqual([
      {
        sku_id: 'T1',
        names: { en: 'Green tea', 'zh-Hant': '綠茶' },
        category_id: 'tea',
        brand: null,
        tax_class: 'zero',
        tracking: 'quantity',
        variant: null,
        deleted: false,
        revision: 1,
      },
    ]);
    expect(await rowsOf('price')).toMatchObject([{ sku_id: 'T1', price_minor: 250, online_price_minor: null }]);
    expect(await rowsOf('gtin')).toMatchObject([{ gtin14: '02000000000008', sku_id: 'T1', deleted: false }]);
    expect(await rowsOf('category')).toEqual([{ category_id: 'tea', names: { en: 'Tea' } }]);
  });
});
