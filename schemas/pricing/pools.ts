import { assert } from '../assert.ts';
import { scaleMinor } from '../money/money.ts';

/** A line that promotions may touch: sold, not taken back, at a price nobody has set by hand. */
export type PromotableLine = {
  lineNumber: number;
  skuId: string;
  categoryIds: readonly string[];
  brand: string | null;
  /** ≥ 1; 1 for what is measured. */
  pieces: number;
  /** Of a piece; of the whole line for what is measured. */
  priceMinor: number;
  /** Weighed or labelled with its own price: no piece like others, so that no group is made of it. */
  measured: { grams: number; perKiloMinor: number } | 'labelled' | null;
};

/** Like pieces, on however many lines they stand: what promotions count and choose among. */
export type Pool = {
  skuId: string;
  categoryIds: readonly string[];
  brand: string | null;
  priceMinor: number;
  pieces: number;
  measured: PromotableLine['measured'];
  /** By line number. */
  lines: readonly PromotableLine[];
};

/** The element that is known to be there. */
export function at<Element>(list: ArrayLike<Element>, index: number): Element {
  const element = list[index];
  assert(element !== undefined, 'the index is in the list');
  return element;
}

/** The dearest first; what follows depends on what the lines hold, never on their order. */
export function poolsOf(lines: readonly PromotableLine[]): Pool[] {
  const pools = new Map<string, { pool: Pool; lines: PromotableLine[]; key: string }>();
  for (const line of [...lines].sort((left, right) => left.lineNumber - right.lineNumber)) {
    const key = keyOf(line);
    const known = line.measured === null ? pools.get(key) : undefined;
    if (known) {
      known.pool.pieces += line.pieces;
      known.lines.push(line);
      continue;
    }
    const own = [line];
    const { skuId, categoryIds, brand, priceMinor, pieces, measured } = line;
    const pool = { skuId, categoryIds, brand, priceMinor, pieces, measured, lines: own };
    pools.set(line.measured === null ? key : `${key}|${line.lineNumber}`, { pool, lines: own, key });
  }
  const sorted = [...pools.values()].sort((left, right) => {
    if (left.pool.priceMinor !== right.pool.priceMinor) return right.pool.priceMinor - left.pool.priceMinor;
    if (left.key !== right.key) return left.key < right.key ? -1 : 1;
    return at(left.lines, 0).lineNumber - at(right.lines, 0).lineNumber;
  });
  return sorted.map(({ pool }) => pool);
}

function keyOf({ skuId, priceMinor, brand, categoryIds, measured }: PromotableLine): string {
  const measure =
    measured === null || measured === 'labelled' ? measured : `${measured.grams}/${measured.perKiloMinor}`;
  return `${skuId}|${priceMinor}|${measure}|${brand}|${categoryIds.join('|')}`;
}

/** What the shelf asks for all pieces of these pools. */
export function shelfMinorOf(pools: readonly Pool[], indexes: readonly number[]): number {
  let sumMinor = 0;
  for (const index of indexes) sumMinor += at(pools, index).priceMinor * at(pools, index).pieces;
  return sumMinor;
}

/** So many basis points of an amount ≥ 0, rounded half up: exact, and quick where the product is a safe integer. */
export function percentageOf(amountMinor: number, basisPoints: number): number {
  const product = amountMinor * basisPoints;
  if (product > Number.MAX_SAFE_INTEGER) return scaleMinor(amountMinor, basisPoints, 10_000);
  const rest = product % 10_000;
  return (product - rest) / 10_000 + (rest >= 5_000 ? 1 : 0);
}
