import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boughtSchema } from '#schemas/api/orders.ts';
import {
  type CatalogueAnswer,
  catalogueAnswerSchema,
  catalogueSchema,
  decidedSchema,
  maxCatalogueFileBytes,
} from '#schemas/api/supplier-catalogue.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';
import { readCatalogueFile } from '../supplier-catalogue/catalogue-csv.ts';

let chain: TestChain;
let currency = '';
const people: Record<string, string> = {};
const [office, own] = ['suppliers/acme/catalogue', 'supplies/acme/catalogue'];
const gtin14 = '04006381333931';

beforeAll(async () => {
  chain = await TestChain.open();
  for (const supplier of ['acme', 'bolt']) await chain.addSupplier(supplier, supplier);
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'quantity', 1)`,
  );
  await chain.sql(`insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', '${gtin14}', 'CUP', 1)`);
  for (const [name, supplier] of [
    ['ada', 'acme'],
    ['bea', 'bolt'],
  ] as const) {
    const grants = [withSupplier('supplier-admin', supplier)];
    people[name] = await chain.add('olga', { name, pin: null, grants }, 'staff');
    await chain.openAccount(people[name]);
  }
  currency = catalogueSchema.parse((await ask('ada', own))[1]).currencies[0] ?? '';
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);
const offer = (article: string, change: object = {}) => ({
  ...{ article, name: `Article ${article}`, gtin14: null, packSize: 6, unitCostMinor: 100, currency },
  ...change,
});
const read = async (who: string, path: string) => catalogueSchema.parse((await ask(who, path))[1]);
const decide = async (...decisions: object[]) =>
  decidedSchema.parse((await ask('olga', `${office}/decisions`, { decisions }))[1]);
const orderable = async () =>
  boughtSchema.parse((await ask('mia', 'stores/store-a/orders/bought?supplier=acme'))[1]).offers;

test('[CA1] [CA2] what is offered waits for the buyer, who says which goods it is; orders go by what was taken last', async () => {
  const both = { offers: [offer('A-1'), offer('A-2', { gtin14 })] };
  expect((await ask('ada', own, both))[1]).toEqual({ added: 2, changed: 0, unchanged: 0 });
  expect((await ask('ada', own, both))[1]).toEqual({ added: 0, changed: 0, unchanged: 2 });
  expect(await orderable()).toEqual([]);
  const seen = await read('olga', `${office}?show=waiting`);
  expect(seen).toMatchObject({
    waiting: 2,
    articles: [
      { article: 'A-1', sku: null },
      { article: 'A-2', sku: { skuId: 'CUP' } },
    ],
  });
  // Which goods of the chain have a GTIN is no supplier's business.
  expect((await read('ada', own)).articles.map(({ sku }) => sku)).toEqual([null, null]);
  const take = (article: string, version: number, skuId: string | null = null) => ({
    article,
    version,
    isTaken: true,
    skuId,
  });
  expect(await decide(take('A-1', 1), take('A-2', 1))).toEqual({
    decided: 1,
    refused: [{ article: 'A-1', code: 'goods-unknown' }],
  });
  expect(await decide(take('A-1', 1, 'NOBODYS'))).toMatchObject({ decided: 0 });
  expect(await decide(take('A-1', 1, 'TEA'))).toEqual({ decided: 1, refused: [] });
  expect(await ask('ada', own, { offers: [offer('A-1', { unitCostMinor: 140 })] })).toMatchObject([
    200,
    { changed: 1 },
  ]);
  expect(await orderable()).toMatchObject([
    { article: 'A-1', skuId: 'TEA', unitCostMinor: 100, packSize: 6 },
    { article: 'A-2', skuId: 'CUP' },
  ]);
  // Offered anew since the buyer looked: it has not read that.
  expect(await decide(take('A-1', 2, 'TEA'))).toMatchObject({ refused: [{ code: 'conflict' }] });
  expect(await decide({ article: 'A-1', version: 3, isTaken: false, skuId: null, note: 'Too dear' })).toMatchObject({
    decided: 1,
  });
  expect((await read('ada', own)).articles[0]).toMatchObject({
    offered: null,
    taken: { unitCostMinor: 100 },
    note: 'Too dear',
  });
  await ask('ada', `${own}/withdrawn`, { articles: ['A-2', 'nothing'] });
  expect((await orderable()).map(({ article }) => article)).toEqual(['A-1']);
});

