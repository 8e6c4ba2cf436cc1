import type { WorkedExample } from './run-example.ts';
import { all, amountOff, line, percentOff, promotion, skus, some } from './shorthand.ts';

const prices = { mug: 850, coat: 6_000, case: 2_000, ten: 1_000, six: 600, half: 250, two: 200, bag: 5, tea: 499 };
const threeForTwo = promotion('3for2', { kind: 'nth-item', target: all, nth: 3, basisPoints: 10_000 });
const tenPercent = promotion('ten', { kind: 'discount', target: all, off: percentOff(10) });
const fiveOnTop = promotion('five', { kind: 'discount', target: all, off: percentOff(5), combination: 'stacking' });

export const promotionExamples: readonly WorkedExample[] = [
  {
    name: 'ten per cent off a brand',
    prices,
    promotions: [promotion('acme', { kind: 'discount', target: some({ brands: ['Acme'] }), off: percentOff(10) })],
    lines: [line(1, 'mug', 3, { brand: 'Acme' }), line(2, 'tea', 1, { brand: 'Other' })],
    expected: { dueMinor: 2_794, off: { acme: 255 }, totals: [2_295, 499], lineTaxes: [383, 83] },
  },
  {
    name: 'an amount off each piece',
    prices,
    promotions: [promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100) })],
    lines: [line(1, 'mug', 3)],
    expected: { dueMinor: 2_250, taxMinor: 375, off: { pound: 300 } },
  },
  {
    name: 'a fixed price',
    prices,
    promotions: [
      promotion('five', { kind: 'discount', target: skus('mug'), off: { kind: 'fixed-price', priceMinor: 500 } }),
    ],
    lines: [line(1, 'mug', 2)],
    expected: { dueMinor: 1_000, taxMinor: 167, off: { five: 700 } },
  },
  {
    name: 'a fixed price above the price is none',
    prices,
    promotions: [
      promotion('ten', { kind: 'discount', target: skus('mug'), off: { kind: 'fixed-price', priceMinor: 1_000 } }),
    ],
    lines: [line(1, 'mug')],
    expected: { dueMinor: 850, off: {} },
  },
  {
    name: 'an amount above the price makes a piece free and no more',
    prices,
    promotions: [promotion('pound', { kind: 'discount', target: all, off: amountOff(100) })],
    lines: [line(1, 'bag', 2)],
    expected: { dueMinor: 0, taxMinor: 0, off: { pound: 10 } },
  },
  {
    name: 'everything but a category',
    prices,
    promotions: [
      promotion('fifth', {
        kind: 'discount',
        target: { kind: 'all', except: { skuIds: [], categoryIds: ['books'], brands: [] } },
        off: percentOff(20),
      }),
    ],
    lines: [line(1, 'mug'), line(2, 'ten', 1, { categoryIds: ['novels', 'books'] })],
    expected: { dueMinor: 1_680, taxMinor: 280, off: { fifth: 170 } },
  },
  {
    name: 'of two discounts on a piece the better',
    prices,
    promotions: [tenPercent, promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100) })],
    lines: [line(1, 'mug'), line(2, 'case')],
    expected: { dueMinor: 2_550, off: { pound: 100, ten: 200 } },
  },
  {
    name: 'a discount that stacks comes off what the other leaves',
    prices,
    promotions: [tenPercent, fiveOnTop],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_710, taxMinor: 285, off: { five: 90, ten: 200 } },
  },
  {
    name: 'an exclusive discount loses to two that stack when they give more',
    prices,
    promotions: [tenPercent, fiveOnTop, promotion('alone', { ...tenOff(12), combination: 'exclusive' })],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_710, off: { five: 90, ten: 200 } },
  },
  {
    name: 'an exclusive discount that gives more has nothing on top',
    prices,
    promotions: [tenPercent, fiveOnTop, promotion('alone', { ...tenOff(20), combination: 'exclusive' })],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_600, taxMinor: 267, off: { alone: 400 } },
  },
  {
    name: 'three for two: the cheapest is free, and the discount is shared by all three',
    prices,
    promotions: [threeForTwo],
    lines: [line(1, 'ten'), line(2, 'six'), line(3, 'half')],
    // 250 × 1,000 / 1,850 = 135.14, × 600 = 81.08, × 250 = 33.78.
    expected: { dueMinor: 1_600, off: { '3for2': 250 }, totals: [865, 519, 216], lineTaxes: [144, 87, 36] },
  },
  {
    name: 'three for two: groups are made from the dearest down',
    prices,
    promotions: [threeForTwo],
    lines: [line(1, 'two', 3), line(2, 'ten', 3)],
    expected: { dueMinor: 2_400, taxMinor: 400, off: { '3for2': 1_200 }, totals: [400, 2_000] },
  },
  {
    name: 'every second at half price, rounded for each pair',
    prices: { ...prices, odd: 999 },
    promotions: [promotion('second', { kind: 'nth-item', target: all, nth: 2, basisPoints: 5_000 })],
    lines: [line(1, 'odd', 2)],
    expected: { dueMinor: 1_498, taxMinor: 250, off: { second: 500 } },
  },
  {
    name: 'buy two, get another article at half price',
    prices,
    promotions: [buyTeaGetMug()],
    lines: [line(1, 'tea', 2), line(2, 'mug')],
    // 425 × 998 / 1,848 = 229.52, × 850 = 195.48.
    expected: { dueMinor: 1_423, taxMinor: 237, off: { treat: 425 }, totals: [768, 655] },
  },
  {
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
    name: 'mix and match: any three for ten, of the dearest',
    prices: { a: 500, b: 450, c: 400, d: 300 },
    promotions: [
      promotion('mix', { kind: 'set', parts: [{ target: all, pieces: 3 }], off: { kind: 'price', priceMinor: 1_000 } }),
    ],
    lines: [line(1, 'a'), line(2, 'b'), line(3, 'c'), line(4, 'd')],
    expected: { dueMinor: 1_300, taxMinor: 217, off: { mix: 350 }, totals: [371, 333, 296, 300] },
  },
  {
    name: 'a set that costs more than its pieces is left alone',
    prices: { coffee: 300, cake: 400 },
    promotions: [
      promotion('brunch', { kind: 'set', parts: parts('coffee', 'cake'), off: { kind: 'price', priceMinor: 900 } }),
    ],
    lines: [line(1, 'coffee'), line(2, 'cake')],
    expected: { dueMinor: 700, taxMinor: 117, off: {} },
  },
  {
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
    name: 'whoever spends fifty gets a mug',
    prices,
    promotions: [spendFifty()],
    lines: [line(1, 'coat'), line(2, 'mug')],
    expected: { dueMinor: 6_000, taxMinor: 1_000, off: { gift: 850 }, totals: [6_000, 0] },
  },
  {
    name: 'what is got does not count as spent',
    prices: { ...prices, coat: 4_500 },
    promotions: [spendFifty()],
    lines: [line(1, 'coat'), line(2, 'mug')],
    expected: { dueMinor: 5_350, taxMinor: 892, off: {} },
  },
  {
    name: 'ten off a hundred spent is split over the lines',
    prices: { a: 6_000, b: 5_500 },
    promotions: [ticketOff(10_000, 1_000)],
    lines: [line(1, 'a'), line(2, 'b')],
    expected: { dueMinor: 10_500, taxMinor: 1_750, off: { ticket: 1_000 }, totals: [5_478, 5_022] },
  },
  {
    name: 'twenty yuan off every hundred',
    prices: { scarf: 35_000 },
    promotions: [
      promotion('full', {
        kind: 'ticket-discount',
        currency: 'CNY',
        target: all,
        spendMinor: 10_000,
        off: { kind: 'amount', amountMinor: 2_000, everySpend: true },
      }),
    ],
    tax: { classes: [{ taxClass: 'standard', rateBasisPoints: 1_300 }] },
    context: { currency: 'CNY' },
    lines: [line(1, 'scarf')],
    expected: { dueMinor: 29_000, taxMinor: 3_336, off: { full: 6_000 } },
  },
  {
    name: 'spent is what the shelf asks: a discount does not cost the other one',
    prices: { coat: 10_000 },
    promotions: [promotion('half', { kind: 'discount', target: all, off: percentOff(50) }), ticketOff(10_000, 1_000)],
    lines: [line(1, 'coat')],
    expected: { dueMinor: 4_000, taxMinor: 667, off: { half: 5_000, ticket: 1_000 } },
  },
  {
    name: 'on the ticket, percentages come before amounts',
    prices: { coat: 10_000 },
    promotions: [
      promotion('ten', { kind: 'ticket-discount', target: all, spendMinor: 1, off: percentOff(10) }),
      promotion('coupon', {
        kind: 'ticket-discount',
        target: all,
        spendMinor: 1,
        off: { kind: 'amount', amountMinor: 500, everySpend: false },
        combination: 'stacking',
        conditions: { couponIds: ['SAVE5'] },
      }),
    ],
    context: { couponIds: ['SAVE5'] },
    lines: [line(1, 'coat')],
    expected: { dueMinor: 8_500, taxMinor: 1_417, off: { coupon: 500, ten: 1_000 } },
  },
  {
    name: 'an exclusive ticket discount stays away when the others give more',
    prices,
    promotions: [threeForTwo, exclusiveTicket(20)],
    lines: [line(1, 'ten', 3)],
    expected: { dueMinor: 2_000, off: { '3for2': 1_000 } },
  },
  {
    name: 'an exclusive ticket discount stands alone when it gives more',
    prices,
    promotions: [threeForTwo, exclusiveTicket(50)],
    lines: [line(1, 'ten', 3)],
    expected: { dueMinor: 1_500, taxMinor: 250, off: { alone: 1_500 } },
  },
  {
    name: 'higher priority chooses first, though it gives less',
    prices,
    promotions: [promotion('first', { ...tenOff(5), priority: 1 }), promotion('later', tenOff(20))],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_900, taxMinor: 317, off: { first: 100 } },
  },
  {
    name: 'a limit for the ticket counts pieces',
    prices,
    promotions: [
      promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100), limits: { perTicket: 2 } }),
    ],
    lines: [line(1, 'mug', 5)],
    expected: { dueMinor: 4_050, taxMinor: 675, off: { pound: 200 } },
  },
  {
    name: 'a limit for the member counts what the member has had',
    prices,
    promotions: [
      promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100), limits: { perMember: 3 } }),
    ],
    context: { memberTier: 'gold', usedByMember: { pound: 2 } },
    lines: [line(1, 'mug', 5)],
    expected: { dueMinor: 4_150, taxMinor: 692, off: { pound: 100 } },
  },
  {
    name: 'a promotion for members is not for others',
    prices,
    promotions: [promotion('club', { ...tenOff(10), conditions: { members: { kind: 'members' } } })],
    lines: [line(1, 'mug')],
    expected: { dueMinor: 850, off: {} },
  },
  {
    name: 'a coupon opens its promotion',
    prices,
    promotions: [promotion('coupon', { ...tenOff(15), conditions: { couponIds: ['A', 'B'] } })],
    context: { couponIds: ['B'] },
    lines: [line(1, 'mug')],
    expected: { dueMinor: 722, taxMinor: 120, off: { coupon: 128 } },
  },
  {
    name: 'Friday night goes on until two on Saturday',
    prices,
    promotions: [fridayNight()],
    context: { localWeekday: 6, localMinute: 119 },
    lines: [line(1, 'mug')],
    expected: { dueMinor: 765, taxMinor: 128, off: { night: 85 } },
  },
  {
    name: 'Saturday night is not Friday night',
    prices,
    promotions: [fridayNight()],
    context: { localWeekday: 6, localMinute: 1_350 },
    lines: [line(1, 'mug')],
    expected: { dueMinor: 850, off: {} },
  },
  {
    name: 'a piece is left out of three for two when its own discount gives more',
    prices: { a: 1_000, b: 400 },
    promotions: [threeForTwo, promotion('a', { kind: 'discount', target: skus('a'), off: percentOff(50) })],
    lines: [line(1, 'a'), line(2, 'b', 3)],
    expected: { dueMinor: 1_300, taxMinor: 216, off: { '3for2': 400, a: 500 } },
  },
  {
    name: 'of weighed goods a percentage and a price for the kilogram',
    prices: { cheese: 1_890, ham: 2_000 },
    promotions: [
      promotion('ham', { kind: 'discount', target: skus('ham'), off: { kind: 'fixed-price', priceMinor: 1_500 } }),
      promotion('cheese', { kind: 'discount', target: skus('cheese'), off: percentOff(10) }),
    ],
    lines: [line(1, 'cheese', 1, { grams: 356 }), line(2, 'ham', 1, { grams: 356 })],
    expected: { dueMinor: 1_140, off: { cheese: 67, ham: 178 }, totals: [606, 534] },
  },
  {
    name: 'weighed and labelled goods are in no group',
    prices: { ham: 2_000 },
    promotions: [threeForTwo],
    lines: [
      line(1, 'ham', 1, { grams: 356 }),
      line(2, 'ham', 1, { grams: 356 }),
      line(3, 'ham', 1, { price: { from: 'label', priceMinor: 432 } }),
    ],
    expected: { dueMinor: 1_856, off: {} },
  },
  {
    name: 'a Kuwaiti dinar has a thousand fils',
    prices: { oud: 1_250 },
    promotions: [promotion('eid', { ...tenOff(15), currency: 'KWD' })],
    tax: { classes: [{ taxClass: 'standard', rateBasisPoints: 0 }] },
    context: { currency: 'KWD' },
    lines: [line(1, 'oud', 3)],
    expected: { dueMinor: 3_187, taxMinor: 0, off: { eid: 563 } },
  },
];

function tenOff(percent: number) {
  return { kind: 'discount' as const, target: all, off: percentOff(percent) };
}

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

function ticketOff(spendMinor: number, amountMinor: number) {
  const off = { kind: 'amount' as const, amountMinor, everySpend: false };
  return promotion('ticket', { kind: 'ticket-discount', target: all, spendMinor, off });
}

function exclusiveTicket(percent: number) {
  const off = percentOff(percent);
  return promotion('alone', { kind: 'ticket-discount', target: all, spendMinor: 1, off, combination: 'exclusive' });
}

function fridayNight() {
  const conditions = { weekdays: [5], timeWindows: [{ fromMinute: 1_320, untilMinute: 120 }] };
  return promotion('night', { ...tenOff(10), conditions });
}
