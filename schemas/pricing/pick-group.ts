import { unreachable } from '../assert.ts';
import type { Offer } from './compile-promotions.ts';
import { at, percentageOf } from './pools.ts';
import type { PromotionOf } from './promotion.ts';
import { lossOf, offPieces, type Table } from './table.ts';

/** One application of a promotion: pieces by pool, and how often the same can be repeated as far as its rule goes. */
export type Group = {
  uses: [poolIndex: number, pieces: number][];
  savingMinor: (repeat: number) => number;
  most: number;
};

/** What the applications so far mean for the next: their number, and what is spent on pieces that none of them took. */
export type Before = { times: number; spentMinor: number };

/** In which order pieces of the same goods are put into groups. */
export type PickOrder = 'dearest' | 'undiscounted';

/** The next group of free pieces that serves the customer best, or null when there is none. */
export function pickGroup(table: Table, offer: Offer, order: PickOrder, before: Before): Group | null {
  const { promotion } = offer;
  switch (promotion.kind) {
    case 'discount':
      return pickPiece(table, { ...offer, promotion });
    case 'nth-item':
      return pickLike(table, at(offer.roles, 0), promotion.nth, 1, promotion.basisPoints, order);
    case 'buy-get': {
      const { buy, get } = promotion;
      if (get.target !== null) return pickBuyGet(table, { ...offer, promotion });
      return pickLike(table, at(offer.roles, 0), buy.pieces + get.pieces, get.pieces, get.basisPoints, order);
    }
    case 'set':
      return pickSet(table, { ...offer, promotion });
    case 'spend-get':
      return pickReward(table, { ...offer, promotion }, before);
    case 'ticket-discount':
      return null;
    default:
      return unreachable(promotion);
  }
}

function constant(savingMinor: number): (repeat: number) => number {
  return (repeat) => savingMinor * repeat;
}

/** Pools with free pieces that groups can be made of, as they are in the role. */
function openPools(table: Table, role: readonly number[]): number[] {
  table.effort += role.length;
  return role.filter((pool) => at(table.free, pool) > 0 && at(table.pools, pool).measured === null);
}

function unitLoss(table: Table, pool: number): number {
  return lossOf(table, pool, at(table.free, pool), 1);
}

/** A discount on a limited number of pieces: the piece that gains most is the next. */
function pickPiece(table: Table, offer: Offer<PromotionOf<'discount'>>): Group | null {
  let best: { pool: number; gainMinor: number } | null = null;
  const { off } = offer.promotion;
  const role = at(offer.roles, 0);
  table.effort += role.length;
  for (const pool of role) {
    if (at(table.free, pool) === 0) continue;
    const { priceMinor } = at(table.pools, pool);
    const gainMinor = offPieces(off, at(table.pools, pool), 1, priceMinor) - unitLoss(table, pool);
    if (best === null || gainMinor > best.gainMinor) best = { pool, gainMinor };
  }
  if (best === null) return null;
  const pool = at(table.pools, best.pool);
  const savingMinor = (repeat: number) => offPieces(off, pool, repeat, pool.priceMinor * repeat);
  return { uses: [[best.pool, 1]], savingMinor, most: Number.MAX_SAFE_INTEGER };
}

/** `size` pieces of the same goods, of which the cheapest `cheap` have something off. */
function pickLike(
  table: Table,
  role: readonly number[],
  size: number,
  cheap: number,
  basisPoints: number,
  order: PickOrder,
): Group | null {
  const open = openPools(table, role);
  if (order === 'undiscounted') {
    const losses = new Map(open.map((pool) => [pool, unitLoss(table, pool)]));
    open.sort((left, right) => (losses.get(left) ?? 0) - (losses.get(right) ?? 0) || left - right);
  }
  const uses = drawn(table, open, size);
  if (uses === null) return null;
  // Pools stand by price: of the group, the last are the cheapest.
  uses.sort(([left], [right]) => left - right);
  let left = cheap;
  let offMinor = 0;
  for (const [pool, pieces] of uses.toReversed()) {
    const count = Math.min(left, pieces);
    offMinor += at(table.pools, pool).priceMinor * count;
    left -= count;
  }
  return { uses, savingMinor: constant(percentageOf(offMinor, basisPoints)), most: Number.MAX_SAFE_INTEGER };
}

/** `pieces` free pieces, from the first pools on; null when there are fewer. */
function drawn(
  table: Table,
  pools: readonly number[],
  pieces: number,
  taken: ReadonlyMap<number, number> = new Map(),
): [number, number][] | null {
  const uses: [number, number][] = [];
  let left = pieces;
  for (const pool of pools) {
    if (left === 0) break;
    const count = Math.min(left, at(table.free, pool) - (taken.get(pool) ?? 0));
    if (count > 0) uses.push([pool, count]);
    left -= Math.max(0, count);
  }
  return left === 0 ? uses : null;
}

function merged(...parts: readonly (readonly [number, number])[][]): [number, number][] {
  const counts = new Map<number, number>();
  for (const [pool, count] of parts.flat()) counts.set(pool, (counts.get(pool) ?? 0) + count);
  return [...counts];
}

