import type { RoleAnswer, RoleList, RoleRequest } from '#schemas/api/roles.ts';
import { laterRights } from '#schemas/policy/later-rights.ts';
import { may, mayGrant, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { builtInRoleNames, builtInRoles } from '#schemas/policy/roles.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { newId } from '../catalogue/new-store.ts';
import { type CustomRole, holdsAt, scopeOf } from './grants.ts';
import { endKnownSecrets } from './known-secrets.ts';
import type { StaffChange, StaffFailure } from './staff-change.ts';
import { isLimitable, limitsNow, openGrants, type StaffView } from './staff-rules.ts';

type Answer = Result<{ roleId: string }, StaffFailure>;

/** Every role there is now with its rights; `storeId`: holders in that store and the chain only. */
export function listRoles(view: StaffView, storeId: string | null, currencies: string[]): RoleList {
  const mayEdit = may(view.grants, 'edit-roles', chainOf(view));
  const limitsOf = (roleId: string, rights: readonly Right[]) => {
    const limits = limitsNow(view, roleId);
    return { limits, mayLimit: mayEdit && isLimitable(roleId) && mayGrant(view.grants, rights, chainOf(view), limits) };
  };
  const holders = (roleId: string) =>
    new Set(
      view.history.grants
        .filter((grant) => grant.roleId === roleId && holdsAt(grant, view.nowMs))
        .filter(({ scopeType, scopeId }) => storeId === null || scopeType !== 'store' || scopeId === storeId)
        .map(({ operatorId }) => operatorId),
    ).size;
  const builtIn = builtInRoleNames.map((roleId) => {
    const { level, rights } = builtInRoles[roleId];
    const known = { roleId, names: null, level, rights: [...rights], later: [], mayEdit: false };
    return { ...known, holders: holders(roleId), ...limitsOf(roleId, rights) };
  });
  const own = view.history.customRoles
    .filter((role) => holdsAt(role, view.nowMs))
    .map(({ roleId, names, rights, fromMs }) => {
      const later = laterRights(rights, fromMs);
      const known = { roleId, names, level: 'store' as const, rights: [...rights], later, holders: holders(roleId) };
      const limited = limitsOf(roleId, rights);
      return { ...known, mayEdit: limited.mayLimit, ...limited };
    });
  return { roles: [...builtIn, ...own], currencies };
}

/** [A1] A new role, of rights that its author has in the whole chain. */
export async function makeRole(change: StaffChange, wanted: RoleRequest): Promise<Answer> {
  const rights = inOrder(wanted.rights);
  if (!mayGrant(change.grants, rights, chainOf(change))) return fail({ code: 'forbidden' });
  const roleId = newId(change.context);
  await insertRole(change, { roleId, names: wanted.names, rights, fromMs: change.nowMs });
  await change.record({ action: 'role-made', ...subject(roleId), after: { names: wanted.names, rights } });
  return ok({ roleId });
}

/** [A1] A role changed for everybody who holds it: its author has every right that it had and will have. */
export async function changeRole(
  change: StaffChange,
  roleId: string,
  wanted: RoleRequest,
): Promise<Result<Required<RoleAnswer>, StaffFailure>> {
  const old = currentRole(change, roleId);
  if (!old) return fail({ code: 'not-found' });
  const rights = inOrder(wanted.rights);
  const limits = limitsNow(change, roleId);
  const mayGive = (given: readonly Right[]) => mayGrant(change.grants, given, chainOf(change), limits);
  if (!mayGive(old.rights) || !mayGive(rights)) return fail({ code: 'forbidden' });
  const isOwn =
    change.operatorId !== null && openGrants(change, change.operatorId).some((grant) => grant.roleId === roleId);
  if (isOwn && old.rights.some((right) => !rights.includes(right))) return fail({ code: 'own-access' });
  const fromMs = await endRow(change, old);
  await insertRole(change, { roleId, names: wanted.names, rights, fromMs });
  change.concern(null);
  await change.record({
    action: 'role-changed',
    ...subject(roleId),
    before: { names: old.names, rights: old.rights },
    after: { names: wanted.names, rights },
  });
  return ok({ roleId, ended: await endHoldersSecrets(change, old, rights) });
}

/** [A1] Everybody who holds the role gains what is new in it. Answers whose PIN or badge ended with that. */
async function endHoldersSecrets(change: StaffChange, old: CustomRole, rights: readonly Right[]): Promise<string[]> {
  const gained = rights.filter((right) => !old.rights.includes(right));
  const ended = new Set<string>();
  for (const grant of change.history.grants) {
    if (grant.roleId !== old.roleId || !holdsAt(grant, change.nowMs)) continue;
    const where = scopeOf(change.merchantId, grant);
    const gain = { rights: gained, limits: limitsNow(change, old.roleId), where, asOwner: false };
    const secrets = await endKnownSecrets(change, grant.operatorId, gain);
    if (secrets.length > 0) ended.add(grant.operatorId);
  }
  return [...ended];
}

/** Ends a role that nobody holds. */
export async function endRole(change: StaffChange, roleId: string): Promise<Answer> {
  const old = currentRole(change, roleId);
  if (!old) return fail({ code: 'not-found' });
  if (!mayGrant(change.grants, old.rights, chainOf(change), limitsNow(change, roleId)))
    return fail({ code: 'forbidden' });
  const isHeld = change.history.grants.some((grant) => grant.roleId === roleId && holdsAt(grant, change.nowMs));
  if (isHeld) return fail({ code: 'role-in-use' });
  await endRow(change, old);
  await change.record({ action: 'role-removed', ...subject(roleId), before: { names: old.names, rights: old.rights } });
  return ok({ roleId });
}

function currentRole({ history, nowMs }: StaffView, roleId: string): CustomRole | undefined {
  return history.customRoles.find((role) => role.roleId === roleId && holdsAt(role, nowMs));
}

/** Answers from when the next row may hold: rows of one role never overlap, however fast they follow. */
async function endRow({ tx, merchantId, nowMs }: StaffChange, { roleId, fromMs }: CustomRole): Promise<number> {
  const untilMs = Math.max(nowMs, fromMs + 1);
  await tx.query('update custom_role set until_ms = $4 where merchant_id = $1 and role_id = $2 and from_ms = $3', [
    merchantId,
    roleId,
    fromMs,
    untilMs,
  ]);
  return untilMs;
}

async function insertRole({ tx, merchantId }: StaffChange, role: Omit<CustomRole, 'untilMs'>): Promise<void> {
  await tx.query('insert into custom_role (merchant_id, role_id, from_ms, names, rights) values ($1, $2, $3, $4, $5)', [
    merchantId,
    role.roleId,
    role.fromMs,
    JSON.stringify(role.names),
    JSON.stringify(role.rights),
  ]);
}

function inOrder(rights: readonly Right[]): Right[] {
  return [...new Set(rights)].sort();
}

function chainOf({ history }: StaffView): Scope {
  return { type: 'merchant', merchantId: history.merchantId };
}

function subject(roleId: string) {
  return { subjectType: 'role', subjectId: roleId };
}
