import { unreachable } from '../assert.ts';
import type { Offer } from './compile-promotions.ts';
import { at, percentageOf } from './pools.ts';
import type { PromotionOf } from './promotion.ts';
import { costOn, type Reserved } from './spending.ts';
import { lossOf, offPieces, type Table } from './table.ts';

/** One application of a promotion: pieces by pool, and how often the same can be repeated as far as its rule goes. */
export type Group = {
  uses: [poolIndex: number, pieces: number][];
  savingMinor: (repeat: number) => number;
  most: number;
};

/** What the applications so far mean for the next: their number, what is spent on pieces that no reward took, and what others count on. */
export type Before = { times: number; spentMinor: number; reserved: readonly Reserved[] };

/**
 * Which pieces come first: those worth most, or (`spared`) those that are needed least elsewhere: without a discount of their
 * own, or of use to fewer roles of the promotion. The second makes smaller groups, and sometimes more of them.
 */
export type PickOrder = 'dearest' | 'spared';

/** Answers group after group of free pieces, each the one that then serves the customer best, and null when there is none. */
export type Picker = (before: Before) => Group | null;

/** What each piece is worth is reckoned once, so that a promotion looks at each pool about once however often it is applied. */
export function pickerOf(table: Table, offer: Offer, order: PickOrder): Picker {
  const { promotion } = offer;
  switch (promotion.kind) {
    case 'discount':
      return pieces(table, { ...offer, promotion });
    case 'nth-item':
      return likePieces(table, at(offer.roles, 0), promotion.nth, 1, promotion.basisPoints, order);
    case 'buy-get': {
      const { buy, get } = promotion;
      if (get.target !== null) return buyGets(table, { ...offer, promotion }, order);
      return likePieces(table, at(offer.roles, 0), buy.pieces + get.pieces, get.pieces, get.basisPoints, order);
    }
    case 'set':
      return sets(table, { ...offer, promotion }, order);
    case 'spend-get':
      return rewards(table, { ...offer, promotion });
    case 'ticket-discount':
      return () => null;
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

function unitLosses(table: Table, pools: readonly number[]): (pool: number) => number {
  const losses = new Map(pools.map((pool) => [pool, lossOf(table, pool, at(table.free, pool), 1)]));
  return (pool) => losses.get(pool) ?? 0;
}

/** Pools from which pieces are drawn one after the other; those without any are left behind. */
class Row {
  readonly pools: readonly number[];
  #start = 0;
  readonly #table: Table;

  constructor(table: Table, pools: readonly number[]) {
    this.#table = table;
    this.pools = pools;
  }

  /** `pieces` free pieces that are not in `taken`, from the first pools on; null when there are fewer. */
  draw(pieces: number, taken: ReadonlyMap<number, number> = new Map()): [number, number][] | null {
    const { free } = this.#table;
    while (this.#start < this.pools.length && at(free, at(this.pools, this.#start)) === 0) this.#start += 1;
    const uses: [number, number][] = [];
    let left = pieces;
    for (let index = this.#start; index < this.pools.length && left > 0; index += 1) {
      const pool = at(this.pools, index);
      const count = Math.min(left, at(free, pool) - (taken.get(pool) ?? 0));
      this.#table.effort += 1;
      if (count <= 0) continue;
      uses.push([pool, count]);
      left -= count;
    }
    return left === 0 ? uses : null;
  }
}

/** A discount on a limited number of pieces: those that gain most by it come first. */
function pieces(table: Table, offer: Offer<PromotionOf<'discount'>>): Picker {
  const { off } = offer.promotion;
  table.effort += at(offer.roles, 0).length;
  const open = at(offer.roles, 0).filter((pool) => at(table.free, pool) > 0);
  const loss = unitLosses(table, open);
  const gainOf = (pool: number) =>
    offPieces(off, at(table.pools, pool), 1, at(table.pools, pool).priceMinor) - loss(pool);
  const gains = new Map(open.map((pool) => [pool, gainOf(pool)]));
  const row = new Row(
    table,
    open.sort((left, right) => (gains.get(right) ?? 0) - (gains.get(left) ?? 0) || left - right),
  );
  return () => {
    const uses = row.draw(1);
    if (uses === null) return null;
    const pool = at(table.pools, at(uses, 0)[0]);
    const savingMinor = (repeat: number) => offPieces(off, pool, repeat, pool.priceMinor * repeat);
    return { uses, savingMinor, most: Number.MAX_SAFE_INTEGER };
  };
}

/** `size` pieces of the same goods, of which the cheapest `cheap` have something off. */
function likePieces(
  table: Table,
  role: readonly number[],
  size: number,
  cheap: number,
  basisPoints: number,
  order: PickOrder,
): Picker {
  const open = openPools(table, role);
  const loss = order === 'spared' ? unitLosses(table, open) : () => 0;
  const row = new Row(
    table,
    open.sort((left, right) => loss(left) - loss(right) || left - right),
  );
  return () => {
    const uses = row.draw(size);
    if (uses === null) return null;
    // Pools stand by price: of the group, the last are the cheapest.
    uses.sort(([left], [right]) => left - right);
    let left = cheap;
    let offMinor = 0;
    for (const [pool, count] of uses.toReversed()) {
      const cheapest = Math.min(left, count);
      offMinor += at(table.pools, pool).priceMinor * cheapest;
      left -= cheapest;
    }
    return { uses, savingMinor: constant(percentageOf(offMinor, basisPoints)), most: Number.MAX_SAFE_INTEGER };
  };
}

function merged(...parts: readonly (readonly [number, number])[][]): [number, number][] {
  const counts = new Map<number, number>();
  for (const [pool, count] of parts.flat()) counts.set(pool, (counts.get(pool) ?? 0) + count);
  return [...counts];
}

/** The pieces had for less are those that save most; the pieces bought are those that lose least by it. */
function buyGets(table: Table, { promotion, roles }: Offer<PromotionOf<'buy-get'>>, order: PickOrder): Picker {
  const { buy, get } = promotion;
  const [buys, gets] = [openPools(table, at(roles, 0)), openPools(table, at(roles, 1))];
  const [isBought, isGot] = [new Set(buys), new Set(gets)];
  const loss = unitLosses(table, [...buys, ...gets]);
  const gainOf = (pool: number) => percentageOf(at(table.pools, pool).priceMinor, get.basisPoints) - loss(pool);
  const gain = new Map(gets.map((pool) => [pool, gainOf(pool)]));
  const isIn = (pool: number, set: ReadonlySet<number>) => (set.has(pool) ? 1 : 0);
  gets.sort((left, right) => (gain.get(right) ?? 0) - (gain.get(left) ?? 0) || left - right);
  buys.sort((left, right) => isIn(left, isGot) - isIn(right, isGot) || loss(left) - loss(right) || right - left);
  // Where goods are scarce, those that are in both roles are left for the buying.
  const scarce = gets.toSorted((left, right) => isIn(left, isBought) - isIn(right, isBought));
  const bought = new Row(table, buys);
  const rows = order === 'spared' ? [new Row(table, scarce)] : [new Row(table, gets), new Row(table, scarce)];
  return () => {
    for (const row of rows) {
      const got = row.draw(get.pieces);
      const rest = got && bought.draw(buy.pieces, new Map(got));
      if (!got || !rest) continue;
      const gotMinor = got.reduce((sum, [pool, count]) => sum + at(table.pools, pool).priceMinor * count, 0);
      const savingMinor = constant(percentageOf(gotMinor, get.basisPoints));
      return { uses: merged(got, rest), savingMinor, most: Number.MAX_SAFE_INTEGER };
    }
    return null;
  };
}

/**
 * The pieces that fill all parts of a set and are worth most to the customer. A piece fits where its goods are asked for; sets
 * of pieces that can be matched to the parts are a matroid, so taking the best that still fits gives the best set.
 */
function sets(table: Table, { promotion, roles }: Offer<PromotionOf<'set'>>, order: PickOrder): Picker {
  const partsOf = new Map<number, number[]>();
  roles.forEach((role, part) => {
    for (const pool of openPools(table, role)) partsOf.set(pool, [...(partsOf.get(pool) ?? []), part]);
  });
  const { off } = promotion;
  const loss = unitLosses(table, [...partsOf.keys()]);
  const worthOf = (priceMinor: number) =>
    off.kind === 'price' ? priceMinor : percentageOf(priceMinor, off.basisPoints);
  const worth = new Map(
    [...partsOf.keys()].map((pool) => [pool, worthOf(at(table.pools, pool).priceMinor) - loss(pool)]),
  );
  const fits = (pool: number) => (order === 'spared' ? (partsOf.get(pool)?.length ?? 0) : 0);
  const best = [...partsOf.keys()].sort(
    (a, b) => fits(a) - fits(b) || (worth.get(b) ?? 0) - (worth.get(a) ?? 0) || a - b,
  );
  return () => {
    const uses = filledParts(table, promotion, partsOf, best);
    if (uses === null) return null;
    const sumMinor = uses.reduce((sum, [pool, count]) => sum + at(table.pools, pool).priceMinor * count, 0);
    const savingMinor = off.kind === 'price' ? sumMinor - off.priceMinor : percentageOf(sumMinor, off.basisPoints);
    return savingMinor > 0 ? { uses, savingMinor: constant(savingMinor), most: Number.MAX_SAFE_INTEGER } : null;
  };
}

/** The first pieces of `best` that fill the parts: each piece is placed, if need be by moving others (Kuhn's algorithm). */
function filledParts(
  table: Table,
  promotion: PromotionOf<'set'>,
  partsOf: ReadonlyMap<number, readonly number[]>,
  best: readonly number[],
): [number, number][] | null {
  const parts = promotion.parts.map((part) => ({ left: part.pieces, holds: new Map<number, number>() }));
  const place = (pool: number, tried: Set<number>): boolean => {
    for (const index of partsOf.get(pool) ?? []) {
      if (tried.has(index)) continue;
      tried.add(index);
      const part = at(parts, index);
      const isPlaced = part.left > 0;
      const moved = isPlaced
        ? undefined
        : [...part.holds.keys()].find((other) => other !== pool && place(other, tried));
      if (!isPlaced && moved === undefined) continue;
      if (moved === undefined) part.left -= 1;
      else change(part.holds, moved, -1);
      change(part.holds, pool, 1);
      return true;
    }
    return false;
  };
  let wanted = promotion.parts.reduce((sum, part) => sum + part.pieces, 0);
  for (const pool of best) {
    if (wanted === 0) break;
    table.effort += 1;
    for (let left = at(table.free, pool); left > 0 && wanted > 0 && place(pool, new Set()); left -= 1) wanted -= 1;
  }
  return wanted === 0 ? merged(...parts.map(({ holds }) => [...holds])) : null;
}

function change(counts: Map<number, number>, pool: number, by: number): void {
  const count = (counts.get(pool) ?? 0) + by;
  if (count === 0) counts.delete(pool);
  else counts.set(pool, count);
}

/** Up to so many pieces for less, the dearest that leave enough spent on the others. */
function rewards(table: Table, offer: Offer<PromotionOf<'spend-get'>>): Picker {
  const { spendMinor, everySpend, get } = offer.promotion;
  const offOf = (pool: number) => percentageOf(at(table.pools, pool).priceMinor, get.basisPoints);
  const open = openPools(table, at(offer.roles, 1));
  const loss = unitLosses(table, open);
  const gaining = open.filter((pool) => offOf(pool) > loss(pool));
  return (before) => {
    if (before.times > 0 && !everySpend) return null;
    const openMinor = before.spentMinor - spendMinor * (before.times + 1);
    if (openMinor < 0) return null;
    const uses: [number, number][] = [];
    let left = get.pieces;
    let [costMinor, offMinor] = [0, 0];
    for (const pool of gaining) {
      if (left === 0) break;
      table.effort += 1;
      const { priceMinor } = at(table.pools, pool);
      const unitMinor = offer.spent.on.has(pool) ? priceMinor : 0;
      const affordable = unitMinor === 0 ? left : Math.floor((openMinor - costMinor) / unitMinor);
      const count = Math.min(left, at(table.free, pool), affordable, unreserved(table, before, uses, pool));
      if (count === 0) continue;
      uses.push([pool, count]);
      left -= count;
      costMinor += unitMinor * count;
      offMinor += priceMinor * count;
    }
    if (uses.length === 0) return null;
    const savingMinor = constant(percentageOf(offMinor, get.basisPoints));
    const own = everySpend ? 1 + Math.floor((openMinor - costMinor) / (costMinor + spendMinor)) : 1;
    const most = before.reserved.reduce((least, { on, openMinor: leftMinor }) => {
      const takenMinor = costOn(table.pools, on, uses);
      return takenMinor === 0 ? least : Math.min(least, Math.floor(leftMinor / takenMinor));
    }, own);
    return { uses, savingMinor, most };
  };
}

/** So many pieces of a pool are counted on by no other reward. */
function unreserved(table: Table, { reserved }: Before, uses: readonly [number, number][], pool: number): number {
  if (reserved.length === 0) return Number.MAX_SAFE_INTEGER;
  const { priceMinor } = at(table.pools, pool);
  return reserved.reduce((least, { on, openMinor }) => {
    if (!on.has(pool) || priceMinor === 0) return least;
    return Math.min(least, Math.floor((openMinor - costOn(table.pools, on, uses)) / priceMinor));
  }, Number.MAX_SAFE_INTEGER);
}
