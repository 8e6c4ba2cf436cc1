import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolMemberAnswerSchema } from '#schemas/api/members.ts';
import { derivedRows, post } from '../journal/derived-rows.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { line, makeTill, saleBody, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { refreshStandings } from './refresh-standings.ts';

let chain: TestChain;
let till: TestTill;

beforeAll(async () => {
  chain = await TestChain.open();
  till = await makeTill(chain.context, 'store-b', 1);
  const tiers = {
    ...{ firstTier: 'silver', windowDays: 365, reviewDays: 365 },
    tiers: [{ tier: 'gold', spendMinor: 10_000, visits: null, points: null }],
  };
  expect(await chain.outcome('olga', 'stores/store-b/member-rules', { rules: { points: null, tiers } })).toBe('200');
});
afterAll(() => chain.close());

async function sell(memberId: string, memberTier: string, quantity = 1): Promise<string> {
  chain.nowMs += 60_000;
  till.orderedAtMs = Math.max(till.orderedAtMs, chain.nowMs);
  const sold = await till.next('retail-transaction', { ...saleBody([line('tea', quantity)]), memberId, memberTier });
  await post(chain.context, till, [sold]);
  return sold._id;
}
const raised = () =>
  chain.sql<{ entryId: string; subject: string }>(
    `select entry_id as "entryId", subject from exception where store_id = 'store-b' and code = 'tier-unfounded' order by 1`,
  );

test('[MT6] [P2] a tier that no till was told the member has is an exception; one of before is none; posted again it comes out the same', async () => {
  const [, answer] = await chain.ask('olga', 'stores/store-b/members', { name: 'Ann Claims' });
  const { memberId } = enrolMemberAnswerSchema.parse(answer);
  // Nothing was told yet: nothing is said.
  await sell(memberId, 'gold');
  await refreshStandings(chain.context);
  await sell(memberId, '');
  await sell(memberId, 'silver', 10);
  const claimed = await sell(memberId, 'gold');
  expect(await raised()).toEqual([{ entryId: claimed, subject: 'gold' }]);
  await refreshStandings(chain.context);
  // Gold by now, and a till without a line still sells by silver.
  await sell(memberId, 'gold');
  await sell(memberId, 'silver');
  expect(await raised()).toHaveLength(1);
  const before = await derivedRows(chain.context, 'store-b');
  await rebuildStore(chain.context, 'store-b');
  expect(await derivedRows(chain.context, 'store-b')).toEqual(before);
  expect(await raised()).toEqual([{ entryId: claimed, subject: 'gold' }]);
});
