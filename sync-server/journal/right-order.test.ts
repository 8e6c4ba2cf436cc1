import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { type BuiltInRole, builtInRoles } from '#schemas/policy/roles.ts';
import { line } from './test-journal.ts';
import { endRoles, giveRole } from './test-staff.ts';
import { StoryWorld, sending, storiesOf, type Telling, tillNumbers } from './test-stories.ts';

let world: StoryWorld;

beforeAll(async () => {
  world = await StoryWorld.open(null);
});
afterAll(() => world.close());

type Change = { do: 'give'; who: string; role: BuiltInRole } | { do: 'end'; who: string };
type Sale = {
  do: 'sell';
  who: string;
  quantity: 1 | -1;
  cheaper: boolean;
  approver: string | null;
  tillNumber: number;
};

const who = fc.constantFrom('ada', 'bea', 'cy');
const step = fc.oneof(
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
      tillNumber: tillNumbers,
    }),
  },
  { weight: 2, arbitrary: sending },
);

type Held = { who: string; role: BuiltInRole; fromMs: number; untilMs: number | null };

function cheaperLine(quantity: number) {
  const override = { priceOverride: { listPriceMinor: 1_250, reason: 'old' }, unitPriceMinor: 900 };
  return { ...line('mug', quantity), ...override };
}

/** What the story says of rights, by hand: the rows that posting should raise. */
function expectedFaults(sale: Sale, entryId: string, roles: readonly Held[], atMs: number) {
  const has = (person: string, right: string) =>
    roles.some(
      (held) =>
        held.who === person &&
        held.fromMs <= atMs &&
        (held.untilMs === null || atMs < held.untilMs) &&
        (builtInRoles[held.role].rights as readonly string[]).includes(right),
    );
  const faults: string[] = [];
  const { approver } = sale;
  const isApproved = approver !== null && approver !== sale.who && has(approver, 'change-price');
  if (approver !== null && !isApproved) faults.push(`${entryId} approval-void change-price ${approver}`);
  const base = sale.quantity > 0 ? (['sell'] as const) : (['return-without-receipt', 'take-back'] as const);
  for (const right of base) if (!has(sale.who, right)) faults.push(`${entryId} right-lacking ${right}`);
  if (sale.cheaper && !isApproved && !has(sale.who, 'change-price')) {
    faults.push(`${entryId} right-lacking change-price 1`);
  }
  return faults;
}

function telling(): Telling<Sale, Change> {
  const roles: Held[] = [];
  return {
    line: ({ cheaper, quantity }) => (cheaper ? cheaperLine(quantity) : line('mug', quantity)),
    expected: (sale, entryId, atMs) => expectedFaults(sale, entryId, roles, atMs),
    change: async (context, storeId, next) => {
      if (next.do === 'give') {
        const fromMs = context.nowMs() + 1;
        roles.push({ who: next.who, role: next.role, fromMs, untilMs: null });
        await giveRole(context, storeId, next.who, next.role, { fromMs });
        return;
      }
      const untilMs = await endRoles(context, storeId, next.who);
      for (const held of roles) if (held.who === next.who) held.untilMs ??= Math.max(held.fromMs, untilMs);
    },
  };
}

test('[P1] [P2] [A1] roles change between entry and posting: raised is what the history says, again and in any order', () =>
  world.holds(storiesOf(step), telling));
