import type { WorkedExample } from './run-example.ts';
import { all, amountOff, line, percentOff, promotion, skus, some, threeForTwo } from './shorthand.ts';

const prices = { mug: 850, case: 2_000, ten: 1_000, bag: 5, tea: 499 };
const tenPercent = promotion('ten', { kind: 'discount', target: all, off: percentOff(10) });
const fiveOnTop = promotion('five', { kind: 'discount', target: all, off: percentOff(5), combination: 'stacking' });

export const promotionExamples: readonly WorkedExample[] = [
  {
    rule: 'PR4',
    name: 'ten per cent off a brand',
    prices,
    promotions: [promotion('acme', { kind: 'discount', target: some({ brands: ['Acme'] }), off: percentOff(10) })],
    lines: [line(1, 'mug', 3, { brand: 'Acme' }), line(2, 'tea', 1, { brand: 'Other' })],
    expected: { dueMinor: 2_794, off: { acme: 255 }, totals: [2_295, 499], lineTaxes: [383, 83] },
  },
  {
    rule: 'PR6',
    name: 'an amount off each piece',
    prices,
    promotions: [promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100) })],
    lines: [line(1, 'mug', 3)],
    expected: { dueMinor: 2_250, taxMinor: 375, off: { pound: 300 } },
  },
  {
    rule: 'PR6',
    name: 'a fixed price',
    prices,
    promotions: [
      promotion('five', { kind: 'discount', target: skus('mug'), off: { kind: 'fixed-price', priceMinor: 500 } }),
    ],
    lines: [line(1, 'mug', 2)],
    expected: { dueMinor: 1_000, taxMinor: 167, off: { five: 700 } },
  },
  {
    rule: 'PR6',
    name: 'a fixed price above the price is none',
    prices,
    promotions: [
      promotion('ten', { kind: 'discount', target: skus('mug'), off: { kind: 'fixed-price', priceMinor: 1_000 } }),
    ],
    lines: [line(1, 'mug')],
    expected: { dueMinor: 850, off: {} },
  },
  {
    rule: 'PR6',
    name: 'an amount above the price makes a piece free and no more',
    prices,
    promotions: [promotion('pound', { kind: 'discount', target: all, off: amountOff(100) })],
    lines: [line(1, 'bag', 2)],
    expected: { dueMinor: 0, taxMinor: 0, off: { pound: 10 } },
  },
  {
    rule: 'PR2',
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
    rule: 'PR6',
    name: 'of two discounts on a piece the better',
    prices,
    promotions: [tenPercent, promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100) })],
    lines: [line(1, 'mug'), line(2, 'case')],
    expected: { dueMinor: 2_550, off: { pound: 100, ten: 200 } },
  },
  {
    rule: 'PR6',
    name: 'a discount that stacks comes off what the other leaves',
    prices,
    promotions: [tenPercent, fiveOnTop],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_710, taxMinor: 285, off: { five: 90, ten: 200 } },
  },
  {
    rule: 'PR6',
    name: 'an exclusive discount loses to two that stack when they give more',
    prices,
    promotions: [tenPercent, fiveOnTop, promotion('alone', { ...tenOff(12), combination: 'exclusive' })],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_710, off: { five: 90, ten: 200 } },
  },
  {
    rule: 'PR6',
    name: 'an exclusive discount that gives more has nothing on top',
    prices,
    promotions: [tenPercent, fiveOnTop, promotion('alone', { ...tenOff(20), combination: 'exclusive' })],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_600, taxMinor: 267, off: { alone: 400 } },
  },
  {
    rule: 'PR7',
    name: 'ten off a hundred spent is split over the lines',
    prices: { a: 6_000, b: 5_500 },
    promotions: [ticketOff(10_000, 1_000)],
    lines: [line(1, 'a'), line(2, 'b')],
    expected: { dueMinor: 10_500, taxMinor: 1_750, off: { ticket: 1_000 }, totals: [5_478, 5_022] },
  },
  {
    rule: 'PR7',
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
    rule: 'PR7',
    name: 'spent is what the shelf asks: a discount does not cost the other one',
    prices: { coat: 10_000 },
    promotions: [promotion('half', { kind: 'discount', target: all, off: percentOff(50) }), ticketOff(10_000, 1_000)],
    lines: [line(1, 'coat')],
    expected: { dueMinor: 4_000, taxMinor: 667, off: { half: 5_000, ticket: 1_000 } },
  },
  {
    rule: 'PR7',
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
    rule: 'PR7',
    name: 'an exclusive ticket discount stays away when the others give more',
    prices,
    promotions: [threeForTwo, exclusiveTicket(20)],
    lines: [line(1, 'ten', 3)],
    expected: { dueMinor: 2_000, off: { '3for2': 1_000 } },
  },
  {
    rule: 'PR7',
    name: 'an exclusive ticket discount stands alone when it gives more',
    prices,
    promotions: [threeForTwo, exclusiveTicket(50)],
    lines: [line(1, 'ten', 3)],
    expected: { dueMinor: 1_500, taxMinor: 250, off: { alone: 1_500 } },
  },
  {
    rule: 'PR8',
    name: 'higher priority chooses first, though it gives less',
    prices,
    promotions: [promotion('first', { ...tenOff(5), priority: 1 }), promotion('later', tenOff(20))],
    lines: [line(1, 'case')],
    expected: { dueMinor: 1_900, taxMinor: 317, off: { first: 100 } },
  },
  {
    rule: 'PR3',
    name: 'a limit for the ticket counts pieces',
    prices,
    promotions: [
      promotion('pound', { kind: 'discount', target: skus('mug'), off: amountOff(100), limits: { perTicket: 2 } }),
    ],
    lines: [line(1, 'mug', 5)],
    expected: { dueMinor: 4_050, taxMinor: 675, off: { pound: 200 } },
  },
  {
    rule: 'PR3',
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
    rule: 'PR2',
    name: 'a promotion for members is not for others',
    prices,
    promotions: [promotion('club', { ...tenOff(10), conditions: { members: { kind: 'members' } } })],
    lines: [line(1, 'mug')],
    expected: { dueMinor: 850, off: {} },
  },
  {
    rule: 'PR2',
    name: 'a coupon opens its promotion',
    prices,
    promotions: [promotion('coupon', { ...tenOff(15), conditions: { couponIds: ['A', 'B'] } })],
    context: { couponIds: ['B'] },
    lines: [line(1, 'mug')],
    expected: { dueMinor: 722, taxMinor: 120, off: { coupon: 128 } },
  },
  {
    rule: 'PR2',
    name: 'Friday night goes on until two on Saturday',
    prices,
    promotions: [fridayNight()],
    context: { localWeekday: 6, localMinute: 119 },
    lines: [line(1, 'mug')],
    expected: { dueMinor: 765, taxMinor: 128, off: { night: 85 } },
  },
  {
    rule: 'PR2',
    name: 'Saturday night is not Friday night',
    prices,
    promotions: [fridayNight()],
    context: { localWeekday: 6, localMinute: 1_350 },
    lines: [line(1, 'mug')],
    expected: { dueMinor: 850, off: {} },
  },
  {
    rule: 'PR8',
    name: 'a piece is left out of three for two when its own discount gives more',
    prices: { a: 1_000, b: 400 },
    promotions: [threeForTwo, promotion('a', { kind: 'discount', target: skus('a'), off: percentOff(50) })],
    lines: [line(1, 'a'), line(2, 'b', 3)],
    expected: { dueMinor: 1_300, taxMinor: 216, off: { '3for2': 400, a: 500 } },
  },
  {
    rule: 'PR10',
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
    rule: 'PR10',
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
    rule: 'PR4',
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
