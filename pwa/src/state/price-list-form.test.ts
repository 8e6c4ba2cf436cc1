import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priceListRowSchema } from '#schemas/rows/rows.ts';
import { listFormOf, newListForm, priceListOf } from './price-list-form.ts';
import { zonedMs, zonedText } from './zoned-time.ts';

const setting = { priceListId: 'members', currency: 'GBP', timeZone: 'Europe/London' };
const named = { ...newListForm(), names: { en: 'Members', hans: '', hant: '' } };
const problemsOf = (given: Partial<typeof named>) => {
  const read = priceListOf({ ...named, ...given }, setting);
  return read.ok ? [] : read.error.problems.map(({ field, code }) => `${field} ${code}`);
};

test('a list that is opened and saved again is the same list', () => {
  const second = fc
    .integer({ min: 1_000_000_000, max: 2_000_000_000 })
    .map((seconds) => seconds * 1_000)
    // An hour that the clock shows twice cannot be told apart by what it shows.
    .filter((atMs) => zonedMs(zonedText(atMs, setting.timeZone), setting.timeZone) === atMs);
  const list = fc.record({
    priceListId: fc.constant('members'),
    names: fc.constantFrom({ en: 'Members' }, { en: 'Members', 'zh-Hans': '会员价' }),
    channel: fc.constantFrom('online', 'store', 'staff', 'member'),
    storeIds: fc.option(fc.constant(['camden', 'ancoats'])),
    memberTiers: fc.option(fc.constant(['Gold', 'Silver leaf'])),
    currency: fc.constant('GBP'),
    precedence: fc.integer({ min: -1_000, max: 1_000 }),
    validFromMs: fc.option(second),
    validUntilMs: fc.constant(null),
    followsOnline: fc.boolean(),
  });
  fc.assert(
    fc.property(list, (given) => {
      const row = priceListRowSchema.parse({
        ...given,
        followsOnline: given.followsOnline && given.channel !== 'online',
      });
      expect(priceListOf(listFormOf(row, setting.timeZone), setting)).toEqual({ ok: true, value: row });
    }),
  );
});

test('all that is wrong is told at once, with its field', () => {
  expect(
    problemsOf({ names: { en: ' ', hans: '', hant: '' }, isInSomeStores: true, isForTiers: true, precedence: 'x' }),
  ).toEqual(['names no-name', 'storeIds choose-one', 'tiers choose-one', 'precedence bad-precedence']);
  expect(problemsOf({ validFrom: '2026-12-24T10:00', validUntil: '2026-12-23T10:00' })).toEqual([
    'validUntil ends-before',
  ]);
  expect(problemsOf({ names: { en: 'x'.repeat(201), hans: '', hant: '' } })).toEqual(['names too-long']);
});
