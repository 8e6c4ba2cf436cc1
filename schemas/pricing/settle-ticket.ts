import { allocate } from '../money/money.ts';
import type { Offer } from './compile-promotions.ts';
import { at, percentageOf } from './pools.ts';
import type { PromotionOf } from './promotion.ts';

export type TicketOffer = Offer<PromotionOf<'ticket-discount'>>;

/** What a promotion took off, pool by pool. */
export type Settled = {
  offer: Offer;
  times: number;
  shares: { pool: number; pieces: number; discountMinor: number }[];
};

/**
 * Discounts on the whole ticket, off what the others have left: at most one `single`, of the highest priority that gives
 * anything, and all that stack. Percentages come before amounts, so that the customer pays least. Lowers `openMinor`.
 */
export function settleTicket(openMinor: number[], offers: readonly TicketOffer[]): Settled[] {
  const stacking = offers.filter(({ promotion }) => promotion.combination === 'stacking');
  let best: TicketOffer | null = null;
  let bestMinor = 0;
  // Promotions on all goods share one role: what is open of it is summed once.
  const bases = new Map<readonly number[], number>();
  const offOf = (offer: TicketOffer): number => {
    const baseMinor = bases.get(at(offer.roles, 0)) ?? baseOf(openMinor, offer);
    bases.set(at(offer.roles, 0), baseMinor);
    return offBase(offer, baseMinor).discountMinor;
  };
  for (const single of offers) {
    if (single.promotion.combination === 'stacking') continue;
    const ahead = best === null ? 1 : single.promotion.priority - best.promotion.priority;
    const aloneMinor = offOf(single);
    if (ahead < 0 || aloneMinor === 0) continue;
    const savingMinor = stacking.length === 0 ? aloneMinor : savingOf(takenOff([...openMinor], [single, ...stacking]));
    if (ahead > 0 || savingMinor > bestMinor) [best, bestMinor] = [single, savingMinor];
  }
  return takenOff(openMinor, best === null ? stacking : [best, ...stacking]);
}

export function savingOf(settled: readonly Settled[]): number {
  let sumMinor = 0;
  for (const { shares } of settled) for (const { discountMinor } of shares) sumMinor += discountMinor;
  return sumMinor;
}

function takenOff(openMinor: number[], offers: readonly TicketOffer[]): Settled[] {
  const isAmount = ({ promotion }: TicketOffer) => (promotion.off.kind === 'amount' ? 1 : 0);
  const settled: Settled[] = [];
  for (const offer of [...offers].sort((left, right) => isAmount(left) - isAmount(right))) {
    const role = at(offer.roles, 0);
    const { times, discountMinor: wholeMinor } = offBase(offer, baseOf(openMinor, offer));
    if (wholeMinor === 0) continue;
    const parts = allocate(
      wholeMinor,
      role.map((pool) => at(openMinor, pool)),
    );
    const shares = role.map((pool, index) => ({ pool, pieces: 0, discountMinor: at(parts, index) }));
    for (const { pool, discountMinor } of shares) openMinor[pool] = at(openMinor, pool) - discountMinor;
    settled.push({ offer, times, shares: shares.filter(({ discountMinor }) => discountMinor > 0) });
  }
  return settled;
}

/** What it takes off goods that cost `baseMinor` when it is alone. */
export function mostOfTicket(offer: TicketOffer, baseMinor: number): number {
  return offBase(offer, baseMinor).discountMinor;
}

function offBase({ promotion, times: limit, spent }: TicketOffer, baseMinor: number) {
  const { off } = promotion;
  const often = Math.floor(spent.shelfMinor / promotion.spendMinor);
  const times = Math.min(often, limit, off.kind === 'amount' && off.everySpend ? often : 1);
  const discountMinor =
    off.kind === 'percentage' ? percentageOf(baseMinor, off.basisPoints) : Math.min(baseMinor, off.amountMinor * times);
  return { times, discountMinor: times === 0 ? 0 : discountMinor };
}

function baseOf(openMinor: readonly number[], { roles }: TicketOffer): number {
  let baseMinor = 0;
  for (const pool of at(roles, 0)) baseMinor += at(openMinor, pool);
  return baseMinor;
}
