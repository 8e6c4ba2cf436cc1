import { z } from 'zod';
import { campaignCodeOf } from '../pricing/coupon-id.ts';
import { key } from '../text.ts';

/** [CP6] To whom a campaign gives coupons by itself; to whoever a segment names, the office gives them by hand. */
export const grantRuleSchema = z.discriminatedUnion('kind', [
  /** All who are enrolled, and whoever enrols while it runs: a welcome. */
  z.object({ kind: z.literal('everyone') }),
  /** Whoever comes to that tier while it runs. */
  z.object({ kind: z.literal('tier'), tier: z.string().min(1).max(30) }),
  /** In the month of their birthday. */
  z.object({ kind: z.literal('birthday') }),
]);
export type GrantRule = z.infer<typeof grantRuleSchema>;

/** More are not held for one member: the soonest to end are. */
export const mostHeldCoupons = 20;

/** A coupon that a member has and has not used, in the member's row [CP7]. */
export const heldCouponSchema = z.object({ couponId: key(40), untilMs: z.number().int().min(0) });
export type HeldCoupon = z.infer<typeof heldCouponSchema>;

export type CouponOffer = { couponId: string; promotionId: string; savingMinor: number; untilMs: number };

/**
 * [CP7] What each coupon takes off this basket, by the function that prices it, the most first; those that take nothing off are left out.
 * Of one campaign only the one that ends first is offered. `dueWith`: what the basket costs with the coupon on top of those that it has;
 * null: it cannot be sold.
 */
export function couponOffers(
  held: readonly HeldCoupon[],
  { nowMs, isUsed, isOver, dueMinor, dueWith }: OfferFacts,
): CouponOffer[] {
  const offers = new Map<string, CouponOffer>();
  const soonestFirst = held.toSorted((a, b) => a.untilMs - b.untilMs || (a.couponId < b.couponId ? -1 : 1));
  for (const { couponId, untilMs } of soonestFirst) {
    const campaignId = campaignCodeOf(couponId)?.campaignId;
    if (campaignId === undefined || untilMs <= nowMs || offers.has(campaignId)) continue;
    if (isUsed(couponId) || isOver(campaignId)) continue;
    const withMinor = dueWith(couponId);
    if (withMinor === null || withMinor >= dueMinor) continue;
    offers.set(campaignId, { couponId, promotionId: campaignId, savingMinor: dueMinor - withMinor, untilMs });
  }
  // A stable sort: of those that save the same the one that ends first comes first.
  return [...offers.values()].toSorted((a, b) => b.savingMinor - a.savingMinor);
}

export type OfferFacts = {
  nowMs: number;
  /** By a ticket that is held here, or on the basket already. */
  isUsed: (couponId: string) => boolean;
  /** Its budget is used up. */
  isOver: (campaignId: string) => boolean;
  dueMinor: number;
  dueWith: (couponId: string) => number | null;
};