/** The pieces had for less are those that save most; the pieces bought are those that lose least by it. */
function pickBuyGet(table: Table, { promotion, roles }: Offer<PromotionOf<'buy-get'>>): Group | null {
  const { buy, get } = promotion;
  const [buys, gets] = [openPools(table, at(roles, 0)), openPools(table, at(roles, 1))];
  const [isBought, isGot] = [new Set(buys), new Set(gets)];
  const losses = new Map([...buys, ...gets].map((pool) => [pool, unitLoss(table, pool)]));
  const loss = (pool: number) => losses.get(pool) ?? 0;
  const offOf = (pool: number) => percentageOf(at(table.pools, pool).priceMinor, get.basisPoints);
  const gain = new Map(gets.map((pool) => [pool, offOf(pool) - loss(pool)]));
  const both = (pool: number, set: ReadonlySet<number>) => (set.has(pool) ? 1 : 0);
  gets.sort((left, right) => (gain.get(right) ?? 0) - (gain.get(left) ?? 0) || left - right);
  buys.sort((left, right) => both(left, isGot) - both(right, isGot) || loss(left) - loss(right) || right - left);
  const drawBoth = () => {
    const got = drawn(table, gets, get.pieces);
    const bought = got && drawn(table, buys, buy.pieces, new Map(got));
    return bought && { got, bought };
  };
  let group = drawBoth();
  if (group === null) {
    // Goods that are in both roles are left for the buying.
    gets.sort((left, right) => both(left, isBought) - both(right, isBought));
    group = drawBoth();
  }
  if (!group?.got) return null;
  const gotMinor = group.got.reduce((sum, [pool, count]) => sum + at(table.pools, pool).priceMinor * count, 0);
  const savingMinor = constant(percentageOf(gotMinor, get.basisPoints));
  return { uses: merged(group.got, group.bought), savingMinor, most: Number.MAX_SAFE_INTEGER };
}

/**
 * The pieces that fill all parts of a set and are worth most to the customer. A piece fits where its goods are asked for; sets
 * of pieces that can be matched to the parts are a matroid, so taking the best that still fits gives the best set.
 */
function pickSet(table: Table, { promotion, roles }: Offer<PromotionOf<'set'>>): Group | null {
  const partsOf = new Map<number, number[]>();
  roles.forEach((role, part) => {
    for (const pool of openPools(table, role)) partsOf.set(pool, [...(partsOf.get(pool) ?? []), part]);
  });
  const { off } = promotion;
  const worth = new Map<number, number>();
  for (const pool of partsOf.keys()) {
    const { priceMinor } = at(table.pools, pool);
    const offMinor = off.kind === 'price' ? priceMinor : percentageOf(priceMinor, off.basisPoints);
    worth.set(pool, offMinor - unitLoss(table, pool));
  }
  const best = [...partsOf.keys()].sort((a, b) => (worth.get(b) ?? 0) - (worth.get(a) ?? 0) || a - b);
  const parts = promotion.parts.map(({ pieces }) => ({ left: pieces, holds: new Map<number, number>() }));
  const place = (pool: number, tried: Set<number>): boolean => {
    for (const index of partsOf.get(pool) ?? []) {
      if (tried.has(index)) continue;
      tried.add(index);
      const part = at(parts, index);
      table.effort += 1;
      const isPlaced = part.left > 0;
      const moved = isPlaced ? null : [...part.holds.keys()].find((other) => other !== pool && place(other, tried));
      if (!isPlaced && moved === undefined) continue;
      if (isPlaced) part.left -= 1;
      else if (moved !== null && moved !== undefined) change(part.holds, moved, -1);
      change(part.holds, pool, 1);
      return true;
    }
    return false;
  };
  for (const pool of best) {
    let left = at(table.free, pool);
    while (left > 0 && place(pool, new Set())) left -= 1;
  }
  if (parts.some(({ left }) => left > 0)) return null;
  const uses = merged(...parts.map(({ holds }) => [...holds]));
  const sumMinor = uses.reduce((sum, [pool, count]) => sum + at(table.pools, pool).priceMinor * count, 0);
  const savingMinor = off.kind === 'price' ? sumMinor - off.priceMinor : percentageOf(sumMinor, off.basisPoints);
  return savingMinor > 0 ? { uses, savingMinor: constant(savingMinor), most: Number.MAX_SAFE_INTEGER } : null;
}

function change(counts: Map<number, number>, pool: number, by: number): void {
  const count = (counts.get(pool) ?? 0) + by;
  if (count === 0) counts.delete(pool);
  else counts.set(pool, count);
}

/** Up to so many pieces for less, the dearest that leave enough spent on the others. */
function pickReward(table: Table, offer: Offer<PromotionOf<'spend-get'>>, before: Before): Group | null {
  const { spendMinor, everySpend, get } = offer.promotion;
  if (before.times > 0 && !everySpend) return null;
  const openMinor = before.spentMinor - spendMinor * (before.times + 1);
  if (openMinor < 0) return null;
  const uses: [number, number][] = [];
  let left = get.pieces;
  let [costMinor, offMinor] = [0, 0];
  for (const pool of openPools(table, at(offer.roles, 1))) {
    const { priceMinor } = at(table.pools, pool);
    const unitMinor = offer.spent.on.has(pool) ? priceMinor : 0;
    const affordable = unitMinor === 0 ? left : Math.floor((openMinor - costMinor) / unitMinor);
    const isWorth = percentageOf(priceMinor, get.basisPoints) > unitLoss(table, pool);
    const count = isWorth ? Math.min(left, at(table.free, pool), affordable) : 0;
    if (count === 0) continue;
    uses.push([pool, count]);
    left -= count;
    costMinor += unitMinor * count;
    offMinor += priceMinor * count;
  }
  if (uses.length === 0) return null;
  const savingMinor = constant(percentageOf(offMinor, get.basisPoints));
  const most = everySpend ? 1 + Math.floor((openMinor - costMinor) / (costMinor + spendMinor)) : 1;
  return { uses, savingMinor, most };
}
