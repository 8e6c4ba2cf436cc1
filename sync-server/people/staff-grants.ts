import type { GiveGrant, GrantAnswer, TillSecret } from '#schemas/api/staff.ts';
import type { GrantScopeType, Scope } from '#schemas/policy/policy.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { revokeInvitations } from '../auth/invitations.ts';
import { newId } from '../catalogue/new-store.ts';
import { findPerson } from './find-person.ts';
import { grantsAt, type RoleGrant, scopeOf } from './grants.ts';
import { endKnownSecrets } from './known-secrets.ts';
import { concernGrants, type StaffChange, type StaffFailure } from './staff-change.ts';
import { fits, limitsNow, mayHandle, openGrants, rightsNow, wouldLeaveNoOwner } from './staff-rules.ts';

type Wanted = { scopeType: GrantScopeType; scopeId: string; roleId: string };

/** [A1] What is asked for, when it may be given: a known role, in a place of this chain, with no right that the giver lacks. */
export async function checkGrant(change: StaffChange, wanted: GiveGrant): Promise<Result<Wanted, StaffFailure>> {
  const { merchantId } = change;
  const { scopeType, roleId } = wanted;
  const scopeId = scopeType === 'merchant' ? merchantId : wanted.scopeId;
  const scope = scopeOf(merchantId, { scopeType, scopeId });
  // A store or supplier of another chain is none.
  if (scopeType === 'store' && !(await isStoreOf(change, scopeId))) return fail({ code: 'forbidden' });
  if (scopeType === 'supplier' && !(await isOpenSupplier(change, scopeId))) return fail({ code: 'forbidden' });
  if (rightsNow(change, roleId) === null || !fits(roleId, scopeType)) return fail({ code: 'bad-request' });
  if (!mayHandle(change, roleId, scope)) return fail({ code: 'forbidden' });
  // Asked of one store or supplier, only that one is changed.
  if (!isWithin(scope, change.about)) return fail({ code: 'forbidden' });
  return ok({ scopeType, scopeId, roleId });
}

async function isStoreOf({ tx, merchantId }: StaffChange, storeId: string): Promise<boolean> {
  const { rowCount } = await tx.query('select 1 from store where store_id = $1 and merchant_id = $2', [
    storeId,
    merchantId,
  ]);
  return rowCount !== 0;
}

async function isOpenSupplier({ tx, merchantId }: StaffChange, supplierId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from supplier where merchant_id = $1 and supplier_id = $2 and ended_at_ms is null',
    [merchantId, supplierId],
  );
  return rowCount !== 0;
}

/** Whether a place is the one that a request is about, or any place where it is about the chain. */
function isWithin(place: Scope, about: Scope): boolean {
  if (about.type === 'merchant') return true;
  if (about.type === 'store') return place.type === 'store' && place.storeId === about.storeId;
  return place.type === 'supplier' && place.supplierId === about.supplierId;
}

/** Gives a person a role; giving it again changes nothing. */
export async function giveGrant(
  change: StaffChange,
  operatorId: string,
  wanted: GiveGrant,
): Promise<Result<GrantAnswer, StaffFailure>> {
  const person = await findPerson(change, operatorId);
  if (person === null) return fail({ code: 'not-found' });
  if (person.leftAtMs !== null) return fail({ code: 'conflict' });
  const checked = await checkGrant(change, wanted);
  if (!checked.ok) return checked;
  const { scopeType, scopeId, roleId } = checked.value;
  const has = openGrants(change, operatorId).some(
    (grant) => grant.scopeType === scopeType && grant.scopeId === scopeId && grant.roleId === roleId,
  );
  let ended: TillSecret[] = [];
  if (!has) {
    await insertGrant(change, operatorId, checked.value, change.nowMs);
    await endWeakerInvitation(change, operatorId, checked.value);
    await change.record({
      action: 'role-granted',
      subjectType: 'person',
      subjectId: operatorId,
      after: { scopeType, scopeId, roleId },
    });
    const rights = rightsNow(change, roleId) ?? [];
    const where = scopeOf(change.merchantId, checked.value);
    const gain = { rights, limits: limitsNow(change, roleId), where, asOwner: roleId === 'owner' };
    ended = await endKnownSecrets(change, operatorId, gain);
  }
  return ok({ operatorId, ended });
}

/** [A1] A link made, and perhaps kept, by somebody with fewer rights must not become the link to this role. */
async function endWeakerInvitation(change: StaffChange, operatorId: string, given: Wanted): Promise<void> {
  const { context, tx, merchantId, history, nowMs } = change;
  const { rows } = await tx.query<{ invitedBy: string }>(
    `select invited_by as "invitedBy" from invitation
      where merchant_id = $1 and operator_id = $2 and used_at_ms is null and revoked_at_ms is null`,
    [merchantId, operatorId],
  );
  const isWeaker = ({ invitedBy }: { invitedBy: string }) => {
    const inviter = { history, nowMs, operatorId: invitedBy, grants: grantsAt(history, invitedBy, nowMs) };
    return !mayHandle(inviter, given.roleId, scopeOf(merchantId, given));
  };
  if (rows.some(isWeaker)) await revokeInvitations(context, tx, merchantId, operatorId);
}

/** Adds the row; `fromMs` is 0 for what a person begins with. */
export async function insertGrant(
  change: StaffChange,
  operatorId: string,
  { scopeType, scopeId, roleId }: Wanted,
  fromMs: number,
): Promise<void> {
  const { context, tx, merchantId } = change;
  await tx.query(
    `insert into role_grant (merchant_id, operator_id, grant_id, scope_type, scope_id, role_id, from_ms, granted_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [merchantId, operatorId, newId(context), scopeType, scopeId, roleId, fromMs, change.operatorId],
  );
  concernGrants(change, [{ scopeType, scopeId }]);
}

/** Ends one role of a person. */
export async function endGrant(
  change: StaffChange,
  operatorId: string,
  grantId: string,
): Promise<Result<{ operatorId: string }, StaffFailure>> {
  const person = await findPerson(change, operatorId);
  const grant = openGrants(change, operatorId).find((candidate) => candidate.grantId === grantId);
  const isHere = grant !== undefined && isWithin(scopeOf(change.merchantId, grant), change.about);
  if (person === null || !isHere) return fail({ code: 'not-found' });
  if (!mayHandle(change, grant.roleId, scopeOf(change.merchantId, grant))) return fail({ code: 'forbidden' });
  if (operatorId === change.operatorId) return fail({ code: 'own-access' });
  if (wouldLeaveNoOwner(change, [grant])) return fail({ code: 'last-owner' });
  await endGrants(change, [grant]);
  const { scopeType, scopeId, roleId } = grant;
  await change.record({
    action: 'role-ended',
    subjectType: 'person',
    subjectId: operatorId,
    before: { scopeType, scopeId, roleId },
  });
  return ok({ operatorId });
}

export async function endGrants(change: StaffChange, grants: readonly RoleGrant[]): Promise<void> {
  await change.tx.query(
    `update role_grant set until_ms = greatest(from_ms, $3)
      where merchant_id = $1 and grant_id = any($2) and until_ms is null`,
    [change.merchantId, grants.map(({ grantId }) => grantId), change.nowMs],
  );
  concernGrants(change, grants);
}
