import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, occurredAtMs } from '#schemas/journal/envelope.ts';
import { entryVersionOf, factOf } from '#schemas/journal/kinds.ts';
import { overlay } from '#schemas/journal/overlay.ts';
import { type FeedTable, feedTables } from '#schemas/rows/rows.ts';
import { deliveryRowsOf } from '#schemas/stock/delivery-rows.ts';
import { emptyStock, onHand, type StockRow } from '#schemas/stock/stock-row.ts';
import type { UnitRow } from '#schemas/stock/unit.ts';
import type { AuthenticatedTill } from '../auth/till-auth.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { readDelta } from '../feed/delta-rows.ts';
import { derivedRows, post } from './derived-rows.ts';
import { postedMemoryOf } from './posted-memory.ts';
import { postDocuments } from './posting.ts';
import { rebuildStore } from './rebuild.ts';
import { type Act, act, perform } from './test-acts.ts';
import {
  announced,
  commissioned,
  delivered,
  goods,
  moved,
  packed,
  received,
  receivedLine,
  sent,
  unitsSet,
} from './test-goods.ts';
import { asDocument, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let url: string;
let till: TestTill;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, url } = made);
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});
beforeEach(async () => {
  till = await makeTill(context, await makeStore(context), 1);
});

/** The till as the feed's door knows it. */
async function authenticated(): Promise<AuthenticatedTill> {
  const { storeId, tillNumber, publicKey } = till;
  const { rows } = await context.database.pool.query<{ id: string }>(
    'select merchant_id as id from store where store_id = $1',
    [storeId],
  );
  return { merchantId: rows[0]?.id ?? '', storeId, tillNumber, publicKey };
}

/** All rows that a till of the store is sent, by table and key. */
async function fed(from = context): Promise<Map<FeedTable, Map<string, unknown>>> {
  const asking = await authenticated();
  const { rows } = await readDelta(from.database.pool, asking, { chain: 0, store: 0 }, postedMemoryOf(from));
  return new Map(
    (Object.entries(rows) as [FeedTable, string][]).map(([table, text]) => [
      table,
      new Map(
        (JSON.parse(text) as [string, unknown][]).map(([key, row]) => [key, feedTables[table].schema.parse(row)]),
      ),
    ]),
  );
}

function factIn(entry: Entry) {
  const fact = factOf(entry);
  if (!fact.ok) throw new Error(fact.error.detail);
  return fact.value;
}

test('[F2] every kind: base rows + pending effects, and rows of deliveries, are the rows after posting, at any cut', async () => {
  // QUIRK(a GTIN that became another SKU's moves all of a unit's stock to it when posted; a till shows that afterwards)
  const known = act.filter(
    (next) => next.do !== 'unknown' && next.do !== 'break-chain' && !('sku' in next && next.sku === 'phone-old'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(known, { minLength: 2, maxLength: 10 }), fc.nat(10), async (acts, cut) => {
      till = await makeTill(context, await makeStore(context), 1);
      const entries: Entry[] = [];
      // What was approved is in the books already: the office alone approves, so no till has it waiting (SC2).
      const isApproval = (next: Act) => next.do === 'stock-take' && next.entry[0] === 'count-approved';
      const said = acts.filter((next, at) => at < cut || !isApproval(next));
      for (const next of said) entries.push(await perform(till, next, 1));
      await post(context, till, entries.slice(0, cut));
      const base = await fed();
      const pending = entries.slice(cut).map((entry) => {
        const { _id: entryId, orderedAtMs } = entry;
        return { entryId, orderedAtMs, effects: effectsOf(factIn(entry)) };
      });
      const baseOf = (table: FeedTable, key: string) => base.get(table)?.get(key);
      const reader = {
        stock: (key: string) => baseOf('stock', key) as StockRow | undefined,
        unit: (key: string) => baseOf('unit', key) as UnitRow | undefined,
      };
      const shown = overlay(reader, pending);
      await post(context, till, entries.slice(cut));
      const server = await fed();
      for (const [key, row] of shown.units) expect(server.get('unit')?.get(key)).toEqual(row);
      for (const [key, row] of shown.stock) {
        expect(server.get('stock')?.get(key) ?? emptyStock(row.placeId, row.skuId)).toEqual(row);
      }
      const made = entries.map((entry) =>
        deliveryRowsOf(factIn(entry), { entryId: entry._id, occurredAtMs: occurredAtMs(entry) }),
      );
      const rowsOf = (table: FeedTable) => [...(server.get(table)?.values() ?? [])];
      const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
      for (const [table, name] of [
        ['delivery', 'deliveries'],
        ['carton', 'cartons'],
        ['receipt', 'receipts'],
      ] as const) {
        const wanted = made.flatMap((rows): unknown[] => rows[name]);
        expect(sorted(rowsOf(table))).toEqual(sorted(wanted.map((row) => feedTables[table].schema.parse(row))));
      }
    }),
    { numRuns: 30 },
  );
});

