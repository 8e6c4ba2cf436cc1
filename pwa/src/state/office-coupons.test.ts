import { expect, test } from 'vitest';
import { makeCampaignSchema } from '#schemas/api/coupons.ts';
import { campaignOf, countOf, emptyCampaign } from './office-coupons.ts';

const facts = { currency: 'GBP', nowMs: 1_700_000_000_123, mark: 'k3' };
const typed = { ...emptyCampaign, name: 'Spring, 春 2027!' };

test('a campaign as it is typed: a name in any script, percent or amount, from now on', () => {
  const campaign = campaignOf(typed, facts);
  expect(makeCampaignSchema.parse(campaign)).toEqual(campaign);
  expect(campaign).toMatchObject({ campaignId: 'spring2027-k3', off: { kind: 'percentage', basisPoints: 1_000 } });
  expect(campaignOf({ ...typed, name: '春节' }, facts)?.campaignId).toBe('coupon-k3');
  expect(campaignOf({ ...typed, isPercent: false, off: '2,50' }, facts)?.off).toEqual({
    ...{ kind: 'amount', amountMinor: 250 },
  });
});

test('what makes no sense is no campaign, and no number of codes', () => {
  for (const over of [{ name: ' ' }, { off: '0' }, { off: '101' }, { off: 'x' }, { spend: '0' }, { days: '0' }]) {
    expect(campaignOf({ ...typed, ...over }, facts)).toBeNull();
  }
  expect([countOf('1000000'), countOf('0'), countOf('1000001'), countOf('1e3')]).toEqual([
    1_000_000,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});
