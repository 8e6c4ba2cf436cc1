import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { onHand } from '#schemas/stock/stock-row.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { readChanges } from './changes.ts';
import { derivedRows } from './derived-rows.ts';
import { postDocuments } from './posting.ts';
import { derivedTables, rebuildStore } from './rebuild.ts';
import { type Act, act, perform } from './test-acts.ts';
import { asDocument, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let ownerUrl: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, ownerUrl } = made);
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});

/** Acts of three tills, one after the other, and how far each act moves the till's clock. */
const histories = fc.array(fc.tuple(fc.constantFrom(1, 2, 3), act, fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 14,
});

/** The same history told in a store of its own: same tills, same keys, same clocks. */
async function tell(
  history: readonly (readonly [number, Act, number])[],
): Promise<{ tills: TestTill[]; entries: Entry[] }> {
  const storeId = await makeStore(context);
  const tills = await Promise.all([1, 2, 3].map((tillNumber) => makeTill(context, storeId, tillNumber)));
  const entries: Entry[] = [];
  for (const [tillNumber, next, clockMs] of history) {
    const till = tills[tillNumber - 1];
    if (till) entries.push(await perform(till, next, clockMs));
  }
  return { tills, entries };
}

/** Posts entries in batches of one till each; an index may come up more than once. */
async function postInOrder(
  tills: readonly TestTill[],
  entries: readonly Entry[],
  order: readonly number[],
  batchSize: number,
) {
  for (let from = 0; from < order.length; from += batchSize) {
    const batch = order
      .slice(from, from + batchSize)
      .map((at) => entries[at])
      .filter((entry) => entry !== undefined);
    await Promise.all(
      tills.map(async (till) => {
        const own = batch.filter((entry) => entry.tillNumber === till.tillNumber).map((entry) => asDocument(entry));
        const posted = await postDocuments(context, till.storeId, till.author, own);
        expect(posted.ok && posted.value.every((result) => result.ok)).toBe(true);
      }),
    );
  }
}

async function clear(storeId: string): Promise<void> {
  await runSql(ownerUrl, 'delete from journal where store_id = $1', [storeId]);
  for (const table of [...derivedTables, 'outbox']) {
    await context.database.pool.query(`delete from ${table} where store_id = $1`, [storeId]);
  }
}

/** [S1] For an item-coded SKU, the stock on hand of a place is the number of its units there. */
async function expectUnitsCounted(storeId: string): Promise<void> {
  const { rows } = await context.database.pool.query(
    `select s.received, s.returned, s.moved_in as "movedIn", s.sold, s.moved_out as "movedOut", s.adjusted,
            (select count(*) from unit u where u.store_id = $1 and u.sku_id = s.sku_id and u.place_id = s.place_id
                and u.state in ('in-stock', 'reserved', 'set-aside')) as units
       from stock s where s.store_id = $1 and s.sku_id like 'phone%'`,
    [storeId],
  );
  for (const row of rows) expect(onHand(row)).toBe(row.units);
}

/** What another store is to hear of, and the entries that could not be posted. */
async function aside(storeId: string): Promise<{ outbox: string[]; unposted: string[] }> {
  const ids = async (text: string) =>
    (await context.database.pool.query<{ id: string }>(text, [storeId])).rows.map(({ id }) => id);
  return {
    outbox: await ids('select entry_id as id from outbox where store_id = $1 order by 1'),
    unposted: await ids(
      `select distinct kind as id from journal where store_id = $1 and unpostable is not null order by 1`,
    ),
  };
}

/** [S2] The state of a unit is its last step's, and every step names an entry of the journal. */
async function expectStepsNamed(storeId: string): Promise<void> {
  const { rows } = await context.database.pool.query(
    `select s.entry_id from unit_step s where s.store_id = $1 and not exists (
       select from journal j where j.store_id = $1 and j.till_number = left(s.entry_id, 4)::int and j.sequence = substr(s.entry_id, 6)::int8)`,
    [storeId],
  );
  expect(rows).toEqual([]);
}

