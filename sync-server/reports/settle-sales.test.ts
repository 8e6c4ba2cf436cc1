import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { type SalesBy, sumIds } from '#schemas/reports/measures.ts';
import type { ShiftReport } from '#schemas/shift/shift-report.ts';
import { newReport, withTransaction } from '#schemas/shift/shift-report.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill, testNowMs } from '../journal/test-journal.ts';
import { sumColumns } from './sales-sql.ts';
import { settleSales } from './settle-sales.ts';
import { atMsOf, bodyOf, entryOf, type TestSale, testSale } from './test-sales.ts';

let opened: ReturnType<typeof openTestContext>;
let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let nowMs = testNowMs;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  opened = openTestContext(made.url);
  context = { ...opened, nowMs: () => nowMs };
});
afterAll(async () => {
  await opened.close();
  await drop();
});

const columns = sumIds.map((id) => `${sumColumns[id]} as "${id}"`).join(', ');
type Row = Record<string, string | number>;

async function rowsOf(storeId: string, by?: SalesBy): Promise<Row[]> {
  const { rows } = await context.database.pool.query<Row>(
    `select by, business_day as day, key, currency, ${columns} from sales_sum
      where store_id = $1 and ($2::text is null or by = $2) order by 1, 2, 3, 4`,
    [storeId, by],
  );
  return rows;
}

async function monthsOf(storeId: string): Promise<Row[]> {
  const { rows } = await context.database.pool.query<Row>(
    `select by, month, case when by = 'store' then '' else key end as key, m.currency, ${columns}
       from sales_chain m join store s using (merchant_id)
      where s.store_id = $1 and (tickets <> 0 or units <> 0 or sales_minor <> 0 or paid_minor <> 0 or discount_minor <> 0) order by 1, 2, 3, 4`,
    [storeId],
  );
  return rows;
}

const sales = fc.array(fc.tuple(fc.constantFrom(0, 1), testSale), { minLength: 1, maxLength: 12 });

async function tell(
  history: readonly (readonly [number, TestSale])[],
): Promise<{ tills: TestTill[]; entries: Entry[] }> {
  const storeId = await makeStore(context);
  const tills = [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)];
  const entries: Entry[] = [];
  for (const [at, sale] of history) {
    const till = tills[at];
    if (till) entries.push(await entryOf(till, sale));
  }
  return { tills, entries };
}

/** The day of a store along one dimension, added up ticket by ticket in JavaScript. */
function slowSums(
  history: readonly (readonly [number, TestSale])[],
  keysOf: (sale: TestSale) => readonly string[],
): Row[] {
  const found = new Map<string, Record<string, number>>();
  for (const [, sale] of history) {
    const body = bodyOf(sale);
    for (const key of new Set(keysOf(sale))) {
      const name = JSON.stringify([sale.day, key, sale.currency]);
      const sums = found.get(name) ?? Object.fromEntries(sumIds.map((id) => [id, 0]));
      const own = body.lines;
      const add = (id: string, by: number) => {
        sums[id] = (sums[id] ?? 0) + by;
      };
      add('tickets', 1);
      add('returnTickets', own.some(({ quantity }) => quantity < 0) ? 1 : 0);
      for (const one of own) {
        add(one.quantity > 0 ? 'units' : 'unitsBack', Math.abs(one.quantity));
        add(one.quantity > 0 ? 'salesMinor' : 'returnsMinor', one.totalMinor);
        add(
          'discountMinor',
          one.discounts.reduce((all, { discountMinor }) => all + discountMinor, 0),
        );
      }
      add('netMinor', body.netMinor);
      add('taxMinor', body.taxMinor);
      add('roundingMinor', body.roundingMinor);
      add('paidMinor', body.totalMinor);
      if (nowMs > Date.parse(`${sale.day}T00:00:00Z`) + 31 * 3_600_000) {
        add('lateTickets', 1);
        add('lateMinor', body.netMinor + body.taxMinor + body.roundingMinor);
      }
      found.set(name, sums);
    }
  }
  return [...found].map(([name, sums]) => {
    const [day, key, currency] = JSON.parse(name);
    return { day, key, currency, ...sums };
  });
}

const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row, Object.keys(row).toSorted())).toSorted();
const without = (rows: readonly Row[]) => rows.map(({ by: _, ...row }) => row);

const hourOf = (sale: TestSale) => {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/London',
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(atMsOf(sale));
  const hour = Number(parts.slice(11, 13)) + (parts.slice(0, 10) > sale.day ? 24 : 0);
  return String(hour).padStart(2, '0');
};

