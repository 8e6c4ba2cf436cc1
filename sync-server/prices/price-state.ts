import type { PriceState } from '#schemas/api/prices.ts';
import type { AuditActor } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { bumpChain } from '../feed/revision.ts';
import { keepPriceVersions } from './price-versions.ts';

/** Who changes what the chain asks, from the page of which store. */
export type PriceOffice = { merchantId: string; storeId: string; currency: string; by: AuditActor };

type Interval = { validFromMs: number | null; validUntilMs: number | null };

/** Whether a list or a promotion holds now. */
export function stateOf({ validFromMs, validUntilMs }: Interval, isEnded: boolean, nowMs: number): PriceState {
  if (isEnded || (validUntilMs !== null && validUntilMs <= nowMs)) return 'ended';
  return validFromMs !== null && validFromMs > nowMs ? 'coming' : 'running';
}

/** Ends a transaction without a trace, with what it would have answered. */
class Undone<Value> extends Error {
  readonly value: Value;

  constructor(value: Value) {
    super('undone');
    this.value = value;
  }
}

/**
 * Runs a change of the chain's rows under its next revision (F1). What `work` answers with `keep: false` is rolled back: a preview,
 * a refusal, or a change of nothing.
 */
export async function changeChain<Value>(
  { database, nowMs }: Pick<ServerContext, 'database' | 'nowMs'>,
  merchantId: string,
  work: (tx: Queryable, revision: number) => Promise<{ keep: boolean; value: Value }>,
): Promise<Value> {
  try {
    return await inTransaction(database, async (tx) => {
      const revision = await bumpChain(tx, merchantId);
      const { keep, value } = await work(tx, revision);
      if (!keep) throw new Undone(value);
      await keepPriceVersions(tx, merchantId, revision, nowMs());
      return value;
    });
  } catch (error) {
    if (error instanceof Undone) return error.value as Value;
    throw error;
  }
}