test('[P1] [P2] [S1] [S2] random entries in any order, batches and repetitions among tills give the same tables', async () => {
  const orders = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(histories, orders, fc.integer({ min: 1, max: 6 }), async (history, dice, batchSize) => {
      const { tills, entries } = await tell(history);
      const storeId = tills[0]?.storeId ?? '';
      const straight = entries.map((_, at) => at);
      await postInOrder(tills, entries, straight, entries.length);
      const expected = await derivedRows(context, storeId);
      await expectUnitsCounted(storeId);
      await expectStepsNamed(storeId);
      const expectedAside = await aside(storeId);
      expect(expectedAside.unposted.filter((kind) => kind !== 'moon-landing')).toEqual([]);

      await rebuildStore(context, storeId);
      expect(await derivedRows(context, storeId)).toEqual(expected);
      expect(await aside(storeId)).toEqual(expectedAside);

      const roll = () => dice.next().value ?? 0;
      const shuffled = [...straight, ...straight.filter(() => roll() < 0.3)]
        .map((at) => [roll(), at] as const)
        .sort(([a], [b]) => a - b)
        .map(([, at]) => at);
      await clear(storeId);
      await postInOrder(tills, entries, shuffled, batchSize);
      expect(await derivedRows(context, storeId)).toEqual(expected);
      expect(await aside(storeId)).toEqual(expectedAside);
      await expectUnitsCounted(storeId);
    }),
    { numRuns: 40 },
  );
});

test('[P1] two servers post the same entries at once: each is stored once, and both answer that it is there', async () => {
  const { tills, entries } = await tell(
    Array.from({ length: 30 }, (_, at) => [1 + (at % 3), { do: 'sell', sku: 'tea', serial: null }, 1] as const),
  );
  const [till] = tills;
  const storeId = till?.storeId ?? '';
  const other = { ...context, database: context.database };
  const results = await Promise.all(
    [context, other].flatMap((server) =>
      tills.flatMap((one) => {
        const own = entries.filter((entry) => entry.tillNumber === one.tillNumber).map((entry) => asDocument(entry));
        return own.map((document) => postDocuments(server, storeId, one.author, [document]));
      }),
    ),
  );
  expect(results.every((result) => result.ok && result.value.every((one) => one.ok))).toBe(true);
  const { rows } = await context.database.pool.query('select sold from stock where store_id = $1', [storeId]);
  expect(rows).toEqual([{ sold: 60 }]);
  const counter = await context.database.pool.query('select journal_seq from store_counter where store_id = $1', [
    storeId,
  ]);
  expect(counter.rows).toEqual([{ journal_seq: 30 }]);
});

test('[F1] whoever follows the sequence misses nothing, with two servers writing at once', async () => {
  const { tills, entries } = await tell(
    Array.from({ length: 120 }, (_, at) => [1 + (at % 3), { do: 'unknown' }, 1] as const),
  );
  const storeId = tills[0]?.storeId ?? '';
  const other = { ...context };
  let writing = true;
  const seen: string[] = [];
  const follow = async () => {
    let after = 0;
    for (;;) {
      const last = !writing;
      const filter = { askingTill: 1, includeDocs: false, exceptTill: null, ids: null };
      const page = await readChanges(context, storeId, after, 7, filter);
      seen.push(...page.lines.map((text) => JSON.parse(text).id));
      after = page.position;
      if (last && page.lines.length === 0) return;
    }
  };
  const following = follow();
  await Promise.all(
    entries.map((entry, at) => {
      const till = tills[entry.tillNumber - 1];
      return till && postDocuments(at % 2 ? context : other, storeId, till.author, [asDocument(entry)]);
    }),
  );
  writing = false;
  await following;
  expect(seen).toHaveLength(120);
  expect(new Set(seen)).toEqual(new Set(entries.map((entry) => entry._id)));
});
