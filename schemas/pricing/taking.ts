import type { Offer } from './compile-promotions.ts';
import { type Group, type PickOrder, pickerOf } from './pick-group.ts';
import { at } from './pools.ts';
import { costOn, isReward } from './spending.ts';
import { lossOf, type Table, worthOf } from './table.ts';

/** A promotion applied so many times: which pieces it takes, what it saves, and how much more that is than without it. */
export type Taking = {
  offer: Offer;
  times: number;
  savingMinor: number;
  gainMinor: number;
  /** Pieces by pool. */
  uses: Map<number, number>;
};

type Step = { group: Group; repeat: number };

/** Takes the pieces from the table, or with −1 puts them back. */
export function take(table: Table, taking: Taking, sign: 1 | -1 = 1): void {
  for (const [pool, count] of taking.uses) table.free[pool] = at(table.free, pool) - sign * count;
  if (!isReward(taking.offer)) return;
  if (sign === 1) table.rewards.add(taking);
  else table.rewards.remove(taking);
}

/** Group after group while there are pieces and times left, and none saves less than it costs. Leaves the table as it was. */
function stepsOf(table: Table, offer: Offer, order: PickOrder): Step[] {
  const steps: Step[] = [];
  const isSpent = isReward(offer);
  const before = {
    times: 0,
    spentMinor: isSpent ? table.rewards.spentFor(offer) : 0,
    reserved: isSpent ? table.rewards.reserved() : [],
  };
  const next = pickerOf(table, offer, order);
  while (before.times < offer.times) {
    const group = next(before);
    if (group === null) break;
    let repeat = Math.min(offer.times - before.times, group.most);
    for (const [pool, count] of group.uses) repeat = Math.min(repeat, Math.floor(at(table.free, pool) / count));
    steps.push({ group, repeat });
    before.times += repeat;
    for (const [pool, count] of group.uses) {
      table.free[pool] = at(table.free, pool) - count * repeat;
    }
    if (!isSpent) continue;
    before.spentMinor -= costOn(table.pools, offer.spent.on, group.uses) * repeat;
    for (const one of before.reserved) one.openMinor -= costOn(table.pools, one.on, group.uses) * repeat;
  }
  for (const { group, repeat } of steps) {
    for (const [pool, count] of group.uses) table.free[pool] = at(table.free, pool) + count * repeat;
  }
  return steps;
}

/** The first `times` applications of the steps. */
function taken(table: Table, offer: Offer, steps: readonly Step[], times: number): Taking {
  const uses = new Map<number, number>();
  let savingMinor = 0;
  let left = times;
  for (const { group, repeat } of steps) {
    const count = Math.min(left, repeat);
    if (count === 0) break;
    left -= count;
    savingMinor += group.savingMinor(count);
    for (const [pool, pieces] of group.uses) uses.set(pool, (uses.get(pool) ?? 0) + pieces * count);
  }
  let gainMinor = worthOf(table, uses, savingMinor, offer.promotion.combination === 'exclusive');
  for (const [pool, count] of uses) gainMinor -= lossOf(table, pool, at(table.free, pool), count);
  return { offer, times: times - left, savingMinor, gainMinor, uses };
}

/** Up to so many times every number of times is tried, beyond it all and half of them. */
const everyNumberUpTo = 6;

/** Worthwhile ways to apply a promotion to the free pieces, the best first; none when it gains nothing. */
export function waysToTake(table: Table, offer: Offer): Taking[] {
  const orders: PickOrder[] = isChoosy(table, offer) ? ['dearest', 'spared'] : ['dearest'];
  const ways = orders.flatMap((order) => {
    const steps = stepsOf(table, offer, order);
    const most = steps.reduce((sum, { repeat }) => sum + repeat, 0);
    // Groups come from the dearest on, so that the last ones may cost more than they save.
    let run = 0;
    const ends = steps.map(({ repeat }) => {
      run += repeat;
      return run;
    });
    const counts = new Set(most <= everyNumberUpTo ? Array.from({ length: most }, (_, less) => most - less) : ends);
    if (most > everyNumberUpTo) counts.add(most >> 1);
    return sampled([...counts]).map((times) => taken(table, offer, steps, times));
  });
  const gaining = ways.filter(({ gainMinor, savingMinor }) => gainMinor > 0 && savingMinor > 0);
  return gaining.sort((left, right) => right.gainMinor - left.gainMinor || left.times - right.times);
}

/** Whether it may matter which pieces are spared: goods that have discounts of their own, or that several roles want. */
function isChoosy(table: Table, { promotion, roles }: Offer): boolean {
  if (promotion.kind === 'set' || (promotion.kind === 'buy-get' && promotion.get.target !== null)) {
    const wanted = roles.flat();
    return new Set(wanted).size < wanted.length;
  }
  const isLike = promotion.kind === 'nth-item' || promotion.kind === 'buy-get';
  return isLike && at(roles, 0).some((pool) => at(table.simple, pool).length > 0);
}

/** At most a dozen of many, evenly, the largest always among them. */
function sampled(counts: number[]): number[] {
  if (counts.length <= 12) return counts;
  const sorted = counts.sort((left, right) => right - left);
  return Array.from({ length: 12 }, (_, index) => at(sorted, Math.floor((index * (sorted.length - 1)) / 11)));
}
