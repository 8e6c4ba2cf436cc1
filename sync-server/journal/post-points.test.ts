import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { type PointsRules, pointsAt } from '#schemas/members/points.ts';
import { pointsStepOf } from '#schemas/members/points-ledger.ts';
import { returnTicket } from '#schemas/returns/arbitrary-receipts.ts';
import { foldReceipt } from '#schemas/returns/fold-receipt.ts';
import { voidOf } from '#schemas/returns/post-void.ts';
import { returnLines } from '#schemas/returns/return-lines.ts';
import { plainTender, type RetailTransaction } from '#schemas/transaction/retail-transaction.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { addStore } from '../feed/feed-test-shop.ts';
import { refreshStandings } from '../members/refresh-standings.ts';
import { readSteps } from '../members/standing.ts';
import { derivedRows, post } from './derived-rows.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeTill, openTestContext, saleBody, type TestTill, testNowMs } from './test-journal.ts';
import { giveRole } from './test-staff.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;
let chains = 0;

beforeAll(async () => {
  const made = await createTestDatabase();
  drop = made.drop;
  context = openTestContext(made.url);
});
afterAll(async () => {
  await context.close();
  await drop();
});

const dayMs = 86_400_000;
const points: PointsRules = {
  ...{ minorPerPoint: 100, categories: [], promotions: [], tiers: [{ tier: 'gold', multiplier: 200 }] },
  ...{ pendingDays: 0, expiryDays: null, offlineBurnPoints: 500 },
  burn: { stepPoints: 10, stepMinor: 100, leastPoints: 0, mostShareBasisPoints: 10_000 },
};
const asked = { visits: null, points: null };
const rules: MemberRules = {
  points,
  tiers: {
    ...{ firstTier: 'silver', windowDays: 365, reviewDays: 365 },
    tiers: [{ tier: 'gold', spendMinor: 5_000, ...asked }],
  },
};

type Chain = { merchantId: string; tills: [TestTill, TestTill] };

async function newChain(over: MemberRules = rules): Promise<Chain> {
  chains += 1;
  const merchantId = `points-${chains}`;
  const tills: TestTill[] = [];
  for (const storeId of [`west-${chains}`, `east-${chains}`]) {
    await addStore(context, merchantId, storeId);
    await giveRole(context, storeId, 'amy', 'store-manager');
    tills.push(await makeTill(context, storeId, 1));
    for (const memberId of ['ann', 'bob']) {
      await sql(`insert into member (store_id, member_id, name, code, tier, revision) values ($1, $2, $2, $2, '', 0)`, [
        storeId,
        memberId,
      ]);
    }
  }
  await setRules(merchantId, over, 0);
  const [west, east] = tills;
  if (!west || !east) throw new Error('a chain has two tills');
  return { merchantId, tills: [west, east] };
}
async function sql(text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await context.database.pool.query(text, values)).rows;
}
const setRules = (merchantId: string, over: MemberRules, fromMs: number) =>
  sql('insert into member_rules (merchant_id, from_ms, rules) values ($1, $2, $3)', [
    merchantId,
    fromMs,
    JSON.stringify(over),
  ]);
const sale = (till: TestTill, memberId: string | null, quantity: number, memberTier: string | null = null) =>
  till.next('retail-transaction', { ...saleBody([line('tea', quantity), line('jam')]), memberId, memberTier });
/** Points pay part of it, the rest is cash. */
function paidByPoints(till: TestTill, memberId: string, points: number, worthMinor = points * 10): Promise<Entry> {
  const body = saleBody([line('tea', 4)]);
  const cash = plainTender('cash', body.totalMinor - worthMinor);
  const byPoints = { ...plainTender('points', worthMinor), reference: memberId, points };
  return till.next('retail-transaction', { ...body, memberId, tenders: [byPoints, cash] });
}
function back(till: TestTill, sold: Entry, quantity: number): Promise<Entry> {
  const body = sold.body as RetailTransaction;
  const wish = { lineNumber: 1, quantity, condition: 'good', placeId: 'floor', note: null } as const;
  const made = returnLines({ entryId: sold._id, body }, foldReceipt('', null, []), [wish], 1);
  if (!made.ok) throw new Error(made.error.code);
  const ticket = { ...returnTicket(body, made.value.lines), transactionId: randomUUID(), memberId: null };
  return till.next('retail-transaction', ticket);
}
function voided(till: TestTill, sold: Entry): Promise<Entry> {
  const body = sold.body as RetailTransaction;
  const request = { entryId: sold._id, reason: 'Wrong', transactionId: randomUUID(), openedAtMs: 0, approvals: [] };
  const made = voidOf(body, { ...request, businessDay: body.businessDay });
  if (!made.ok) throw new Error(made.error.code);
  return till.next('retail-transaction', made.value);
}
const merge = (till: TestTill) =>
  till.next('members-merged', { memberId: 'ann', otherId: 'bob', note: '', approvals: [] });
