import { createHmac } from 'node:crypto';
import { assert } from '#schemas/assert.ts';
import { limitsIn, rightsIn, type Scope } from '#schemas/policy/policy.ts';
import { builtInRoles, rightsOfRole } from '#schemas/policy/roles.ts';
import type { StaffPasskey, StaffRow, WorkingHours } from '#schemas/rows/staff.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { Queryable } from '../db/database.ts';
import { customRightsAt, type GrantHistory, grantsAt, holdsAt, readGrantHistory } from './grants.ts';
import { readStaffPasskeys } from './staff-passkeys.ts';

/** A person as a store's tills see them, before the verifiers are bound to one till. */
export type StaffFacts = Omit<StaffRow, 'pin' | 'badgeVerifier' | 'passkeys'> & {
  pin: { salt: string; iterations: number; hash: string } | null;
  badgeHash: string | null;
  passkeys: StaffPasskey[];
};

type Person = {
  operatorId: string;
  name: string;
  locale: LocaleCode | null;
  languages: string[];
  photo: string | null;
  workingHours: WorkingHours[];
  pinSalt: string | null;
  pinIterations: number | null;
  pinHash: string | null;
  badgeHash: string | null;
};

const maxStaff = 2_000;

/** Everybody who may do something in the store now and has a PIN or a badge, by name. */
export async function readStaff(database: Queryable, storeId: string, nowMs: number): Promise<StaffFacts[]> {
  const { rows: stores } = await database.query<{ merchantId: string; currency: string }>(
    'select merchant_id as "merchantId", currency from store where store_id = $1',
    [storeId],
  );
  const { merchantId = '', currency = '' } = stores[0] ?? {};
  const history = await readGrantHistory(database, merchantId, storeId);
  const operatorIds = [...new Set(history.grants.map(({ operatorId }) => operatorId))];
  const { rows } = await database.query<Person>(
    `select operator_id as "operatorId", name, locale, languages, photo, working_hours as "workingHours",
            pin_salt as "pinSalt", pin_iterations as "pinIterations", pin_hash as "pinHash", badge_hash as "badgeHash"
       from operator
      where merchant_id = $1 and operator_id = any($2) and left_at_ms is null
        and (pin_hash is not null or badge_hash is not null)
      order by name, operator_id limit ${maxStaff}`,
    [merchantId, operatorIds],
  );
  const passkeys = await readStaffPasskeys(database, merchantId, operatorIds);
  const scope: Scope = { type: 'store', merchantId, storeId };
  return rows.flatMap((person) => {
    const grants = grantsAt(history, person.operatorId, nowMs);
    const rights = rightsIn(grants, scope);
    if (rights.length === 0) return [];
    const role = leadingRole(history, person.operatorId, nowMs);
    const limits = limitsIn(grants, scope, currency);
    return [{ ...facts(person, rights, role, storeId), limits, passkeys: passkeys.get(person.operatorId) ?? [] }];
  });
}

function facts(
  person: Person,
  rights: StaffRow['rights'],
  role: Pick<StaffRow, 'roleId' | 'roleNames'>,
  storeId: string,
): Omit<StaffFacts, 'passkeys' | 'limits'> {
  const { operatorId, name, locale, languages, photo, pinSalt, pinIterations, pinHash, badgeHash } = person;
  const workingHours = person.workingHours.filter((hours) => hours.storeId === storeId);
  const pin =
    pinSalt !== null && pinIterations !== null && pinHash !== null
      ? { salt: pinSalt, iterations: pinIterations, hash: pinHash }
      : null;
  return { operatorId, name, ...role, rights, locale, languages, photo, workingHours, pin, badgeHash };
}

/** The role by which the screen names a person: the one that gives most. */
function leadingRole(history: GrantHistory, operatorId: string, nowMs: number): Pick<StaffRow, 'roleId' | 'roleNames'> {
  const custom = customRightsAt(history, nowMs);
  const roleIds = history.grants
    .filter((grant) => grant.operatorId === operatorId && grant.scopeType !== 'supplier' && holdsAt(grant, nowMs))
    .map(({ roleId }) => roleId)
    .toSorted((a, b) => rightsOfRole(b, custom).length - rightsOfRole(a, custom).length || (a < b ? -1 : 1));
  const [roleId] = roleIds;
  assert(roleId !== undefined, 'who has rights in a store has a role there');
  if (Object.hasOwn(builtInRoles, roleId)) return { roleId, roleNames: null };
  const named = history.customRoles.find((role) => role.roleId === roleId && holdsAt(role, nowMs));
  return { roleId, roleNames: named?.names ?? null };
}

/** The row for one till: verifiers are HMAC-SHA-256 under the till's key (StaffRow). */
export function staffRow({ pin, badgeHash, passkeys, ...person }: StaffFacts, pinKey: string): StaffRow {
  const verifier = (hash: string) =>
    createHmac('sha256', Buffer.from(pinKey, 'base64url')).update(Buffer.from(hash, 'base64url')).digest('base64url');
  return {
    ...person,
    pin: pin && { salt: pin.salt, iterations: pin.iterations, verifier: verifier(pin.hash) },
    badgeVerifier: badgeHash === null ? null : verifier(badgeHash),
    ...(passkeys.length > 0 && { passkeys }),
  };
}
