import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { RoleLimits } from '#schemas/policy/limits.ts';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { derivedRows, post } from './derived-rows.ts';
import { derivedTables, rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';
import { giveRole, limitRole } from './test-staff.ts';

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

const listPriceMinor = 1_000;
/** Cleo is a clerk; Sid and Lee lead shifts; Mo manages. */
const roleOf = { cleo: 'clerk', sid: 'shift-leader', lee: 'shift-leader', mo: 'store-manager' } as const;
type Who = keyof typeof roleOf;
type Sale = { do: 'sell'; who: Who; cutPercent: number; approver: Who | null; tillNumber: number };
type Step =
  | { do: 'limit'; role: 'shift-leader' | 'store-manager'; limits: RoleLimits }
  | Sale
  | { do: 'send'; tillNumber: number };

const who = fc.constantFrom<Who[]>('cleo', 'sid', 'lee', 'mo');
const tillNumber = fc.constantFrom(1, 2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      role: fc.constantFrom('shift-leader' as const, 'store-manager' as const),
      limits: fc.record(
        {
          priceCutBasisPoints: fc.constantFrom(0, 1_000, 2_500, 10_000),
          freeItem: fc.constantFrom({ GBP: 500 }, { GBP: 1_000 }, { EUR: 1 }, { GBP: null }),
        },
        { requiredKeys: [] },
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      who,
      cutPercent: fc.constantFrom(10, 11, 25, 26, 99, 100),
      approver: fc.option(who, { nil: null }),
      tillNumber,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), tillNumber }) },
);
/** Steps, each so many ms after the one before. */
const stories = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 2 })), { minLength: 3, maxLength: 20 });

type SetAt = { role: string; limits: RoleLimits; fromMs: number };
type Told = { storeId: string; tills: TestTill[]; entries: Entry[]; expected: string[] };

/** What the story says of limits, by hand: the rows that posting should raise. */
function expectedFaults(
  { who: seller, cutPercent, approver }: Sale,
  entryId: string,
  sets: readonly SetAt[],
  atMs: number,
) {
  const isWithin = (person: Who) => {
    const role = roleOf[person];
    if (role === 'clerk') return false;
    const held = sets.findLast((set) => set.role === role && set.fromMs <= atMs)?.limits ?? {};
    if (cutPercent < 100) return cutPercent * 100 <= (held.priceCutBasisPoints ?? 10_000);
    const mostMinor = held.freeItem?.GBP;
    return mostMinor === undefined || mostMinor === null || listPriceMinor <= mostMinor;
  };
  const faults: string[] = [];
  const isValid = approver !== null && approver !== seller && roleOf[approver] !== 'clerk';
  if (approver !== null && !isValid) faults.push(`${entryId} approval-void change-price ${approver}`);
  const isApproved = isValid && approver !== null && isWithin(approver);
  if (!isWithin(seller) && !isApproved) faults.push(`${entryId} right-lacking change-price 1`);
  return faults;
}

/** Lives a story: limits change while entries lie unsent. What is unsent at the end is sent then. */
async function live(story: readonly (readonly [Step, number])[]): Promise<Told> {
  let nowMs = testNowMs;
  const context = { ...base, nowMs: () => nowMs };
  const storeId = await makeStore(context);
  for (const [person, role] of Object.entries(roleOf)) await giveRole(context, storeId, person, role);
  const tills = await Promise.all([1, 2].map((number) => makeTill(context, storeId, number)));
  const unsent = new Map<TestTill, Entry[]>(tills.map((till) => [till, []]));
  const entries: Entry[] = [];
  const sets: SetAt[] = [];
  const sales: { said: Sale; entryId: string; atMs: number }[] = [];
  const send = async (till: TestTill) => post(context, till, unsent.get(till)?.splice(0) ?? []);
  for (const [next, passedMs] of story) {
    nowMs += passedMs;
    if (next.do === 'limit') {
      const fromMs = await limitRole(context, storeId, next.role, next.limits);
      sets.push({ role: next.role, limits: next.limits, fromMs });
      continue;
    }
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
  nowMs += 5;
  for (const till of tills) await send(till);
  const expected = sales.flatMap(({ said, entryId, atMs }) => expectedFaults(said, entryId, sets, atMs));
  return { storeId, tills, entries, expected: expected.sort() };
}

function makeSale(till: TestTill, { who: operatorId, cutPercent, approver }: Sale, nowMs: number): Promise<Entry> {
  const unitPriceMinor = (listPriceMinor * (100 - cutPercent)) / 100;
  const cheaper = { ...line('mug'), unitPriceMinor, priceOverride: { listPriceMinor, reason: 'old' } };
  const approval = {
    right: 'change-price',
    method: 'pin',
    reason: '',
    approvedAtMs: nowMs,
    staffListAgeMs: 0,
  } as const;
  const approvals = approver === null ? [] : [{ ...approval, operatorId: approver }];
  return till.next('retail-transaction', { ...saleBody([cheaper]), approvals }, { operatorId, deviceAtMs: nowMs });
}

async function forget(storeId: string): Promise<void> {
  await runSql(ownerUrl, 'delete from journal where store_id = $1', [storeId]);
  for (const table of derivedTables)
    await base.database.pool.query(`delete from ${table} where store_id = $1`, [storeId]);
}

async function faultsOf(storeId: string): Promise<string[]> {
  const { rows } = await base.database.pool.query<{ fault: string }>(
    `select entry_id || ' ' || code || ' ' || subject as fault from exception
      where store_id = $1 and code in ('right-lacking', 'approval-void')`,
    [storeId],
  );
  return rows.map(({ fault }) => fault).sort();
}

test('[P1] [P2] [A1] limits change between entry and posting: raised is what their history says, again and in any order', async () => {
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
