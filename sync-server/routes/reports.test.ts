import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filterIds, reportTicketsSchema, type SalesReport, salesReportSchema } from '#schemas/api/sales-report.ts';
import { type Dimension, dimensions, isAdditive, measured, measuresBy, sumIds } from '#schemas/reports/measures.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { makeStore, makeTill, openTestContext } from '../journal/test-journal.ts';
import { settleSales } from '../reports/settle-sales.ts';
import { bodyOf, entryOf, type TestSale, testSale } from '../reports/test-sales.ts';
import { reportRoutes } from './reports.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let app: Hono;
let storeId: string;
let merchantId: string;
const sales: TestSale[] = fc.sample(testSale, { numRuns: 60, seed: 9 });
const period = 'from=2026-03-01&to=2026-11-22';

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  await runSql(
    made.ownerUrl,
    `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, revision)
     values ($1, 'tea', '{"en": "=Tea", "zh-Hans": "茶"}', 'drinks', 'Leaf', 'standard', 'quantity', 1),
            ($1, 'mug', '{"en": "Mug"}', 'home', 'Leaf', 'standard', 'quantity', 1)`,
    [merchantId],
  );
  const till = await makeTill(context, storeId, 1);
  const entries = [];
  for (const sale of sales) entries.push(await entryOf(till, sale));
  await post(context, till, entries);
  const actor: Actor = {
    type: 'key',
    merchantId,
    keyId: 'key',
    name: 'Key',
    grants: [{ scope: { type: 'merchant', merchantId }, rights: ['read-reports'] }],
  };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono()
    .onError((error) => {
      throw error;
    })
    .route('/stores/:store/reports', reportRoutes(context, office))
    .route('/reports', reportRoutes(context, office));
});
afterAll(async () => {
  await context.close();
  await drop();
});

const own = (path: string) => app.request(`/stores/${storeId}/reports/${path}`);
async function ask(query: string, isChain = false): Promise<SalesReport> {
  const answer = await (isChain ? app.request(`/reports/sales?${query}`) : own(`sales?${query}`));
  if (!answer.ok) throw new Error(await answer.text());
  return salesReportSchema.parse(await answer.json());
}

type Line = ReturnType<typeof bodyOf>['lines'][number];
const goods: Record<string, { category: string; brand: string }> = {
  tea: { category: 'drinks', brand: 'Leaf' },
  mug: { category: 'home', brand: 'Leaf' },
};
/** What a line, or its ticket, is under each dimension. */
function keyOf(by: Dimension, sale: TestSale, line: Line): string | null {
  const monday = new Date(Date.parse(sale.day) - ((new Date(sale.day).getUTCDay() + 6) % 7) * 86_400_000);
  const keys: Partial<Record<Dimension, string>> = {
    day: sale.day,
    week: monday.toISOString().slice(0, 10),
    month: sale.day.slice(0, 7),
    store: storeId,
    operator: sale.operator,
    tier: sale.tier ?? '',
    channel: sale.channel,
    till: '1',
    sku: line.skuId ?? '',
    category: goods[line.skuId ?? '']?.category ?? '',
    brand: goods[line.skuId ?? '']?.brand ?? '',
    tax: String(line.taxRateBasisPoints),
  };
  return keys[by] ?? null;
}

/** Net amounts by key, added up line by line. */
function slowNets(by: Dimension, filters: Partial<Record<Dimension, string>>): Map<string, number> {
  const nets = new Map<string, number>();
  for (const sale of sales) {
    if (sale.currency !== 'GBP') continue;
    for (const line of bodyOf(sale).lines) {
      const isAsked = Object.entries(filters).every(([id, key]) => keyOf(id as Dimension, sale, line) === key);
      const key = keyOf(by, sale, line) ?? '';
      if (isAsked) nets.set(key, (nets.get(key) ?? 0) + line.netMinor);
    }
  }
  return nets;
}

const told: readonly Dimension[] = [
  'day',
  'week',
  'month',
  'store',
  'operator',
  'tier',
  'channel',
  'till',
  'sku',
  'category',
  'brand',
  'tax',
];
const narrowed: readonly Partial<Record<Dimension, string>>[] = [
  {},
  { sku: 'tea' },
  { sku: '' },
  { category: 'drinks' },
  { brand: 'Leaf' },
  { operator: 'amy' },
  { tier: '' },
  { channel: 'staff' },
  { tax: '500' },
  { operator: 'mia', brand: 'Leaf' },
  { sku: 'mug', channel: 'store' },
];

