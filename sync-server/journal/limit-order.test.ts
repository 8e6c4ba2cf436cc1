import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import type { RoleLimits } from '#schemas/policy/limits.ts';
import { line } from './test-journal.ts';
import { giveRole, limitRole } from './test-staff.ts';
import { StoryWorld, sending, storiesOf, type Telling, tillNumbers } from './test-stories.ts';

let world: StoryWorld;

beforeAll(async () => {
  world = await StoryWorld.open(['right-lacking', 'approval-void']);
});
afterAll(() => world.close());

const listPriceMinor = 1_000;
/** Cleo is a clerk; Sid and Lee lead shifts; Mo manages. */
const roleOf = { cleo: 'clerk', sid: 'shift-leader', lee: 'shift-leader', mo: 'store-manager' } as const;
type Who = keyof typeof roleOf;
type Sale = { do: 'sell'; who: Who; cutPercent: number; approver: Who | null; tillNumber: number };
type Change = { do: 'limit'; role: 'shift-leader' | 'store-manager'; limits: RoleLimits };

const who = fc.constantFrom<Who[]>('cleo', 'sid', 'lee', 'mo');
const step = fc.oneof(
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
      tillNumber: tillNumbers,
    }),
  },
  { weight: 2, arbitrary: sending },
);

type SetAt = { role: string; limits: RoleLimits; fromMs: number };

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

function telling(): Telling<Sale, Change> {
  const sets: SetAt[] = [];
  return {
    begin: async (context, storeId) => {
      for (const [person, role] of Object.entries(roleOf)) await giveRole(context, storeId, person, role);
    },
    line: ({ cutPercent }) => {
      const unitPriceMinor = (listPriceMinor * (100 - cutPercent)) / 100;
      return { ...line('mug'), unitPriceMinor, priceOverride: { listPriceMinor, reason: 'old' } };
    },
    expected: (sale, entryId, atMs) => expectedFaults(sale, entryId, sets, atMs),
    change: async (context, storeId, { role, limits }) => {
      sets.push({ role, limits, fromMs: await limitRole(context, storeId, role, limits) });
    },
  };
}

test('[P1] [P2] [A1] limits change between entry and posting: raised is what their history says, again and in any order', () =>
  world.holds(storiesOf(step), telling));