test('sums are what adding up ticket by ticket gives, along every dimension of a ticket, at every clock change', async () => {
  await fc.assert(
    fc.asyncProperty(sales, async (history) => {
      const { tills, entries } = await tell(history);
      const storeId = tills[0]?.storeId ?? '';
      for (const [at, till] of tills.entries()) {
        await post(
          context,
          till,
          entries.filter(({ tillNumber }) => tillNumber === at + 1),
        );
      }
      expect(await settleSales(context)).toBe(0);
      const same = async (by: SalesBy, keysOf: (sale: TestSale) => readonly string[]) =>
        expect(sorted(without(await rowsOf(storeId, by)))).toEqual(sorted(slowSums(history, keysOf)));
      await same('total', () => ['']);
      await same('operator', ({ operator }) => [operator]);
      await same('tier', ({ tier }) => [tier ?? '']);
      await same('channel', ({ channel }) => [channel]);
      await same('hour', (sale) => [hourOf(sale)]);
    }),
    { numRuns: 12 },
  );
});

test('the whole is the sum of its parts along every dimension, and a chain’s month the sum of its stores’ days', async () => {
  await fc.assert(
    fc.asyncProperty(sales, async (history) => {
      const { tills, entries } = await tell(history);
      const storeId = tills[0]?.storeId ?? '';
      for (const [at, till] of tills.entries()) {
        await post(
          context,
          till,
          entries.filter(({ tillNumber }) => tillNumber === at + 1),
        );
      }
      await settleSales(context);
      const rows = await rowsOf(storeId);
      const sum = (by: SalesBy, id: string) =>
        rows.reduce((all, row) => all + (row.by === by ? Number(row[id]) : 0), 0);
      const lines = ['netMinor', 'taxMinor', 'salesMinor', 'returnsMinor', 'units', 'unitsBack', 'discountMinor'];
      for (const by of ['hour', 'operator', 'channel', 'tier', 'till'] as const) {
        for (const id of sumIds) expect([by, id, sum(by, id)]).toEqual([by, id, sum('total', id)]);
      }
      for (const by of ['sku', 'tax'] as const) {
        for (const id of lines) expect([by, id, sum(by, id)]).toEqual([by, id, sum('total', id)]);
      }
      expect(sum('tender', 'paidMinor')).toBe(sum('total', 'paidMinor'));
      expect(sum('promotion', 'discountMinor')).toBe(sum('total', 'discountMinor'));
      const months = await monthsOf(storeId);
      const chain = (by: string, id: string) =>
        months.reduce((all, row) => all + (row.by === by ? Number(row[id]) : 0), 0);
      for (const by of ['sku', 'hour', 'operator', 'channel', 'tier', 'till', 'tender', 'tax', 'promotion'] as const) {
        for (const id of sumIds) expect([by, id, chain(by, id)]).toEqual([by, id, sum(by, id)]);
      }
      for (const id of sumIds) {
        expect([chain('store', id), chain('day', id)]).toEqual([sum('total', id), sum('total', id)]);
      }
    }),
    { numRuns: 8 },
  );
});

test('[P1] [P2] in whatever order tickets come, how often days are added up meanwhile, and after a rebuild: the same sums', async () => {
  await fc.assert(
    fc.asyncProperty(sales, fc.infiniteStream(fc.nat(1_000)), async (history, dice) => {
      const roll = () => dice.next().value as number;
      const straight = await tell(history);
      for (const till of straight.tills) {
        await post(
          context,
          till,
          straight.entries.filter(({ tillNumber }) => tillNumber === till.tillNumber),
        );
      }
      await settleSales(context);
      const storeId = straight.tills[0]?.storeId ?? '';
      const expected = [await rowsOf(storeId), await monthsOf(storeId)];
      const mixed = await tell(history);
      const shuffled = mixed.entries.map((entry) => [roll(), entry] as const).toSorted(([a], [b]) => a - b);
      for (const [, entry] of shuffled) {
        const till = mixed.tills.find(({ tillNumber }) => tillNumber === entry.tillNumber);
        if (till) await post(context, till, [entry, ...(roll() % 3 === 0 ? [entry] : [])]);
        if (roll() % 2 === 0) await settleSales(context);
      }
      await settleSales(context);
      const mixedId = mixed.tills[0]?.storeId ?? '';
      expect([await rowsOf(mixedId), await monthsOf(mixedId)]).toEqual(expected);
      await rebuildStore(context, storeId);
      await settleSales(context);
      expect([await rowsOf(storeId), await monthsOf(storeId)]).toEqual(expected);
    }),
    { numRuns: 6 },
  );
});

