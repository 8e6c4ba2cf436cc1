import type { Offer } from './compile-promotions.ts';
import { at, type Pool } from './pools.ts';

type Uses = ReadonlyMap<number, number>;
/** A reward of spending as it is given: how often, and which pieces for less. */
type Given = { readonly offer: Offer; readonly times: number; readonly uses: Uses };
/** Pools on which something must stay spent, and how much of them may still be had for less. */
export type Reserved = { readonly on: ReadonlySet<number>; openMinor: number };

export function isReward({ promotion }: Offer): boolean {
  return promotion.kind === 'spend-get';
}

/**
 * [PR11] The rewards of spending that were given on a ticket by now. What they give for less is spent for no other, and no other
 * takes what they count on.
 */
export class Rewards {
  readonly #pools: readonly Pool[];
  #given: (Reserved & { given: Given })[] = [];

  constructor(pools: readonly Pool[]) {
    this.#pools = pools;
  }

  /** What is spent for an offer: what the shelf asks, without what rewards gave for less. */
  spentFor({ spent }: Offer): number {
    return this.#given.reduce((sum, { given }) => sum - costOn(this.#pools, spent.on, given.uses), spent.shelfMinor);
  }

  /** What others count on; of one's own to reckon with. */
  reserved(): Reserved[] {
    return this.#given.map(({ on, openMinor }) => ({ on, openMinor }));
  }

  add(given: Given): void {
    for (const one of this.#given) one.openMinor -= costOn(this.#pools, one.on, given.uses);
    const { offer, uses } = given;
    const { on } = offer.spent;
    const openMinor = this.spentFor(offer) - costOn(this.#pools, on, uses) - neededFor(given);
    this.#given.push({ on, openMinor, given });
  }

  remove(given: Given): void {
    this.#given = this.#given.filter((one) => one.given !== given);
    for (const one of this.#given) one.openMinor += costOn(this.#pools, one.on, given.uses);
  }

  /** Whether one that was reckoned before others were given can still be given as it is. */
  leave(given: Given): boolean {
    const { offer, uses } = given;
    const spentMinor = this.spentFor(offer) - costOn(this.#pools, offer.spent.on, uses);
    if (spentMinor < neededFor(given)) return false;
    return this.#given.every(({ on, openMinor }) => costOn(this.#pools, on, uses) <= openMinor);
  }
}

function neededFor({ offer, times }: Given): number {
  return offer.promotion.kind === 'spend-get' ? offer.promotion.spendMinor * times : 0;
}

/** What pieces cost of those that lie in some pools. */
export function costOn(
  pools: readonly Pool[],
  on: ReadonlySet<number>,
  uses: Iterable<readonly [number, number]>,
): number {
  let sumMinor = 0;
  for (const [pool, pieces] of uses) if (on.has(pool)) sumMinor += at(pools, pool).priceMinor * pieces;
  return sumMinor;
}