test('[F1] [P1] tills that post deliveries through two servers at once: whoever follows the feed misses none', async () => {
  const second = openTestContext(url);
  const tills = [till, await makeTill(context, till.storeId, 2), await makeTill(context, till.storeId, 3)];
  let writing = true;
  const seen = new Map<string, number>();
  const following = (async () => {
    const asking = await authenticated();
    let cursor = { chain: 0, store: 0 };
    for (;;) {
      const isLast = !writing;
      const delta = await readDelta(second.database.pool, asking, cursor, postedMemoryOf(second));
      for (const table of ['delivery', 'carton', 'receipt'] as const) {
        for (const [key] of JSON.parse(delta.rows[table] ?? '[]') as [string][]) {
          seen.set(`${table} ${key}`, (seen.get(`${table} ${key}`) ?? 0) + 1);
        }
      }
      cursor = delta.cursor;
      if (isLast) return;
    }
  })();
  const sscc = '000000000000000017';
  await Promise.all(
    tills.map(async (each, at) => {
      for (let turn = 0; turn < 12; turn++) {
        const lines = [packed(goods('phone', [`${at}-${turn}`]), { sscc })];
        const entry =
          turn % 2 === 0
            ? await each.next('delivery-announced', announced(lines))
            : await each.next('goods-received', received([goods('tea', 1)], { deliveryId: '0001-000000001' }));
        const posted = await postDocuments(turn % 3 ? context : second, each.storeId, each.author, [asDocument(entry)]);
        expect(posted).toMatchObject({ ok: true, value: [{ ok: true }] });
      }
    }),
  );
  writing = false;
  await following;
  await second.close();
  expect(seen.size).toBe(3 * (6 + 6 + 6));
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
});

const id = '0000-000000001';
const [phones, teas] = [goods('phone', ['a', 'b']), goods('tea', 3)];
/** A good body of each kind about goods. */
const goodBodies: Readonly<Record<string, object>> = {
  'goods-received': received([receivedLine(phones, { sscc: '000000000000000017', batch: 'L1' }), teas], {
    deliveryId: id,
  }),
  'stock-adjusted': { reason: 'theft', note: '', lines: [{ ...phones, placeId: 'floor' }], approvals: [] },
  'units-commissioned': commissioned([phones]),
  'labels-printed': {
    jobId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11',
    reprintOf: null,
    reason: '',
    lines: [phones],
    approvals: [],
  },
  'goods-moved': moved([phones, teas], 'floor', 'back'),
  'units-set': unitsSet('set-aside', [phones]),
  'delivery-announced': announced([packed(phones, { sscc: '000000000000000017' }), packed(teas)]),
  'delivery-closed': { deliveryId: id, note: '', approvals: [] },
  'transfer-sent': sent('another', [phones, teas]),
  'transfer-delivered': delivered([phones, teas]),
};

