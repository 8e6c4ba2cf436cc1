import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { type ImportOptions, importProducts } from './import-products.ts';
import { createMerchant, createStore } from './new-store.ts';

const taxRules = {
  pricesIncludeTax: true,
  classes: [
    { taxClass: 'standard', rateBasisPoints: 2000 },
    { taxClass: 'zero', rateBasisPoints: 0 },
  ],
  cashStepMinor: 1,
};
let shop: TestShop;
let merchantId: string;

beforeAll(async () => {
  shop = await openTestShop();
});
afterAll(() => shop.close());
beforeEach(async () => {
  merchantId = await createMerchant(shop.context, { name: 'Larch' });
  await createStore(shop.context, { merchantId, name: 'One', currency: 'GBP', timeZone: 'Europe/London', taxRules });
});

function run(text: string, options: Partial<ImportOptions> = {}) {
  async function* open() {
    yield new TextEncoder().encode(text);
  }
  return importProducts(shop.context, { merchantId, open, ...options });
}

type Row = Record<string, unknown>;
async function rowsOf(table: 'sku' | 'gtin' | 'price' | 'category'): Promise<Row[]> {
  const { rows } = await shop.context.database.pool.query<Row>(
    `select * from ${table} where merchant_id = $1 order by 1, 2`,
    [merchantId],
  );
  return rows.map(({ merchant_id, ...row }) => row);
}
async function everything() {
  const { pool } = shop.context.database;
  const counter = await pool.query('select revision from merchant_counter where merchant_id = $1', [merchantId]);
  return [await rowsOf('sku'), await rowsOf('gtin'), await rowsOf('price'), await rowsOf('category'), counter.rows];
}

const header = 'sku,name_en,name_zh_hant,gtins,category,tax_class,price\n';
const tea = `${header}T1,Green tea,綠茶,2000000000008,Tea,zero,2.50\n`;

describe('what is written', () => {
  test('a product is a SKU, a price, its GTINs and a category', async () => {
    const report = await run(tea);
    expect(report).toMatchObject({ ok: true, value: { rows: 1, added: 1, gtinsAdded: 1, revision: 1 } });
    const names = { en: 'Green tea', 'zh-Hant': '綠茶' };
    const sku = { sku_id: 'T1', names, category_id: 'tea', brand: null, tax_class: 'zero', tracking: 'quantity' };
    expect(await rowsOf('sku')).toEqual([{ ...sku, variant: null, deleted: false, revision: 1 }]);
    expect(await rowsOf('price')).toMatchObject([{ sku_id: 'T1', price_minor: 250, online_price_minor: null }]);
    expect(await rowsOf('gtin')).toMatchObject([{ gtin14: '02000000000008', sku_id: 'T1', deleted: false }]);
    expect(await rowsOf('category')).toEqual([{ category_id: 'tea', names: { en: 'Tea' } }]);
  });

  test('the same file again changes nothing, not even a revision', async () => {
    await run(tea);
    const before = await everything();
    expect(await run(tea)).toMatchObject({ ok: true, value: { added: 0, changed: 0, unchanged: 1, revision: null } });
    expect(await everything()).toEqual(before);
  });

  test('only what differs gets the new revision; SKUs that are not in the file stay', async () => {
    await run(`${tea}T2,Black tea,紅茶,2000000000015,Tea,zero,2.50\nT3,Milk,,,Dairy,zero,1.00\n`);
    const report = await run(
      `${header}T1,Green tea,綠茶,2000000000008,Tea,zero,2.75\nT2,Black tea,紅茶,2000000000015,Tea,zero,2.50\n`,
    );
    expect(report).toMatchObject({ ok: true, value: { added: 0, changed: 1, unchanged: 1, revision: 2 } });
    expect((await rowsOf('price')).map(({ sku_id, revision }) => [sku_id, revision])).toEqual([
      ['T1', 2],
      ['T2', 1],
      ['T3', 1],
    ]);
    expect((await rowsOf('sku')).map(({ revision }) => revision)).toEqual([1, 1, 1]);
  });

  test('a column that the file does not have leaves its field; an empty cell empties it', async () => {
    await run(
      'sku,name_en,name_zh_hans,brand,tracking,online_price,variant_en,gtins,price\nA,Tea,茶,Larch,item,1,Red,96385074,2\n',
    );
    await run('sku,name_en,price\nA,Tea!,3\n');
    const kept = { names: { en: 'Tea!', 'zh-Hans': '茶' }, brand: 'Larch', tracking: 'item', variant: { en: 'Red' } };
    expect(await rowsOf('sku')).toMatchObject([kept]);
    expect(await rowsOf('price')).toMatchObject([{ price_minor: 300, online_price_minor: 100 }]);
    expect(await rowsOf('gtin')).toMatchObject([{ deleted: false }]);
    const report = await run('sku,name_en,name_zh_hans,brand,online_price,variant_en,gtins,price\nA,Tea!,,,,,,3\n');
    expect(report).toMatchObject({ ok: true, value: { changed: 1, gtinsRemoved: 1 } });
    expect(await rowsOf('sku')).toMatchObject([
      { names: { en: 'Tea!' }, brand: null, tracking: 'item', variant: null },
    ]);
    expect(await rowsOf('price')).toMatchObject([{ online_price_minor: null }]);
    expect(await rowsOf('gtin')).toMatchObject([{ deleted: true, revision: 3 }]);
  });

  test('a SKU that was deleted comes back', async () => {
    await run(tea);
    await shop.context.database.pool.query('update sku set deleted = true where merchant_id = $1', [merchantId]);
    expect(await run(tea)).toMatchObject({ ok: true, value: { added: 1, changed: 0 } });
    expect(await rowsOf('sku')).toMatchObject([{ deleted: false, revision: 2 }]);
  });

  test('categories are found by id or name in any language, and named in the language that a file adds', async () => {
    await run(`${header}A,a,,,Fresh tea,zero,1\nB,b,,,茶具,zero,1\n`);
    const first = await rowsOf('category');
    expect(first).toMatchObject([{ names: { en: '茶具' } }, { category_id: 'fresh-tea', names: { en: 'Fresh tea' } }]);
    await run(
      'sku,name_en,price,category,category_zh_hans\nC,c,1,FRESH TEA,鲜茶\nD,d,1,fresh-tea,别名\nE,e,1,鲜茶,\nF,f,1,茶具,\n',
    );
    expect(await rowsOf('category')).toEqual([
      first[0],
      { category_id: 'fresh-tea', names: { en: 'Fresh tea', 'zh-Hans': '鲜茶' } },
    ]);
    const skus = await rowsOf('sku');
    expect(skus.map(({ category_id }) => category_id)).toEqual([
      'fresh-tea',
      first[0]?.category_id,
      'fresh-tea',
      'fresh-tea',
      'fresh-tea',
      first[0]?.category_id,
    ]);
  });

  test('tills that wait are told after the commit', async () => {
    const told = shop.context.changes.wait([merchantId], 5_000);
    await run(tea);
    expect(await told).toBe('changed');
  });
});

