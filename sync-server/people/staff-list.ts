import type { GrantReport, PersonReport, StaffList } from '#schemas/api/staff.ts';
import type { GrantScopeType, Scope } from '#schemas/policy/policy.ts';
import { builtInRoleNames } from '#schemas/policy/roles.ts';
import type { Queryable } from '../db/database.ts';
import { customRightsAt, holdsAt, type RoleGrant, scopeOf } from './grants.ts';
import { fits, mayEditPerson, mayHandle, openGrants, type StaffView } from './staff-rules.ts';

const listed = 200;

type Row = Omit<PersonReport, 'grants' | 'mayEdit'>;
type Place = { scopeType: GrantScopeType; scopeId: string; name: string };

/** The people of a store, of a supplier, or of the chain with its suppliers', as who asks sees them. */
export async function listStaff(
  database: Queryable,
  view: StaffView,
  about: { scope: Scope; q: string; left: boolean },
): Promise<StaffList> {
  const { scope } = about;
  const { merchantId } = scope;
  const storeId = scope.type === 'store' ? scope.storeId : null;
  const supplierId = scope.type === 'supplier' ? scope.supplierId : null;
  const { rows } = await database.query<Row>(
    `select o.operator_id as "operatorId", o.name, o.locale, o.languages, o.photo, o.working_hours as "workingHours",
            o.pin_hash is not null as "hasPin", o.badge_hash is not null as "hasBadge", u.id is not null as "hasAccount",
            coalesce(u.two_factor_enabled, false) as "hasSecondFactor",
            (select max(i.expires_at_ms) from invitation i where i.merchant_id = o.merchant_id
                and i.operator_id = o.operator_id and i.used_at_ms is null and i.revoked_at_ms is null
                and i.expires_at_ms > $6) as "invitedUntilMs",
            (select (extract(epoch from max(w.created_at)) * 1000)::int8 from account_session w where w.user_id = u.id)
              as "lastSignInAtMs",
            o.created_at_ms as "createdAtMs", o.left_at_ms as "leftAtMs"
       from operator o
       left join account_user u on u.merchant_id = o.merchant_id and u.operator_id = o.operator_id
      where o.merchant_id = $1 and o.erased_at_ms is null and (o.left_at_ms is not null) = $2
        and ($3 = '' or position(lower($3) in lower(o.name)) > 0 or o.operator_id = $3)
        and exists (select 1 from role_grant g where g.merchant_id = o.merchant_id and g.operator_id = o.operator_id
                       and case when $7::text is not null
                                then g.scope_type = 'supplier' and g.scope_id = $7 and g.until_ms is null
                                when $4::text is not null
                                then (g.scope_type = 'merchant' or (g.scope_type = 'store' and g.scope_id = $4))
                                     and (g.until_ms is null or o.left_at_ms is not null)
                                else true end)
      order by lower(o.name), o.operator_id limit $5`,
    [merchantId, about.left, about.q, storeId, listed + 1, view.nowMs, supplierId],
  );
  const places = (await placesOf(database, merchantId)).filter((place) => isAbout(place, scope));
  return {
    serverTimeMs: view.nowMs,
    people: rows.slice(0, listed).map((row) => report(view, row, scope, places)),
    more: rows.length > listed,
    selfId: view.operatorId,
    places: givable(view, scope, places),
    // No supplier is told how the chain is run.
    customRoles: supplierId === null ? customRoles(view) : [],
  };
}

/** The chain, its stores, and its suppliers that are not ended, each by name. */
async function placesOf(database: Queryable, merchantId: string): Promise<Place[]> {
  const { rows } = await database.query<Place>(
    `select 'merchant' as "scopeType", merchant_id as "scopeId", name from merchant where merchant_id = $1
     union all (select 'store', store_id, name from store where merchant_id = $1 order by name, store_id)
     union all (select 'supplier', supplier_id, name from supplier where merchant_id = $1 and ended_at_ms is null
                 order by lower(name), supplier_id)`,
    [merchantId],
  );
  return rows;
}

/** Whether roles in a place are told to who asks about `scope`: of a store, the chain's too; of a supplier, its own alone. */
function isAbout({ scopeType, scopeId }: Place, scope: Scope): boolean {
  if (scope.type === 'merchant') return true;
  if (scope.type === 'supplier') return scopeType === 'supplier' && scopeId === scope.supplierId;
  return scopeType === 'merchant' || (scopeType === 'store' && scopeId === scope.storeId);
}

function report(view: StaffView, row: Row, scope: Scope, places: readonly Place[]): PersonReport {
  const grants = openGrants(view, row.operatorId).flatMap((grant): GrantReport[] => {
    const { grantId, scopeType, scopeId, roleId, fromMs } = grant;
    const place = places.find((candidate) => candidate.scopeType === scopeType && candidate.scopeId === scopeId);
    if (!place) return [];
    const isHere = scope.type !== 'store' || place.scopeType === 'store';
    const mayEnd = isHere && row.operatorId !== view.operatorId && mayHandle(view, roleId, scopeIn(view, grant));
    const roleNames = namesNow(view, roleId);
    return [{ grantId, scopeType: place.scopeType, scopeId, scopeName: place.name, roleId, roleNames, fromMs, mayEnd }];
  });
  const workingHours = row.workingHours.filter(
    ({ storeId }) => scope.type === 'merchant' || (scope.type === 'store' && storeId === scope.storeId),
  );
  const mayEdit = mayEditPerson(view, row.operatorId);
  return { ...row, hasSecondFactor: row.hasSecondFactor && mayEdit, workingHours, grants, mayEdit };
}

function givable(view: StaffView, about: Scope, places: readonly Place[]): StaffList['places'] {
  const { merchantId } = view.history;
  const roleIds = [...builtInRoleNames, ...customRightsAt(view.history, view.nowMs).keys()];
  return places
    .filter(({ scopeType }) => about.type !== 'store' || scopeType === 'store')
    .map((place) => {
      const scope = scopeOf(merchantId, place);
      return { ...place, roleIds: roleIds.filter((id) => fits(id, place.scopeType) && mayHandle(view, id, scope)) };
    })
    .filter((place) => place.roleIds.length > 0);
}

export function customRoles({ history, nowMs }: StaffView): StaffList['customRoles'] {
  return history.customRoles.filter((role) => holdsAt(role, nowMs)).map(({ roleId, names }) => ({ roleId, names }));
}

function namesNow({ history, nowMs }: StaffView, roleId: string) {
  return history.customRoles.find((role) => role.roleId === roleId && holdsAt(role, nowMs))?.names ?? null;
}

function scopeIn(view: StaffView, grant: RoleGrant): Scope {
  return scopeOf(view.history.merchantId, grant);
}
