import fc from 'fast-check';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GoodsReport, goodsReportSchema } from '#schemas/api/goods-report.ts';
import { goodsMeasured, goodsMeasureIds, goodsStateOf } from '#schemas/reports/goods-measures.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { goods, received } from '../journal/test-goods.ts';
import { makeStore, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { settleSales } from '../reports/settle-sales.ts';
import { entryOf } from '../reports/test-sales.ts';
import { goodsReportRoutes } from './goods-report.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let app: Hono;
let storeId: string;
let till: TestTill;
const dayMs = 86_400_000;
const today = '2026-11-22';
const dayBack = (days: number) => new Date(Date.parse(today) - days * dayMs).toISOString().slice(0, 10);
const skus = ['tea', 'mug', 'cup', 'pot'] as const;
type Sku = (typeof skus)[number];
/** What happened so many days ago, at noon. */
type Act = { ago: number; sku: Sku; what: 'sell' | 'back' | 'receive' | 'theft' | 'opening'; pieces: number };
const price: Record<Sku, number> = { tea: 300, mug: 900, cup: 120, pot: 2_000 };
const acts: Act[] = fc
  .sample<Act>(
    fc.record({
      ago: fc.integer({ min: 0, max: 69 }),
      sku: fc.constantFrom('tea', 'mug', 'cup' as const),
      what: fc.constantFrom('sell', 'sell', 'sell', 'back', 'receive', 'theft' as const),
      pieces: fc.integer({ min: 1, max: 6 }),
    }),
    { numRuns: 120, seed: 3 },
  )
  // Of pots there are some, and nobody wants them.
  .concat([{ ago: 60, sku: 'pot', what: 'opening', pieces: 5 }])
  .toSorted((a, b) => b.ago - a.ago);

async function entriesOf({ ago, sku, what, pieces }: Act) {
  const day = dayBack(ago);
  const at = { orderedAtMs: Date.parse(day) + dayMs / 2, deviceAtMs: Date.parse(day) + dayMs / 2 };
  if (what === 'receive') return till.next('goods-received', received([goods(sku, pieces)]), at);
  if (what === 'theft' || what === 'opening') {
    const quantity = what === 'theft' ? -pieces : pieces;
    const lines = [{ ...goods(sku, 1), quantity, placeId: 'floor' }];
    return till.next('stock-adjusted', { reason: what, note: '', lines, approvals: [] }, at);
  }
  const quantity = what === 'sell' ? pieces : -pieces;
  return entryOf(till, {
    ...{ day, hour: 12, operator: 'amy', tier: null, channel: 'store', currency: 'GBP', paid: 'cash' },
    lines: [{ sku, quantity, priceMinor: price[sku], off: 'nothing' }],
  });
}

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  till = await makeTill(context, storeId, 1);
  const { rows } = await context.database.pool.query('select merchant_id from store where store_id = $1', [storeId]);
  const merchantId: string = rows[0].merchant_id;
  await runSql(
    made.ownerUrl,
    `insert into sku (merchant_id, sku_id, names, category_id, brand, tax_class, tracking, revision)
     select $1, id, jsonb_build_object('en', initcap(id)), case when id = 'tea' then 'drinks' else 'home' end, 'Leaf',
            'standard', 'quantity', 1 from unnest($2::text[]) id`,
    [merchantId, [...skus]],
  );
  const actor: Actor = {
    ...{ type: 'key', merchantId, keyId: 'key', name: 'Key' },
    grants: [{ scope: { type: 'merchant', merchantId }, rights: ['read-reports'] }],
  };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono().route('/stores/:store/reports', goodsReportRoutes(context, office));
});
afterAll(async () => {
  await context.close();
  await drop();
});

async function ask(query = ''): Promise<GoodsReport> {
  const answer = await app.request(`/stores/${storeId}/reports/goods?${query}`);
  if (!answer.ok) throw new Error(await answer.text());
  return goodsReportSchema.parse(await answer.json());
}

test('an empty shop has no goods, and says so with noughts', async () => {
  expect(await ask()).toMatchObject({ rows: [], count: 0, total: { sold: 0, onHand: 0 }, days: 28 });
});

const signed: Record<Act['what'], number> = { sell: -1, theft: -1, back: 1, receive: 1, opening: 1 };

