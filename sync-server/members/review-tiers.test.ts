import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { createTestDatabase } from '../db/test-database.ts';
import { addStore } from '../feed/feed-test-shop.ts';
import { openTestContext } from '../journal/test-journal.ts';
import { refreshStandings } from './refresh-standings.ts';
import { reviewTiers } from './review-tiers.ts';
import { readPersons, readSteps, standingOf } from './standing.ts';

let context: ReturnType<typeof openTestContext>;
let drop: () => Promise<void>;

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
const rules: MemberRules = {
  points: null,
  tiers: {
    ...{ firstTier: 'none', windowDays: 50, reviewDays: 30 },
    tiers: [
      { tier: 'silver', spendMinor: 100, visits: 4, points: null },
      { tier: 'gold', spendMinor: 300, visits: null, points: 50 },
    ],
  },
};
type Sale = { day: number; spendMinor: number; points: number };
const histories = fc.array(
  fc.array(fc.record<Sale>({ day: fc.nat(100), spendMinor: fc.nat(200), points: fc.nat(30) }), { maxLength: 6 }),
  { minLength: 1, maxLength: 8 },
);
let chains = 0;

async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await context.database.pool.query(text, values)).rows;
}

test('[MT2] the review of all by one sum says what the history of each says, on whatever night it is made', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (people) => {
      chains += 1;
      const merchantId = `review-${chains}`;
      await addStore(context, merchantId, merchantId);
      await sql('insert into member_rules values ($1, 0, $2)', [merchantId, JSON.stringify(rules)]);
      for (const [at, sales] of people.entries()) await enrol(merchantId, `member-${at}`, sales);
      let kept = 0;
      for (let day = 0; day <= 130; day += 10) {
        const later = { ...context, nowMs: () => day * dayMs };
        await sql(
          `update member_standing s set due_at_ms = 0, marks = marks + 1 where merchant_id = $1 and exists
             (select from points_step p where p.member_id = s.member_id and p.merchant_id = $1 and at_ms > $2 and at_ms <= $3)`,
          [merchantId, (day - 10) * dayMs, day * dayMs],
        );
        kept += await reviewTiers(later);
        await refreshStandings(later);
        await expectAsHistory(merchantId, people.length, day * dayMs);
      }
      expect(kept).toBeGreaterThan(0);
    }),
    { numRuns: Number(process.env.POINTS_RUNS ?? 10) },
  );
});

async function enrol(merchantId: string, memberId: string, sales: readonly Sale[]): Promise<void> {
  const member = { memberId, memberIds: [memberId], state: 'enrolled', enrolledAtMs: 0, person: {}, consents: {} };
  await sql(
    `insert into member_account (merchant_id, member_id, survivor_id, state, member) values ($1, $2, $2, 'enrolled', $3)`,
    [merchantId, memberId, JSON.stringify(member)],
  );
  await sql('insert into member_standing (merchant_id, member_id, due_at_ms) values ($1, $2, 0)', [
    merchantId,
    memberId,
  ]);
  for (const [at, { day, spendMinor, points }] of sales.entries()) {
    await sql(
      `insert into points_step (merchant_id, member_id, store_id, entry_id, step_number, kind, at_ms, spend_minor, visits, points,
                                available_at_ms) values ($1, $2, $1, $3, 1, 'earned', $4, $5, 1, $6, $4)`,
      [merchantId, memberId, `0001-${String(at).padStart(9, '0')}`, day * dayMs, spendMinor, points],
    );
  }
}

async function expectAsHistory(merchantId: string, count: number, nowMs: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, at) => `member-${at}`);
  const persons = await readPersons(context.database.pool, merchantId, ids);
  const steps = await readSteps(context.database.pool, merchantId, ids);
  const expected = ids.map((memberId) => {
    const person = persons.get(memberId);
    if (person === undefined) throw new Error('everybody is somebody');
    const { tier } = standingOf(person, steps.get(memberId) ?? [], rules, nowMs);
    return { memberId, tier: tier?.tier, nextReviewAtMs: tier?.nextReviewAtMs };
  });
  const kept = await sql(
    `select member_id as "memberId", tier, next_review_at_ms as "nextReviewAtMs" from member_standing
      where merchant_id = $1 order by length(member_id), member_id`,
    [merchantId],
  );
  expect(kept).toEqual(expected);
}
