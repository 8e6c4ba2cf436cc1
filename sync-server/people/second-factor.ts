import { fail, ok, type Result } from '#schemas/result.ts';
import { editablePerson } from './find-person.ts';
import type { StaffChange, StaffFailure } from './staff-change.ts';

/**
 * [A1] For who lost their authenticator and their backup codes: the second factor is off and all their sessions end, so that
 * the password alone begins the next. Errors: `own-access` (one's own goes by the password), `conflict` (there is none).
 */
export async function endSecondFactor(
  change: StaffChange,
  operatorId: string,
): Promise<Result<{ operatorId: string }, StaffFailure>> {
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  if (operatorId === change.operatorId) return fail({ code: 'own-access' });
  const { tx, merchantId } = change;
  const { rows } = await tx.query<{ userId: string }>(
    `update account_user set two_factor_enabled = false, updated_at = $3
      where merchant_id = $1 and operator_id = $2 and two_factor_enabled returning id as "userId"`,
    [merchantId, operatorId, new Date(change.nowMs)],
  );
  const [account] = rows;
  if (!account) return fail({ code: 'conflict' });
  await tx.query('delete from account_two_factor where user_id = $1', [account.userId]);
  await tx.query('delete from account_session where user_id = $1', [account.userId]);
  await change.record({ action: 'two-factor-off', subjectType: 'person', subjectId: operatorId });
  return ok({ operatorId });
}
