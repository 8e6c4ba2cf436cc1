import type { UnsentLinks } from '#schemas/api/password-reset.ts';
import { may, type Scope } from '#schemas/policy/policy.ts';
import type { ServerContext } from '../context.ts';
import { readGrantHistory, scopeOf } from '../people/grants.ts';
import { mayEditPerson, openGrants, type StaffView } from '../people/staff-rules.ts';
import type { PersonActor } from './web-session.ts';

/**
 * [A1] Links that no mail could carry, for who may change the person they are for: whoever holds one becomes that person.
 * One's own is not among them, so that who finds a screen unlocked does not get the account for good.
 */
export async function unsentLinks(context: ServerContext, actor: PersonActor): Promise<UnsentLinks> {
  const { pool } = context.database;
  const { merchantId, operatorId, grants } = actor;
  const nowMs = context.nowMs();
  await pool.query('delete from unsent_link where merchant_id = $1 and expires_at_ms <= $2', [merchantId, nowMs]);
  const { rows } = await pool.query<UnsentLinks['links'][number]>(
    `select l.link_id as id, l.operator_id as "operatorId", o.name, l.url, l.created_at_ms as "createdAtMs",
            l.expires_at_ms as "expiresAtMs"
       from unsent_link l join operator o using (merchant_id, operator_id)
      where l.merchant_id = $1 and l.operator_id <> $2 and o.left_at_ms is null
      order by l.created_at_ms desc limit 200`,
    [merchantId, operatorId],
  );
  const history = await readGrantHistory(pool, merchantId);
  const view: StaffView = { history, nowMs, operatorId, grants };
  return { links: rows.filter((link) => mayHold(view, link.operatorId)) };
}

function mayHold(view: StaffView, operatorId: string): boolean {
  const { merchantId } = view.history;
  const places = openGrants(view, operatorId).map((grant) => scopeOf(merchantId, grant));
  const isTheirStaff = places.length === 0 ? [{ type: 'merchant', merchantId } as const] : places;
  return (
    mayEditPerson(view, operatorId) &&
    isTheirStaff.every((place) => may(view.grants, 'edit-staff', place) || isTheirSupplier(view, place))
  );
}

/** A supplier's people are kept by its administrators, and by who keeps the chain's people. */
function isTheirSupplier({ grants }: StaffView, place: Scope): boolean {
  if (place.type !== 'supplier') return false;
  return may(grants, 'edit-supplier-staff', place) || may(grants, 'edit-staff', { ...place, type: 'merchant' });
}