const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, '', [], {}, -1, 0.5, 1e300, 2 ** 53, '__proto__', "'; drop table unit; --", '{"a":1}'),
  fc.constantFrom<unknown>(
    'ＡＢ',
    'а-serial',
    '0'.repeat(21),
    '{1,2}',
    '\\',
    '"',
    '2026-02-30',
    '0000-000000000',
    '\u202e',
  ),
  fc.constantFrom<unknown>('x'.repeat(600), Array(6_000).fill(0), { toString: 1 }, { __proto__: null, length: -1 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The body with one member anywhere in it replaced, or one more added. */
function changed(body: unknown, steps: readonly number[], value: unknown): unknown {
  if (typeof body !== 'object' || body === null || steps.length === 0) return value;
  const [step = 0, ...rest] = steps;
  const names = Object.keys(body);
  const name = names[step % (names.length + 1)] ?? 'more';
  const next = changed((body as Record<string, unknown>)[name], rest, value);
  if (Array.isArray(body) && body.length === 0) return [next];
  return Array.isArray(body)
    ? body.with(Math.min(Number(name) || 0, body.length - 1), next)
    : { ...body, [name]: next };
}

test('[P2] [P3] [S1] hostile bodies of every kind about goods are kept, posted or not, and block nothing', async () => {
  const path = fc.array(fc.nat(9), { minLength: 1, maxLength: 4 });
  const batch = fc.array(fc.tuple(fc.constantFrom(...Object.keys(goodBodies)), path, hostile), {
    minLength: 8,
    maxLength: 16,
  });
  await fc.assert(
    fc.asyncProperty(batch, async (bodies) => {
      till = await makeTill(context, await makeStore(context), 1);
      const entries: Entry[] = [];
      for (const [kind, steps, value] of bodies) {
        const body = changed(goodBodies[kind], steps, value) as Record<string, unknown>;
        if (typeof body !== 'object' || body === null || Array.isArray(body)) continue;
        entries.push(await till.next(kind, body, { version: entryVersionOf(kind) }));
      }
      entries.push(await till.next('goods-received', received([goods('mug', 7)])));
      await post(context, till, entries);
      const { rows } = await context.database.pool.query(
        `select sequence, unpostable from journal where store_id = $1 order by sequence`,
        [till.storeId],
      );
      expect(rows.map(({ unpostable }) => unpostable)).toEqual(
        entries.map((entry) => {
          const fact = factOf(entry);
          return fact.ok ? null : fact.error.code;
        }),
      );
      const before = await derivedRows(context, till.storeId);
      expect(before.stock?.some((row) => row.includes('"mug"') && row.includes('"received": 7'))).toBe(true);
      await rebuildStore(context, till.storeId);
      expect(await derivedRows(context, till.storeId)).toEqual(before);
      const server = await fed();
      const units = [...(server.get('unit')?.values() ?? [])] as UnitRow[];
      for (const row of [...(server.get('stock')?.values() ?? [])] as StockRow[]) {
        const there = units.filter(
          ({ skuId, placeId, state }) =>
            skuId === row.skuId && placeId === row.placeId && ['in-stock', 'reserved', 'set-aside'].includes(state),
        );
        if (row.skuId === 'phone') expect(onHand(row)).toBe(there.length);
      }
    }),
    { numRuns: 40 },
  );
});

test('[S1] 15,000 units in 300 cartons: announced, received carton by carton on two tills, put away, moved', async () => {
  const lines = Array.from({ length: 600 }, (_, at) => {
    const serials = Array.from({ length: 25 }, (_, piece) => `${at}x${piece}`);
    const sscc = String(Math.floor(at / 2)).padStart(18, '0');
    return packed({ ...goods(`sku-${at}`, serials), gtin14: String(at).padStart(14, '0') }, { sscc, batch: `B${at}` });
  });
  await post(context, till, [await till.next('delivery-announced', announced(lines))]);
  const second = await makeTill(context, till.storeId, 2);
  await Promise.all(
    [till, second].map(async (each, turn) => {
      const entries: Entry[] = [];
      for (let carton = turn; carton < 300; carton += 2) {
        const inside = lines
          .slice(carton * 2, carton * 2 + 2)
          .map((line) => receivedLine(line, { ...line, placeId: 'back' }));
        entries.push(await each.next('goods-received', received(inside, { deliveryId: '0001-000000001' })));
      }
      await post(context, each, entries);
    }),
  );
  const bare = lines.map(({ skuId, gtin14, quantity, serials }) => ({ skuId, gtin14, quantity, serials }));
  await post(context, till, [await till.next('goods-moved', moved(bare, 'back', 'floor'))]);
  const count = async (text: string) => (await context.database.pool.query(text, [till.storeId])).rows;
  expect(await count('select state, place_id, count(*) from unit where store_id = $1 group by 1, 2')).toEqual([
    { state: 'in-stock', place_id: 'floor', count: 15_000 },
  ]);
  expect(await count('select count(*) from carton where store_id = $1')).toEqual([{ count: 300 }]);
  expect(await count('select count(*) from receipt where store_id = $1')).toEqual([{ count: 300 }]);
  expect(await count('select from exception where store_id = $1')).toEqual([]);
});
