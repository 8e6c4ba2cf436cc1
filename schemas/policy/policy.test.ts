import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Grant, may, mayGrant, rightsIn, type Scope } from './policy.ts';
import { type Right, rightNames, rights } from './rights.ts';
import { builtInRoles } from './roles.ts';
import { mayApproveAtAge, staffListFreshMs } from './staff-age.ts';

const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.record({ type: fc.constant('merchant' as const), merchantId: fc.constantFrom('a', 'b') }),
  fc.record({
    type: fc.constant('store' as const),
    merchantId: fc.constantFrom('a', 'b'),
    storeId: fc.constantFrom('n', 's'),
  }),
  fc.record({
    type: fc.constant('supplier' as const),
    merchantId: fc.constantFrom('a', 'b'),
    supplierId: fc.constantFrom('x', 'y'),
  }),
);
const right = fc.constantFrom(...rightNames);
const grant: fc.Arbitrary<Grant> = fc.record({ scope, rights: fc.subarray(rightNames) });

test('[A1] nobody may anything in another merchant, store or supplier than where it was granted', () => {
  fc.assert(
    fc.property(fc.array(grant), right, scope, (grants, wanted, where) => {
      if (!may(grants, wanted, where)) return;
      expect(
        grants.some(
          ({ scope: held, rights: given }) =>
            given.includes(wanted) &&
            held.merchantId === where.merchantId &&
            (held.type === 'merchant'
              ? where.type !== 'supplier' && rights[wanted].level !== 'supplier'
              : JSON.stringify(held) === JSON.stringify(where) && rights[wanted].level === held.type),
        ),
      ).toBe(true);
    }),
  );
});

test('[A1] nobody gives away what they do not have', () => {
  fc.assert(
    fc.property(fc.array(grant), fc.subarray(rightNames), scope, (grants, given, where) => {
      if (!mayGrant(grants, given, where)) return;
      expect(rightsIn(grants, where)).toEqual(expect.arrayContaining(given));
    }),
  );
});

test('every right is of use to some built-in role, and no role has a right of a wider level than its own', () => {
  const used = new Set<Right>(Object.values(builtInRoles).flatMap((role) => [...role.rights]));
  expect(rightNames.filter((name) => !used.has(name))).toEqual([]);
  for (const [name, role] of Object.entries(builtInRoles)) {
    const levels = new Set(role.rights.map((one) => rights[one].level));
    expect([name, role.level !== 'merchant' && levels.has('merchant')]).toEqual([name, false]);
    expect([name, role.level === 'supplier' || !levels.has('supplier')]).toEqual([name, true]);
  }
});

test('an old staff list is good for approving small things only', () => {
  expect(rightNames.every((name) => mayApproveAtAge(name, staffListFreshMs))).toBe(true);
  expect(mayApproveAtAge('change-price', staffListFreshMs + 1)).toBe(false);
  expect(mayApproveAtAge('sell-flagged-unit', staffListFreshMs + 1)).toBe(true);
});
