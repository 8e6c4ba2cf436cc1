import { scaleMinor } from '../money/money.ts';
import type { Offer } from './compile-promotions.ts';
import { at, type Pool, percentageOf } from './pools.ts';
import type { OffPiece, PromotionOf } from './promotion.ts';
import type { Rewards } from './spending.ts';

export type DiscountOffer = Offer<PromotionOf<'discount'>>;

/** What one class of promotions finds on the counter: which pieces are still free, and what they would get anyway. */
export type Table = {
  readonly pools: readonly Pool[];
  /** Pieces of each pool that no promotion has taken. */
  readonly free: number[];
  /** Discounts of this class that any free piece of the pool can have. */
  readonly simple: readonly (readonly DiscountOffer[])[];
  /** Discounts that come on top of others, for each pool. */
  readonly stackers: readonly (readonly DiscountOffer[])[];
  /** What so many pieces of a pool save without a group, once reckoned. */
  readonly worths: readonly Map<number, number>[];
  /** Rewards of spending that were given by now, those of higher priority too. */
  readonly rewards: Rewards;
  /** Pools looked at so far: the measure of effort, the same on every machine. */
  effort: number;
};

/** What a discount takes off `pieces` of a pool that cost `amountMinor` together by now; never more than that. */
export function offPieces(off: OffPiece, pool: Pool, pieces: number, amountMinor: number): number {
  if (off.kind === 'percentage') return percentageOf(amountMinor, off.basisPoints);
  // What its label prices has no price a piece or a kilogram that could be lowered.
  if (pool.measured === 'labelled') return 0;
  const perPieceMinor = off.kind === 'amount' ? off.amountMinor : off.priceMinor;
  const allMinor =
    pool.measured === null ? perPieceMinor * pieces : scaleMinor(perPieceMinor, pool.measured.grams, 1_000);
  return off.kind === 'amount' ? Math.min(amountMinor, allMinor) : Math.max(0, amountMinor - allMinor);
}

/** What is left of an amount after the discounts that come on top, their limits aside. */
function afterStacking(table: Table, poolIndex: number, pieces: number, amountMinor: number): number {
  let leftMinor = amountMinor;
  for (const { promotion } of at(table.stackers, poolIndex)) {
    leftMinor -= offPieces(promotion.off, at(table.pools, poolIndex), pieces, leftMinor);
  }
  return leftMinor;
}

/** The discount of this class that leaves least to pay for so many free pieces, or null when each is better off without. */
export function simpleOf(
  table: Table,
  poolIndex: number,
  pieces: number,
): { offer: DiscountOffer | null; savingMinor: number; paidMinor: number } {
  const pool = at(table.pools, poolIndex);
  const amountMinor = pool.priceMinor * pieces;
  let best: { offer: DiscountOffer | null; savingMinor: number; paidMinor: number } = {
    offer: null,
    savingMinor: 0,
    paidMinor: afterStacking(table, poolIndex, pieces, amountMinor),
  };
  for (const offer of at(table.simple, poolIndex)) {
    const savingMinor = offPieces(offer.promotion.off, pool, pieces, amountMinor);
    const isAlone = offer.promotion.combination === 'exclusive';
    const leftMinor = amountMinor - savingMinor;
    const paidMinor = isAlone ? leftMinor : afterStacking(table, poolIndex, pieces, leftMinor);
    if (paidMinor < best.paidMinor) best = { offer, savingMinor, paidMinor };
  }
  return best;
}

/** What `count` of `before` free pieces would save without the group that now takes them. */
export function lossOf(table: Table, poolIndex: number, before: number, count: number): number {
  if (at(table.simple, poolIndex).length === 0 && at(table.stackers, poolIndex).length === 0) return 0;
  return worthOfFree(table, poolIndex, before) - worthOfFree(table, poolIndex, before - count);
}

function worthOfFree(table: Table, poolIndex: number, pieces: number): number {
  const known = at(table.worths, poolIndex).get(pieces);
  if (known !== undefined) return known;
  const worthMinor = at(table.pools, poolIndex).priceMinor * pieces - simpleOf(table, poolIndex, pieces).paidMinor;
  at(table.worths, poolIndex).set(pieces, worthMinor);
  return worthMinor;
}

/** What a group saves with the discounts that come on top of it. */
export function worthOf(
  table: Table,
  uses: Iterable<readonly [number, number]>,
  savingMinor: number,
  isExclusive: boolean,
): number {
  const all = [...uses];
  if (isExclusive || all.every(([pool]) => at(table.stackers, pool).length === 0)) return savingMinor;
  const amountOf = (pool: number, count: number) => at(table.pools, pool).priceMinor * count;
  const wholeMinor = all.reduce((sum, [pool, count]) => sum + amountOf(pool, count), 0);
  return all.reduce((sum, [pool, count]) => {
    const amountMinor = amountOf(pool, count);
    const shareMinor = wholeMinor === 0 ? 0 : scaleMinor(savingMinor, amountMinor, wholeMinor);
    return sum + amountMinor - afterStacking(table, pool, count, amountMinor - shareMinor);
  }, 0);
}
