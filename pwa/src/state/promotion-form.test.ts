import fc from 'fast-check';
import { expect, test } from 'vitest';
import { promotionsOf } from '#schemas/pricing/arbitrary-tickets.ts';
import { type Promotion, promotionSchema } from '#schemas/pricing/promotion.ts';
import { formOf, newPromotionForm, noGoods } from './promotion-form.ts';
import { promotionOf } from './promotion-of-form.ts';
import { zonedMs, zonedText } from './zoned-time.ts';

const setting = {
  promotionId: 'p0',
  currency: 'GBP',
  timeZone: 'Europe/London',
  namesFor: () => ({ en: 'As told', 'zh-Hans': '如述' }),
};
const tea = { ...noGoods(), skuIds: ['tea'] };
const problemsOf = (given: Partial<ReturnType<typeof newPromotionForm>>) => {
  const read = promotionOf({ ...newPromotionForm(), target: tea, percent: '100', ...given }, setting);
  return read.ok ? [] : read.error.problems.map(({ field, code }) => `${field} ${code}`);
};

const second = fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }).map((seconds) => seconds * 1_000);
const conditions = fc.record({
  channels: fc.option(fc.uniqueArray(fc.constantFrom('online', 'store', 'staff'), { minLength: 1 })),
  storeIds: fc.option(fc.constant(['camden', 'ancoats'])),
  members: fc.constantFrom({ kind: 'anyone' }, { kind: 'members' }, { kind: 'tiers', tiers: ['Gold', 'Silver leaf'] }),
  couponIds: fc.option(fc.constant(['WELCOME10', 'BACK-5'])),
  validFromMs: fc.option(second.filter(isOnce)),
  validUntilMs: fc.constant(null),
  weekdays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })),
  timeWindows: fc.option(
    fc.constant([
      { fromMinute: 600, untilMinute: 840 },
      { fromMinute: 1_320, untilMinute: 1_440 },
    ]),
  ),
});
const limit = fc.option(fc.integer({ min: 1, max: 1_000_000 }));
const written = fc
  .record({
    written: promotionsOf([-3, 0, 7]),
    conditions,
    limits: fc.record({ perTicket: limit, perMember: limit }),
  })
  .map(({ written: [first], ...given }) => first && promotionSchema.parse({ ...first, ...given }));

/** An hour that the clock shows twice cannot be told apart by what it shows. */
function isOnce(atMs: number): boolean {
  return zonedMs(zonedText(atMs, setting.timeZone), setting.timeZone) === atMs;
}

test('a promotion that is opened and saved again is the same promotion, whatever kind and conditions it has', () => {
  fc.assert(
    fc.property(written, (promotion) => {
      if (!promotion) return;
      const read = promotionOf(formOf(promotion, setting.timeZone), setting);
      expect(read).toEqual({ ok: true, value: promotion });
    }),
  );
});

test('fields of other kinds do not come along', () => {
  const form = { ...newPromotionForm(), target: tea, percent: '100', spend: 'rubbish', amount: '-', reward: noGoods() };
  const read = promotionOf(form, setting);
  expect(read.ok && Object.keys(read.value).sort()).toEqual([
    'basisPoints',
    'combination',
    'conditions',
    'currency',
    'kind',
    'limits',
    'names',
    'nth',
    'priority',
    'promotionId',
    'target',
  ]);
});

test('all that is wrong is told at once, with its field', () => {
  expect(
    problemsOf({
      target: noGoods(),
      nth: '1',
      percent: '101',
      perTicket: '0',
      priority: '2000',
      validFrom: 'soon',
    }).sort(),
  ).toEqual([
    'nth bad-nth',
    'perTicket bad-count',
    'percent bad-percent',
    'priority bad-priority',
    'target goods-missing',
    'validFrom bad-time',
  ]);
  expect(problemsOf({ validFrom: '2026-12-24T10:00', validUntil: '2026-12-24T10:00' })).toEqual([
    'validUntil ends-before',
  ]);
  expect(problemsOf({ isInSomeStores: true, members: 'tiers', tiers: ' , ', takesCoupon: true, coupons: '' })).toEqual([
    'storeIds choose-one',
    'tiers choose-one',
    'coupons choose-one',
  ]);
  expect(problemsOf({ windows: [{ from: '10:00', until: '10:00' }] })).toEqual(['windows bad-window']);
  expect(problemsOf({ takesCoupon: true, coupons: 'DIX€' })).toEqual(['coupons bad-coupon']);
  expect(problemsOf({ names: { en: 'x'.repeat(201), hans: '', hant: '' } })).toEqual(['names too-long']);
  expect(problemsOf({ kind: 'ticket-discount', off: 'amount', amount: '5', everySpend: true })).toEqual([
    'spend bad-amount',
  ]);
});

test('without a name it is called what it says; with one in Chinese alone, that', () => {
  const nameOf = (names: { en: string; hans: string; hant: string }) => {
    const read = promotionOf({ ...newPromotionForm(), target: tea, percent: '100', names }, setting);
    return read.ok && read.value.names;
  };
  expect(nameOf({ en: '', hans: '', hant: '' })).toEqual({ en: 'As told', 'zh-Hans': '如述' });
  expect(nameOf({ en: ' ', hans: '周年庆', hant: '' })).toEqual({ en: '周年庆', 'zh-Hans': '周年庆' });
});

test('what cannot come on top of others does not keep that from another kind', () => {
  const form = { ...newPromotionForm(), target: tea, percent: '10', combination: 'stacking' as const };
  const combinationOf = (kind: Promotion['kind']) => {
    const read = promotionOf({ ...form, kind }, setting);
    return read.ok && read.value.combination;
  };
  expect([combinationOf('discount'), combinationOf('nth-item')]).toEqual(['stacking', 'single']);
});

test('times are those of the store: midnight in London is an hour earlier in summer', () => {
  expect(zonedMs('2026-07-01T00:00', 'Europe/London')).toBe(Date.parse('2026-06-30T23:00:00Z'));
  expect(zonedMs('2026-01-01T00:00:05', 'Europe/London')).toBe(Date.parse('2026-01-01T00:00:05Z'));
  expect(zonedText(Date.parse('2026-06-30T23:00:00Z'), 'Europe/London')).toBe('2026-07-01T00:00');
  expect(zonedText(Date.parse('2026-01-01T00:00:05Z'), 'Europe/London')).toBe('2026-01-01T00:00:05');
  expect([zonedMs('2026-02-30T10:00', 'Europe/London'), zonedMs('', 'UTC')]).toEqual([null, null]);
});