async function rowOf(till: TestTill, memberId: string) {
  const [row] = await sql('select tier, points from member where store_id = $1 and member_id = $2', [
    till.storeId,
    memberId,
  ]);
  return row;
}
async function ledger(till: TestTill): Promise<unknown[][]> {
  const rows = await sql(
    'select entry_id, step_number, points, spend_minor, visits from points_step where store_id = $1 order by 1, 2',
    [till.storeId],
  );
  return rows.map((row) => Object.values(row));
}

test('[MP1] [MP2] a sale earns line by line; what comes back takes back what it earned, a voided return gives it again', async () => {
  const { tills } = await newChain();
  const [till, other] = tills;
  const sold = await sale(till, 'ann', 3);
  const returned = await back(till, sold, 2);
  await post(context, till, [sold, returned]);
  const earned = [
    [sold._id, 1, 37, 3_750, 1],
    [sold._id, 2, 13, 1_250, 0],
  ];
  expect(await ledger(till)).toEqual([...earned, [returned._id, 1, -24, -2_500, 0]]);
  await refreshStandings(context);
  // Both stores that hold her, although one alone sold.
  for (const one of [till, other]) expect(await rowOf(one, 'ann')).toEqual({ tier: 'gold', points: 26 });
  const undone = await voided(till, returned);
  await post(context, till, [undone]);
  expect((await ledger(till)).at(-1)).toEqual([undone._id, 1, 24, 2_500, 0]);
  await post(context, till, [await voided(till, sold)]);
  await refreshStandings(context);
  expect(await rowOf(other, 'ann')).toEqual({ tier: 'gold', points: 0 });
});

test('[MP2] rules that change between sale and return, or while a till is offline, are those of the sale', async () => {
  const { merchantId, tills } = await newChain();
  const [till] = tills;
  const sold = await sale(till, 'ann', 1);
  await setRules(merchantId, { ...rules, points: { ...points, minorPerPoint: 10 } }, till.orderedAtMs + 1);
  till.orderedAtMs += 10;
  await post(context, till, [sold, await back(till, sold, 1), await sale(till, 'ann', 1, 'gold')]);
  expect((await ledger(till)).map(([, , given]) => given)).toEqual([12, 13, -12, 250, 250]);
});

test('[MT1] [MB11] spend in both stores reaches a tier at once, a return leaves it, and merged ids count as one', async () => {
  const { tills } = await newChain();
  const [west, east] = tills;
  await post(context, west, [await sale(west, 'ann', 1)]);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toMatchObject({ tier: 'silver' });
  await post(context, east, [await sale(east, 'ann', 1)]);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toEqual({ tier: 'gold', points: 50 });
  const byBob = await sale(west, 'bob', 1);
  await post(context, west, [byBob, await back(west, byBob, 1), await merge(west)]);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toEqual({ tier: 'gold', points: 63 });
});

test('[MB11] merged while an offline till sells to the old one: the sale keeps the id that it was sold to, and counts for who goes on', async () => {
  const { tills } = await newChain();
  const [west, east] = tills;
  const offline = [await sale(east, 'bob', 1), await sale(east, 'bob', 1)];
  await post(context, west, [await sale(west, 'ann', 1), await merge(west)]);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toEqual({ tier: 'silver', points: 25 });
  await post(context, east, offline);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toEqual({ tier: 'gold', points: 75 });
  const sold = 'select member_id as "soldTo" from retail_transaction where store_id = $1';
  expect(await sql(sold, [east.storeId])).toEqual([{ soldTo: 'bob' }, { soldTo: 'bob' }]);
  expect(await sql('select code from exception where store_id = any($1)', [[west.storeId, east.storeId]])).toEqual([]);
});

test('[MB12] erased while entries of an offline till wait: the sale is posted, and is nobody’s', async () => {
  const { merchantId, tills } = await newChain();
  const [west, east] = tills;
  const offline = await sale(east, 'ann', 1);
  await post(context, west, [await west.next('member-erased', { memberId: 'ann', approvals: [] })]);
  await refreshStandings(context);
  await post(context, east, [offline]);
  await refreshStandings(context);
  expect(
    await sql('select total_minor as minor from retail_transaction where store_id = $1', [east.storeId]),
  ).toHaveLength(1);
  expect(await sql('select code from exception where store_id = $1', [east.storeId])).toEqual([]);
  expect(
    await sql('select 1 from member_profile where merchant_id = $1 and member_id = $2', [merchantId, 'ann']),
  ).toEqual([]);
  const standing = 'select due_at_ms as due, available from member_standing where merchant_id = $1 and member_id = $2';
  expect(await sql(standing, [merchantId, 'ann'])).toEqual([{ due: null, available: null }]);
});

