import { type Right, rights } from './rights.ts';

export const grantScopeTypes = ['merchant', 'store', 'supplier'] as const;
export type GrantScopeType = (typeof grantScopeTypes)[number];

/** What a request or an action is about. */
export type Scope =
  | { type: 'merchant'; merchantId: string }
  | { type: 'store'; merchantId: string; storeId: string }
  | { type: 'supplier'; merchantId: string; supplierId: string };

/** Rights held in a scope, whatever role or key they come from. */
export type Grant = { scope: Scope; rights: readonly Right[] };

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

/** [A1] Nobody gives what they do not have: whether `giver` may grant these rights in that scope. */
export function mayGrant(giver: readonly Grant[], given: readonly Right[], where: Scope): boolean {
  return given.every((right) => may(giver, right, where));
}
