import { assert } from '../assert.ts';
import { allocate } from '../money/money.ts';
import type { Offer } from './compile-promotions.ts';
import { at, type Pool } from './pools.ts';
import { settleClass } from './settle-class.ts';
import { type Settled, savingOf, settleTicket, type TicketOffer } from './settle-ticket.ts';
import { Rewards } from './spending.ts';
import { type DiscountOffer, offPieces, simpleOf, type Table } from './table.ts';
import type { Taking } from './taking.ts';

/** What a choice of promotions gives. */
export type Plan = {
  /** In the order in which they come off. */
  settled: Settled[];
  savingMinor: number;
  /** The highest priority that gave anything. */
  topPriority: number;
  effort: number;
  isSearchComplete: boolean;
};

/** Pieces and their price that no exclusive promotion has closed, by pool. */
type Open = { pieces: number[]; amountMinor: number[] };

/** Settles all offers together: goods by priority, then what stacks on goods, then the ticket. */
export function settle(pools: readonly Pool[], offers: readonly Offer[]): Plan {
  const ticket = offers.filter((offer): offer is TicketOffer => offer.promotion.kind === 'ticket-discount');
  const discounts = offers.filter((offer): offer is DiscountOffer => offer.promotion.kind === 'discount');
  const stackers = discounts.filter(({ promotion }) => promotion.combination === 'stacking').sort(byGenerosity);
  const goods = offers.filter(
    ({ promotion }) => promotion.kind !== 'ticket-discount' && promotion.combination !== 'stacking',
  );
  const priorities = [...new Set(goods.map(({ promotion }) => promotion.priority))].sort((a, b) => b - a);
  const free = pools.map(({ pieces }) => pieces);
  const rewards = new Rewards(pools);
  const stackersOf = byPool(pools, stackers);
  const plan: Plan = { settled: [], savingMinor: 0, topPriority: -Infinity, effort: 0, isSearchComplete: true };
  for (const priority of priorities) {
    const ofClass = goods.filter(({ promotion }) => promotion.priority === priority);
    const simple = ofClass.filter((offer) => isSimple(offer, pools)) as DiscountOffer[];
    const worths = pools.map(() => new Map<number, number>());
    const left = { pools, free, rewards, worths, effort: 0 };
    const table: Table = { ...left, simple: byPool(pools, simple), stackers: stackersOf };
    const groups = ofClass.filter((offer) => !simple.some((other) => other === offer));
    const { takings, isSearchComplete } = settleClass(table, groups);
    plan.settled.push(...takings.map((taking) => settledGroup(pools, taking)), ...settledSimple(table));
    plan.effort += table.effort;
    plan.isSearchComplete &&= isSearchComplete;
  }
  const open = openAfter(pools, plan.settled);
  plan.settled.push(...settledStackers(pools, open, stackers), ...settleTicket(open.amountMinor, ticket));
  plan.savingMinor = savingOf(plan.settled);
  for (const one of plan.settled) {
    if (savingOf([one]) > 0) plan.topPriority = Math.max(plan.topPriority, one.offer.promotion.priority);
  }
  return plan;
}

/** A discount whose limit this ticket cannot reach: any piece can have it. */
function isSimple({ promotion, times, roles }: Offer, pools: readonly Pool[]): boolean {
  if (promotion.kind !== 'discount') return false;
  return times >= at(roles, 0).reduce((sum, pool) => sum + at(pools, pool).pieces, 0);
}

function byPool(pools: readonly Pool[], offers: readonly DiscountOffer[]): DiscountOffer[][] {
  const found = pools.map((): DiscountOffer[] => []);
  for (const offer of offers) for (const pool of at(offer.roles, 0)) at(found, pool).push(offer);
  return found;
}

/** Of discounts that stack: fixed prices, then percentages, then amounts, so that the customer pays least. */
function byGenerosity(left: DiscountOffer, right: DiscountOffer): number {
  const rank = ({ promotion }: DiscountOffer) => ['fixed-price', 'percentage', 'amount'].indexOf(promotion.off.kind);
  return rank(left) - rank(right);
}

/** What a group takes off, it takes off all its pieces in proportion to their price, those bought in full included. */
function settledGroup(pools: readonly Pool[], { offer, times, savingMinor, uses }: Taking): Settled {
  const taken = [...uses].sort(([left], [right]) => left - right);
  const weights = taken.map(([pool, pieces]) => at(pools, pool).priceMinor * pieces);
  const parts = allocate(savingMinor, weights);
  const shares = taken.map(([pool, pieces], index) => ({ pool, pieces, discountMinor: at(parts, index) }));
  assert(
    shares.every(({ discountMinor }, index) => discountMinor <= at(weights, index)),
    'no piece is paid out',
  );
  return { offer, times, shares };
}

/** Pieces that are still free have the best discount of the class; those without one stay for the next. */
function settledSimple(table: Table): Settled[] {
  const settled = new Map<DiscountOffer, Settled>();
  table.pools.forEach((_, pool) => {
    const pieces = at(table.free, pool);
    if (pieces === 0) return;
    const { offer, savingMinor } = simpleOf(table, pool, pieces);
    if (offer === null) return;
    table.free[pool] = 0;
    const known = settled.get(offer) ?? { offer, times: 0, shares: [] };
    known.times += pieces;
    known.shares.push({ pool, pieces, discountMinor: savingMinor });
    settled.set(offer, known);
  });
  return [...settled.values()];
}

function openAfter(pools: readonly Pool[], settled: readonly Settled[]): Open {
  const pieces = pools.map((pool) => pool.pieces);
  const amountMinor = pools.map((pool) => pool.pieces * pool.priceMinor);
  for (const { offer, shares } of settled) {
    const isExclusive = offer.promotion.combination === 'exclusive';
    for (const share of shares) {
      const closedMinor = isExclusive ? at(pools, share.pool).priceMinor * share.pieces : share.discountMinor;
      amountMinor[share.pool] = at(amountMinor, share.pool) - closedMinor;
      if (isExclusive) pieces[share.pool] = at(pieces, share.pool) - share.pieces;
    }
  }
  return { pieces, amountMinor };
}

/** Discounts on top of others, on as many open pieces as their limit allows, the dearest first. */
function settledStackers(pools: readonly Pool[], open: Open, stackers: readonly DiscountOffer[]): Settled[] {
  return stackers.flatMap((offer): Settled[] => {
    let left = offer.times;
    const shares: Settled['shares'] = [];
    for (const pool of at(offer.roles, 0)) {
      const pieces = Math.min(left, at(open.pieces, pool));
      if (pieces === 0) continue;
      const openMinor = at(open.amountMinor, pool);
      // A part of the pool costs its share of what the pool costs by now.
      const [partMinor = 0] = allocate(openMinor, [pieces, at(open.pieces, pool) - pieces]);
      const discountMinor = offPieces(offer.promotion.off, at(pools, pool), pieces, partMinor);
      if (discountMinor === 0) continue;
      left -= pieces;
      open.amountMinor[pool] = openMinor - discountMinor;
      shares.push({ pool, pieces, discountMinor });
    }
    return shares.length === 0 ? [] : [{ offer, times: offer.times - left, shares }];
  });
}
