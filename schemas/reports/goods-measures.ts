// Every measure of the report of goods, defined once: what it is made of, its unit, and where its numbers come from. The database sorts
// by it, the page and files show it, and the page of definitions explains it from here; each is tested against a plain slow sum.

export const goodsBys = ['sku', 'category', 'brand', 'supplier'] as const;
export type GoodsBy = (typeof goodsBys)[number];

/** What each SKU's facts come to; groups of SKUs are their sums. Of `days` there are as many for a group as for each of its SKUs. */
export const goodsSumIds = [
  'sold',
  'soldBack',
  'netMinor',
  'returnsMinor',
  'salesMinor',
  'received',
  'onHand',
  'onHandBefore',
  'age30',
  'age90',
  'age180',
  'age365',
  'older',
  'emptyDays',
  'emptyHours',
  'lostUnits',
  'lostMinor',
  'costMinor',
  'costedNetMinor',
  'stockCostMinor',
  'stockCostBeforeMinor',
  'lastCostMinor',
  'lostPieces',
  'lostValueMinor',
  'countedLines',
  'wrongLines',
  'expiring',
  'expired',
] as const;
export type GoodsSumId = (typeof goodsSumIds)[number];
export type GoodsSums = Readonly<Record<GoodsSumId, number>>;

type Parts = Readonly<Partial<Record<GoodsSumId, number>>>;
export type GoodsMeasure = {
  unit: 'count' | 'money' | 'share' | 'ratio' | 'days' | 'hours';
  source: 'sums' | 'stock' | 'receipts' | 'orders' | 'counts' | 'units';
  of: Parts;
  /** Divided by these; absent: by nothing. */
  per?: Parts;
  /** Times the days of the period, or brought from the period to a year. */
  times?: 'days' | 'year';
};

const asItIs = (id: GoodsSumId, unit: GoodsMeasure['unit'], source: GoodsMeasure['source']): GoodsMeasure => ({
  unit,
  source,
  of: { [id]: 1 },
});

const told = {
  sold: { unit: 'count', source: 'sums', of: { sold: 1, soldBack: -1 } },
  netMinor: asItIs('netMinor', 'money', 'sums'),
  received: asItIs('received', 'count', 'receipts'),
  onHand: asItIs('onHand', 'count', 'stock'),
  sellThrough: { unit: 'share', source: 'receipts', of: { sold: 1, soldBack: -1 }, per: { received: 1 } },
  daysOfStock: { unit: 'days', source: 'stock', of: { onHand: 1 }, per: { sold: 1, soldBack: -1 }, times: 'days' },
  turns: {
    unit: 'ratio',
    source: 'stock',
    of: { sold: 1, soldBack: -1 },
    per: { onHand: 0.5, onHandBefore: 0.5 },
    times: 'year',
  },
  age30: asItIs('age30', 'count', 'receipts'),
  age90: asItIs('age90', 'count', 'receipts'),
  age180: asItIs('age180', 'count', 'receipts'),
  age365: asItIs('age365', 'count', 'receipts'),
  older: asItIs('older', 'count', 'receipts'),
  emptyDays: asItIs('emptyDays', 'days', 'stock'),
  emptyHours: asItIs('emptyHours', 'hours', 'stock'),
  lostUnits: asItIs('lostUnits', 'count', 'stock'),
  lostMinor: asItIs('lostMinor', 'money', 'stock'),
  marginMinor: { unit: 'money', source: 'orders', of: { costedNetMinor: 1, costMinor: -1 } },
  marginShare: {
    unit: 'share',
    source: 'orders',
    of: { costedNetMinor: 1, costMinor: -1 },
    per: { costedNetMinor: 1 },
  },
  lastMarginMinor: { unit: 'money', source: 'orders', of: { costedNetMinor: 1, lastCostMinor: -1 } },
  stockCostMinor: asItIs('stockCostMinor', 'money', 'orders'),
  gmroi: {
    unit: 'ratio',
    source: 'orders',
    of: { costedNetMinor: 1, costMinor: -1 },
    per: { stockCostMinor: 0.5, stockCostBeforeMinor: 0.5 },
    times: 'year',
  },
  soldBack: asItIs('soldBack', 'count', 'sums'),
  backShare: { unit: 'share', source: 'sums', of: { soldBack: 1 }, per: { sold: 1 } },
  returnsMinor: asItIs('returnsMinor', 'money', 'sums'),
  lostPieces: asItIs('lostPieces', 'count', 'counts'),
  lostValueMinor: asItIs('lostValueMinor', 'money', 'counts'),
  lossShare: { unit: 'share', source: 'counts', of: { lostPieces: 1 }, per: { sold: 1, soldBack: -1, lostPieces: 1 } },
  wrongShare: { unit: 'share', source: 'counts', of: { wrongLines: 1 }, per: { countedLines: 1 } },
  expiring: asItIs('expiring', 'count', 'units'),
  expired: asItIs('expired', 'count', 'units'),
} satisfies Record<string, GoodsMeasure>;
export type GoodsMeasureId = keyof typeof told;
export const goodsMeasures: Readonly<Record<GoodsMeasureId, GoodsMeasure>> = told;
export const goodsMeasureIds = Object.keys(told) as GoodsMeasureId[];

