import { fail, ok, type Result } from '#schemas/result.ts';
import { revokeInvitations } from '../auth/invitations.ts';
import { editablePerson } from './find-person.ts';
import type { StaffChange, StaffFailure } from './staff-change.ts';
import { endGrants } from './staff-grants.ts';
import { openGrants, wouldLeaveNoOwner } from './staff-rules.ts';

type Answer = Result<{ operatorId: string }, StaffFailure>;

/**
 * [A1] The person is out: all roles end, web sessions and open links go, PIN and badge are void. Their account stays, closed,
 * for the day they come back.
 */
export async function leave(change: StaffChange, operatorId: string): Promise<Answer> {
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  if (operatorId === change.operatorId) return fail({ code: 'own-access' });
  if (found.value.leftAtMs !== null) return ok({ operatorId });
  if (wouldLeaveNoOwner(change, openGrants(change, operatorId))) return fail({ code: 'last-owner' });
  await putOut(change, operatorId);
  return ok({ operatorId });
}

/** What `leave` does, for who asks with the right to it: nobody's last owner, and not themselves. */
export async function putOut(change: StaffChange, operatorId: string): Promise<void> {
  const { context, tx, merchantId, nowMs } = change;
  const person = [merchantId, operatorId];
  const grants = openGrants(change, operatorId);
  await endGrants(change, grants);
  await tx.query(
    `update operator set left_at_ms = $3, pin_salt = null, pin_iterations = null, pin_hash = null, badge_hash = null
      where merchant_id = $1 and operator_id = $2`,
    [...person, nowMs],
  );
  await tx.query(
    `delete from account_session where user_id in
       (select id from account_user where merchant_id = $1 and operator_id = $2)`,
    person,
  );
  await revokeInvitations(context, tx, merchantId, operatorId);
  await tx.query('delete from unsent_link where merchant_id = $1 and operator_id = $2', person);
  const ended = grants.map(({ scopeType, scopeId, roleId }) => ({ scopeType, scopeId, roleId }));
  const subject = { subjectType: 'person', subjectId: operatorId };
  await change.record({ action: 'staff-left', ...subject, before: { grants: ended }, after: { leftAtMs: nowMs } });
}

/** The person is back, with no role, PIN or badge: these are given anew. */
export async function comeBack(change: StaffChange, operatorId: string): Promise<Answer> {
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  const { leftAtMs } = found.value;
  if (leftAtMs === null) return ok({ operatorId });
  await change.tx.query('update operator set left_at_ms = null where merchant_id = $1 and operator_id = $2', [
    change.merchantId,
    operatorId,
  ]);
  const subject = { subjectType: 'person', subjectId: operatorId };
  await change.record({ action: 'staff-returned', ...subject, before: { leftAtMs }, after: { leftAtMs: null } });
  return ok({ operatorId });
}
