import type { RoleAnswer } from '#schemas/api/roles.ts';
import {
  currenciesOf,
  isWithinLimits,
  limitRights,
  limitsOfRole,
  type Measure,
  type RoleLimits,
} from '#schemas/policy/limits.ts';
import { mayGrant } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { Queryable } from '../db/database.ts';
import { holdsAt, scopeOf } from './grants.ts';
import { endKnownSecrets } from './known-secrets.ts';
import type { StaffChange, StaffFailure } from './staff-change.ts';
import { isLimitable, limitsNow, rightsNow } from './staff-rules.ts';

/**
 * [A1] How much everybody who holds a role may do alone, from now on: who sets it may do as much alone as the role might before
 * and will after. Nothing that was recorded before is judged by it.
 */
export async function setRoleLimits(
  change: StaffChange,
  roleId: string,
  limits: RoleLimits,
): Promise<Result<Required<RoleAnswer>, StaffFailure>> {
  const rights = rightsNow(change, roleId);
  if (rights === null || !isLimitable(roleId)) return fail({ code: 'not-found' });
  const before = limitsNow(change, roleId);
  const chain = scopeOf(change.merchantId, { scopeType: 'merchant', scopeId: change.merchantId });
  const mayGive = (set: RoleLimits) => mayGrant(change.grants, rights, chain, set);
  if (!mayGive(before) || !mayGive(limits)) return fail({ code: 'forbidden' });
  await writeLimits(change, roleId, limits);
  change.concern(null);
  const subject = { subjectType: 'role', subjectId: roleId };
  await change.record({ action: 'role-limited', ...subject, before, after: limits });
  const isMore = currenciesOf([before, limits]).some(
    (currency) => !isWithinLimits(ofRole(rights, limits, currency), ofRole(rights, before, currency)),
  );
  return ok({ roleId, ended: isMore ? await endHoldersSecrets(change, roleId, rights, limits) : [] });
}

function ofRole(rights: readonly Right[], limits: RoleLimits, currency: string) {
  return limitsOfRole((right) => rights.includes(right), limits, currency);
}

/** Rows of one role never overlap, however fast they follow each other. */
async function writeLimits({ tx, merchantId, nowMs, history }: StaffChange, roleId: string, limits: RoleLimits) {
  const old = history.limits.findLast((one) => one.roleId === roleId);
  const fromMs = Math.max(nowMs, (old?.fromMs ?? -1) + 1);
  await tx.query('update role_limit set until_ms = $3 where merchant_id = $1 and role_id = $2 and until_ms is null', [
    merchantId,
    roleId,
    fromMs,
  ]);
  await tx.query('insert into role_limit (merchant_id, role_id, from_ms, limits) values ($1, $2, $3, $4)', [
    merchantId,
    roleId,
    fromMs,
    JSON.stringify(limits),
  ]);
}

/** [A1] Whoever set a PIN of one of them could now do more by it than alone. */
async function endHoldersSecrets(
  change: StaffChange,
  roleId: string,
  held: readonly Right[],
  limits: RoleLimits,
): Promise<string[]> {
  const limited: readonly Right[] = (Object.keys(limitRights) as Measure['of'][]).flatMap((of) => limitRights[of]);
  const rights = held.filter((right) => limited.includes(right));
  const ended = new Set<string>();
  for (const grant of change.history.grants) {
    if (grant.roleId !== roleId || !holdsAt(grant, change.nowMs)) continue;
    const where = scopeOf(change.merchantId, grant);
    const secrets = await endKnownSecrets(change, grant.operatorId, { rights, limits, where, asOwner: false });
    if (secrets.length > 0) ended.add(grant.operatorId);
  }
  return [...ended];
}

/** The currencies of a chain's stores: amounts are set in each. */
export async function currenciesOfChain(database: Queryable, merchantId: string): Promise<string[]> {
  const { rows } = await database.query<{ currency: string }>(
    'select distinct currency from store where merchant_id = $1 order by currency',
    [merchantId],
  );
  return rows.map(({ currency }) => currency);
}