/** Measures that are looked at together. */
export const goodsViews = {
  selling: ['sold', 'netMinor', 'received', 'onHand', 'sellThrough', 'daysOfStock', 'turns'],
  age: ['onHand', 'age30', 'age90', 'age180', 'age365', 'older', 'daysOfStock'],
  empty: ['onHand', 'sold', 'emptyDays', 'emptyHours', 'lostUnits', 'lostMinor'],
  margin: ['netMinor', 'marginMinor', 'marginShare', 'lastMarginMinor', 'stockCostMinor', 'gmroi'],
  returns: ['sold', 'soldBack', 'backShare', 'returnsMinor'],
  loss: ['onHand', 'lostPieces', 'lostValueMinor', 'lossShare', 'wrongShare', 'expiring', 'expired'],
} as const satisfies Record<string, readonly GoodsMeasureId[]>;
export type GoodsView = keyof typeof goodsViews;
export const goodsViewIds = Object.keys(goodsViews) as GoodsView[];

const yearDays = 365;

/** By how much a sum is multiplied, of a period of so many days. */
export function factorOf({ times }: GoodsMeasure, days: number): number {
  return times === undefined ? 1 : times === 'days' ? days : yearDays / days;
}

/** A measure of these sums; null where there is nothing to divide by: nothing sold is no number of days. */
export function goodsMeasured(id: GoodsMeasureId, sums: GoodsSums, days: number): number | null {
  const measure = goodsMeasures[id];
  const of = partsOf(measure.of, sums) * factorOf(measure, days);
  if (measure.per === undefined) return of;
  const below = partsOf(measure.per, sums);
  // Of less than nothing there is no share either.
  return below <= 0 ? null : of / below + 0;
}

function partsOf(parts: Parts, sums: GoodsSums): number {
  return goodsSumIds.reduce((all, id) => all + (parts[id] ?? 0) * sums[id], 0);
}

export const noGoodsSums = Object.fromEntries(goodsSumIds.map((id) => [id, 0])) as Record<GoodsSumId, number>;

/**
 * How goods stand. `out`: sold in these days, and none is left. `dead`: there, and neither sold nor received in these days. `slow`:
 * lasts longer than half a year as it sells. `fresh`: came in these days and has not sold yet.
 */
export const goodsStates = ['out', 'dead', 'slow', 'fresh', 'well', 'none'] as const;
export type GoodsState = (typeof goodsStates)[number];
export const slowDays = 180;

export function goodsStateOf({ sold, soldBack, received, onHand }: GoodsSums, days: number): GoodsState {
  const net = sold - soldBack;
  if (onHand <= 0) return net > 0 ? 'out' : 'none';
  if (net <= 0) return received > 0 ? 'fresh' : 'dead';
  return (onHand * days) / net > slowDays ? 'slow' : 'well';
}

/** By how evenly it sells from week to week (coefficient of variation): X up to a half, Y up to one, Z above. */
export const evenX = 0.5;
export const evenY = 1;

/** What of goods is told of those who deliver them. */
export const supplierGoodsMeasures = [
  'netMinor',
  'marginMinor',
  'marginShare',
  'backShare',
] as const satisfies readonly GoodsMeasureId[];
