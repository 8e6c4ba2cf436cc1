import type { RoleLimits } from '#schemas/policy/limits.ts';
import type { Grant, GrantScopeType, Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { rightsOfRole } from '#schemas/policy/roles.ts';
import type { Names } from '#schemas/text.ts';
import type { Queryable } from '../db/database.ts';

/** A row of `role_grant`. */
export type RoleGrant = {
  operatorId: string;
  grantId: string;
  scopeType: GrantScopeType;
  scopeId: string;
  roleId: string;
  fromMs: number;
  untilMs: number | null;
};
export type CustomRole = {
  roleId: string;
  names: Names;
  rights: readonly Right[];
  fromMs: number;
  untilMs: number | null;
};

/** A row of `role_limit`: of a built-in role or an own one. */
export type SetLimits = { roleId: string; limits: RoleLimits; fromMs: number; untilMs: number | null };

/** Who had which role when, and what the roles meant when, as far as it matters to a store (or the whole chain). */
export type GrantHistory = {
  merchantId: string;
  grants: readonly RoleGrant[];
  customRoles: readonly CustomRole[];
  limits: readonly SetLimits[];
};

/**
 * Reads the history: of everybody with a grant in the store, at the merchant or with one of its suppliers; of the whole
 * chain without a store.
 */
export async function readGrantHistory(
  database: Queryable,
  merchantId: string,
  storeId: string | null = null,
): Promise<GrantHistory> {
  const grants = await database.query<RoleGrant>({
    name: 'read grants',
    text: `select operator_id as "operatorId", grant_id as "grantId", scope_type as "scopeType", scope_id as "scopeId",
                  role_id as "roleId", from_ms as "fromMs", until_ms as "untilMs"
             from role_grant
            where merchant_id = $1 and ($2::text is null or scope_type <> 'store' or scope_id = $2)
            order by operator_id, grant_id`,
    values: [merchantId, storeId],
  });
  const roles = await database.query<CustomRole>({
    name: 'read custom roles',
    text: `select role_id as "roleId", names, rights, from_ms as "fromMs", until_ms as "untilMs"
             from custom_role where merchant_id = $1 order by role_id, from_ms`,
    values: [merchantId],
  });
  const limits = await database.query<SetLimits>({
    name: 'read role limits',
    text: `select role_id as "roleId", limits, from_ms as "fromMs", until_ms as "untilMs"
             from role_limit where merchant_id = $1 order by role_id, from_ms`,
    values: [merchantId],
  });
  return { merchantId, grants: grants.rows, customRoles: roles.rows, limits: limits.rows };
}

/** [A1] What a person was allowed at a moment, server time. Pure. */
export function grantsAt(history: GrantHistory, operatorId: string, atMs: number): Grant[] {
  const rightsByRole = customRightsAt(history, atMs);
  return history.grants
    .filter((grant) => grant.operatorId === operatorId && holdsAt(grant, atMs))
    .map(({ roleId, ...grant }) => ({
      scope: scopeOf(history.merchantId, grant),
      rights: rightsOfRole(roleId, rightsByRole),
      limits: limitsAt(history, roleId, atMs),
    }));
}

/** What the chain had set for a role at a moment. */
export function limitsAt(history: Pick<GrantHistory, 'limits'>, roleId: string, atMs: number): RoleLimits {
  return history.limits.find((one) => one.roleId === roleId && holdsAt(one, atMs))?.limits ?? {};
}

export function customRightsAt(history: GrantHistory, atMs: number): ReadonlyMap<string, readonly Right[]> {
  return new Map(history.customRoles.filter((role) => holdsAt(role, atMs)).map((role) => [role.roleId, role.rights]));
}

export function holdsAt({ fromMs, untilMs }: { fromMs: number; untilMs: number | null }, atMs: number): boolean {
  return fromMs <= atMs && (untilMs === null || atMs < untilMs);
}

export function scopeOf(merchantId: string, grant: Pick<RoleGrant, 'scopeType' | 'scopeId'>): Scope {
  const { scopeType, scopeId } = grant;
  if (scopeType === 'store') return { type: 'store', merchantId, storeId: scopeId };
  if (scopeType === 'supplier') return { type: 'supplier', merchantId, supplierId: scopeId };
  return { type: 'merchant', merchantId };
}
