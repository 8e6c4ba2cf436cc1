import { afterAll, beforeAll, expect, test } from 'vitest';
import { memberAttentionSchema, memberRulesAnswerSchema } from '#schemas/api/member-points.ts';
import { enrolMemberAnswerSchema, type MemberDetail, memberDetailSchema } from '#schemas/api/members.ts';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { refreshStandings } from '../members/refresh-standings.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const members = 'stores/store-a/members';
const memberRules = 'stores/store-a/member-rules';
const rules: MemberRules = {
  points: {
    ...{ minorPerPoint: 100, categories: [], promotions: [], tiers: [] },
    ...{ pendingDays: 0, expiryDays: null, offlineBurnPoints: 0 },
  },
  tiers: {
    ...{ firstTier: 'Blue', windowDays: 365, reviewDays: 365 },
    tiers: [{ tier: 'Gold', spendMinor: 5_000, visits: null, points: null }],
  },
};

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-b', 1);
});
afterAll(() => chain.close());

async function enrol(name: string): Promise<string> {
  return enrolMemberAnswerSchema.parse((await chain.ask('mia', members, { name }))[1]).memberId;
}
async function open(memberId: string): Promise<MemberDetail> {
  return memberDetailSchema.parse((await chain.ask('mia', `${members}/${memberId}`))[1]);
}
async function sell(memberId: string, quantity: number): Promise<void> {
  till.orderedAtMs = chain.nowMs;
  const sold = await till.next('retail-transaction', { ...saleBody([line('tea', quantity)]), memberId });
  await post(chain.context, till, [sold]);
}

test('[A1] rules are the chain’s: its owner sets them, a manager reads them, another chain has its own', async () => {
  expect(await chain.outcome('mia', memberRules, { rules })).toBe('403 forbidden');
  expect(await chain.outcome('olga', memberRules, { rules: { points: null } })).toBe('400 bad-request');
  expect(await chain.outcome('olga', memberRules, { rules })).toBe('200');
  const seen = async (who: string, store: string) =>
    memberRulesAnswerSchema.parse((await chain.ask(who, `stores/${store}/member-rules`))[1]);
  expect(await seen('cleo', 'store-a')).toMatchObject({ rules, currency: 'EUR' });
  expect(await seen('rob', 'store-r')).toMatchObject({ rules: { points: null, tiers: null }, sinceMs: null });
  const [{ after } = {}] = await chain.sql<{ after: MemberRules }>(
    "select after from audit_entry where action = 'member-rules-changed'",
  );
  expect(after).toEqual(rules);
});

test('[P2] rules hold from later than anything recorded; a store that is posted again comes out as it was', async () => {
  const memberId = await enrol('Ottilie Brand');
  await sell(memberId, 1);
  const dearer = { ...rules, points: rules.points && { ...rules.points, minorPerPoint: 1_250 } };
  expect(await chain.outcome('olga', memberRules, { rules: dearer })).toBe('200');
  // A minute later.
  chain.nowMs += 60_000;
  await sell(memberId, 1);
  const points = async () =>
    (
      await chain.sql<{ points: number }>('select points from points_step where member_id = $1 order by at_ms', [
        memberId,
      ])
    ).map((step) => step.points);
  expect(await points()).toEqual([12, 1]);
  await rebuildStore(chain.context, 'store-b');
  expect(await points()).toEqual([12, 1]);
  expect(await chain.outcome('olga', memberRules, { rules })).toBe('200');
  chain.nowMs += 60_000;
});

test('[MT3] the office sees points, tier, what is missing and the tickets of all stores at once', async () => {
  const memberId = await enrol('Wilhelmina Smith');
  expect((await open(memberId)).standing).toMatchObject({
    points: { available: 0, pending: 0, next: null },
    tier: { tier: 'Blue', missing: { tier: 'Gold', spendMinor: 5_000 } },
    ledger: [],
  });
  await sell(memberId, 3);
  const member = await open(memberId);
  expect(member.standing).toMatchObject({
    points: { available: 37 },
    tier: { tier: 'Blue', spendMinor: 3_750, visits: 1, missing: { spendMinor: 1_250 } },
    ledger: [{ kind: 'earned', points: 37, storeId: 'store-b' }],
  });
  expect(member.tickets).toMatchObject([{ storeId: 'store-b', totalMinor: 3_750 }]);
  expect(member.purchases).toMatchObject([{ tickets: 1, totalMinor: 3_750 }]);
});

test('[MB13] points are given and taken by a manager with a reason; who is below zero is looked at', async () => {
  const memberId = await enrol('Sigismund Vale');
  const adjust = `${members}/${memberId}/points`;
  expect(await chain.outcome('cleo', adjust, { points: 5, reason: 'Sorry' })).toBe('403 forbidden');
  for (const bad of [
    { points: 0, reason: 'x' },
    { points: 5, reason: '' },
    { points: 1.5, reason: 'x' },
  ]) {
    expect(await chain.outcome('mia', adjust, bad)).toBe('400 bad-request');
  }
  expect(await chain.outcome('mia', `${members}/nobody/points`, { points: 5, reason: 'x' })).toBe('404 not-found');
  expect(await chain.outcome('mia', adjust, { points: 5, reason: 'Sorry' })).toBe('200');
  expect(await chain.outcome('mia', adjust, { points: -8, reason: 'Mistake' })).toBe('200');
  await sell('nobody-enrolled', 1);
  await refreshStandings(chain.context);
  expect((await open(memberId)).standing.points?.available).toBe(-3);
  const attention = memberAttentionSchema.parse((await chain.ask('mia', `${memberRules}/attention`))[1]);
  expect(attention.members).toEqual([
    { memberId, name: 'S••• V•••', why: 'below-zero', points: -3 },
    { memberId: 'nobody-enrolled', name: null, why: 'unknown', points: 12 },
  ]);
  expect(await chain.outcome('cleo', `${memberRules}/attention`)).toBe('403 forbidden');
  const [row] = await chain.sql<{ points: number; tier: string }>(
    "select points, tier from member where store_id = 'store-a' and member_id = $1",
    [memberId],
  );
  expect(row).toEqual({ points: -3, tier: 'Blue' });
});