test('[A1] nobody sees or answers another supplier’s catalogue', async () => {
  expect((await read('bea', 'supplies/bolt/catalogue')).articles).toEqual([]);
  expect(JSON.stringify(await ask('bea', 'supplies/bolt/catalogue'))).not.toMatch(/acme|A-1/i);
  for (const path of [own, `${own}/csv`, `${own}/withdrawn`])
    expect(await outcome('bea', path, {})).toBe('403 forbidden');
  expect(await outcome('ada', office)).toBe('403 forbidden');
  expect(await outcome('ada', `${office}/decisions`, {})).toBe('403 forbidden');
  expect(await outcome('rex', office)).toBe('404 not-found');
  const decisions = [{ article: 'A-1', version: 4, isTaken: true, skuId: 'TEA' }];
  expect(await outcome('rex', `${office}/decisions`, { decisions })).toBe('404 not-found');
  expect(await outcome('ada', own, { offers: [offer('A-9', { currency: 'XXX' })] })).toBe('400 bad-request');
});

const parse = (text: string | Uint8Array<ArrayBuffer>, currencies = ['GBP']) =>
  readCatalogueFile(typeof text === 'string' ? new TextEncoder().encode(text) : text, currencies);

describe('[CA3] a file', () => {
  test('as spreadsheets write it: semicolons, a comma in a price, headings of other systems, GBK, a byte order mark', async () => {
    const { offers, problems } = await parse('Item number;Title;EAN;Price;Pack\nA-1;Tea;4006381333931;1,25;6\n');
    expect(problems).toEqual([]);
    expect(offers).toEqual([{ article: 'A-1', name: 'Tea', gtin14, packSize: 6, unitCostMinor: 125, currency: 'GBP' }]);
    // 货号,名称,单价 and 绿茶 in GBK.
    const gbk = Buffer.from('bbf5bac52cc3fbb3c62cb5a5bcdb0a412d312cc2ccb2e82c312e35300a', 'hex');
    expect((await parse(new Uint8Array(gbk))).offers).toMatchObject([{ name: '绿茶', unitCostMinor: 150 }]);
    expect((await parse('\ufeffarticle,name,unit_cost\nA-1,Tea,1\n')).offers).toHaveLength(1);
  });

  test('tells every bad row, and takes none of it', async () => {
    const rows = [
      ...['article,name,gtin,pack_size,unit_cost,currency', 'A-1,Tea,,6,1.00,', 'A-1,Tea,,6,1.00,', 'A 2,Tea,,6,1.00,'],
      ...['A-3,,,6,1.00,', 'A-4,Tea,4006381333932,6,1.00,', 'A-5,Tea,4.00638E+12,6,1.00,', 'A-6,Tea,,0,1.00,'],
      ...[
        'A-7,Tea,,6,free,',
        'A-8,Tea,,6,1.00,CNY',
        'A-9,"=HYPERLINK(""x"")",,6,1.00,',
        'A-10,Tea',
        'A-11,Tea,,6,1.00,,x',
      ],
    ].join('\n');
    const read = await parse(rows);
    expect(read.problems.map(({ line, code }) => [line, code])).toEqual([
      ...[
        [3, 'article-twice'],
        [4, 'article-format'],
        [5, 'name-missing'],
        [6, 'gtin-wrong'],
        [7, 'gtin-rounded'],
      ],
      ...[
        [8, 'pack-format'],
        [9, 'cost-format'],
        [10, 'currency-unknown'],
        [11, 'formula'],
        [12, 'too-few-cells'],
      ],
      [13, 'too-many-cells'],
    ]);
    expect([read.rows, read.problemCount]).toEqual([12, 11]);
    expect((await parse('name,price\nTea,1\n')).failure).toEqual({ code: 'column-missing', columns: ['article'] });
    expect((await parse('')).failure?.code).toBe('empty-file');
    expect((await parse('article,name,unit_cost\nA-1,Tea,1.00', ['GBP', 'EUR'])).problems[0]?.code).toBe(
      'currency-unknown',
    );
  });

  const send = async (text: string, query = ''): Promise<[number, CatalogueAnswer]> => {
    const [status, answer] = await chain.upload(people.ada ?? '', 'POST', `${own}/csv${query}`, text);
    return [status, catalogueAnswerSchema.parse(answer)];
  };

  test('is looked at first, taken whole or not at all, and refused beyond its size', async () => {
    const good = `article,name,unit_cost,currency\nF-1,Fan,2.00,${currency}\nF-2,Fig,3.00,${currency}\n`;
    expect(await send(good, '?preview=1')).toMatchObject([200, { added: 2, rows: 2 }]);
    const before = (await read('ada', own)).articles.length;
    expect(await send(`${good}F-3,,1.00,${currency}\n`)).toMatchObject([422, { problemCount: 1 }]);
    expect((await read('ada', own)).articles).toHaveLength(before);
    expect(await send(good)).toMatchObject([200, { added: 2 }]);
    expect(await send(good)).toMatchObject([200, { added: 0, unchanged: 2 }]);
    const huge = 'x'.repeat(maxCatalogueFileBytes + 1);
    expect((await chain.upload(people.ada ?? '', 'POST', `${own}/csv`, huge))[0]).toBe(413);
  });
});