test('[MT4] who came by an import keeps the tier of before until they reach a higher one', async () => {
  const { merchantId, tills } = await newChain({ ...rules, tiers: null });
  const [till] = tills;
  await sql("update member set tier = 'gold' where store_id = $1 and member_id = 'bob'", [till.storeId]);
  await post(context, till, [await sale(till, 'bob', 1)]);
  await refreshStandings(context);
  expect(await rowOf(till, 'bob')).toEqual({ tier: 'gold', points: 25 });
  const platinum = { tier: 'platinum', spendMinor: 6_000, ...asked };
  const tiers = { ...rules.tiers, firstTier: 'silver', windowDays: 365, reviewDays: 365 };
  await setRules(merchantId, { points, tiers: { ...tiers, tiers: [...(rules.tiers?.tiers ?? []), platinum] } }, 1);
  await post(context, till, [await sale(till, 'bob', 1), await sale(till, 'ann', 1)]);
  await refreshStandings(context);
  expect([await rowOf(till, 'bob'), await rowOf(till, 'ann')]).toMatchObject([{ tier: 'gold' }, { tier: 'silver' }]);
  await post(context, till, [await sale(till, 'bob', 1)]);
  await refreshStandings(context);
  expect(await rowOf(till, 'bob')).toMatchObject({ tier: 'platinum' });
});

test('[MB13] more given back than is left is below zero and no lost sale; what is taken by hand has a reason', async () => {
  const { tills } = await newChain();
  const [till] = tills;
  const sold = await sale(till, 'ann', 1);
  const taken = { memberId: 'ann', points: -20, reason: 'Paid out at the desk', approvals: [] };
  await post(context, till, [sold, await till.next('points-adjusted', taken), await back(till, sold, 1)]);
  await refreshStandings(context);
  expect(await rowOf(till, 'ann')).toMatchObject({ points: -7 });
  expect(await sql('select code from exception where store_id = $1', [till.storeId])).toEqual([]);
});

test('[MP6] [MP7] [MP8] points that paid are taken at once and come back with a void; two offline tills may take them twice', async () => {
  const { tills } = await newChain();
  const [west, east] = tills;
  await post(context, west, [await sale(west, 'ann', 3)]);
  const [first, second] = [await paidByPoints(west, 'ann', 50), await paidByPoints(east, 'ann', 50)];
  // 50 earned; of 50.00 points paid 5.00 twice.
  await post(context, east, [second]);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toMatchObject({ points: 50 - 50 + 45 });
  const none = [await paidByPoints(west, 'ann', 50), await paidByPoints(west, 'ann', 50)];
  await post(context, west, [first, ...none]);
  await refreshStandings(context);
  expect(await rowOf(east, 'ann')).toMatchObject({ points: 50 + 4 * -5 });
  await post(context, west, [await voided(west, first)]);
  await refreshStandings(context);
  expect(await rowOf(west, 'ann')).toMatchObject({ points: 35 });
  const excepted = () => sql('select code, subject from exception where store_id = $1', [west.storeId]);
  expect(await excepted()).toEqual([]);
  await post(context, west, [await paidByPoints(west, 'ann', 1, 4_000)]);
  expect(await excepted()).toEqual([{ code: 'points-misvalued', subject: 'points 1' }]);
  await post(context, west, [await paidByPoints(west, 'bob', 100), await paidByPoints(west, 'bob', 100)]);
  await refreshStandings(context);
  // Below zero, and no lost sale.
  expect(await rowOf(west, 'bob')).toMatchObject({ points: -120 });
});

test('[MP3] points wait, come, and expire by themselves: the row of the tills follows', async () => {
  const waiting = { ...rules, points: { ...points, pendingDays: 1, expiryDays: 10 } };
  const { merchantId, tills } = await newChain(waiting);
  const [till] = tills;
  await post(context, till, [await sale(till, 'ann', 1)]);
  const after = async (days: number) => {
    const later = { ...context, nowMs: () => testNowMs + days * dayMs };
    await refreshStandings(later);
    return (await rowOf(till, 'ann'))?.points;
  };
  expect([await after(0), await after(2), await after(11)]).toEqual([0, 25, 0]);
  expect(await sql('select due_at_ms from member_standing where merchant_id = $1', [merchantId])).toEqual([
    { due_at_ms: null },
  ]);
});

