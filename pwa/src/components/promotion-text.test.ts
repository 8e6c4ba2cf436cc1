import fc from 'fast-check';
import { expect, test } from 'vitest';
import { promotionsOf } from '#schemas/pricing/arbitrary-tickets.ts';
import type { Promotion } from '#schemas/pricing/promotion.ts';
import {
  all,
  amountOff,
  percentOff,
  promotion,
  some,
  threeForTwo,
} from '#schemas/pricing/worked-examples/shorthand.ts';
import { type LocaleCode, localeCodes } from '#schemas/text.ts';
import { promotionText } from './promotion-text.ts';

const names: Readonly<Record<string, Readonly<Record<LocaleCode, string>>>> = {
  tea: { en: 'Tea', 'zh-Hans': '茶叶', 'zh-Hant': '茶葉' },
  mug: { en: 'Enamel mug', 'zh-Hans': '搪瓷杯', 'zh-Hant': '搪瓷杯' },
  knitwear: { en: 'Knitwear', 'zh-Hans': '针织衫', 'zh-Hant': '針織衫' },
  camden: { en: 'Camden', 'zh-Hans': 'Camden', 'zh-Hant': 'Camden' },
};
const viewIn = (locale: LocaleCode) => ({
  locale,
  formatLocale: locale === 'en' ? 'en-GB' : locale,
  timeZone: 'Europe/London',
  nameOf: (_kind: string, id: string) => names[id]?.[locale] ?? id,
});
const said = (one: Promotion) => localeCodes.map((locale) => promotionText(one, viewIn(locale)));
const english = (one: Promotion) => promotionText(one, viewIn('en'));
const tea = some({ skuIds: ['tea'] });
const knitwear = some({ categoryIds: ['knitwear'] });
const mug = some({ skuIds: ['mug'] });

test('three for two', () => {
  expect(said(promotion('p', { kind: 'nth-item', target: tea, nth: 3, basisPoints: 10_000 }))).toEqual([
    '3 for 2 on Tea: the cheapest is free',
    '茶叶买3件只付2件，最便宜的一件免费',
    '茶葉買3件只付2件，最便宜的一件免費',
  ]);
  expect(english(threeForTwo)).toBe('3 for 2 on everything: the cheapest is free');
});

test('a percentage, on some days and hours, for members: in Chinese in tenths of the price', () => {
  const conditions = {
    weekdays: [7, 6],
    timeWindows: [{ fromMinute: 600, untilMinute: 840 }],
    members: { kind: 'members' as const },
  };
  expect(said(promotion('p', { kind: 'discount', target: knitwear, off: percentOff(20), conditions }))).toEqual([
    '20% off Knitwear, Saturday and Sunday 10:00–14:00, members only',
    '针织衫打8折，周六和周日10:00–14:00，仅限会员',
    '針織衫打8折，週六和週日上午10:00–下午2:00，僅限會員',
  ]);
  const odd = promotion('p', { kind: 'discount', target: all, off: { kind: 'percentage', basisPoints: 3_333 } });
  expect(said(odd).slice(0, 2)).toEqual(['33.33% off everything', '全场商品减33.33%']);
  expect(said(promotion('p', { kind: 'discount', target: all, off: percentOff(25) }))[1]).toBe('全场商品打7.5折');
});

test('amounts and fixed prices say that they are of each piece; what has no pence shows none', () => {
  expect(english(promotion('p', { kind: 'discount', target: tea, off: amountOff(200) }))).toBe(
    'Tea: £2 off each piece',
  );
  const fixed = { kind: 'fixed-price' as const, priceMinor: 499 };
  expect(english(promotion('p', { kind: 'discount', target: tea, off: fixed }))).toBe('Tea for £4.99 each');
  const free = { kind: 'fixed-price' as const, priceMinor: 0 };
  expect(english(promotion('p', { kind: 'discount', target: tea, off: free }))).toBe('Tea for free');
});

