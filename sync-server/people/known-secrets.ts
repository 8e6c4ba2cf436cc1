import type { TillSecret } from '#schemas/api/staff.ts';
import type { RoleLimits } from '#schemas/policy/limits.ts';
import { mayGrant, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { grantsAt } from './grants.ts';
import { concernGrants, type StaffChange } from './staff-change.ts';
import { openGrants } from './staff-rules.ts';

/** What a person gains: rights in a place with what is set for them, and whether as an owner. */
export type Gain = { rights: readonly Right[]; limits: RoleLimits; where: Scope; asOwner: boolean };

type Row = {
  hasPin: boolean;
  pinSetBy: string | null;
  pinSetAtMs: number | null;
  hasBadge: boolean;
  badgeSetBy: string | null;
  badgeSetAtMs: number | null;
};

/**
 * [A1] Whoever set a PIN or saw a badge's code could act as its owner. When its owner gains a right or a limit that the setter lacked
 * then, or lacks now, it ends; the person, or somebody who may change them now, sets a new one. What people chose for
 * themselves holds on, what nobody is on record for does not.
 */
export async function endKnownSecrets(change: StaffChange, operatorId: string, gain: Gain): Promise<TillSecret[]> {
  // Suppliers' people come to no till.
  if (gain.where.type === 'supplier' || gain.rights.length === 0) return [];
  const { tx, merchantId } = change;
  const { rows } = await tx.query<Row>(
    `select pin_hash is not null as "hasPin", pin_set_by as "pinSetBy", pin_set_at_ms as "pinSetAtMs",
            badge_hash is not null as "hasBadge", badge_set_by as "badgeSetBy", badge_set_at_ms as "badgeSetAtMs"
       from operator where merchant_id = $1 and operator_id = $2`,
    [merchantId, operatorId],
  );
  const [row] = rows;
  if (row === undefined) return [];
  const isKnown = (setBy: string | null, setAtMs: number | null) =>
    setBy !== operatorId && !(had(change, setBy, setAtMs, gain) && had(change, setBy, change.nowMs, gain));
  const ended: TillSecret[] = [];
  const subject = { subjectType: 'person', subjectId: operatorId };
  const person = [merchantId, operatorId];
  if (row.hasPin && isKnown(row.pinSetBy, row.pinSetAtMs)) {
    await tx.query(
      `update operator set pin_salt = null, pin_iterations = null, pin_hash = null
        where merchant_id = $1 and operator_id = $2`,
      person,
    );
    await change.record({ action: 'staff-pin-set', ...subject, after: { hasPin: false } });
    ended.push('pin');
  }
  if (row.hasBadge && isKnown(row.badgeSetBy, row.badgeSetAtMs)) {
    await tx.query('update operator set badge_hash = null where merchant_id = $1 and operator_id = $2', person);
    await change.record({ action: 'badge-issued', ...subject, after: { hasBadge: false } });
    ended.push('badge');
  }
  if (ended.length > 0) concernGrants(change, openGrants(change, operatorId));
  return ended;
}

/** Whether somebody held at a moment all that is gained. */
function had({ history }: StaffChange, operatorId: string | null, atMs: number | null, gain: Gain): boolean {
  if (operatorId === null || atMs === null) return false;
  const isOwner = openGrants({ history, nowMs: atMs }, operatorId).some(({ roleId }) => roleId === 'owner');
  const grants = grantsAt(history, operatorId, atMs);
  return (!gain.asOwner || isOwner) && mayGrant(grants, gain.rights, gain.where, gain.limits);
}
