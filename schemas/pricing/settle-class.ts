import type { Offer } from './compile-promotions.ts';
import { at } from './pools.ts';
import type { PromotionOf } from './promotion.ts';
import { isReward } from './spending.ts';
import type { Table } from './table.ts';
import { type Taking, take, waysToTake } from './taking.ts';

/** So many looks at a pool may the search for better combinations take, for one class of promotions. */
const searchEffort = 5_000;
/** After so many looks the greedy choice no longer asks again who gains most when others have taken pieces. */
const greedyEffort = 100_000;
/** Up to so many promotions in conflict are tried in every order, more of them in one. */
const everyOrderUpTo = 4;

/**
 * Chooses among promotions of one priority that want the same pieces, and takes the pieces from the table. First greedily, the
 * largest gain next; then other combinations as far as the effort goes, branch and bound. Never worse than greedy.
 */
export function settleClass(table: Table, offers: readonly Offer[]): { takings: Taking[]; isSearchComplete: boolean } {
  const budget = { greedy: greedyEffort, search: searchEffort };
  let isSearchComplete = true;
  const takings = componentsOf(table, offers).flatMap((component) => {
    const useful = component.flatMap((offer) => waysToTake(table, offer).slice(0, 1));
    const endGreedy = table.effort + budget.greedy;
    const found = greedy(table, useful, endGreedy);
    budget.greedy = Math.max(0, endGreedy - table.effort);
    const search = new Search(table, useful, found, table.effort + budget.search);
    search.run();
    budget.search = Math.max(0, search.endEffort - table.effort);
    isSearchComplete &&= search.isSearchComplete;
    for (const taking of search.best) take(table, taking);
    return search.best;
  });
  return { takings, isSearchComplete };
}

