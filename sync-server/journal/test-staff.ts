import { randomUUID } from 'node:crypto';
import type { RoleLimits } from '#schemas/policy/limits.ts';
import type { GrantScopeType } from '#schemas/policy/policy.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { bumpStaff, lockStaff } from '../people/staff-revision.ts';

// For tests: people of a store and their roles, without names, PINs and accounts.

type Given = { fromMs?: number; untilMs?: number | null; scopeType?: GrantScopeType; scopeId?: string };

/** Gives a role, from ever when nothing else is said; the person need not be there. Answers the grant's id. */
export async function giveRole(
  context: ServerContext,
  storeId: string,
  operatorId: string,
  roleId: string,
  { fromMs = 0, untilMs = null, scopeType = 'store', scopeId = storeId }: Given = {},
): Promise<string> {
  const grantId = randomUUID();
  await inTransaction(context.database, async (tx) => {
    const merchantId = await merchantOf(context, storeId);
    await tx.query(
      `insert into role_grant (merchant_id, operator_id, grant_id, scope_type, scope_id, role_id, from_ms, until_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [merchantId, operatorId, grantId, scopeType, scopeId, roleId, fromMs, untilMs],
    );
    await bumpStaff(tx, merchantId, scopeType === 'store' ? scopeId : null);
  });
  return grantId;
}

/** Ends all that a person may do in a store from now on, as the back office does. Answers the moment. */
export function endRoles(context: ServerContext, storeId: string, operatorId: string): Promise<number> {
  return inTransaction(context.database, async (tx) => {
    const merchantId = await merchantOf(context, storeId);
    const atMs = await lockStaff(tx, merchantId, storeId, context.nowMs());
    await tx.query(
      `update role_grant set until_ms = greatest(from_ms, $4)
        where merchant_id = $1 and scope_type = 'store' and scope_id = $2 and operator_id = $3 and until_ms is null`,
      [merchantId, storeId, operatorId, atMs],
    );
    await bumpStaff(tx, merchantId, storeId);
    return atMs;
  });
}

/** Sets how much a role allows alone from now on, as the back office does. Answers the moment. */
export function limitRole(
  context: ServerContext,
  storeId: string,
  roleId: string,
  limits: RoleLimits,
): Promise<number> {
  return inTransaction(context.database, async (tx) => {
    const merchantId = await merchantOf(context, storeId);
    const nowMs = await lockStaff(tx, merchantId, null, context.nowMs());
    const { rows } = await tx.query<{ fromMs: number }>(
      `update role_limit set until_ms = greatest(from_ms + 1, $3)
        where merchant_id = $1 and role_id = $2 and until_ms is null returning until_ms as "fromMs"`,
      [merchantId, roleId, nowMs],
    );
    const fromMs = rows[0]?.fromMs ?? nowMs;
    await tx.query('insert into role_limit (merchant_id, role_id, from_ms, limits) values ($1, $2, $3, $4)', [
      merchantId,
      roleId,
      fromMs,
      JSON.stringify(limits),
    ]);
    await bumpStaff(tx, merchantId, null);
    return fromMs;
  });
}

async function merchantOf(context: ServerContext, storeId: string): Promise<string> {
  const { rows } = await context.database.pool.query<{ merchantId: string }>(
    'select merchant_id as "merchantId" from store where store_id = $1',
    [storeId],
  );
  return rows[0]?.merchantId ?? '';
}
