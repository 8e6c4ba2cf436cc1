import { createHash } from 'node:crypto';
import type { AddPerson, ChangePerson } from '#schemas/api/staff.ts';
import { badgePrefix } from '#schemas/policy/badge.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { WorkingHours } from '#schemas/rows/staff.ts';
import { newId } from '../catalogue/new-store.ts';
import { editablePerson, type Person } from './find-person.ts';
import { checkPhoto } from './photo.ts';
import { concernGrants, type StaffChange, type StaffFailure } from './staff-change.ts';
import { checkGrant, insertGrant } from './staff-grants.ts';
import { openGrants } from './staff-rules.ts';

type Answer = Result<{ operatorId: string }, StaffFailure>;
/** What hashPin makes; null: no PIN. */
export type HashedPin = { pinSalt: string; pinIterations: number; pinHash: string } | null;

/** Adds a person with the roles that they begin with. */
export async function addPerson(change: StaffChange, person: AddPerson, pin: HashedPin): Promise<Answer> {
  const { context, tx, merchantId, nowMs } = change;
  const { name, locale, languages, photo, grants } = person;
  if (photo !== null && !checkPhoto(photo).ok) return fail({ code: 'bad-request' });
  const hours = await mergeHours(change, [], person.workingHours);
  if (!hours.ok) return hours;
  const operatorId = newId(context);
  await tx.query(
    `insert into operator (merchant_id, operator_id, name, locale, languages, photo, working_hours, pin_salt,
                           pin_iterations, pin_hash, created_at_ms, pin_set_by, pin_set_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11)`,
    [
      ...[merchantId, operatorId, name, locale, JSON.stringify(languages), photo, JSON.stringify(hours.value)],
      ...[pin?.pinSalt ?? null, pin?.pinIterations ?? null, pin?.pinHash ?? null, nowMs, change.operatorId],
    ],
  );
  const given: object[] = [];
  for (const wanted of grants) {
    const checked = await checkGrant(change, wanted);
    if (!checked.ok) return checked;
    await insertGrant(change, operatorId, checked.value, 0);
    given.push(checked.value);
  }
  await change.record({
    action: 'staff-added',
    subjectType: 'person',
    subjectId: operatorId,
    after: { grants: given, hasPin: pin !== null },
    personal: { personId: operatorId, after: { name, locale, languages, workingHours: hours.value } },
  });
  return ok({ operatorId });
}

/** Changes what is personal: the columns that are given. */
export async function changePerson(change: StaffChange, operatorId: string, wanted: ChangePerson): Promise<Answer> {
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  const old = found.value;
  if (wanted.photo && !checkPhoto(wanted.photo).ok) return fail({ code: 'bad-request' });
  const hours = wanted.workingHours && (await mergeHours(change, old.workingHours, wanted.workingHours));
  if (hours && !hours.ok) return hours;
  const after = {
    name: wanted.name ?? old.name,
    locale: wanted.locale === undefined ? old.locale : wanted.locale,
    languages: wanted.languages ?? old.languages,
    photo: wanted.photo === undefined ? old.photo : wanted.photo,
    workingHours: hours ? hours.value : old.workingHours,
  };
  await change.tx.query(
    `update operator set name = $3, locale = $4, languages = $5, photo = $6, working_hours = $7
      where merchant_id = $1 and operator_id = $2`,
    [
      ...[change.merchantId, operatorId, after.name, after.locale, JSON.stringify(after.languages)],
      ...[after.photo, JSON.stringify(after.workingHours)],
    ],
  );
  concernGrants(change, openGrants(change, operatorId));
  await change.record({
    action: 'staff-changed',
    subjectType: 'person',
    subjectId: operatorId,
    personal: { personId: operatorId, before: recorded(old), after: recorded(after) },
  });
  return ok({ operatorId });
}

/** A picture is on record as there or not: the log is not to grow by it. */
function recorded({ name, locale, languages, photo, workingHours }: Omit<Person, 'operatorId' | 'leftAtMs'>) {
  return { name, locale, languages, workingHours, hasPhoto: photo !== null };
}

/** Hours after a change: asked of one store, those of the others stay; each is in a store of this chain. */
async function mergeHours(
  change: StaffChange,
  old: readonly WorkingHours[],
  wanted: readonly WorkingHours[],
): Promise<Result<WorkingHours[], StaffFailure>> {
  const kept = change.storeId === null ? [] : old.filter(({ storeId }) => storeId !== change.storeId);
  if (change.storeId !== null && wanted.some(({ storeId }) => storeId !== change.storeId)) {
    return fail({ code: 'forbidden' });
  }
  const storeIds = [...new Set(wanted.map(({ storeId }) => storeId))];
  const { rowCount } = await change.tx.query('select 1 from store where merchant_id = $1 and store_id = any($2)', [
    change.merchantId,
    storeIds,
  ]);
  return rowCount === storeIds.length ? ok([...kept, ...wanted]) : fail({ code: 'forbidden' });
}

/** A new PIN, or none. Tills have it with their next feed. */
export async function setPin(change: StaffChange, operatorId: string, pin: HashedPin): Promise<Answer> {
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  if (found.value.leftAtMs !== null) return fail({ code: 'conflict' });
  await change.tx.query(
    `update operator set pin_salt = $3, pin_iterations = $4, pin_hash = $5, pin_set_by = $6, pin_set_at_ms = $7
      where merchant_id = $1 and operator_id = $2`,
    [
      ...[change.merchantId, operatorId, pin?.pinSalt ?? null, pin?.pinIterations ?? null, pin?.pinHash ?? null],
      ...[change.operatorId, change.nowMs],
    ],
  );
  concernGrants(change, openGrants(change, operatorId));
  const subject = { subjectType: 'person', subjectId: operatorId };
  await change.record({ action: 'staff-pin-set', ...subject, after: { hasPin: pin !== null } });
  return ok({ operatorId });
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new badge, and the end of the old one. Answers its code, which is kept as its SHA-256 only. */
export async function issueBadge(
  change: StaffChange,
  operatorId: string,
): Promise<Result<{ operatorId: string; code: string }, StaffFailure>> {
  const bytes = change.context.randomBytes(20);
  const code = badgePrefix + Array.from(bytes, (byte) => crockford[byte % crockford.length]).join('');
  const kept = await keepBadge(change, operatorId, createHash('sha256').update(code).digest('base64url'));
  return kept.ok ? ok({ operatorId, code }) : kept;
}

/** The badge is void from now on. */
export function endBadge(change: StaffChange, operatorId: string): Promise<Answer> {
  return keepBadge(change, operatorId, null);
}

async function keepBadge(change: StaffChange, operatorId: string, badgeHash: string | null): Promise<Answer> {
  const found = await editablePerson(change, operatorId);
  if (!found.ok) return found;
  if (found.value.leftAtMs !== null) return fail({ code: 'conflict' });
  await change.tx.query(
    `update operator set badge_hash = $3, badge_set_by = $4, badge_set_at_ms = $5
      where merchant_id = $1 and operator_id = $2`,
    [change.merchantId, operatorId, badgeHash, change.operatorId, change.nowMs],
  );
  concernGrants(change, openGrants(change, operatorId));
  const subject = { subjectType: 'person', subjectId: operatorId };
  await change.record({ action: 'badge-issued', ...subject, after: { hasBadge: badgeHash !== null } });
  return ok({ operatorId });
}
