import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { type BuiltInRole, builtInRoles } from '#schemas/policy/roles.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { derivedRows, post } from './derived-rows.ts';
import { derivedTables, rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';
import { endRoles, giveRole } from './test-staff.ts';

let base: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let ownerUrl: string;

beforeAll(async () => {
  const made = await createTestDatabase();
  ({ drop, ownerUrl } = made);
  base = openTestContext(made.url);
});
afterAll(async () => {
  await base.close();
  await drop();
});

type Step =
  | { do: 'give'; who: string; role: BuiltInRole }
  | { do: 'end'; who: string }
  | { do: 'sell'; who: string; quantity: 1 | -1; cheaper: boolean; approver: string | null; tillNumber: number }
  | { do: 'send'; tillNumber: number };

const who = fc.constantFrom('ada', 'bea', 'cy');
const tillNumber = fc.constantFrom(1, 2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      who,
      role: fc.constantFrom<BuiltInRole[]>('clerk', 'shift-leader', 'stock-clerk', 'store-manager'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      who,
      quantity: fc.constantFrom(1 as const, -1 as const),
      cheaper: fc.boolean(),
      approver: fc.option(who, { nil: null }),
      tillNumber,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), tillNumber }) },
);
/** Steps, each so many ms after the one before. */
const stories = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 2 })), { minLength: 3, maxLength: 20 });

type Held = { who: string; role: BuiltInRole; fromMs: number; untilMs: number | null };
type Told = { storeId: string; tills: TestTill[]; entries: Entry[]; expected: string[] };

function cheaperLine(quantity: number) {
  const override = { priceOverride: { listPriceMinor: 1_250, reason: 'old' }, unitPriceMinor: 900 };
  return { ...line('mug', quantity), ...override };
}

/** What the story says of rights, by hand: the rows that posting should raise. */
function expectedFaults(said: Extract<Step, { do: 'sell' }>, entryId: string, roles: readonly Held[], atMs: number) {
  const has = (person: string, right: string) =>
    roles.some(
      (held) =>
        held.who === person &&
        held.fromMs <= atMs &&
        (held.untilMs === null || atMs < held.untilMs) &&
        (builtInRoles[held.role].rights as readonly string[]).includes(right),
    );
  const faults: string[] = [];
  const { approver } = said;
  const isApproved = approver !== null && approver !== said.who && has(approver, 'change-price');
  if (approver !== null && !isApproved) faults.push(`${entryId} approval-void change-price ${approver}`);
  const base = said.quantity > 0 ? (['sell'] as const) : (['return-without-receipt', 'take-back'] as const);
  for (const right of base) if (!has(said.who, right)) faults.push(`${entryId} right-lacking ${right}`);
  if (said.cheaper && !isApproved && !has(said.who, 'change-price')) {
    faults.push(`${entryId} right-lacking change-price 1`);
  }
  return faults;
}

/** Lives a story: roles change while entries lie unsent. What is unsent at the end is sent then. */
async function live(story: readonly (readonly [Step, number])[]): Promise<Told> {
  let nowMs = testNowMs;
  const context = { ...base, nowMs: () => nowMs };
  const storeId = await makeStore(context);
  const tills = await Promise.all([1, 2].map((number) => makeTill(context, storeId, number)));
  const unsent = new Map<TestTill, Entry[]>(tills.map((till) => [till, []]));
  const entries: Entry[] = [];
  const roles: Held[] = [];
  const sales: { said: Extract<Step, { do: 'sell' }>; entryId: string; atMs: number }[] = [];
  const send = async (till: TestTill) => post(context, till, unsent.get(till)?.splice(0) ?? []);
  for (const [next, passedMs] of story) {
    nowMs += passedMs;
    if (next.do === 'give') {
      roles.push({ who: next.who, role: next.role, fromMs: nowMs + 1, untilMs: null });
      await giveRole(context, storeId, next.who, next.role, { fromMs: nowMs + 1 });
    } else if (next.do === 'end') {
      const untilMs = await endRoles(context, storeId, next.who);
      for (const held of roles) {
        if (held.who === next.who) held.untilMs ??= Math.max(held.fromMs, untilMs);
      }
    } else {
      const till = tills[next.tillNumber - 1];
      if (!till) continue;
      if (next.do === 'send') await send(till);
      else {
        const entry = await makeSale(till, next, nowMs);
        entries.push(entry);
        unsent.get(till)?.push(entry);
        sales.push({ said: next, entryId: entry._id, atMs: nowMs });
      }
    }
  }
  nowMs += 5;
  for (const till of tills) await send(till);
  const expected = sales.flatMap(({ said, entryId, atMs }) => expectedFaults(said, entryId, roles, atMs));
  return { storeId, tills, entries, expected: expected.sort() };
}

function makeSale(till: TestTill, said: Extract<Step, { do: 'sell' }>, nowMs: number): Promise<Entry> {
  const { quantity, approver } = said;
  const approval = {
    right: 'change-price',
    method: 'pin',
    reason: '',
    approvedAtMs: nowMs,
    staffListAgeMs: 0,
  } as const;
  return till.next(
    'retail-transaction',
    {
      ...saleBody([said.cheaper ? cheaperLine(quantity) : line('mug', quantity)]),
      approvals: approver === null ? [] : [{ ...approval, operatorId: approver }],
    },
    { operatorId: said.who, deviceAtMs: nowMs },
  );
}

async function forget(storeId: string): Promise<void> {
  await runSql(ownerUrl, 'delete from journal where store_id = $1', [storeId]);
  for (const table of derivedTables)
    await base.database.pool.query(`delete from ${table} where store_id = $1`, [storeId]);
}

async function faultsOf(storeId: string): Promise<string[]> {
  const { rows } = await base.database.pool.query<{ fault: string }>(
    `select entry_id || ' ' || code || ' ' || subject as fault from exception where store_id = $1 and code <> 'chain-broken'`,
    [storeId],
  );
  return rows.map(({ fault }) => fault).sort();
}

test('[P1] [P2] [A1] roles change between entry and posting: raised is what the history says, again and in any order', async () => {
  const dice = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(stories, dice, async (story, rolls) => {
      const { tills, entries, expected, storeId } = await live(story);
      expect(await faultsOf(storeId)).toEqual(expected);
      const rows = await derivedRows(base, storeId);
      await rebuildStore(base, storeId);
      expect(await derivedRows(base, storeId)).toEqual(rows);

      const roll = () => rolls.next().value ?? 0;
      const shuffled = entries.map((entry) => [roll(), entry] as const).sort(([a], [b]) => a - b);
      const later = { ...base, nowMs: () => testNowMs + 1_000_000 };
      await forget(storeId);
      for (const [, entry] of shuffled) {
        const till = tills[entry.tillNumber - 1];
        if (till) await post(later, till, [entry]);
      }
      expect(await derivedRows(base, storeId)).toEqual(rows);
    }),
    { numRuns: 25 },
  );
});
