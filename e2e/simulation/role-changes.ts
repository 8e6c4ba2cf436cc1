import { randomUUID } from 'node:crypto';
import { inTransaction } from '#sync-server/db/database.ts';
import { bumpStaff, lockStaff, publishStaff } from '#sync-server/people/staff-revision.ts';
import { people, roles } from './rights.ts';
import { merchantId, storeIds, type World } from './world.ts';

/** Somebody who has a role loses it, who has none gets one, in a store or in the whole chain, as the back office does it. */
export async function changeRoles(world: World): Promise<string> {
  const { server, random } = world;
  const who = random.pick(people);
  const storeId = random.chance(0.1) ? null : random.pick(storeIds);
  const role = random.pick(roles);
  if (!server.up) return 'nobody changes roles: no server';
  const { context } = server;
  const [scopeType, scopeId] = storeId === null ? ['merchant', merchantId] : ['store', storeId];
  const scope = [merchantId, who, scopeType, scopeId];
  const ended = await inTransaction(context.database, async (tx) => {
    const atMs = await lockStaff(tx, merchantId, storeId, context.nowMs());
    const { rowCount } = await tx.query(
      `update role_grant set until_ms = greatest(from_ms, $5) where merchant_id = $1 and operator_id = $2
          and scope_type = $3 and scope_id = $4 and until_ms is null`,
      [...scope, atMs],
    );
    if (rowCount === 0) {
      await tx.query(
        `insert into role_grant (merchant_id, operator_id, grant_id, scope_type, scope_id, role_id, from_ms)
         values ($1, $2, $5, $3, $4, $6, $7)`,
        [...scope, randomUUID(), role, atMs],
      );
    }
    await bumpStaff(tx, merchantId, storeId);
    return rowCount !== 0;
  });
  await publishStaff(context, merchantId, storeId);
  return ended ? `${who} has no role in ${scopeId} any more` : `${who} is ${role} in ${scopeId}`;
}