/** The figures of one SKU, day by day, as somebody with a pencil would. */
function slow(sku: Sku, days: number, lastAgo: number) {
  const own = acts.filter((act) => act.sku === sku);
  const inside = own.filter(({ ago }) => ago < days + lastAgo && ago >= lastAgo);
  const pieces = (what: Act['what'], among = inside) =>
    among.reduce((all, act) => all + (act.what === what ? act.pieces : 0), 0);
  const levelAt = (ago: number) =>
    own.reduce((all, act) => all + (act.ago >= ago ? signed[act.what] * act.pieces : 0), 0);
  const [sold, soldBack, received] = [pieces('sell'), pieces('back'), pieces('receive')];
  let emptyDays = 0;
  for (let ago = days + lastAgo - 1; ago >= Math.max(lastAgo, 1); ago -= 1) {
    const isQuiet = !own.some((act) => act.ago === ago);
    if (sold > soldBack && isQuiet && levelAt(ago) <= 0) emptyDays += 1;
  }
  const onHand = levelAt(0);
  const newest = (age: number) =>
    own.reduce((all, act) => all + (act.ago < age && ['receive', 'opening'].includes(act.what) ? act.pieces : 0), 0);
  const there = Math.max(0, onHand);
  const age30 = Math.min(there, newest(30));
  const age90 = Math.max(0, Math.min(there, newest(90)) - newest(30));
  return {
    ...{ sold, soldBack, received, onHand, age30, age90, emptyDays, lostPieces: pieces('theft') },
    onHandBefore: Math.max(0, levelAt(days + lastAgo)),
    older: Math.max(0, there - newest(365)),
  };
}

test('each figure of each article is the one that a slow sum of what happened gives, in any order of arrival and after a rebuild', async () => {
  const entries = [];
  for (const act of acts) entries.push(await entriesOf(act));
  for (let at = entries.length; at > 0; at -= 10) await post(context, till, entries.slice(Math.max(0, at - 10), at));
  expect((await ask(`from=${dayBack(69)}`)).behind).toBeGreaterThan(0);
  await settleSales(context);
  const check = async (days: number, lastAgo: number) => {
    const report = await ask(`from=${dayBack(days + lastAgo - 1)}&to=${dayBack(lastAgo)}`);
    expect(report.days).toBe(days);
    for (const row of report.rows) {
      const { key, sums } = row;
      expect([key, sums]).toMatchObject([key, slow(key as Sku, days, lastAgo)]);
      // As the page says it, and as the database sorts and narrows by it.
      expect(row.state).toBe(goodsStateOf(sums, days));
    }
    return report;
  };
  await check(28, 0);
  await check(70, 0);
  await check(14, 21);
  const report = await check(1, 0);
  await rebuildStore(context, storeId);
  await settleSales(context);
  expect(await ask(`from=${today}&to=${today}`)).toEqual(report);
});

test('the whole is the sum of its articles, of its categories and of its brands, of every figure that adds up', async () => {
  const whole = await ask();
  for (const by of ['category', 'brand', 'supplier']) {
    const { total, rows } = await ask(`by=${by}`);
    for (const [id, value] of Object.entries(whole.total)) {
      expect([by, id, total[id as 'sold']]).toEqual([by, id, expect.closeTo(value, 6)]);
      expect(rows.reduce((all, { sums }) => all + sums[id as 'sold'], 0)).toBeCloseTo(value, 6);
    }
  }
});

test('every measure sorts, both ways, in the order in which the page shows it; what has none comes last', async () => {
  for (const id of goodsMeasureIds) {
    for (const dir of ['up', 'down'] as const) {
      const { rows, days } = await ask(`sort=${id}&dir=${dir}`);
      const values = rows.map(({ sums }) => goodsMeasured(id, sums, days));
      const known = values.filter((value) => value !== null);
      const sorted = known.toSorted((a, b) => (dir === 'up' ? a - b : b - a));
      expect([id, dir, values]).toEqual([id, dir, [...sorted, ...values.filter((value) => value === null)]]);
    }
  }
});

test('classes: A brings the first eight tenths; X sells the same each week; dead is there and nobody buys it', async () => {
  const { rows } = await ask(`from=${dayBack(69)}&to=${today}`);
  const pot = rows.find(({ key }) => key === 'pot');
  expect(pot).toMatchObject({ state: 'dead', abc: null, xyz: null });
  const byNet = rows.filter(({ sums }) => sums.netMinor > 0).toSorted((a, b) => b.sums.netMinor - a.sums.netMinor);
  const total = byNet.reduce((all, { sums }) => all + sums.netMinor, 0);
  let before = 0;
  for (const { key, abc, xyz, sums } of byNet) {
    expect([key, abc]).toEqual([key, before < 0.8 * total ? 'A' : before < 0.95 * total ? 'B' : 'C']);
    before += sums.netMinor;
    const weeks = Array.from({ length: 10 }, (_, week) => {
      const own = acts.filter(({ ago, sku }) => sku === key && Math.floor((69 - ago) / 7) === week);
      return Math.max(
        0,
        own.reduce((all, { what, pieces }) => all + (what === 'sell' ? pieces : what === 'back' ? -pieces : 0), 0),
      );
    });
    const mean = weeks.reduce((all, one) => all + one, 0) / 10;
    const spread = Math.sqrt(weeks.reduce((all, one) => all + (one - mean) ** 2, 0) / 10) / mean;
    expect([key, xyz]).toEqual([key, mean === 0 ? null : spread <= 0.5 ? 'X' : spread <= 1 ? 'Y' : 'Z']);
  }
  expect((await ask(`state=dead&from=${dayBack(69)}`)).rows.map(({ key }) => key)).toEqual(['pot']);
});