test('two who add up one day at once, and sales meanwhile, leave one truth', async () => {
  const storeId = await makeStore(context);
  const till = await makeTill(context, storeId, 1);
  for (let round = 0; round < 5; round += 1) {
    const entries = [await till.sale([line('tea', 2)]), await till.sale([line('mug')])];
    await Promise.all([post(context, till, entries), settleSales(context), settleSales(context)]);
  }
  await settleSales(context);
  expect(await rowsOf(storeId, 'total')).toMatchObject([{ tickets: 10, units: 15, salesMinor: 18_750 }]);
  const goods = (await monthsOf(storeId)).filter(({ by }) => by === 'sku');
  expect(goods.map(({ key, units }) => [key, units])).toEqual([
    ['mug', 5],
    ['tea', 10],
  ]);
});

test('while sales go on without end, there is a rest after each day that is added up', async () => {
  const storeId = await makeStore(context);
  const till = await makeTill(context, storeId, 1);
  const ending = new AbortController();
  let rests = 0;
  await post(context, till, [await till.sale([line('tea')])]);
  await settleSales(context, ending.signal, async (tookMs) => {
    expect(tookMs).toBeGreaterThan(0);
    rests += 1;
    if (rests === 3) ending.abort();
    // Due again before the next look.
    await post(context, till, [await till.sale([line('tea')])]);
  });
  expect(rests).toBe(3);
  expect(await settleSales(context)).toBe(0);
  expect(await rowsOf(storeId, 'total')).toMatchObject([{ tickets: 4 }]);
});

test('a till that comes back a month late changes the day of the sale, which says so', async () => {
  const storeId = await makeStore(context);
  const till = await makeTill(context, storeId, 1);
  const onTime = await till.sale([line('tea')]);
  const late = await till.sale([line('tea')]);
  await post(context, till, [onTime]);
  nowMs = testNowMs + 31 * 86_400_000;
  try {
    await post(context, till, [late]);
    await settleSales(context);
    expect(await rowsOf(storeId, 'total')).toMatchObject([
      { day: '2026-11-22', tickets: 2, salesMinor: 2_500, lateTickets: 1, lateMinor: 1_250 },
    ]);
  } finally {
    nowMs = testNowMs;
  }
});

test('a day that no calendar has is added up all the same, and holds up no other', async () => {
  const storeId = await makeStore(context);
  const till = await makeTill(context, storeId, 1);
  const odd = ['0000-01-01', '9999-12-31'];
  const template: TestSale = {
    day: '',
    hour: 1,
    operator: 'amy',
    tier: null,
    channel: 'store',
    currency: 'GBP',
    paid: 'cash',
    lines: [{ sku: 'tea', quantity: 1, priceMinor: 100, off: 'nothing' }],
  };
  for (const day of odd) {
    await post(context, till, [
      await till.next('retail-transaction', bodyOf({ ...template, day }), { deviceAtMs: 8e15 }),
    ]);
  }
  expect(await settleSales(context)).toBe(0);
  expect((await rowsOf(storeId, 'total')).map(({ day, tickets }) => [day, tickets])).toEqual(
    odd.map((day) => [day, 1]),
  );
});

test('the sums of a day are those of its Z reports', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(testSale, { minLength: 1, maxLength: 8 }), async (drawn) => {
      const history = drawn.map((sale): [number, TestSale] => [0, { ...sale, day: '2026-11-20', currency: 'GBP' }]);
      const { tills, entries } = await tell(history);
      const storeId = tills[0]?.storeId ?? '';
      const [till] = tills;
      if (till) await post(context, till, entries);
      await settleSales(context);
      const z = history.reduce(
        (report: ShiftReport, [, sale], at) => withTransaction(report, `0001-${at}`, bodyOf(sale)),
        newReport('GBP', 0, 0),
      );
      const [total] = await rowsOf(storeId, 'total');
      expect(total).toMatchObject({
        tickets: z.transactionCount,
        returnTickets: z.returnCount,
        salesMinor: z.salesMinor,
        returnsMinor: z.returnsMinor,
        netMinor: z.netMinor,
        taxMinor: z.taxMinor,
        roundingMinor: z.roundingMinor,
      });
      const tenders = (await rowsOf(storeId, 'tender')).map(({ key, tickets, paidMinor }) => [key, tickets, paidMinor]);
      expect(tenders).toEqual(z.tenders.map(({ type, count, amountMinor }) => [type, count, amountMinor]));
      const taxes = (await rowsOf(storeId, 'tax')).map(({ key, netMinor, taxMinor }) => [
        Number(key),
        netMinor,
        taxMinor,
      ]);
      expect(taxes.toSorted().reverse()).toEqual(
        z.taxes
          .map(({ rateBasisPoints, netMinor, taxMinor }) => [rateBasisPoints, netMinor, taxMinor])
          .toSorted()
          .reverse(),
      );
    }),
    { numRuns: 10 },
  );
});
