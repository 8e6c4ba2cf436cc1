import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cohortReportSchema,
  customerReportSchema,
  missedReportSchema,
  pairReportSchema,
} from '#schemas/api/customer-report.ts';
import {
  customerBys,
  customerSumIds,
  fewestTogether,
  frequencySteps,
  rfmGroupOf,
} from '#schemas/reports/customer-measures.ts';
import { type Actor, OfficeAuth } from '../auth/office-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { makeStore, makeTill, openTestContext, type TestTill } from '../journal/test-journal.ts';
import { atMsOf, bodyOf, type TestSale, testSale } from '../reports/test-sales.ts';
import { customerReportRoutes } from './customer-report.ts';

type Visit = TestSale & { member: string | null };
let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let app: Hono;
let storeId: string;
let merchantId: string;
let till: TestTill;
const brands: Readonly<Record<string, string>> = { tea: 'Lantern', mug: 'Kiln', phone: 'Lantern' };
const members = [null, ...['ada', 'ben', 'cleo', 'dan', 'eve', 'flo', 'gus'].map((name) => `member-${name}`)];
const visits: Visit[] = fc
  .sample(
    fc.record({
      sale: testSale,
      member: fc.constantFrom(...members),
      day: fc.constantFrom('2025-12-30', '2026-06-11', '2026-09-01', '2026-10-02', '2026-10-31', '2026-11-20'),
    }),
    { numRuns: 120, seed: 9 },
  )
  .map(({ sale, member, day }) => ({ ...sale, day, hour: sale.hour % 20, member, tier: member ? sale.tier : null }));
/** `gus` was merged into `ada`: one person. */
const personOf = (member: string | null) => (member === 'member-gus' ? 'member-ada' : member);
const period = { from: '2026-09-01', to: '2026-11-22' };

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
  storeId = await makeStore(context);
  const { pool } = context.database;
  const { rows } = await pool.query('select merchant_id from store where store_id = $1', [storeId]);
  merchantId = rows[0].merchant_id;
  const actor: Actor = {
    ...{ type: 'key', merchantId, keyId: 'key', name: 'Key' },
    grants: [{ scope: { type: 'merchant', merchantId }, rights: ['read-reports'] }],
  };
  const office = new OfficeAuth(context, async () => actor);
  app = new Hono()
    .onError((error) => {
      throw error;
    })
    .route('/stores/:store/reports', customerReportRoutes(context, office));
  for (const [skuId, brand] of Object.entries(brands)) {
    await pool.query(
      `insert into sku (merchant_id, sku_id, names, brand, tax_class, tracking, revision)
       values ($1, $2, $3, $4, 'standard', 'quantity', 1)`,
      [merchantId, skuId, { en: skuId, 'zh-Hans': skuId, 'zh-Hant': skuId }, brand],
    );
  }
  till = await makeTill(context, storeId, 1);
});
afterAll(async () => {
  await context.close();
  await drop();
});

