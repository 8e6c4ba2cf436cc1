import { expect, test } from 'vitest';
import type { TierRules } from '#schemas/members/tiers.ts';
import { standingOf } from './standing.ts';

const tiers: TierRules = {
  ...{ firstTier: 'Friend', windowDays: 365, reviewDays: 365 },
  tiers: [
    { tier: 'Silver', spendMinor: 100, visits: null, points: null },
    { tier: 'Gold', spendMinor: 500, visits: null, points: null },
  ],
};
const spent = (spendMinor: number) => ({
  ...{
    storeId: 's',
    entryId: '0001-000000001',
    stepNumber: 1,
    memberId: 'a',
    kind: 'earned' as const,
    atMs: 50,
    spendMinor,
  },
  ...{ visits: 1, points: 0, availableAtMs: 50, expiresAtMs: null, lotEntryId: null, lotNumber: null },
});
const tierOf = (enrolledAtMs: number | null, baseTier: string, spendMinor = 0) =>
  standingOf(
    { memberId: 'a', memberIds: ['a'], enrolledAtMs, baseTier, member: null },
    spendMinor === 0 ? [] : [spent(spendMinor)],
    { points: null, tiers },
    100,
  ).tier?.tier;

test('[MT4] what an import gave stays, also when they became one with somebody who was enrolled here', () => {
  for (const enrolledAtMs of [null, 10]) {
    expect(tierOf(enrolledAtMs, 'Gold')).toBe('Gold');
    expect(tierOf(enrolledAtMs, 'Silver', 600)).toBe('Gold');
    // A tier of before that the rules do not name.
    expect(tierOf(enrolledAtMs, 'gold')).toBe('gold');
    expect(tierOf(enrolledAtMs, 'gold', 600)).toBe('Gold');
    expect(tierOf(enrolledAtMs, '')).toBe('Friend');
  }
});