type Act = {
  what: 'sale' | 'back' | 'void' | 'merge' | 'adjust' | 'spend';
  isWest: boolean;
  who: string;
  pieces: number;
};
const acts = fc.array(
  fc.record<Act>({
    what: fc.constantFrom('sale', 'sale', 'back', 'back', 'void', 'merge', 'adjust', 'spend'),
    isWest: fc.boolean(),
    who: fc.constantFrom('ann', 'bob'),
    pieces: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 2, maxLength: 10 },
);

async function entryOf(till: TestTill, { what, who, pieces }: Act, before: readonly Entry[]): Promise<Entry | null> {
  if (what === 'sale') return sale(till, who, pieces, pieces > 2 ? 'gold' : null);
  if (what === 'spend') return paidByPoints(till, who, pieces * 10);
  if (what === 'merge') return merge(till);
  const adjusted = { memberId: who, points: pieces - 5, reason: 'By hand', approvals: [] };
  if (what === 'adjust') return till.next('points-adjusted', adjusted);
  const tickets = before.filter(({ kind }) => kind === 'retail-transaction');
  const named = tickets.at(pieces % Math.max(1, tickets.length));
  if (named === undefined) return null;
  const { voids, lines } = named.body as RetailTransaction;
  if (what === 'void') return voids === null ? voided(till, named) : null;
  const isSale = lines.every(({ returned }) => returned === null) && voids === null;
  return isSale ? back(till, named, 1) : null;
}

test('[P1] [P2] [MP3] ledger, balance and tier are the same in any order and posted again, and the ledger sums to the balance', async () => {
  await fc.assert(
    fc.asyncProperty(acts, fc.boolean(), async (plan, isTurned) => {
      const seen: unknown[] = [];
      for (const turned of [false, isTurned]) {
        const { merchantId, tills } = await newChain();
        const written: Entry[][] = [[], []];
        for (const act of plan) {
          const at = act.isWest ? 0 : 1;
          tills[at].orderedAtMs = Math.max(tills[0].orderedAtMs, tills[1].orderedAtMs);
          const entry = await entryOf(tills[at], act, written[at] ?? []);
          if (entry !== null) written[at]?.push(entry);
        }
        for (const at of turned ? ([1, 0] as const) : ([0, 1] as const)) {
          const entries = turned ? (written[at] ?? []).toReversed() : (written[at] ?? []);
          for (const entry of entries) await post(context, tills[at], [entry]);
        }
        await refreshStandings(context);
        const after = await standings(merchantId, tills);
        const before = await derivedRows(context, tills[0].storeId);
        await rebuildStore(context, tills[0].storeId);
        await refreshStandings(context);
        expect(await derivedRows(context, tills[0].storeId)).toEqual(before);
        expect(await standings(merchantId, tills)).toEqual(after);
        await expectSums(merchantId);
        seen.push(after);
      }
      expect(seen[1]).toEqual(seen[0]);
    }),
    { numRuns: Number(process.env.POINTS_RUNS ?? 12) },
  );
});

async function standings(merchantId: string, tills: readonly TestTill[]) {
  return {
    ledgers: await Promise.all(tills.map(ledger)),
    standings: await sql(
      'select member_id, tier, available, due_at_ms from member_standing where merchant_id = $1 and available is not null order by 1',
      [merchantId],
    ),
  };
}

/** Balances as kept, against all steps: without expiry and waiting they are their sum. */
async function expectSums(merchantId: string): Promise<void> {
  const steps = [...(await readSteps(context.database.pool, merchantId, ['ann', 'bob'])).values()].flat();
  const kept = await sql('select sum(available)::int8 as total from member_standing where merchant_id = $1', [
    merchantId,
  ]);
  const sum = steps.reduce((total, step) => total + step.points, 0);
  expect(kept).toEqual([{ total: steps.length === 0 ? (kept[0]?.total ?? null) : sum }]);
  expect(pointsAt(steps.map(pointsStepOf), testNowMs).available).toBe(sum);
  // [MP2] Of no sale comes back more than it gave.
  const overdrawn = await sql(
    `select 1 from points_step e join (select store_id, lot_entry_id, lot_number, sum(points) as back, sum(spend_minor) as spend,
                                              sum(visits) as visits
                                         from points_step where merchant_id = $1 and lot_entry_id is not null group by 1, 2, 3) b
         on b.store_id = e.store_id and b.lot_entry_id = e.entry_id and b.lot_number = e.step_number
      where e.merchant_id = $1 and (e.points + b.back < 0 or e.spend_minor + b.spend < 0 or e.visits + b.visits < 0
                                    or b.back > 0)`,
    [merchantId],
  );
  expect(overdrawn).toEqual([]);
}