describe('GTINs', () => {
  test('one that belongs to a SKU outside the file is refused with its owner', async () => {
    await run(tea);
    const before = await everything();
    expect(await run(`${header}X,Other,,2000000000008,Tea,zero,1\n`)).toMatchObject({
      ok: false,
      error: { code: 'bad-rows', problems: [{ line: 2, column: 'gtins', code: 'gtin-owned', detail: 'T1' }] },
    });
    expect(await everything()).toEqual(before);
  });

  test('one moves when the file takes it from its owner', async () => {
    await run(tea);
    const moved = `${header}X,Other,,2000000000008,Tea,zero,1\nT1,Green tea,綠茶,,Tea,zero,2.50\n`;
    expect(await run(moved)).toMatchObject({ ok: true, value: { added: 1, changed: 0, gtinsRemoved: 0 } });
    expect(await rowsOf('gtin')).toMatchObject([{ sku_id: 'X', deleted: false, revision: 2 }]);
  });
});

describe('nothing by half', () => {
  test('one bad row: nothing is written, each is named, the kinds are counted', async () => {
    const bad = Array.from({ length: 5_000 }, (_, at) => `S${at},Thing,,,Tea,zero,${at === 4_000 ? 'x' : '1'}\n`).join(
      '',
    );
    const before = await everything();
    expect(await run(header + bad + tea.split('\n')[1], { maxProblems: 1 })).toEqual({
      ok: false,
      error: {
        code: 'bad-rows',
        problems: [{ line: 4002, column: 'price', read: 'x', code: 'price-format' }],
        total: 1,
        totals: { 'price-format': 1 },
        rows: 5_001,
      },
    });
    expect(await everything()).toEqual(before);
  });

  test('a dry run counts and writes nothing', async () => {
    const before = await everything();
    expect(await run(tea, { dryRun: true })).toMatchObject({ ok: true, value: { added: 1, revision: null } });
    expect(await everything()).toEqual(before);
  });

  test('a file that breaks off while it is read leaves nothing', async () => {
    const before = await everything();
    let opened = 0;
    async function* open() {
      opened += 1;
      const lines = Array.from({ length: 9_000 }, (_, at) => `S${at},Thing,,,Tea,zero,1\n`).join('');
      yield new TextEncoder().encode(header + lines);
      if (opened === 2) throw new Error('the disk is gone');
    }
    await expect(run('', { open })).rejects.toThrow('the disk is gone');
    expect(await everything()).toEqual(before);
  });

  test('imports of one chain at the same time take turns, each with a revision of its own', async () => {
    const imports = [1, 2, 3, 4].map((price) => run(`sku,name_en,price\nA,Tea,${price}\nB${price},Tea,1\n`));
    const reports = await Promise.all(imports);
    const revisions = reports.map((report) => (report.ok ? report.value.revision : 0));
    expect([...revisions].sort()).toEqual([1, 2, 3, 4]);
    expect(await rowsOf('sku')).toHaveLength(5);
  });
});

describe('what no row can mend', () => {
  test('a chain without a store, or with two currencies, has no prices to read', async () => {
    const empty = await createMerchant(shop.context, { name: 'Empty' });
    expect(await run(tea, { merchantId: empty })).toEqual({ ok: false, error: { code: 'no-store' } });
    await createStore(shop.context, { merchantId, name: 'Two', currency: 'EUR', timeZone: 'UTC', taxRules });
    expect(await run(tea)).toEqual({ ok: false, error: { code: 'currencies-differ' } });
  });

  test('more categories than a till can hold are refused', async () => {
    const lines = Array.from({ length: 2_100 }, (_, at) => `S${at},Thing,,,Kind ${at},zero,1\n`).join('');
    expect(await run(header + lines)).toEqual({ ok: false, error: { code: 'too-many-categories' } });
    expect(await rowsOf('category')).toEqual([]);
  });

  test('an unknown encoding is refused with its line; a named one is taken', async () => {
    const bytes = Buffer.from('sku,name_en,price\nA,caf\xe9 noir,1\n', 'latin1');
    async function* open() {
      yield new Uint8Array(bytes);
    }
    expect(await run('', { open })).toEqual({ ok: false, error: { code: 'encoding-unknown', line: 2 } });
    expect(await run('', { open, encoding: 'windows-1252' })).toMatchObject({ ok: true, value: { added: 1 } });
    expect(await rowsOf('sku')).toMatchObject([{ names: { en: 'café noir' } }]);
  });
});
