import { expect, test } from 'vitest';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { rulesFormOf, rulesOfForm } from './member-rules-form.ts';

const rules: MemberRules = {
  points: {
    ...{ minorPerPoint: 50, pendingDays: 14, expiryDays: null, offlineBurnPoints: 500 },
    burn: { stepPoints: 100, stepMinor: 50, leastPoints: 300, mostShareBasisPoints: 5_050 },
    categories: [{ categoryId: 'books', multiplier: 50 }],
    promotions: [{ promotionId: 'triple', multiplier: 300 }],
    tiers: [{ tier: 'Gold', multiplier: 150 }],
  },
  tiers: {
    ...{ firstTier: 'Silver', windowDays: 365, reviewDays: 180 },
    tiers: [{ tier: 'Gold', spendMinor: 50_000, visits: 20, points: null }],
  },
};

test('rules come out of the form as they went in, and none of them stay none', () => {
  expect(rulesOfForm(rulesFormOf(rules, 'GBP'), 'GBP')).toEqual(rules);
  const none = { points: null, tiers: null };
  expect(rulesOfForm(rulesFormOf(none, 'JPY'), 'JPY')).toEqual(none);
});

test('what makes no sense is no rule: no amount, a tier without a demand, two tiers of one name', () => {
  const form = rulesFormOf(rules, 'GBP');
  const gold = form.tiers[0];
  if (gold === undefined) throw new Error('there is a tier');
  for (const over of [
    { perPoint: '' },
    { perPoint: '0' },
    { pendingDays: '-1' },
    { expiryDays: 'never' },
    { burnStep: '0' },
    { burnWorth: '' },
    { burnLeast: '-1' },
    { burnShare: '101' },
    { firstTier: '' },
    { tiers: [{ ...gold, spend: '', visits: '' }] },
    { tiers: [gold, gold] },
    { tiers: [{ ...gold, tier: 'Silver' }] },
    { categories: [{ id: 'books', times: 'twice' }] },
  ]) {
    expect(rulesOfForm({ ...form, ...over }, 'GBP')).toBeNull();
  }
});
