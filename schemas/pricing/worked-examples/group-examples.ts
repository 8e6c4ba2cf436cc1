import type { WorkedExample } from './run-example.ts';
import { all, line, percentOff, promotion, skus, threeForTwo } from './shorthand.ts';

const prices = { mug: 850, coat: 6_000, ten: 1_000, six: 600, half: 250, two: 200, tea: 499 };

/** Promotions on several pieces together. */
export const groupExamples: readonly WorkedExample[] = [
  {
    rule: 'PR5',
    name: 'three for two: the cheapest is free, and the discount is shared by all three',
    prices,
    promotions: [threeForTwo],
    lines: [line(1, 'ten'), line(2, 'six'), line(3, 'half')],
    // 250 × 1,000 / 1,850 = 135.14, × 600 = 81.08, × 250 = 33.78.
    expected: { dueMinor: 1_600, off: { '3for2': 250 }, totals: [865, 519, 216], lineTaxes: [144, 87, 36] },
  },
  {
    rule: 'PR5',
    name: 'three for two: groups are made from the dearest down',
    prices,
    promotions: [threeForTwo],
    lines: [line(1, 'two', 3), line(2, 'ten', 3)],
    expected: { dueMinor: 2_400, taxMinor: 400, off: { '3for2': 1_200 }, totals: [400, 2_000] },
  },
  {
    rule: 'PR4',
    name: 'every second at half price, rounded for each pair',
    prices: { ...prices, odd: 999 },
    promotions: [promotion('second', { kind: 'nth-item', target: all, nth: 2, basisPoints: 5_000 })],
    lines: [line(1, 'odd', 2)],
    expected: { dueMinor: 1_498, taxMinor: 250, off: { second: 500 } },
  },
  {
    rule: 'PR5',
    name: 'buy two, get another article at half price',
    prices,
    promotions: [buyTeaGetMug()],
    lines: [line(1, 'tea', 2), line(2, 'mug')],
    // 425 × 998 / 1,848 = 229.52, × 850 = 195.48.
    expected: { dueMinor: 1_423, taxMinor: 237, off: { treat: 425 }, totals: [768, 655] },
  },
  {
    rule: 'PR5',
    name: 'goods that can be bought and got are got where only they can be',
    prices: { a: 500, b: 700 },
    promotions: [
      promotion('pair', {
        kind: 'buy-get',
        buy: { target: skus('a', 'b'), pieces: 1 },
        get: { target: skus('a'), pieces: 1, basisPoints: 10_000 },
      }),
    ],
    lines: [line(1, 'a'), line(2, 'b')],
    expected: { dueMinor: 700, taxMinor: 117, off: { pair: 500 }, totals: [292, 408] },
  },
  {
    rule: 'PR5',
    name: 'a set for one price',
    prices: { coffee: 300, cake: 400, juice: 350 },
    promotions: [
      promotion('brunch', {
        kind: 'set',
        parts: parts('coffee', 'cake', 'juice'),
        off: { kind: 'price', priceMinor: 900 },
      }),
    ],
    lines: [line(1, 'coffee'), line(2, 'cake'), line(3, 'juice')],
    expected: { dueMinor: 900, taxMinor: 150, off: { brunch: 150 }, totals: [257, 343, 300] },
  },
  {
    rule: 'PR5',
    name: 'mix and match: any three for ten, of the dearest',
    prices: { a: 500, b: 450, c: 400, d: 300 },
    promotions: [
      promotion('mix', { kind: 'set', parts: [{ target: all, pieces: 3 }], off: { kind: 'price', priceMinor: 1_000 } }),
    ],
    lines: [line(1, 'a'), line(2, 'b'), line(3, 'c'), line(4, 'd')],
    expected: { dueMinor: 1_300, taxMinor: 217, off: { mix: 350 }, totals: [371, 333, 296, 300] },
  },
  {
    rule: 'PR8',
    name: 'a set that costs more than its pieces is left alone',
    prices: { coffee: 300, cake: 400 },
    promotions: [
      promotion('brunch', { kind: 'set', parts: parts('coffee', 'cake'), off: { kind: 'price', priceMinor: 900 } }),
    ],
    lines: [line(1, 'coffee'), line(2, 'cake')],
    expected: { dueMinor: 700, taxMinor: 117, off: {} },
  },
  {
    rule: 'PR5',
    name: 'a set whose parts ask for the same goods finds who fits where',
    prices: { a: 500, b: 450, c: 400 },
    promotions: [
      promotion('trio', {
        kind: 'set',
        parts: [
          { target: skus('a', 'b'), pieces: 1 },
          { target: skus('a', 'c'), pieces: 1 },
          { target: skus('a'), pieces: 1 },
        ],
        off: percentOff(20),
      }),
    ],
    lines: [line(1, 'a'), line(2, 'b'), line(3, 'c')],
    expected: { dueMinor: 1_080, off: { trio: 270 } },
  },
  {
    rule: 'PR7',
    name: 'whoever spends fifty gets a mug',
    prices,
    promotions: [spendFifty()],
    lines: [line(1, 'coat'), line(2, 'mug')],
    expected: { dueMinor: 6_000, taxMinor: 1_000, off: { gift: 850 }, totals: [6_000, 0] },
  },
  {
    rule: 'PR7',
    name: 'what is got does not count as spent',
    prices: { ...prices, coat: 4_500 },
    promotions: [spendFifty()],
    lines: [line(1, 'coat'), line(2, 'mug')],
    expected: { dueMinor: 5_350, taxMinor: 892, off: {} },
  },
  {
    rule: 'PR8',
    name: 'the largest saving first is not taken when two smaller ones together save more',
    prices: { a: 500, b: 500, c: 500, d: 500 },
    promotions: [
      promotion('trio', { kind: 'set', parts: parts('a', 'b', 'c'), off: percentOff(20) }),
      promotion('left', { kind: 'set', parts: parts('a', 'b'), off: percentOff(20) }),
      promotion('right', { kind: 'set', parts: parts('c', 'd'), off: percentOff(20) }),
    ],
    lines: [line(1, 'a'), line(2, 'b'), line(3, 'c'), line(4, 'd')],
    expected: { dueMinor: 1_600, off: { left: 200, right: 200 } },
  },
  {
    rule: 'PR8',
    name: 'a set spares the pieces that another set will need',
    prices: { pan: 1_050, lid: 300, cloth: 250 },
    promotions: [
      promotion('kitchen', {
        kind: 'set',
        parts: [
          { target: skus('pan'), pieces: 1 },
          { target: all, pieces: 2 },
        ],
        off: percentOff(10),
      }),
    ],
    lines: [line(1, 'pan', 2), line(2, 'lid', 3), line(3, 'cloth', 1)],
    // 10.50 + 3.00 + 3.00 and 10.50 + 3.00 + 2.50, not 10.50 + 10.50 + 3.00 alone.
    expected: { dueMinor: 2_925, off: { kitchen: 325 } },
  },
  {
    rule: 'PR3',
    name: 'a set may be had once, though there are goods for two',
    prices: { coffee: 300, cake: 400 },
    promotions: [
      promotion('brunch', {
        kind: 'set',
        parts: parts('coffee', 'cake'),
        off: { kind: 'price', priceMinor: 500 },
        limits: { perTicket: 1 },
      }),
    ],
    lines: [line(1, 'coffee', 2), line(2, 'cake', 2)],
    expected: { dueMinor: 1_200, off: { brunch: 200 } },
  },
  {
    rule: 'PR7',
    name: 'every twenty spent gets a mug at half price, as often as the rest suffices',
    prices: { coat: 4_500, mug: 850 },
    promotions: [
      promotion('gift', {
        kind: 'spend-get',
        target: all,
        spendMinor: 2_000,
        everySpend: true,
        get: { target: skus('mug'), pieces: 1, basisPoints: 5_000 },
      }),
    ],
    // 45.00 is twice 20.00; a third mug would need 60.00 besides three mugs, and 45.00 are there.
    lines: [line(1, 'coat'), line(2, 'mug', 3)],
    expected: { dueMinor: 6_200, off: { gift: 850 } },
  },
];

function parts(...skuIds: string[]) {
  return skuIds.map((skuId) => ({ target: skus(skuId), pieces: 1 }));
}

function buyTeaGetMug() {
  const get = { target: skus('mug'), pieces: 1, basisPoints: 5_000 };
  return promotion('treat', { kind: 'buy-get', buy: { target: skus('tea'), pieces: 2 }, get });
}

function spendFifty() {
  const get = { target: skus('mug'), pieces: 1, basisPoints: 10_000 };
  return promotion('gift', { kind: 'spend-get', target: all, spendMinor: 5_000, everySpend: false, get });
}
