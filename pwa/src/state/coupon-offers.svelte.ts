import { type CouponOffer, couponOffers } from '#schemas/members/personal-coupon.ts';
import type { MemberRow } from '#schemas/rows/rows.ts';
import type { Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { heldTickets } from './held-receipts.ts';
import type { Pricing } from './pricing.svelte.ts';

export type CouponOffersOptions = {
  basket: Basket;
  pricing: Pricing;
  till: () => Till | null;
  /** The basket's member as this till holds them. */
  known: () => MemberRow | null;
  /** [MB4] They showed a code, or a right allows more. */
  mayTake: () => boolean;
};

const noneUsed: ReadonlySet<string> = new Set();

/** What the member's coupons would take off the open basket (schemas/members/SPEC.md, CP7). Nobody is asked: it works without a line. */
export class CouponOffers {
  readonly #options: CouponOffersOptions;
  /** Used by tickets held here that the server may not have posted; of this member alone. */
  #used = $state.raw<{ memberId: string; couponIds: ReadonlySet<string> } | null>(null);
  #offers = $derived.by((): CouponOffer[] => this.#reckoned());

  constructor(options: CouponOffersOptions) {
    this.#options = options;
  }

  /** The one that saves most first. */
  get offers(): readonly CouponOffer[] {
    return this.#offers;
  }
  /** There are some that fit, and a number that somebody said does not spend [MB4]. */
  get isLocked(): boolean {
    return !this.#options.mayTake();
  }

  /** Which of the member's coupons tickets held here used. */
  async follow(till: Till, member: MemberRow | null): Promise<void> {
    const coupons = member?.coupons ?? [];
    if (member === null || coupons.length === 0) {
      this.#used = null;
      return;
    }
    const tickets = await heldTickets(till);
    const voided = new Set(tickets.flatMap(({ body }) => body.voids?.entryId ?? []));
    const used = tickets.flatMap(({ entry, body }) =>
      voided.has(entry._id) ? [] : body.promotions.flatMap(({ couponId }) => couponId ?? []),
    );
    this.#used = { memberId: member.memberId, couponIds: new Set(used) };
  }

  /** The customer wants it; false: not any more. Prices of a basket that is being paid stand still: go back first. */
  take(couponId: string): boolean {
    const isOffered = !this.isLocked && this.#offers.some((offer) => offer.couponId === couponId);
    if (isOffered) this.#options.basket.addCoupon(couponId);
    return isOffered;
  }

  #reckoned(): CouponOffer[] {
    const { basket, pricing, till, known } = this.#options;
    const [member, open] = [known(), till()];
    const dueMinor = pricing.dueWith([]);
    const coupons = member?.coupons ?? [];
    if (open === null || member === null || dueMinor === null || dueMinor <= 0 || coupons.length === 0) return [];
    const over = open.config()?.couponsOver ?? [];
    const usedIds = this.#used?.memberId === member.memberId ? this.#used.couponIds : noneUsed;
    return couponOffers(coupons, {
      nowMs: pricing.atMs,
      isUsed: (couponId) => usedIds.has(couponId) || basket.couponIds.includes(couponId),
      isOver: (campaignId) => over.includes(campaignId),
      dueMinor,
      dueWith: (couponId) => pricing.dueWith([couponId]),
    });
  }
}
