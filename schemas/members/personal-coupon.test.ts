import fc from 'fast-check';
import { expect, test } from 'vitest';
import { couponOffers, type HeldCoupon, type OfferFacts } from './personal-coupon.ts';

const saves: Record<string, number> = { small: 100, large: 500, none: 0, same: 500 };
const facts: OfferFacts = {
  ...{ nowMs: 10, dueMinor: 2_000, isUsed: () => false, isOver: () => false },
  dueWith: (couponId) => 2_000 - (saves[couponId.split('/')[0] ?? ''] ?? 0),
};
const held = (couponId: string, untilMs = 100): HeldCoupon => ({ couponId, untilMs });
const idsOf = (coupons: readonly HeldCoupon[], more: Partial<OfferFacts> = {}) =>
  couponOffers(coupons, { ...facts, ...more }).map(({ couponId }) => couponId);

test('[CP7] the most first; what takes nothing off, has ended or cannot be sold is not offered', () => {
  const coupons = [held('small/1'), held('none/1'), held('large/1'), held('same/1', 50), held('gone/1', 10)];
  expect(idsOf(coupons)).toEqual(['same/1', 'large/1', 'small/1']);
  expect(idsOf(coupons, { dueWith: () => null })).toEqual([]);
  expect(couponOffers([held('large/1')], facts)[0]).toMatchObject({ savingMinor: 500, promotionId: 'large' });
});

test('[CP7] of one campaign the one that ends first; one that was used gives way to the next', () => {
  const coupons = [held('large/2', 90), held('large/1', 80)];
  expect(idsOf(coupons)).toEqual(['large/1']);
  expect(idsOf(coupons, { isUsed: (couponId) => couponId === 'large/1' })).toEqual(['large/2']);
  expect(idsOf(coupons, { isOver: () => true })).toEqual([]);
});

test('[CP7] whatever is held, offers save something, are in order and come one a campaign', () => {
  const coupon = fc.record({
    couponId: fc.stringMatching(/^[a-z]{4,6}\/[1-9][0-9a-z]{0,3}$/),
    untilMs: fc.integer({ min: 0, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(coupon), fc.func(fc.integer({ min: -50, max: 3_000 })), (coupons, dueWith) => {
      const offers = couponOffers(coupons, { ...facts, dueWith });
      expect(offers.every(({ savingMinor, untilMs }) => savingMinor > 0 && untilMs > 10)).toBe(true);
      const savings = offers.map(({ savingMinor }) => savingMinor);
      expect(savings).toEqual(savings.toSorted((a, b) => b - a));
      expect(new Set(offers.map(({ promotionId }) => promotionId)).size).toBe(offers.length);
    }),
  );
});