test.each(narrowed)(
  'along every dimension a report is what a plain sum of the lines gives, narrowed to %o',
  async (filters) => {
    const narrowing = Object.entries(filters)
      .map(([id, key]) => `&${id}=${key}`)
      .join('');
    await settleSales(context);
    for (const by of told) {
      const slow = slowNets(by, filters);
      for (const isChain of [false, true]) {
        const report = await ask(`by=${by}&${period}&currency=GBP${narrowing}&limit=500`, isChain);
        const nets = report.rows.map(({ key, sums }) => [key, sums.netMinor] as const);
        expect([by, isChain, new Map(nets)]).toEqual([by, isChain, slow]);
        expect(report.total.netMinor).toBe([...slow.values()].reduce((all, net) => all + net, 0));
        expect(report.count).toBe(slow.size);
      }
    }
  },
);

test('totals equal the sums of their rows along every dimension, for every measure that adds up', async () => {
  await settleSales(context);
  for (const by of dimensions) {
    for (const narrowing of [
      '',
      '&operator=amy',
      '&channel=store&operator=mia',
      '&tender=card',
      '&promotion=promo-a',
    ]) {
      const report = await ask(`by=${by}&${period}&currency=GBP&limit=500${narrowing}`);
      const filters = filterIds.filter((id) => narrowing.includes(`&${id}=`));
      for (const id of measuresBy(by, filters)) {
        if (!isAdditive(id, by)) continue;
        const sum = report.rows.reduce((all, { sums }) => all + (measured(id, sums) ?? 0), 0);
        expect([by, narrowing, id, sum]).toEqual([by, narrowing, id, measured(id, report.total)]);
      }
    }
  }
});

test('sorting by any measure is the order of its values', async () => {
  for (const id of measuresBy('operator')) {
    const { rows } = await ask(`by=operator&${period}&sort=${id}&dir=down`);
    const values = rows.map(({ sums }) => measured(id, sums)).filter((value) => value !== null);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  }
  expect((await ask(`by=sku&${period}&sort=name&dir=down&locale=zh-Hans`)).rows.map(({ key }) => key)[0]).toBe('tea');
});

test('a period is compared with the one before and with the year before, day against day', async () => {
  const report = await ask('by=day&from=2026-11-21&to=2026-11-21&compare=before&currency=GBP');
  expect(report.before).toEqual({ from: '2026-11-20', to: '2026-11-20' });
  const then = await ask('by=day&from=2026-11-20&to=2026-11-20&currency=GBP');
  expect(report.rows).toHaveLength(1);
  expect(report.rows[0]?.before).toEqual(then.total);
  expect(report.totalBefore).toEqual(then.total);
  const year = await ask('by=month&from=2027-11-01&to=2027-11-30&compare=year&currency=GBP');
  expect(year.rows).toMatchObject([{ key: '2027-11', sums: { tickets: 0 } }]);
  expect(year.rows[0]?.before?.tickets).toBe(year.totalBefore?.tickets);
});

test('rows are searched by name and key, and come a page at a time', async () => {
  expect((await ask(`by=sku&${period}&q=TEA`)).rows.map(({ key }) => key)).toEqual(['tea']);
  const first = await ask(`by=sku&${period}&limit=1`);
  const second = await ask(`by=sku&${period}&limit=1&offset=1`);
  expect([first.count, first.rows.length, second.rows[0]?.key === first.rows[0]?.key]).toEqual([
    second.count,
    1,
    false,
  ]);
});

test('a currency is never added to another', async () => {
  const [pounds, euros] = [await ask(`by=sku&${period}&currency=GBP`), await ask(`by=sku&${period}&currency=EUR`)];
  expect(pounds.currencies).toEqual(['EUR', 'GBP']);
  const count = (currency: string) => sales.filter((sale) => sale.currency === currency).length;
  expect([pounds.total.tickets, euros.total.tickets]).toEqual([count('GBP'), count('EUR')]);
  expect((await ask(`by=sku&${period}`)).currency).toBe('GBP');
});

test('behind each figure are its tickets, page by page', async () => {
  const { total } = await ask(`${`by=total&${period}`.replace('total', 'day')}&operator=amy&currency=GBP`);
  const found: string[] = [];
  let before = '';
  do {
    const answer = await own(`tickets?${period}&operator=amy&currency=GBP${before}`);
    const page = reportTicketsSchema.parse(await answer.json());
    found.push(...page.transactions.map(({ entryId }) => entryId));
    before = page.next === null ? '' : `&before=${page.next}`;
  } while (before !== '');
  expect(new Set(found).size).toBe(total.tickets);
  const teas = sales.filter(({ lines }) => lines.some(({ sku }) => sku === 'tea'));
  const page = reportTicketsSchema.parse(await (await own(`tickets?${period}&sku=tea`)).json());
  expect(page.transactions).toHaveLength(Math.min(50, teas.length));
});

