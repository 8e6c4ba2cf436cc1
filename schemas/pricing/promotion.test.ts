import fc from 'fast-check';
import { expect, test } from 'vitest';
import { couponOf, timesOpen } from './conditions.ts';
import { type Promotion, promotionSchema } from './promotion.ts';
import { all, context, percentOff, promotion, skus } from './worked-examples/shorthand.ts';

const off = { kind: 'discount' as const, target: all, off: percentOff(10) };
const isOpen = (conditions: Partial<Promotion['conditions']>, given: Partial<typeof context> = {}) =>
  timesOpen(promotion('p', { ...off, conditions }), { ...context, ...given }) > 0;

test('[PR1] a promotion that makes no sense cannot be written', () => {
  const plain = promotion('p', off);
  const isPromotion = (given: object) => promotionSchema.safeParse({ ...plain, ...given }).success;
  expect(isPromotion({})).toBe(true);
  expect(isPromotion({ off: { kind: 'percentage', basisPoints: 10_001 } })).toBe(false);
  expect(isPromotion({ off: { kind: 'amount', amountMinor: 0 } })).toBe(false);
  expect(isPromotion({ limits: { perTicket: 0, perMember: null } })).toBe(false);
  const set = { kind: 'set', off: { kind: 'price', priceMinor: 1 } };
  const part = { target: all, pieces: 1 };
  expect(isPromotion({ ...set, parts: [part] })).toBe(true);
  expect(isPromotion({ ...set, parts: [] })).toBe(false);
  expect(isPromotion({ ...set, parts: Array.from({ length: 21 }, () => part) })).toBe(false);
  // Groups do not stack: a piece is in one.
  expect(isPromotion({ ...set, parts: [part], combination: 'stacking' })).toBe(false);
  expect(isPromotion({ kind: 'nth-item', nth: 1, basisPoints: 5_000 })).toBe(false);
  const window = { fromMinute: 60, untilMinute: 60 };
  expect(isPromotion({ conditions: { ...plain.conditions, timeWindows: [window] } })).toBe(false);
});

test('[PR2] every condition must be met', () => {
  expect(isOpen({})).toBe(true);
  expect(isOpen({ channels: ['online'] })).toBe(false);
  expect(isOpen({ storeIds: ['ancoats'] })).toBe(false);
  expect(isOpen({ members: { kind: 'tiers', tiers: ['gold'] } }, { memberTier: 'silver' })).toBe(false);
  expect(isOpen({ members: { kind: 'tiers', tiers: ['gold'] } }, { memberTier: 'gold' })).toBe(true);
  expect(isOpen({ couponIds: ['A'] }, { couponIds: ['B'] })).toBe(false);
  expect(isOpen({ validFromMs: context.atMs })).toBe(true);
  expect(isOpen({ validUntilMs: context.atMs })).toBe(false);
  expect(isOpen({ weekdays: [2, 3] })).toBe(false);
  expect(timesOpen(promotion('p', { ...off, currency: 'EUR' }), context)).toBe(0);
});

test('[PR2] a time window is half open, and past midnight it belongs to the day on which it began', () => {
  fc.assert(
    fc.property(
      fc.nat(1_439),
      fc.integer({ min: 1, max: 1_440 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(1_439),
      (fromMinute, untilMinute, weekday, localWeekday, localMinute) => {
        fc.pre(fromMinute !== untilMinute);
        const length = (untilMinute - fromMinute + 1_440) % 1_440 || 1_440;
        const sinceStart = ((localWeekday - weekday + 7) % 7) * 1_440 + localMinute - fromMinute;
        const expected =
          (sinceStart >= 0 && sinceStart < length) || (sinceStart + 10_080 >= 0 && sinceStart + 10_080 < length);
        const conditions = { weekdays: [weekday], timeWindows: [{ fromMinute, untilMinute }] };
        expect(isOpen(conditions, { localWeekday, localMinute })).toBe(expected);
      },
    ),
  );
});

test('[PR3] a limit for the member counts earlier tickets, and is nothing for somebody unknown', () => {
  const limited = promotion('p', { ...off, limits: { perTicket: 4, perMember: 5 } });
  expect(timesOpen(limited, { ...context, memberTier: 'gold' })).toBe(4);
  expect(timesOpen(limited, { ...context, memberTier: 'gold', usedByMember: { p: 3 } })).toBe(2);
  expect(timesOpen(limited, { ...context, memberTier: 'gold', usedByMember: { p: 9 } })).toBe(0);
  expect(timesOpen(limited, context)).toBe(0);
});

test('[PR2] the coupon that is used up is the first by code that opens the promotion', () => {
  const coupon = promotion('p', { ...off, conditions: { couponIds: ['B', 'A', 'C'] } });
  expect(couponOf(coupon, { ...context, couponIds: ['Z', 'C', 'B'] })).toBe('B');
  expect(couponOf(promotion('q', { ...off, target: skus('tea') }), context)).toBeNull();
});
