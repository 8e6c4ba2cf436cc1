import { assert } from '#schemas/assert.ts';
import type { Queryable } from '../db/database.ts';

// [F1] A counter row is locked from here until the transaction ends, so revisions of a scope are gapless and committed
// in order: whoever reads counter and rows in one snapshot has every change up to that revision. Lock the chain before
// the store where one transaction needs both.

/** The chain's next revision: stamp it on every chain row that this transaction writes. Call it once a transaction. */
export function bumpChain(transaction: Queryable, merchantId: string): Promise<number> {
  return bump(
    transaction,
    'update merchant_counter set revision = revision + 1 where merchant_id = $1 returning revision',
    merchantId,
  );
}

/** The store's next revision: stamp it on every store row that this transaction writes. Call it once a transaction. */
export function bumpStore(transaction: Queryable, storeId: string): Promise<number> {
  return bump(
    transaction,
    'update store_counter set revision = revision + 1 where store_id = $1 returning revision',
    storeId,
  );
}

async function bump(transaction: Queryable, sql: string, scopeId: string): Promise<number> {
  const { rows } = await transaction.query<{ revision: number }>(sql, [scopeId]);
  const [counter] = rows;
  assert(counter, `scope ${scopeId} has a counter row`);
  return counter.revision;
}