test('margin is what was paid for, by the average of what came in and by what was paid last; without a cost there is none', async () => {
  const { pool } = context.database;
  const { rows } = await pool.query('select merchant_id from store where store_id = $1', [storeId]);
  for (const [at, quantity, cost] of [
    [20, 10, 100],
    [10, 30, 140],
  ] as const) {
    const orderId = `order-${at}`;
    const deliveryId = `0000-0000000${at}`;
    const agreed = [{ lineNumber: 1, skuId: 'tea', quantity, unitCostMinor: cost, dueOn: today }];
    const atMs = Date.parse(today) - at * dayMs;
    await pool.query(
      `insert into purchase_order (store_id, order_id, merchant_id, supplier_id, number, phase, state, changed_at_ms)
       values ($1, $2, $3, 'acme', $4, 'confirmed', $5, $6)`,
      [storeId, orderId, rows[0].merchant_id, at, JSON.stringify({ asked: agreed, agreed, proposed: null }), atMs],
    );
    const source = { type: 'supplier', supplierId: 'acme', name: 'Acme', orderId };
    await pool.query(
      `insert into delivery (store_id, delivery_id, announced_at_ms, row, revision) values ($1, $2, $3, $4, 1)`,
      [storeId, deliveryId, atMs, JSON.stringify({ deliveryId, source, skus: [] })],
    );
    await pool.query(
      `insert into receipt (store_id, delivery_id, entry_id, row, revision) values ($1, $2, $2, $3, 1)`,
      [storeId, deliveryId, JSON.stringify({ lines: [{ skuId: 'tea', quantity, condition: 'good' }] })],
    );
  }
  const report = await ask(`from=${dayBack(69)}`);
  const tea = report.rows.find(({ key }) => key === 'tea');
  const { sold = 0, soldBack = 0, netMinor = 0, onHand = 0 } = tea?.sums ?? {};
  const average = (10 * 100 + 30 * 140) / 40;
  expect(tea && goodsMeasured('marginMinor', tea.sums, 70)).toBeCloseTo(netMinor - (sold - soldBack) * average, 6);
  expect(tea && goodsMeasured('lastMarginMinor', tea.sums, 70)).toBeCloseTo(netMinor - (sold - soldBack) * 140, 6);
  expect(tea?.sums.stockCostMinor).toBeCloseTo(Math.max(0, onHand) * average, 6);
  const mug = report.rows.find(({ key }) => key === 'mug');
  expect(mug && goodsMeasured('marginShare', mug.sums, 70)).toBeNull();
  expect((await ask('by=supplier')).rows.map(({ key }) => key).toSorted()).toEqual(['', 'acme']);
});

test('[D1] questions of another kind are refused or answered with nothing, and none costs more than a page', async () => {
  const status = async (query: string) => (await app.request(`/stores/${storeId}/reports/goods?${query}`)).status;
  expect(await status('from=2020-01-01')).toBe(400);
  expect(await status('from=2026-11-22&to=2026-11-21')).toBe(400);
  expect(await status('limit=1000000')).toBe(400);
  expect(await status(`sort=${encodeURIComponent("sold'; drop table sku")}`)).toBe(400);
  expect(await ask(`q=${encodeURIComponent("%'; --")}`)).toMatchObject({ rows: [], count: 0 });
  expect((await ask('limit=1&offset=1')).rows).toHaveLength(1);
  // A year without data, and days that are yet to come.
  expect((await ask('from=2024-01-01&to=2024-12-31')).total.sold).toBe(0);
  expect((await ask('to=2030-01-01')).to).toBe(today);
});

test('a file holds all rows, its amounts as decimals', async () => {
  const answer = await app.request(`/stores/${storeId}/reports/goods/file?format=csv`);
  const text = await answer.text();
  const { rows, total } = await ask();
  expect(text.trim().split('\n')).toHaveLength(rows.length + 1);
  expect(total.netMinor).not.toBe(0);
  expect(text).toContain(String((rows[0]?.sums.netMinor ?? 0) / 100));
  const xlsx = await app.request(`/stores/${storeId}/reports/goods/file?format=xlsx&by=category`);
  expect(new Uint8Array(await xlsx.arrayBuffer()).slice(0, 2)).toEqual(new Uint8Array([0x50, 0x4b]));
});
