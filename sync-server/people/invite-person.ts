import type { InviteAnswer } from '#schemas/api/staff.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { inviteOperator } from '../auth/invitations.ts';
import { editablePerson } from './find-person.ts';
import type { StaffChange, StaffFailure } from './staff-change.ts';

/** [A1] Invites a person, whom who asks may change, to a web account: whoever holds the link becomes that person. */
export async function invitePerson(
  change: StaffChange,
  invite: { operatorId: string; email: string | null; baseUrl: string },
): Promise<Result<InviteAnswer, StaffFailure>> {
  const { operatorId, email, baseUrl } = invite;
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  const invitedBy = change.operatorId;
  // Keys have no right to edit people, so a person asks.
  if (invitedBy === null) return fail({ code: 'forbidden' });
  const { context, tx, merchantId } = change;
  const made = await inviteOperator(context, tx, { merchantId, operatorId, email, invitedBy, baseUrl });
  if (!made.ok) return made;
  const { invitationId, url, expiresAtMs } = made.value;
  await change.record({
    action: 'invitation-made',
    subjectType: 'person',
    subjectId: operatorId,
    after: { invitationId, expiresAtMs },
    ...(email !== null && { personal: { personId: operatorId, after: { email } } }),
  });
  return ok({ url, expiresAtMs });
}
