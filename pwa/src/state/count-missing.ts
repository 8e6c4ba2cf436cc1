import { unitKey } from '#schemas/stock/unit.ts';
import type { ExpectedGoods } from '../db/till-types.ts';
import type { CountTally } from './count-tally.ts';

/** Goods of one SKU that the books have at a place and nobody has counted there. */
export type MissingGoods = {
  skuId: string;
  /** By the books, units and pieces without codes. */
  expected: number;
  missing: number;
  /** Of the units among them, sorted. */
  serials: string[];
};

export type PlaceProgress = { expected: number; missing: number; goods: MissingGoods[] };

/**
 * What is still missing at a place: units that the books have there now and nobody saw anywhere in this pass, and pieces that are
 * more in the books than were counted. What is sold meanwhile is in the books no more, so it is not missing. Most missing first.
 */
export function missingAt(expected: ExpectedGoods, tally: CountTally, placeId: string, pass: number): PlaceProgress {
  const bySku = new Map<string, MissingGoods>();
  const of = (skuId: string): MissingGoods => {
    const known = bySku.get(skuId) ?? { skuId, expected: 0, missing: 0, serials: [] };
    bySku.set(skuId, known);
    return known;
  };
  for (const { gtin14, serial, skuId } of expected.units) {
    const goods = of(skuId);
    goods.expected += 1;
    if (tally.sightingOf(pass, gtin14, serial) !== null) continue;
    goods.missing += 1;
    goods.serials.push(serial);
  }
  const { numbers } = tally.of(placeId, pass);
  for (const [skuId, quantity] of expected.numbers) {
    if (quantity <= 0) continue;
    const goods = of(skuId);
    goods.expected += quantity;
    goods.missing += Math.max(0, quantity - Math.max(0, numbers.get(skuId) ?? 0));
  }
  const all = [...bySku.values()];
  const goods = all
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing || (a.skuId < b.skuId ? -1 : 1));
  for (const { serials } of goods) serials.sort();
  const sum = (of: (one: MissingGoods) => number) => all.reduce((total, one) => total + of(one), 0);
  return { expected: sum((one) => one.expected), missing: sum((one) => one.missing), goods };
}

/** The same, with units that changed put right: null is one that is not there any more. */
export function withUnits(
  expected: ExpectedGoods,
  changed: ReadonlyMap<string, ExpectedGoods['units'][number] | null>,
): ExpectedGoods {
  const kept = expected.units.filter(({ gtin14, serial }) => !changed.has(unitKey(gtin14, serial)));
  return { ...expected, units: [...kept, ...[...changed.values()].filter((unit) => unit !== null)] };
}
