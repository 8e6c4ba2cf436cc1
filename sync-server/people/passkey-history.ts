import type pg from 'pg';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { lockStaff, publishStaff } from './staff-revision.ts';

/**
 * [P2] Brings the history of a person's passkeys to what their account has: approvals are judged by it. The caller holds the
 * locks of the chain's counters; `atMs` is from there (lockStaff), or later than anything recorded.
 */
export async function keepPasskeyHistory(
  tx: pg.PoolClient,
  { merchantId, operatorId }: { merchantId: string; operatorId: string },
  atMs: number,
): Promise<void> {
  const held = `select k.credential_id, k.public_key from account_passkey k join account_user u on u.id = k.user_id
                 where u.merchant_id = $1 and u.operator_id = $2`;
  await tx.query(
    `update approval_passkey set until_ms = $3
      where merchant_id = $1 and operator_id = $2 and until_ms is null
        and (credential_id, public_key) not in (${held})`,
    [merchantId, operatorId, atMs],
  );
  await tx.query(
    `insert into approval_passkey (merchant_id, operator_id, credential_id, from_ms, public_key)
     select distinct on (credential_id) $1, $2, credential_id, $3::bigint, public_key from (${held}) held
      where not exists (select 1 from approval_passkey a where a.merchant_id = $1 and a.operator_id = $2
                           and a.credential_id = held.credential_id and a.until_ms is null)
     on conflict do nothing`,
    [merchantId, operatorId, atMs],
  );
}

/** A person's passkeys have changed: their history follows, then tills are told. */
export async function passkeysChanged(
  context: ServerContext,
  person: { merchantId: string; operatorId: string },
): Promise<void> {
  const { merchantId } = person;
  await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from merchant where merchant_id = $1 for update', [merchantId]);
    await keepPasskeyHistory(tx, person, await lockStaff(tx, merchantId, null, context.nowMs()));
  });
  await publishStaff(context, merchantId, null);
}
