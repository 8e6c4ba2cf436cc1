import { fail, ok, type Result } from '#schemas/result.ts';
import type { WorkingHours } from '#schemas/rows/staff.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { holdsAt, type RoleGrant } from './grants.ts';
import type { StaffChange, StaffFailure } from './staff-change.ts';
import { mayEditPerson } from './staff-rules.ts';

export type Person = {
  operatorId: string;
  name: string;
  locale: LocaleCode | null;
  languages: string[];
  photo: string | null;
  workingHours: WorkingHours[];
  leftAtMs: number | null;
};

/**
 * A person of the chain whom the request may be about: asked of one store, who has or had a role there or in the chain;
 * asked of a supplier, who has a role with it.
 */
export async function findPerson(change: StaffChange, operatorId: string): Promise<Person | null> {
  const { rows } = await change.tx.query<Person>(
    `select operator_id as "operatorId", name, locale, languages, photo, working_hours as "workingHours",
            left_at_ms as "leftAtMs"
       from operator where merchant_id = $1 and operator_id = $2 and erased_at_ms is null`,
    [change.merchantId, operatorId],
  );
  const isHere = change.history.grants.some((grant) => grant.operatorId === operatorId && isHeld(grant, change));
  return isHere ? (rows[0] ?? null) : null;
}

function isHeld(grant: RoleGrant, { about, nowMs }: StaffChange): boolean {
  if (about.type === 'merchant') return true;
  if (about.type === 'supplier') {
    return grant.scopeType === 'supplier' && grant.scopeId === about.supplierId && holdsAt(grant, nowMs);
  }
  return grant.scopeType === 'merchant' || (grant.scopeType === 'store' && grant.scopeId === about.storeId);
}

/** [A1] The person, when they may be changed by who asks. */
export async function editablePerson(change: StaffChange, operatorId: string): Promise<Result<Person, StaffFailure>> {
  const person = await findPerson(change, operatorId);
  if (person === null) return fail({ code: 'not-found' });
  return mayEditPerson(change, operatorId) ? ok(person) : fail({ code: 'forbidden' });
}
