import type { WorkedExample } from './run-example.ts';
import { all, entry, line, percentOff, promotion, storeList } from './shorthand.ts';

const online = { ...storeList, priceListId: 'online', channel: 'online' as const };
const midnightMs = 1_790_035_200_000;

export const priceExamples: readonly WorkedExample[] = [
  {
    name: 'two articles at their price, VAT held by it',
    prices: { tea: 499, mug: 850 },
    lines: [line(1, 'tea', 2), line(2, 'mug')],
    expected: { dueMinor: 1_848, taxMinor: 308, lineTaxes: [166, 142] },
  },
  {
    name: 'a quantity break counts the pieces on all lines',
    prices: { pen: 100 },
    entries: [entry('pen', 85, { minQuantity: 10 })],
    lines: [line(1, 'pen', 5), line(2, 'pen', 7)],
    expected: { dueMinor: 1_020, taxMinor: 170, totals: [425, 595] },
  },
  {
    name: 'a quantity break is not reached by nine and one taken back',
    prices: { pen: 100 },
    entries: [entry('pen', 85, { minQuantity: 10 })],
    lines: [line(1, 'pen', 9), line(2, 'pen', -1)],
    expected: { dueMinor: 800, totals: [900, -100] },
  },
  {
    name: 'a list that follows online asks the online price',
    lists: [{ ...storeList, followsOnline: true }, online],
    entries: [entry('kettle', 1_200), entry('kettle', 1_050, { priceListId: 'online' })],
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_050, taxMinor: 175 },
  },
  {
    name: 'a list that follows online asks its own price for what is not sold online',
    lists: [{ ...storeList, followsOnline: true }, online],
    entries: [entry('kettle', 1_200)],
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_200, taxMinor: 200 },
  },
  {
    name: 'the list of a tier, of higher precedence, is for its members',
    lists: [storeList, { ...storeList, priceListId: 'gold', channel: 'member', memberTiers: ['gold'], precedence: 1 }],
    entries: [entry('kettle', 1_000), entry('kettle', 900, { priceListId: 'gold' })],
    context: { memberTier: 'gold' },
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 900, taxMinor: 150 },
  },
  {
    name: 'the list of a tier is not for others',
    lists: [storeList, { ...storeList, priceListId: 'gold', channel: 'member', memberTiers: ['gold'], precedence: 1 }],
    entries: [entry('kettle', 1_000), entry('kettle', 900, { priceListId: 'gold' })],
    context: { memberTier: 'silver' },
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_000 },
  },
  {
    name: 'of lists with the same precedence the lower price counts',
    lists: [storeList, { ...storeList, priceListId: 'winter' }],
    entries: [entry('kettle', 1_000), entry('kettle', 950, { priceListId: 'winter' })],
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 950, taxMinor: 158 },
  },
  {
    name: 'the higher precedence counts though it is dearer',
    lists: [storeList, { ...storeList, priceListId: 'airport', storeIds: ['camden'], precedence: 1 }],
    entries: [entry('kettle', 1_000), entry('kettle', 1_100, { priceListId: 'airport' })],
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_100, taxMinor: 183 },
  },
  {
    name: 'a second before midnight the old price is asked',
    prices: { kettle: 1_000 },
    entries: [entry('kettle', 1_200, { validFromMs: midnightMs })],
    context: { atMs: midnightMs - 1_000 },
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_000 },
  },
  {
    name: 'at midnight the new price is asked',
    prices: { kettle: 1_000 },
    entries: [entry('kettle', 1_200, { validFromMs: midnightMs })],
    context: { atMs: midnightMs },
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_200 },
  },
  {
    name: 'a list counts no longer at the second when it ends',
    lists: [storeList, { ...storeList, priceListId: 'flash', precedence: 5, validUntilMs: midnightMs }],
    entries: [entry('kettle', 1_000), entry('kettle', 500, { priceListId: 'flash' })],
    context: { atMs: midnightMs },
    lines: [line(1, 'kettle')],
    expected: { dueMinor: 1_000 },
  },
  {
    name: 'staff pay the list of staff, and where it has no price what the counter asks',
    lists: [storeList, { ...storeList, priceListId: 'staff', channel: 'staff', precedence: 1 }],
    entries: [entry('kettle', 1_000), entry('mug', 850), entry('kettle', 700, { priceListId: 'staff' })],
    context: { channel: 'staff' },
    lines: [line(1, 'kettle'), line(2, 'mug')],
    expected: { dueMinor: 1_550 },
  },
  {
    name: 'a price in another currency is no price',
    prices: { kettle: 1_000 },
    lists: [{ ...storeList, currency: 'EUR' }],
    lines: [line(1, 'kettle')],
    expected: { code: 'other-currency' },
  },
  {
    name: 'what no list knows has no price',
    lines: [line(1, 'kettle')],
    expected: { code: 'no-price' },
  },
  {
    name: 'a price of zero is a price',
    prices: { leaflet: 0 },
    lines: [line(1, 'leaflet', 3)],
    expected: { dueMinor: 0, taxMinor: 0 },
  },
  {
    name: 'weighed goods cost their share of a kilogram, rounded once',
    prices: { cheese: 1_890 },
    lines: [line(1, 'cheese', 1, { grams: 356, taxClass: 'zero' })],
    expected: { dueMinor: 673, taxMinor: 0 },
  },
  {
    name: 'a price set by hand is left alone by promotions',
    prices: { mug: 850 },
    promotions: [promotion('half', { kind: 'discount', target: all, off: percentOff(50) })],
    lines: [line(1, 'mug', 2, { price: { from: 'override', priceMinor: 700, reason: 'chipped' } }), line(2, 'mug')],
    expected: { dueMinor: 1_825, off: { half: 425 }, totals: [1_400, 425] },
  },
  {
    name: 'a discount by hand on the ticket is split over all that is sold, and not over what is taken back',
    prices: { mug: 850, tea: 499 },
    lines: [line(1, 'mug'), line(2, 'tea', 2), line(3, 'mug', -1)],
    ticketDiscount: { off: { kind: 'amount', amountMinor: 100 }, reason: 'waited long' },
    // 100 × 850 / 1,848 = 45.996; 100 × 998 / 1,848 = 54.004.
    expected: { dueMinor: 898, totals: [804, 944, -850] },
  },
];