test('tickets: from a sum on, for every sum, or whatever is bought', () => {
  const ticket = (off: object, spendMinor: number, target = all as typeof tea | typeof all) =>
    promotion('p', { kind: 'ticket-discount', target, spendMinor, off: off as never });
  expect(english(ticket({ kind: 'amount', amountMinor: 500, everySpend: false }, 5_000))).toBe(
    'Spend £50 or more: £5 off',
  );
  expect(said(ticket({ kind: 'amount', amountMinor: 500, everySpend: true }, 5_000, tea))).toEqual([
    'For every £50 spent on Tea: £5 off',
    '茶叶每满£50减£5',
    '茶葉每滿£50減£5',
  ]);
  expect(english(ticket(percentOff(10), 1))).toBe('10% off the whole ticket');
});

test('groups: more of the same, another thing, sets, gifts', () => {
  const buy = { target: tea, pieces: 2 };
  const same = { target: null, pieces: 1, basisPoints: 5_000 };
  expect(english(promotion('p', { kind: 'buy-get', buy, get: same }))).toBe('Buy 2 of Tea, get 1 more 50% off');
  const other = { target: mug, pieces: 1, basisPoints: 10_000 };
  expect(said(promotion('p', { kind: 'buy-get', buy, get: other }))).toEqual([
    'Buy 2 of Tea, get 1 of Enamel mug free',
    '买2件茶叶，搪瓷杯1件免费',
    '買2件茶葉，搪瓷杯1件免費',
  ]);
  const parts = [buy, { target: mug, pieces: 1 }];
  const price = { kind: 'price' as const, priceMinor: 1_000 };
  expect(english(promotion('p', { kind: 'set', parts, off: price }))).toBe('2 × Tea and Enamel mug together for £10');
  expect(english(promotion('p', { kind: 'set', parts: [buy], off: price }))).toBe('Any 2 of Tea for £10');
  const gift = { kind: 'spend-get' as const, target: all, spendMinor: 3_000, everySpend: false, get: other };
  expect(english(promotion('p', gift))).toBe('Spend £30 or more: 1 of Enamel mug free');
});

test('what is left out, where, when, with which coupon and how often', () => {
  const except = { skuIds: ['mug'], categoryIds: [], brands: ['Wren & Co'] };
  const conditions = {
    storeIds: ['camden'],
    channels: ['store' as const],
    couponIds: ['WELCOME10'],
    // Midnight in London is eleven in summer: an end at midnight is told by the day before it.
    validFromMs: Date.parse('2026-06-01T00:00:00+01:00'),
    validUntilMs: Date.parse('2026-07-01T00:00:00+01:00'),
    weekdays: [1, 2, 3, 4, 5],
  };
  const one = promotion('p', {
    kind: 'ticket-discount',
    target: { kind: 'all', except },
    spendMinor: 1,
    off: percentOff(10),
    conditions,
    limits: { perTicket: null, perMember: 1 },
  });
  expect(english(one)).toBe(
    '10% off everything except Wren & Co and Enamel mug, Monday to Friday, from 1 Jun 2026 until 30 Jun 2026, ' +
      'in the shop only, only at Camden, with coupon WELCOME10, once per member',
  );
});

test('of many goods three are named and the rest are counted', () => {
  const skuIds = Array.from({ length: 10_000 }, (_, index) => `sku-${index}`);
  const many = promotion('p', { kind: 'discount', target: some({ skuIds }), off: percentOff(5) });
  expect(said(many).slice(0, 2)).toEqual([
    '5% off sku-0, sku-1, sku-2 and 9997 more',
    'Sku-0、sku-1、sku-2及另外9997项打9.5折',
  ]);
});

test('every promotion that can be written is told in every language, without a gap', () => {
  fc.assert(
    fc.property(promotionsOf([0]), (promotions) => {
      for (const one of promotions) {
        for (const text of said(one)) expect(text).toMatch(/^(?!.*(undefined|null|NaN|\{|\}|,,| ,|，，)).{4,}$/);
      }
    }),
  );
});
