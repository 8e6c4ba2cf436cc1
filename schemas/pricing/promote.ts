import { assert, unreachable } from '../assert.ts';
import { allocate } from '../money/money.ts';
import { type Offer, offersOf, type Promotions } from './compile-promotions.ts';
import { couponOf } from './conditions.ts';
import { at, type Pool, type PromotableLine, percentageOf, poolsOf, shelfMinorOf } from './pools.ts';
import type { PromotionContext } from './promotion.ts';
import { type Plan, settle } from './settle.ts';
import { mostOfTicket, savingOf } from './settle-ticket.ts';
import { offPieces } from './table.ts';

/** What one promotion gives to a ticket. */
export type AppliedPromotion = {
  promotionId: string;
  /** The coupon that opened it, and is used up by it. */
  couponId: string | null;
  times: number;
  discountMinor: number;
};

/** What one promotion takes off one line; `pieces` is 0 for a discount on the whole ticket. */
export type LineDiscount = { promotionId: string; pieces: number; discountMinor: number };

export type Promoted = {
  /** By id. */
  promotions: AppliedPromotion[];
  /** By line number; in the order in which they come off. Lines without a discount are not there. */
  lines: Map<number, LineDiscount[]>;
  discountMinor: number;
  /** false: the search for a better combination ended at its bound on effort. */
  isSearchComplete: boolean;
};

/**
 * The best combination of promotions for the customer, as the rules of pricing allow (PR rules). Depends on what the lines
 * hold, not on their order, and is never worse than any single promotion of the highest priority that applies.
 */
export function promote(compiled: Promotions, context: PromotionContext, lines: readonly PromotableLine[]): Promoted {
  const pools = poolsOf(lines);
  const offers = offersOf(compiled, context, pools);
  const plan = bestPlan(pools, offers);
  const onLines = splitOverLines(pools, plan);
  const promotions = plan.settled.map((one): AppliedPromotion => {
    const { promotion } = one.offer;
    const couponId = couponOf(promotion, context);
    return { promotionId: promotion.promotionId, couponId, times: one.times, discountMinor: savingOf([one]) };
  });
  promotions.sort((left, right) => (left.promotionId < right.promotionId ? -1 : 1));
  return { promotions, lines: onLines, discountMinor: plan.savingMinor, isSearchComplete: plan.isSearchComplete };
}

/** Everything together; without exclusive goods; an exclusive ticket discount alone; any promotion alone: the best of them. */
function bestPlan(pools: readonly Pool[], offers: readonly Offer[]): Plan {
  const isAlone = ({ promotion }: Offer) =>
    promotion.kind === 'ticket-discount' && promotion.combination === 'exclusive';
  const isExclusive = ({ promotion }: Offer) => promotion.combination === 'exclusive';
  const together = offers.filter((offer) => !isAlone(offer));
  let best = settle(pools, together);
  const consider = (plan: Plan) => {
    if (plan.savingMinor > 0 && isBetter(plan, best)) best = { ...plan, isSearchComplete: best.isSearchComplete };
  };
  // What an exclusive promotion closes might have gained more from all that stack and from the ticket's.
  if (best.settled.some(({ offer }) => isExclusive(offer)) && together.some((offer) => isKeptOff(offer, best))) {
    consider(
      settle(
        pools,
        together.filter((offer) => !isExclusive(offer)),
      ),
    );
  }
  for (const offer of offers.filter(isAlone)) consider(settle(pools, [offer]));
  for (const offer of together) {
    const couldMinor = mostOf(pools, offer);
    if (couldMinor > best.savingMinor) consider(settle(pools, [offer]));
  }
  return best;
}

/** Whether an exclusive promotion may have kept this one off some goods: off a percentage, or off all that it could have had. */
function isKeptOff({ promotion }: Offer, { settled }: Plan): boolean {
  if (promotion.kind !== 'ticket-discount') return promotion.combination === 'stacking';
  return (
    promotion.off.kind === 'percentage' || !settled.some(({ offer }) => offer.promotion.kind === 'ticket-discount')
  );
}

function isBetter(plan: Plan, best: Plan): boolean {
  if (plan.topPriority !== best.topPriority) return plan.topPriority > best.topPriority;
  return plan.savingMinor > best.savingMinor;
}

/** No less than a promotion takes off when it is alone; rounding may add half a minor unit a piece. */
function mostOf(pools: readonly Pool[], offer: Offer): number {
  const { promotion, roles } = offer;
  // What is bought at its price, before what is had for less, gives nothing off.
  const isWithGet = promotion.kind === 'buy-get' || promotion.kind === 'spend-get';
  const found = (isWithGet ? roles.slice(-1) : roles).flat();
  const shelfMinor = shelfMinorOf(pools, found);
  const share = (basisPoints: number) =>
    percentageOf(shelfMinor, basisPoints) + found.reduce((sum, pool) => sum + at(pools, pool).pieces, 0);
  switch (promotion.kind) {
    case 'discount':
      return found.reduce((sum, index) => {
        const pool = at(pools, index);
        const amountMinor = pool.priceMinor * pool.pieces;
        return sum + offPieces(promotion.off, pool, pool.pieces, amountMinor) + pool.pieces;
      }, 0);
    case 'nth-item':
      return share(promotion.basisPoints);
    case 'buy-get':
    case 'spend-get':
      return share(promotion.get.basisPoints);
    case 'set':
      return promotion.off.kind === 'percentage' ? share(promotion.off.basisPoints) : shelfMinor;
    case 'ticket-discount':
      return mostOfTicket({ ...offer, promotion }, shelfMinor);
    default:
      return unreachable(promotion);
  }
}

/** Splits each pool's discounts over its lines: to the minor unit, and never more than a line has left. */
function splitOverLines(pools: readonly Pool[], plan: Plan): Map<number, LineDiscount[]> {
  const leftMinor = pools.map(({ lines }) => lines.map(({ pieces, priceMinor }) => pieces * priceMinor));
  const leftPieces = pools.map(({ lines }) => lines.map(({ pieces }) => pieces));
  const onLines = new Map<number, LineDiscount[]>();
  for (const { offer, shares } of plan.settled) {
    const { promotionId, combination } = offer.promotion;
    for (const { pool, pieces, discountMinor } of shares) {
      const { lines } = at(pools, pool);
      const left = at(leftMinor, pool);
      const parts = lines.length === 1 ? [discountMinor] : allocate(discountMinor, left);
      // A piece has one promotion, and on top of it all that stack.
      const open = combination === 'stacking' ? lines.map((line) => line.pieces) : at(leftPieces, pool);
      const pieceParts = lines.length === 1 ? [pieces] : allocate(pieces, open);
      lines.forEach(({ lineNumber }, index) => {
        const partMinor = at(parts, index);
        left[index] = at(left, index) - partMinor;
        if (combination !== 'stacking') open[index] = at(open, index) - at(pieceParts, index);
        assert(at(left, index) >= 0, 'a discount never exceeds its line');
        if (partMinor === 0) return;
        const known = onLines.get(lineNumber) ?? [];
        known.push({ promotionId, pieces: at(pieceParts, index), discountMinor: partMinor });
        onLines.set(lineNumber, known);
      });
    }
  }
  return onLines;
}
