import type pg from 'pg';
import type { ServerContext } from '../context.ts';

/** Clocks of servers on one database differ by less. */
const maxClockDifferenceMs = 5_000;

const countersOf = `store_counter where store_id in (select store_id from store where merchant_id = $1)
                      and ($2::text is null or store_id = $2)`;

/**
 * [P2] Holds up posting in the stores that a change of rights concerns (`null`: all of the chain) until the transaction
 * ends, and answers the moment from which the change may hold: later than anything recorded there, whichever server's
 * clock recorded it. So no entry that is posted already would be judged otherwise when it is posted again. A clock that
 * was far ahead does not put the change off: whoever leaves is out within seconds.
 */
export async function lockStaff(
  tx: pg.PoolClient,
  merchantId: string,
  storeId: string | null,
  nowMs: number,
): Promise<number> {
  // In one order, so that two such changes cannot wait for each other.
  const { rows } = await tx.query<{ recordedAtMs: number }>(
    `select recorded_at_ms as "recordedAtMs" from ${countersOf} order by store_id for update`,
    [merchantId, storeId],
  );
  const latestMs = rows.reduce((latest, { recordedAtMs }) => Math.max(latest, recordedAtMs + 1), nowMs);
  return Math.min(latestMs, nowMs + maxClockDifferenceMs);
}

/** Tells a store, or every store of the chain, that who may do what has changed. In the transaction of the change. */
export async function bumpStaff(tx: pg.PoolClient, merchantId: string, storeId: string | null): Promise<void> {
  await tx.query(`select 1 from ${countersOf} order by store_id for update`, [merchantId, storeId]);
  await tx.query(
    `update store_counter set staff_revision = staff_revision + 1
      where store_id in (select store_id from store where merchant_id = $1) and ($2::text is null or store_id = $2)`,
    [merchantId, storeId],
  );
}

/** Wakes the tills that wait in the store, or in every store of the chain: their staff has changed. After the commit. */
export async function publishStaff(context: ServerContext, merchantId: string, storeId: string | null): Promise<void> {
  const { rows } = await context.database.pool.query<{ storeId: string }>(
    'select store_id as "storeId" from store where merchant_id = $1 and ($2::text is null or store_id = $2)',
    [merchantId, storeId],
  );
  for (const store of rows) context.changes.publish(store.storeId);
}
