import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ImportReport, importProducts } from '../catalogue/import-products.ts';
import { demoMerchant } from '../demo/demo-chain.ts';
import { seedDemo } from '../demo/seed-demo.ts';
import { openTestShop, type TestShop } from '../feed/feed-test-shop.ts';
import { failureText, reportText } from './import-report.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop();
  await seedDemo(shop.context);
});
afterAll(() => shop.close());

test('the report of a nasty file names every bad row, what was read, why, and how to mend it', async () => {
  const file = join(import.meta.dirname, 'fixtures', 'nasty-products.csv');
  const { merchantId } = demoMerchant;
  const result = await importProducts(shop.context, { merchantId, open: () => createReadStream(file) });
  const text = result.ok ? '' : failureText('nasty-products.csv', result.error);
  await expect(text).toMatchFileSnapshot('fixtures/nasty-products.report.txt');
});

const report: ImportReport = {
  rows: 3,
  added: 2,
  changed: 1,
  unchanged: 0,
  gtinsAdded: 2,
  gtinsRemoved: 1,
  categoriesChanged: 1,
  encoding: 'gb18030',
  isEncodingGuess: true,
  sampleName: '绿茶',
  unknownColumns: ['Shelf'],
  defaultTaxClass: 'standard',
  revision: 7,
};

test('the report of an import says what was done and what deserves a look', () => {
  expect(reportText('a.csv', report, false)).toBe(`a.csv: 3 products.
  2 added, 1 changed, 0 unchanged
  GTINs: 2 added, 1 removed
  Categories new or renamed: 1
  Note: the file is not UTF-8. It was read as gb18030: is "绿茶" right?
        If not, name the encoding (--encoding big5, gb18030 or windows-1252) and import it again.
  Note: columns that the importer does not know were left out: Shelf
        It knows: sku, name_en, price, name_zh_hans, name_zh_hant, gtins, category, category_zh_hans, category_zh_hant, brand, tax_class, online_price, tracking, variant_en, variant_zh_hans, variant_zh_hant
  Note: new products without a tax class got "standard", the first of the store's.
`);
  const same = { ...report, added: 0, changed: 0, unchanged: 3, gtinsAdded: 0, gtinsRemoved: 0, categoriesChanged: 0 };
  const plain = { ...same, isEncodingGuess: false, unknownColumns: [], defaultTaxClass: null };
  expect(reportText('a.csv', plain, true)).toBe(
    'a.csv: 3 products.\n  Everything is there already; nothing changed.\n  Dry run: nothing was written.\n',
  );
});

test('what no row can mend is said in one sentence', () => {
  expect(failureText('a.csv', { code: 'column-missing', columns: ['price'], found: ['sku', 'Preis'] })).toBe(
    'a.csv: the header (line 1) lacks price. Found: sku, Preis.\n' +
      'The first line names the columns, in any order; needed are sku, name_en, price.\nNothing was written.\n',
  );
  for (const code of ['no-store', 'currencies-differ', 'too-many-categories', 'empty-file'] as const) {
    expect(failureText('a.csv', { code })).toMatch(/^a\.csv: .+[.?]\nNothing was written\.\n$/s);
  }
});

test('beyond the shown problems, the kinds are counted', () => {
  const problems = [{ line: 2, column: 'sku', read: '', code: 'missing' as const }];
  const totals = { missing: 3, 'price-format': 1_200 };
  const text = failureText('a.csv', { code: 'bad-rows', problems, total: 1_203, totals, rows: 2_000 });
  expect(text).toContain('a.csv: 1,203 problems in 2,000 rows. Nothing was written.');
  expect(text).toContain(
    '… and 1,202 more (--show N shows more). By kind:\n      1,200  price-format\n          3  missing\n',
  );
});
