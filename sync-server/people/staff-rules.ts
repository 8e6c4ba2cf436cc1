import type { RoleLimits } from '#schemas/policy/limits.ts';
import { type Grant, type GrantScopeType, may, mayGrant, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { type BuiltInRole, builtInRoles, rightsOfRole } from '#schemas/policy/roles.ts';
import { customRightsAt, type GrantHistory, holdsAt, limitsAt, type RoleGrant, scopeOf } from './grants.ts';

// Who may change whom (A1). Pure: decided from the grants of the chain at one moment.

/** Who asks for a change of people, and how things stand. */
export type StaffView = {
  history: GrantHistory;
  nowMs: number;
  /** Null: another system by its key. */
  operatorId: string | null;
  grants: readonly Grant[];
};

/** Grants of a person that hold now. */
export function openGrants({ history, nowMs }: Pick<StaffView, 'history' | 'nowMs'>, operatorId: string): RoleGrant[] {
  return history.grants.filter((grant) => grant.operatorId === operatorId && holdsAt(grant, nowMs));
}

/** What a role means now; null when there is no such role. */
export function rightsNow({ history, nowMs }: StaffView, roleId: string): readonly Right[] | null {
  const custom = customRightsAt(history, nowMs);
  return Object.hasOwn(builtInRoles, roleId) || custom.has(roleId) ? rightsOfRole(roleId, custom) : null;
}

/** Owners and administrators do all of it alone: they set the limits, and must not be locked out of them. */
export function isLimitable(roleId: string): boolean {
  return !Object.hasOwn(builtInRoles, roleId) || builtInRoles[roleId as BuiltInRole].level === 'store';
}

/** What the chain has set for a role now. */
export function limitsNow({ history, nowMs }: StaffView, roleId: string): RoleLimits {
  return limitsAt(history, roleId, nowMs);
}

/**
 * [A1] Nobody gives or takes a role with a right that they lack in that place, or with limits wider than their own; an owner is made and ended by owners. Whoever
 * keeps the chain's list of suppliers gives and takes the roles with them: somebody must let the first person in.
 */
export function mayHandle(view: StaffView, roleId: string, where: Scope): boolean {
  if (roleId === 'owner' && !isOwner(view, view.operatorId)) return false;
  const rights = rightsNow(view, roleId);
  // A role that is gone gives nothing, so whoever sees it may end it.
  if (rights === null || mayGrant(view.grants, rights, where, limitsNow(view, roleId))) return true;
  return where.type === 'supplier' && may(view.grants, 'edit-suppliers', { ...where, type: 'merchant' });
}

/** A role can be held in a place of its level: the chain's in the chain, a store's in both, a supplier's with suppliers. */
export function fits(roleId: string, scopeType: GrantScopeType): boolean {
  const level = Object.hasOwn(builtInRoles, roleId) ? builtInRoles[roleId as BuiltInRole].level : 'store';
  return level === scopeType || (level === 'store' && scopeType === 'merchant');
}

/** [A1] Nobody changes a person who has rights that they lack: with a new PIN or link they could act as that person. */
export function mayEditPerson(view: StaffView, operatorId: string): boolean {
  return openGrants(view, operatorId).every((grant) =>
    mayHandle(view, grant.roleId, scopeOf(view.history.merchantId, grant)),
  );
}

/** Whether the chain would have no owner without these grants. */
export function wouldLeaveNoOwner(view: StaffView, ended: readonly RoleGrant[]): boolean {
  const isOwners = (grant: RoleGrant) => grant.roleId === 'owner' && grant.scopeType === 'merchant';
  if (!ended.some(isOwners)) return false;
  const gone = new Set(ended.map(({ grantId }) => grantId));
  return !view.history.grants.some(
    (grant) => isOwners(grant) && holdsAt(grant, view.nowMs) && !gone.has(grant.grantId),
  );
}

function isOwner(view: StaffView, operatorId: string | null): boolean {
  return operatorId !== null && openGrants(view, operatorId).some(({ roleId }) => roleId === 'owner');
}