const ask = (path: string) => app.request(`/stores/${storeId}/reports/customers${path}`);
const asked = async (path: string) => {
  const answer = await ask(path);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
const days = `from=${period.from}&to=${period.to}`;
const groups = async (by: string) => customerReportSchema.parse(await asked(`?by=${by}&${days}`));

const isVisit = (visit: Visit) => visit.lines.some(({ quantity }) => quantity > 0);
const bought = ({ lines }: Visit) => lines.reduce((all, { quantity }) => all + Math.max(0, quantity), 0);
const pounds = visits.filter(({ currency }) => currency === 'GBP');
const inside = pounds.filter(({ day }) => day >= period.from && day <= period.to);
const isNew = (person: string) => !visits.some(({ member, day }) => personOf(member) === person && day < period.from);

/** What a slow walk over the tickets of these people gives. */
function slow(own: readonly Visit[]) {
  const people = [...new Set(own.filter(isVisit).map(({ member }) => personOf(member)))].filter((one) => one !== null);
  const visitsOf = (person: string) =>
    own.filter((visit) => personOf(visit.member) === person && isVisit(visit)).length;
  const net = (of: readonly Visit[]) => of.reduce((all, visit) => all + bodyOf(visit).netMinor, 0);
  return {
    customers: people.length,
    newCustomers: people.filter(isNew).length,
    againCustomers: people.filter((person) => visitsOf(person) > 1).length,
    visits: own.filter(isVisit).length,
    memberVisits: own.filter((visit) => visit.member !== null && isVisit(visit)).length,
    units: own.reduce((all, visit) => all + bought(visit), 0),
    netMinor: net(own),
    memberNetMinor: net(own.filter(({ member }) => member !== null)),
  };
}

test('where nobody bought nobody is told of, in every part and file', async () => {
  for (const by of customerBys) expect(await groups(by)).toMatchObject({ rows: [], total: { visits: 0 } });
  for (const part of ['cohorts', 'pairs', 'missed']) expect((await asked(`/${part}?${days}`)).rows).toEqual([]);
  for (const of of ['groups', 'cohorts', 'pairs', 'missed'])
    expect((await ask(`/file?of=${of}&format=csv&${days}`)).status).toBe(200);
});

test('new, returning, tiers, visits and fifths are what a slow walk over the tickets gives, in any order and after a rebuild', async () => {
  const entries = [];
  for (const visit of visits) {
    const body = { ...bodyOf(visit), memberId: visit.member };
    entries.push(await till.next('retail-transaction', body, { operatorId: 'amy', deviceAtMs: atMsOf(visit) }));
  }
  for (let at = entries.length; at > 0; at -= 10) await post(context, till, entries.slice(Math.max(0, at - 10), at));
  await context.database.pool.query(
    `insert into member_account (merchant_id, member_id, survivor_id, state) values ($1, 'member-gus', 'member-ada', 'enrolled')
     on conflict (merchant_id, member_id) do update set survivor_id = excluded.survivor_id`,
    [merchantId],
  );
  const people = [...new Set(inside.filter(isVisit).map(({ member }) => personOf(member)))].filter(
    (one) => one !== null,
  );
  const of = (person: string) => inside.filter(({ member }) => personOf(member) === person);
  const fifthBy = (value: (person: string) => number) => {
    const sorted = people.toSorted((a, b) => value(a) - value(b) || (a < b ? -1 : 1));
    const [size, more] = [Math.floor(people.length / 5), people.length % 5];
    const sizes = [1, 2, 3, 4, 5].flatMap((fifth) => Array(size + (fifth <= more ? 1 : 0)).fill(fifth));
    return (person: string) => sizes[sorted.indexOf(person)] as number;
  };
  const count = (person: string) => of(person).filter(isVisit).length;
  const recency = fifthBy((person) => Math.max(...of(person).filter(isVisit).map(atMsOf)));
  const frequency = fifthBy(count);
  const keyOf: Readonly<Record<string, (person: string) => string>> = {
    kind: (person) => (isNew(person) ? 'new' : 'returning'),
    frequency: (person) => String(frequencySteps.findLast((least) => count(person) >= least) ?? 0).padStart(2, '0'),
    rfm: (person) => (people.includes(person) ? rfmGroupOf(recency(person), frequency(person)) : 'none'),
  };
  for (const [by, key] of Object.entries(keyOf)) {
    const { rows, total } = await groups(by);
    expect(total).toEqual(slow(inside));
    for (const row of rows) {
      const own = inside.filter(({ member }) => {
        const person = personOf(member);
        return (person === null ? 'nobody' : key(person)) === row.key;
      });
      expect([by, row.key, row.sums]).toEqual([by, row.key, slow(own)]);
    }
  }
  const before = await groups('kind');
  await rebuildStore(context, storeId);
  expect(await groups('kind')).toEqual(before);
});

test('the rows of each kind of group come to the whole, of every figure that adds up', async () => {
  for (const by of customerBys) {
    const { rows, total } = await groups(by);
    const added = by === 'brand' ? (['units', 'netMinor', 'memberNetMinor'] as const) : customerSumIds;
    for (const id of added)
      expect([by, id, rows.reduce((all, { sums }) => all + sums[id], 0)]).toEqual([by, id, total[id]]);
  }
});

test('a brand has the customers who bought it, and those who came back for it', async () => {
  const { rows } = await groups('brand');
  for (const { key, sums } of rows) {
    const own = inside.map((visit) => ({
      ...visit,
      lines: visit.lines.filter(({ sku }) => (sku === null ? '' : brands[sku]) === key),
    }));
    expect([key, sums]).toEqual([key, slow(own.filter(({ lines }) => lines.length > 0))]);
  }
  expect(rows.map(({ key }) => key).toSorted()).toEqual(['', 'Kiln', 'Lantern']);
});

test('cohorts: of those who bought first in a month, who came in each month after', async () => {
  const { rows } = cohortReportSchema.parse(await asked(`/cohorts?${days}`));
  const year = pounds.filter((visit) => visit.member !== null && isVisit(visit) && visit.day >= '2025-12-01');
  const firstOf = (person: string) =>
    year
      .filter(({ member }) => personOf(member) === person)
      .map(({ day }) => day.slice(0, 7))
      .toSorted()[0];
  const people = [...new Set(year.map(({ member }) => personOf(member)))].filter((one) => one !== null);
  for (const { month, customers } of rows) {
    const own = people.filter((person) => firstOf(person) === month);
    customers.forEach((told, later) => {
      const at = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + later, 1))
        .toISOString()
        .slice(0, 7);
      const came = own.filter((person) =>
        year.some((visit) => personOf(visit.member) === person && visit.day.startsWith(at)),
      );
      expect([month, later, told]).toEqual([month, later, came.length]);
    });
  }
  expect(rows.reduce((all, { customers }) => all + (customers[0] ?? 0), 0)).toBe(people.length);
});

