import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { returnTicket } from '#schemas/returns/arbitrary-receipts.ts';
import { foldReceipt } from '#schemas/returns/fold-receipt.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import { returnLines } from '#schemas/returns/return-lines.ts';
import type { RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { derivedRows, post } from './derived-rows.ts';
import { derivedTables, rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, type TestTill } from './test-journal.ts';

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

const nothingBack = foldReceipt('', null, []);

/** A ticket that takes pieces of a sold entry back, as a till makes it that knows of no other return. */
function backOf(sold: Entry, quantity: number, lineNumber = 1): RetailTransaction {
  const body = sold.body as RetailTransaction;
  const wish = { lineNumber, quantity, condition: 'good', placeId: 'floor', note: null } as const;
  const back = returnLines({ entryId: sold._id, body }, nothingBack, [wish], 1);
  if (!back.ok) throw new Error(back.error.code);
  return { ...returnTicket(body, back.value.lines), transactionId: randomUUID() };
}

function voidBody(sold: Entry): RetailTransaction {
  const { businessDay } = sold.body as RetailTransaction;
  const request = { businessDay, entryId: sold._id, reason: 'Wrong', transactionId: randomUUID(), openedAtMs: 0 };
  const made = voidOf(sold.body as RetailTransaction, { ...request, approvals: [] });
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}

async function exceptions(storeId: string): Promise<string[]> {
  const { rows } = await context.database.pool.query<{ text: string }>(
    `select concat_ws(' | ', code, entry_id, subject, detail) as text from exception
      where store_id = $1 order by entry_id, code, subject`,
    [storeId],
  );
  return rows.map(({ text }) => text);
}

async function shop(): Promise<{ storeId: string; tills: [TestTill, TestTill] }> {
  const storeId = await makeStore(context);
  return { storeId, tills: [await makeTill(context, storeId, 1), await makeTill(context, storeId, 2)] };
}

test('[RT6] [P1] a receipt that comes back on two offline tills is returned twice by the later, whichever arrives first', async () => {
  for (const isLateFirst of [false, true]) {
    const { storeId, tills } = await shop();
    const [one, two] = tills;
    const sold = await one.sale([line('tea', 2)]);
    await post(context, one, [sold]);
    two.orderedAtMs += 10;
    const later = await two.next('retail-transaction', backOf(sold, 2));
    const earlier = await one.next('retail-transaction', backOf(sold, 1));
    const order: [TestTill, Entry][] = [
      [one, earlier],
      [two, later],
    ];
    for (const [till, entry] of isLateFirst ? order.reverse() : order) await post(context, till, [entry]);
    const expected = [`returned-twice | ${later._id} | ${sold._id} 1 | ${earlier._id}`];
    expect(await exceptions(storeId)).toEqual(expected);
    await rebuildStore(context, storeId);
    expect(await exceptions(storeId)).toEqual(expected);
  }
});

test('[RT7] a return by a receipt that is not here is said until the receipt arrives', async () => {
  const { storeId, tills } = await shop();
  const [one, two] = tills;
  const sold = await one.sale([line('tea', 2)]);
  const back = await two.next('retail-transaction', backOf(sold, 1));
  await post(context, two, [back]);
  expect(await exceptions(storeId)).toEqual([`returned-unknown | ${back._id} | ${sold._id} | `]);
  await post(context, one, [sold]);
  expect(await exceptions(storeId)).toEqual([]);
});

test('[RT7] [RT8] hostile returns: another line, other goods, another currency, too much, a line twice, itself', async () => {
  const { storeId, tills } = await shop();
  const [one] = tills;
  const sold = await one.sale([line('tea', 3), line('mug')]);
  const wrong = (change: object, back = backOf(sold, 1)) => ({
    ...back,
    lines: back.lines.map((each) => ({ ...each, ...change })),
  });
  const mug = backOf(sold, 1, 2);
  const dear = { unitPriceMinor: 90_000_000, netMinor: -75_000_000, taxMinor: -15_000_000, totalMinor: -90_000_000 };
  const sums = { netMinor: -75_000_000, taxMinor: -15_000_000, totalMinor: -90_000_000 };
  const bodies = [
    wrong({ returned: { entryId: sold._id, lineNumber: 9 } }),
    wrong({ skuId: 'mug' }),
    { ...backOf(sold, 1), currency: 'JPY' },
    { ...wrong(dear), ...sums, tenders: [{ ...backOf(sold, 1).tenders[0], amountMinor: -90_000_000 }] },
    wrong({ returned: { entryId: '0001-000000006', lineNumber: 1 } }),
    { ...returnTicket(sold.body as RetailTransaction, [...mug.lines, ...mug.lines]), transactionId: randomUUID() },
  ];
  const entries = [sold];
  for (const body of bodies) entries.push(await one.next('retail-transaction', body));
  await post(context, one, entries);
  expect(await exceptions(storeId)).toEqual([
    `returned-unknown | ${entries[1]?._id} | ${sold._id} 9 | `,
    `returned-unknown | ${entries[2]?._id} | ${sold._id} 1 | `,
    `refund-above-paid | ${entries[3]?._id} | ${sold._id} 1 | 1250 JPY`,
    `refund-above-paid | ${entries[4]?._id} | ${sold._id} 1 | 89998750 GBP`,
    'returned-unknown | 0001-000000006 | 0001-000000006 | ',
    'returned-twice | 0001-000000007 | 0001-000000001 2 | 0001-000000007',
  ]);
});

test('[RT9] [RT10] a ticket is voided once, exactly, and nothing of it comes back after or before', async () => {
  const { storeId, tills } = await shop();
  const [one, two] = tills;
  const sold = await one.sale([line('tea', 2)]);
  const other = await one.sale([line('mug')]);
  const whole = await one.next('retail-transaction', voidBody(sold));
  two.orderedAtMs += 100;
  const again = await two.next('retail-transaction', voidBody(sold));
  const after = await two.next('retail-transaction', backOf(sold, 1));
  const back = await two.next('retail-transaction', backOf(other, 1));
  const late = await two.next('retail-transaction', voidBody(other));
  await post(context, two, [again, after, back, late]);
  await post(context, one, [sold, other, whole]);
  expect(await exceptions(storeId)).toEqual([
    `voided-twice | ${again._id} | ${sold._id} | ${whole._id}`,
    `returned-twice | ${after._id} | ${sold._id} 1 | ${whole._id}`,
    `void-differs | ${late._id} | ${other._id} | ${back._id}`,
  ]);
});

type Deed = { do: 'sell' | 'back' | 'void'; at: number; quantity: number };
const deed: fc.Arbitrary<Deed> = fc.record({
  do: fc.constantFrom('sell' as const, 'back' as const, 'back' as const, 'void' as const),
  at: fc.nat(3),
  quantity: fc.integer({ min: 1, max: 3 }),
});

test('[P1] [P2] random sales, returns and voids in any order of arrival give the same tables and exceptions', async () => {
  const histories = fc.array(fc.tuple(fc.constantFrom(0, 1), deed, fc.nat(3)), { minLength: 3, maxLength: 12 });
  const dice = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(histories, dice, async (history, roll) => {
      const { storeId, tills } = await shop();
      const sold = [await tills[0].sale([line('tea', 3)])];
      const told: [TestTill, Entry][] = [[tills[0], sold[0] as Entry]];
      for (const [at, { do: what, at: which, quantity }, clockMs] of history) {
        const till = tills[at] as TestTill;
        till.orderedAtMs += clockMs;
        const target = sold[which % sold.length] as Entry;
        if (what === 'sell') sold.push(await till.sale([line('tea', 3)]));
        const body = what === 'void' ? voidBody(target) : backOf(target, quantity);
        const entry = what === 'sell' ? (sold.at(-1) as Entry) : await till.next('retail-transaction', body);
        told.push([till, entry]);
      }
      for (const [till, entry] of told) await post(context, till, [entry]);
      const expected = await derivedRows(context, storeId);
      await rebuildStore(context, storeId);
      expect(await derivedRows(context, storeId)).toEqual(expected);
      await runSql(ownerUrl, 'delete from journal where store_id = $1', [storeId]);
      for (const table of derivedTables) {
        await context.database.pool.query(`delete from ${table} where store_id = $1`, [storeId]);
      }
      const shuffled = told.map((one) => ({ one, at: roll.next().value ?? 0 })).sort((a, b) => a.at - b.at);
      for (const { one } of shuffled) await post(context, one[0], [one[1]]);
      expect(await derivedRows(context, storeId)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test('[S2] a damaged unit that comes back is set aside, a good one is for sale', async () => {
  const { storeId, tills } = await shop();
  const [one] = tills;
  const sold = await one.sale([line('phone', 1, 'a'), line('phone', 1, 'b')]);
  const first = backOf(sold, 1, 1);
  const damaged = { ...first, lines: first.lines.map((each) => ({ ...each, condition: 'damaged' })) };
  await post(context, one, [
    sold,
    await one.next('retail-transaction', damaged),
    await one.next('retail-transaction', backOf(sold, 1, 2)),
  ]);
  const { rows } = await context.database.pool.query<{ state: string }>(
    `select serial, state from unit where store_id = $1 order by serial`,
    [storeId],
  );
  expect(rows).toEqual([
    { serial: 'a', state: 'set-aside' },
    { serial: 'b', state: 'in-stock' },
  ]);
});