/** Offers that share no pool, not even through others, are chosen apart from each other; so are rewards that give away nothing that another counts as spent. */
function componentsOf(table: Table, offers: readonly Offer[]): Offer[][] {
  const leader = offers.map((_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (at(leader, root) !== root) root = at(leader, root);
    leader[index] = root;
    return root;
  };
  const owner = new Map<number, number>();
  offers.forEach((offer, index) => {
    for (const pool of new Set(takesFrom(offer).flat())) {
      if (at(table.free, pool) === 0) continue;
      const known = owner.get(pool);
      if (known === undefined) owner.set(pool, index);
      else leader[find(index)] = find(known);
    }
  });
  for (const [giver, taker] of feeding(table, offers)) leader[find(giver)] = find(taker);
  const components = new Map<number, Offer[]>();
  offers.forEach((offer, index) => {
    const root = find(index);
    components.set(root, [...(components.get(root) ?? []), offer]);
  });
  return [...components.values()];
}

type RewardOffer = Offer<PromotionOf<'spend-get'>>;

/** [PR11] Pairs of rewards of which the first gives what is spent for the second, where all that is given may leave too little. */
function feeding(table: Table, offers: readonly Offer[]): [number, number][] {
  const rewards = offers.flatMap(({ promotion, ...rest }, index) => {
    const isEarned = promotion.kind === 'spend-get' && rest.spent.shelfMinor >= promotion.spendMinor;
    return isEarned ? [{ index, offer: { ...rest, promotion } }] : [];
  });
  if (rewards.length < 2) return [];
  // Many ask for the same goods, mostly for all.
  const known = new Map<ReadonlySet<number>, { index: number; mostMinor: number }[]>();
  return rewards.flatMap(({ index, offer }): [number, number][] => {
    const { everySpend, spendMinor } = offer.promotion;
    const { on } = offer.spent;
    const givers =
      known.get(on) ?? rewards.map((one) => ({ index: one.index, mostMinor: mostGiven(table, one.offer, on) }));
    known.set(on, givers);
    const mostMinor = givers.reduce((sum, one) => sum + one.mostMinor, 0);
    if (!everySpend && mostMinor <= offer.spent.shelfMinor - spendMinor) return [];
    return givers.filter((giver) => giver.index !== index && giver.mostMinor > 0).map((giver) => [giver.index, index]);
  });
}

/** What a reward may give away, at most, of what lies in some pools. */
function mostGiven(table: Table, { promotion, roles }: RewardOffer, on: ReadonlySet<number>): number {
  const { get, everySpend } = promotion;
  let [allMinor, dearestMinor] = [0, 0];
  for (const pool of at(roles, 1)) {
    const pieces = at(table.free, pool);
    if (pieces === 0 || !on.has(pool)) continue;
    const { priceMinor } = at(table.pools, pool);
    allMinor += priceMinor * pieces;
    dearestMinor = Math.max(dearestMinor, priceMinor);
  }
  return everySpend ? allMinor : Math.min(allMinor, dearestMinor * get.pieces);
}

/** What is spent for a reward is not taken. */
function takesFrom({ promotion, roles }: Offer): readonly (readonly number[])[] {
  return promotion.kind === 'spend-get' ? roles.slice(1) : roles;
}

/** The largest gain first. A gain only shrinks while others take pieces, so an old one bounds it from above. */
function greedy(table: Table, ways: readonly Taking[], endEffort: number): Taking[] {
  const open = ways.map((way) => ({ way, isFresh: true }));
  const found: Taking[] = [];
  while (open.length > 0) {
    let index = 0;
    open.forEach(({ way }, other) => {
      if (way.gainMinor > at(open, index).way.gainMinor) index = other;
    });
    const first = at(open, index);
    const way = first.isFresh ? first.way : waysToTake(table, first.way.offer)[0];
    if (way === undefined) open.splice(index, 1);
    else if (!first.isFresh && way.gainMinor < first.way.gainMinor && table.effort < endEffort)
      open[index] = { way, isFresh: true };
    else {
      found.push(way);
      take(table, way);
      const isTaken = (pool: number) => way.uses.has(pool);
      open.splice(index, 1);
      for (const other of open) {
        const isFed = isReward(way.offer) && isReward(other.way.offer) && !table.rewards.leave(other.way);
        other.isFresh &&= !isFed && !takesFrom(other.way.offer).some((role) => role.some(isTaken));
      }
    }
  }
  for (const way of found) take(table, way, -1);
  return found;
}

function gainOf(takings: readonly Taking[]): number {
  return takings.reduce((sum, { gainMinor }) => sum + gainMinor, 0);
}

/** Depth first: which promotion chooses next, and how often it is applied. */
class Search {
  best: readonly Taking[];
  isSearchComplete = true;
  readonly endEffort: number;
  readonly #table: Table;
  readonly #offers: readonly Offer[];
  readonly #everyOrder: boolean;
  /** What each could gain if all pieces were free. */
  readonly #bounds: number[];
  #bestGainMinor: number;

  /** `ways`: each promotion as if all pieces were free; `found`: what is to be bettered. */
  constructor(table: Table, ways: readonly Taking[], found: readonly Taking[], endEffort: number) {
    const byGain = [...ways].sort((left, right) => right.gainMinor - left.gainMinor);
    this.best = found;
    this.#bestGainMinor = gainOf(found);
    this.#table = table;
    this.endEffort = endEffort;
    this.#offers = byGain.map(({ offer }) => offer);
    this.#bounds = byGain.map(({ gainMinor }) => gainMinor);
    this.#everyOrder = ways.length <= everyOrderUpTo;
  }

  run(): void {
    // All at their best together cannot be bettered.
    const mostMinor = this.#bounds.reduce((sum, gainMinor) => sum + gainMinor, 0);
    if (this.#bestGainMinor >= mostMinor) return;
    this.isSearchComplete = this.#everyOrder;
    this.#visit(
      this.#offers.map((_, index) => index),
      0,
      [],
    );
  }

  #visit(open: readonly number[], gainMinor: number, chosen: readonly Taking[]): void {
    if (gainMinor > this.#bestGainMinor) {
      this.#bestGainMinor = gainMinor;
      this.best = chosen;
    }
    const mostMinor = open.reduce((sum, index) => sum + at(this.#bounds, index), gainMinor);
    if (open.length === 0 || mostMinor <= this.#bestGainMinor) return;
    for (const next of this.#everyOrder ? open : open.slice(0, 1)) {
      const rest = open.filter((index) => index !== next);
      for (const way of waysToTake(this.#table, at(this.#offers, next))) {
        if (this.#table.effort >= this.endEffort) {
          this.isSearchComplete = false;
          return;
        }
        take(this.#table, way);
        this.#visit(rest, gainMinor + way.gainMinor, [...chosen, way]);
        take(this.#table, way, -1);
      }
      if (!this.#everyOrder) this.#visit(rest, gainMinor, chosen);
    }
  }
}