test('a file has every row; its amounts are numbers, and a name that looks like a formula is text', async () => {
  const report = await ask(`by=sku&${period}&currency=GBP`);
  const csv = await (await own(`sales/file?format=csv&by=sku&${period}&currency=GBP`)).text();
  const rows = parse(csv, { columns: true, bom: true }) as Record<string, string>[];
  expect(rows.map((row) => [row.sku, Number(row.net)])).toEqual(
    report.rows.map(({ key, sums }) => [key, sums.netMinor / 100]),
  );
  expect(csv).toContain(`"'=Tea"`);
  const xlsx = await own(`sales/file?format=xlsx&by=sku&${period}&currency=GBP`);
  const files = unzipSync(new Uint8Array(await xlsx.arrayBuffer()));
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
  expect(strFromU8(files['xl/sharedStrings.xml'] ?? new Uint8Array())).toContain('=Tea');
  expect(sheet).not.toContain('<f>');
  for (const { sums } of report.rows) expect(sheet).toMatch(new RegExp(`<c [^>]*><v>${sums.netMinor / 100}</v></c>`));
});

test.each([
  'by=day&from=2026-02-30',
  'by=day&from=2026-11-22&to=2026-11-21',
  'by=day&from=1990-01-01',
  'by=day&from=0000-01-01&to=0000-01-02',
  'by=weather',
  `by=sku&sort=${encodeURIComponent('net_minor; drop table sku')}`,
  'by=sku&limit=1000000',
  'by=sku&sku=%00',
])('what makes no sense is refused: %s', async (query) => {
  expect((await own(`sales?${query}`)).status).toBe(400);
});

test('what looks like SQL is a key that nothing has', async () => {
  const report = await ask(`by=sku&${period}&operator=${encodeURIComponent(`amy' or '1'='1`)}`);
  expect([report.rows, report.total.tickets]).toEqual([[], 0]);
});

test('an empty shop has an empty report', async () => {
  const answer = await app.request(`/stores/${await makeStore(context)}/reports/sales?by=sku`);
  expect(answer.status).toBe(403);
  const report = await ask('by=sku&from=2020-01-01&to=2020-12-31&compare=year');
  expect(report).toMatchObject({
    currency: 'GBP',
    rows: [],
    count: 0,
    total: Object.fromEntries(sumIds.map((id) => [id, 0])),
  });
});

test('returns above sales, a refund of the next year, an article renamed and moved meanwhile: each in its day, and nothing is divided by nothing', async () => {
  const till = await makeTill(context, storeId, 2);
  const sold = (day: string, quantity: number): TestSale => ({
    ...{ day, hour: 12, operator: 'amy', tier: null, channel: 'store', currency: 'GBP', paid: 'cash' },
    lines: [{ sku: 'tea', quantity, priceMinor: 600, off: 'nothing' }],
  });
  const days = [sold('2023-12-31', 5), sold('2024-01-02', -5), sold('2024-01-03', 1), sold('2024-01-03', -3)];
  const entries = [];
  for (const sale of days) entries.push(await entryOf(till, sale));
  await post(context, till, entries);
  const net = (sale: TestSale | undefined) => (sale ? (bodyOf(sale).lines[0]?.netMinor ?? 0) : 0);
  const netOf = ({ rows }: SalesReport) => rows.map(({ key, sums }) => [key, sums.netMinor]);

  const byDay = await ask('by=day&from=2023-12-01&to=2024-01-31&sort=key&order=up');
  expect(new Map(byDay.rows.map(({ key, sums }) => [key, sums.netMinor]))).toEqual(
    new Map([
      ['2023-12-31', net(days[0])],
      ['2024-01-02', -net(days[0])],
      ['2024-01-03', net(days[2]) + net(days[3])],
    ]),
  );
  expect(byDay.total.netMinor).toBeLessThan(0);
  for (const by of dimensions) {
    const { total } = await ask(`by=${by}&from=2024-01-01&to=2024-01-31`);
    for (const id of measuresBy(by)) expect([by, id, Number.isNaN(measured(id, total))]).toEqual([by, id, false]);
  }

  await context.database.pool.query(
    `update sku set names = '{"en": "Green tea"}', category_id = 'pantry' where merchant_id = $1 and sku_id = 'tea'`,
    [merchantId],
  );
  const before = await ask('by=category&from=2023-12-01&to=2023-12-31');
  expect(netOf(before)).toEqual([['pantry', net(days[0])]]);
  const [tea] = (await ask('by=sku&from=2023-12-01&to=2024-01-31')).rows;
  expect(tea).toMatchObject({ key: 'tea', names: { en: 'Green tea' } });
});

test('a million rows, or all days that there ever were, are refused', async () => {
  for (const query of ['by=sku&limit=1000000', 'by=sku&limit=-1', 'by=day&from=2024-13-01', 'by=everything']) {
    expect([query, (await own(`sales?${query}`)).status]).toEqual([query, 400]);
  }
  const ever = await own('sales?by=day&from=0001-01-01&to=9999-12-31&limit=500');
  expect(ever.status).toBe(400);
});
