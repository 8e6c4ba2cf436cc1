import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discountNeed, priceNeed } from './discount-rights.ts';
import {
  allows,
  isWithinLimits,
  type Limits,
  limitsOfRole,
  type RoleLimits,
  roleLimitsSchema,
  widest,
} from './limits.ts';
import { mayGrant } from './policy.ts';
import type { Right } from './rights.ts';
import { builtInRoles } from './roles.ts';

const ofRole = (role: keyof typeof builtInRoles, set: RoleLimits = {}): Limits =>
  limitsOfRole((right) => (builtInRoles[role].rights as readonly Right[]).includes(right), set, 'GBP');
const mayAs = (role: keyof typeof builtInRoles, set: RoleLimits, need: Parameters<typeof allows>[2]) =>
  allows((right) => (builtInRoles[role].rights as readonly Right[]).includes(right), ofRole(role, set), need);

const amount = fc.integer({ min: 0, max: 1_000_000 });
const basisPoints = fc.integer({ min: 0, max: 10_000 });
const amounts = fc.record({ GBP: fc.option(amount, { nil: null }) });
const roleLimits: fc.Arbitrary<RoleLimits> = fc.record(
  {
    discountBasisPoints: basisPoints,
    priceCutBasisPoints: basisPoints,
    openItem: amounts,
    freeItem: amounts,
    noReceipt: amounts,
  },
  { requiredKeys: [] },
);

test('[A1] where nothing is set, rights say what they always said', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 0, max: 2_000 }), (off, from) => {
      const need = discountNeed(off, from);
      expect(mayAs('clerk', {}, need)).toBe(need.right === 'give-discount');
      expect(mayAs('shift-leader', {}, need)).toBe(true);
      expect(mayAs('stock-clerk', {}, need)).toBe(false);
    }),
  );
  const cut = priceNeed({ quantity: 1, grams: null, unitPriceMinor: 1 }, 1_000);
  expect([mayAs('clerk', {}, cut), mayAs('shift-leader', {}, cut)]).toEqual([false, true]);
  expect(ofRole('owner')).toMatchObject({ openItemMinor: null, freeItemMinor: null, noReceiptMinor: null });
});

test('[A1] a limit reaches to the unit: what it says goes, one more does not', () => {
  const set = {
    discountBasisPoints: 1_500,
    priceCutBasisPoints: 2_000,
    openItem: { GBP: 5_000 },
    freeItem: { GBP: 300 },
  };
  const price = (unitPriceMinor: number, quantity = 1) => priceNeed({ quantity, grams: null, unitPriceMinor }, 1_000);
  const open = (amountMinor: number) =>
    ({ right: 'sell-open-item', measure: { of: 'open-item', amountMinor } }) as const;
  const may = (need: Parameters<typeof allows>[2]) => mayAs('shift-leader', set, need);
  expect([may(discountNeed(150, 1_000)), may(discountNeed(151, 1_000))]).toEqual([true, false]);
  expect([may(price(800)), may(price(799)), may(price(2_000))]).toEqual([true, false, true]);
  expect([may(open(5_000)), may(open(5_001))]).toEqual([true, false]);
  expect([may(discountNeed(300, 300)), may(discountNeed(301, 301))]).toEqual([true, false]);
  // A price of nothing is an item given away, as often as it is on the line.
  expect([may(price(0)), priceNeed({ quantity: 3, grams: null, unitPriceMinor: 0 }, 100).measure]).toEqual([
    false,
    { of: 'free-item', amountMinor: 300 },
  ]);
  expect(mayAs('clerk', { discountBasisPoints: 3_000 }, discountNeed(300, 1_000))).toBe(true);
});

test('[A1] a limit without its right lets nothing through', () => {
  const set = {
    discountBasisPoints: 10_000,
    priceCutBasisPoints: 10_000,
    openItem: { GBP: null },
    noReceipt: { GBP: 9 },
  };
  expect(ofRole('stock-clerk', set)).toEqual(limitsOfRole(() => false, {}, 'GBP'));
  expect(ofRole('clerk', set)).toMatchObject({ priceCutBasisPoints: 0, openItemMinor: 0, noReceiptMinor: 0 });
});

test('[A1] a limit in one currency is none in another', () => {
  const set = { openItem: { GBP: 100 } };
  const has = () => true;
  expect(limitsOfRole(has, set, 'GBP').openItemMinor).toBe(100);
  expect(limitsOfRole(has, set, 'EUR').openItemMinor).toBeNull();
  expect(limitsOfRole(has, set, 'constructor').openItemMinor).toBeNull();
});

test('a role that gives discounts within a limit gives nothing away until that is said', () => {
  expect(ofRole('shift-leader', { discountBasisPoints: 2_000 }).freeItemMinor).toBe(0);
  expect(ofRole('shift-leader', { discountBasisPoints: 2_000, freeItem: { GBP: null } }).freeItemMinor).toBeNull();
});

test('who holds several roles may what the widest of them says, in any order of them', () => {
  fc.assert(
    fc.property(fc.array(roleLimits, { maxLength: 4 }), (sets) => {
      const all = sets.map((set) => ofRole('shift-leader', set));
      const most = widest(all);
      expect(widest(all.toReversed())).toEqual(most);
      expect(all.every((one) => isWithinLimits(one, most))).toBe(true);
    }),
  );
});

test('[A1] nobody gives a role wider limits than their own', () => {
  const chain = { type: 'merchant', merchantId: 'm' } as const;
  const rights = builtInRoles['shift-leader'].rights;
  fc.assert(
    fc.property(roleLimits, roleLimits, (own, given) => {
      const may = mayGrant([{ scope: chain, rights, limits: own }], rights, chain, given);
      const isWithin = ['GBP', 'EUR'].every((currency) => {
        const of = (set: RoleLimits) =>
          limitsOfRole((right) => (rights as readonly Right[]).includes(right), set, currency);
        return isWithinLimits(of(given), of(own));
      });
      expect(may).toBe(isWithin);
    }),
  );
});

test('what is no limit is refused', () => {
  const good: RoleLimits = { discountBasisPoints: 0, openItem: { GBP: 0, EUR: null } };
  expect(roleLimitsSchema.parse(good)).toEqual(good);
  for (const bad of [
    { discountBasisPoints: -1 },
    { discountBasisPoints: 10_001 },
    { priceCutBasisPoints: 0.5 },
    { openItem: { GBP: -1 } },
    { openItem: { gbp: 1 } },
    { freeItem: { GBP: '1' } },
    { noReceipt: { GBP: 1e13 } },
    { everything: true },
  ])
    expect([bad, roleLimitsSchema.safeParse(bad).success]).toEqual([bad, false]);
});
