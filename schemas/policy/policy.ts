import { currenciesOf, isWithinLimits, type Limits, limitsOfRole, type RoleLimits, widest } from './limits.ts';
import { type Right, rights } from './rights.ts';

export const grantScopeTypes = ['merchant', 'store', 'supplier'] as const;
export type GrantScopeType = (typeof grantScopeTypes)[number];

/** What a request or an action is about. */
export type Scope =
  | { type: 'merchant'; merchantId: string }
  | { type: 'store'; merchantId: string; storeId: string }
  | { type: 'supplier'; merchantId: string; supplierId: string };

/** Rights held in a scope, whatever role or key they come from; `limits`: what the chain has set for the role. */
export type Grant = { scope: Scope; rights: readonly Right[]; limits?: RoleLimits };

/**
 * [A1] Whether somebody with these grants may do it there. A grant at the merchant covers the stores of that merchant,
 * never its suppliers' accounts; nothing covers another merchant. The one decision of both sides.
 */
export function may(grants: readonly Grant[], right: Right, where: Scope): boolean {
  return grants.some((grant) => grant.rights.includes(right) && covers(grant.scope, where, right));
}

function covers(held: Scope, where: Scope, right: Right): boolean {
  if (held.merchantId !== where.merchantId) return false;
  const { level } = rights[right];
  if (level === 'supplier') {
    return held.type === 'supplier' && where.type === 'supplier' && held.supplierId === where.supplierId;
  }
  if (held.type === 'merchant') return where.type !== 'supplier';
  return level === 'store' && held.type === 'store' && where.type === 'store' && held.storeId === where.storeId;
}

/** All rights that the grants give in a scope. */
export function rightsIn(grants: readonly Grant[], where: Scope): Right[] {
  return (Object.keys(rights) as Right[]).filter((right) => may(grants, right, where));
}

/** How much somebody with these grants may do alone in a store (or in every one), amounts in that currency. */
export function limitsIn(grants: readonly Grant[], where: Scope, currency: string): Limits {
  // Whatever is limited is a store's.
  const here = grants.filter(({ scope }) => covers(scope, where, 'sell'));
  return widest(
    here.map(({ rights: held, limits = {} }) => limitsOfRole((right) => held.includes(right), limits, currency)),
  );
}

/**
 * [A1] Nobody gives what they do not have: whether `giver` may grant these rights in that scope, with the limits that are set for
 * them, in every currency.
 */
export function mayGrant(
  giver: readonly Grant[],
  given: readonly Right[],
  where: Scope,
  limits: RoleLimits = {},
): boolean {
  if (!given.every((right) => may(giver, right, where))) return false;
  const currencies = currenciesOf([limits, ...giver.map((grant) => grant.limits ?? {})]);
  return currencies.every((currency) =>
    isWithinLimits(
      limitsOfRole((right) => given.includes(right), limits, currency),
      limitsIn(giver, where, currency),
    ),
  );
}