test('pairs are those of tickets, the strongest first, and too few say nothing', async () => {
  const { rows, visits: all } = pairReportSchema.parse(await asked(`/pairs?${days}`));
  const skusOf = ({ lines }: Visit) =>
    new Set(lines.flatMap(({ sku, quantity }) => (sku && quantity > 0 ? [sku] : [])));
  const having = (...skus: string[]) => inside.filter((visit) => skus.every((sku) => skusOf(visit).has(sku))).length;
  expect(all).toBe(inside.filter(isVisit).length);
  const pairs = [
    ['mug', 'phone'],
    ['mug', 'tea'],
    ['phone', 'tea'],
  ].filter((pair) => having(...pair) >= fewestTogether);
  expect(pairs.length).toBeGreaterThan(1);
  expect(rows.map(({ first, second }) => [first.skuId, second.skuId]).toSorted()).toEqual(pairs);
  for (const { first, second, both } of rows) {
    expect([both, first.tickets, second.tickets]).toEqual([
      ...[having(first.skuId, second.skuId), having(first.skuId), having(second.skuId)],
    ]);
  }
  const lifts = rows.map(({ first, second, both }) => both / (first.tickets * second.tickets));
  expect(lifts).toEqual(lifts.toSorted((a, b) => b - a));
});

test('what was put aside and not bought is missed, less what was bought of that basket', async () => {
  const transactionId = randomUUID();
  const line = (lineNumber: number, skuId: string, quantity: number) => ({
    ...{
      lineNumber,
      skuId,
      gtin14: null,
      serial: null,
      name: skuId,
      variant: null,
      taxClass: 'standard',
      categoryIds: [],
      brand: null,
    },
    ...{
      grams: null,
      quantity,
      price: { from: 'list' },
      priceOverride: null,
      discount: null,
      returned: null,
      note: null,
      askedMinor: 250,
    },
  });
  const parked = {
    ...{
      transactionId,
      openedAtMs: 0,
      currency: 'GBP',
      lines: [line(1, 'tea', 3), line(2, 'mug', 2)],
      ticketDiscount: null,
    },
    ...{ couponIds: [], label: null, note: null, totalMinor: 1_250, quote: null, deposit: null, approvals: [] },
  };
  const atMs = Date.parse('2026-11-21T10:00:00Z');
  await post(context, till, [await till.next('basket-parked', parked, { operatorId: 'amy', deviceAtMs: atMs })]);
  const missed = async () => missedReportSchema.parse(await asked(`/missed?${days}`)).rows;
  expect(await missed()).toMatchObject([
    { skuId: 'tea', baskets: 1, pieces: 3, valueMinor: 750 },
    { skuId: 'mug', baskets: 1, pieces: 2, valueMinor: 500 },
  ]);
  const [sold] = visits;
  if (!sold) throw new Error('no visit');
  const lines = [{ sku: 'tea', quantity: 3, priceMinor: 250, off: 'nothing' as const }];
  const body = { ...bodyOf({ ...sold, day: '2026-11-21', currency: 'GBP', lines }), transactionId };
  await post(context, till, [await till.next('retail-transaction', body, { operatorId: 'amy', deviceAtMs: atMs })]);
  expect(await missed()).toMatchObject([{ skuId: 'mug', pieces: 2 }]);
});

test('[D1] questions of another kind are refused', async () => {
  for (const path of [
    '?by=name',
    '?from=2020-01-01',
    '?from=2026-11-22&to=2026-11-21',
    '/pairs?from=0000-01-01&to=0000-02-01',
  ])
    expect([path, (await ask(path)).status]).toEqual([path, 400]);
  expect((await groups('kind')).total.visits).toBeGreaterThan(0);
  const csv = await (await ask(`/file?of=groups&by=tier&format=csv&${days}`)).text();
  expect(csv.trim().split('\n')).toHaveLength((await groups('tier')).rows.length + 1);
});
