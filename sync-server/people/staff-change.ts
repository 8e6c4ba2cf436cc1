import type { Context } from 'hono';
import type pg from 'pg';
import { may, type Scope } from '#schemas/policy/policy.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { fail, type Result } from '#schemas/result.ts';
import { type AuditActor, type AuditRecord, auditActor, recordAudit } from '../audit/audit.ts';
import type { Actor, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { grantsAt, type RoleGrant, readGrantHistory } from './grants.ts';
import { bumpStaff, lockStaff, publishStaff } from './staff-revision.ts';
import type { StaffView } from './staff-rules.ts';

export type StaffFailure = {
  code:
    | 'bad-request'
    | 'forbidden'
    | 'not-found'
    | 'conflict'
    | 'name-taken'
    | 'last-owner'
    | 'own-access'
    | 'role-in-use';
};

/** A change of people or roles: what stands now, and where the change is written. */
export type StaffChange = StaffView & {
  context: ServerContext;
  tx: pg.PoolClient;
  merchantId: string;
  /** What the request is about: a store, a supplier, or the chain. */
  about: Scope;
  /** The store that the request is about; null: a supplier, or the chain. */
  storeId: string | null;
  /** Puts the change on record. */
  record(what: Omit<AuditRecord, 'merchantId' | 'storeId'>): Promise<void>;
  /** Names whom the change concerns: tills of a store, or of all stores (null), are sent their staff anew. */
  concern(storeId: string | null): void;
};

/**
 * [A1] Runs a change in one transaction, alone in its chain: who asks, and what everybody holds, is read under the lock,
 * so that two changes at once cannot each remove the other's last owner. A failure undoes everything.
 */
export async function changeStaff<Value>(
  context: ServerContext,
  c: Context<OfficeEnv>,
  right: Right,
  work: (change: StaffChange) => Promise<Result<Value, StaffFailure>>,
): Promise<Result<Value, StaffFailure>> {
  const actor = c.get('actor');
  const by = auditActor(c);
  const scope = requestScope(c);
  const concerned = new Set<string | null>();
  try {
    const value = await inTransaction(context.database, async (tx) => {
      await tx.query('select 1 from merchant where merchant_id = $1 for update', [actor.merchantId]);
      const view = await readView(context, tx, actor, await lockStaff(tx, actor.merchantId, null, context.nowMs()));
      if (!may(view.grants, right, scope)) throw new Refused({ code: 'forbidden' });
      const result = await work(toChange(context, tx, { view, scope, by, concerned }));
      if (!result.ok) throw new Refused(result.error);
      await bumpConcerned(tx, actor.merchantId, concerned);
      return result;
    });
    await publishConcerned(context, actor.merchantId, concerned);
    return value;
  } catch (error) {
    if (error instanceof Refused) return fail(error.failure);
    throw error;
  }
}

/** Undoes the transaction; never leaves this file. */
class Refused extends Error {
  readonly failure: StaffFailure;
  constructor(failure: StaffFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** What a request is about: the supplier or the store of its path, else the chain. */
export function requestScope(c: Context<OfficeEnv>): Scope {
  const [store, supplier] = [c.get('store'), c.get('supplier')];
  if (supplier) return { type: 'supplier', merchantId: supplier.merchantId, supplierId: supplier.supplierId };
  return store
    ? { type: 'store', merchantId: store.merchantId, storeId: store.storeId }
    : { type: 'merchant', merchantId: c.get('actor').merchantId };
}

/** Who asks, with the rights that they have at this moment. */
export async function readView(
  context: ServerContext,
  tx: pg.Pool | pg.PoolClient,
  actor: Actor,
  nowMs = context.nowMs(),
): Promise<StaffView> {
  const history = await readGrantHistory(tx, actor.merchantId);
  return actor.type === 'person'
    ? { history, nowMs, operatorId: actor.operatorId, grants: grantsAt(history, actor.operatorId, nowMs) }
    : { history, nowMs, operatorId: null, grants: actor.grants };
}

function toChange(
  context: ServerContext,
  tx: pg.PoolClient,
  request: { view: StaffView; scope: Scope; by: AuditActor; concerned: Set<string | null> },
): StaffChange {
  const { view, scope, by, concerned } = request;
  const storeId = scope.type === 'store' ? scope.storeId : null;
  const { merchantId } = scope;
  return {
    ...view,
    context,
    tx,
    merchantId,
    about: scope,
    storeId,
    record: (what) => recordAudit(tx, context, by, { merchantId, storeId, ...what }),
    concern: (id) => {
      concerned.add(id);
    },
  };
}

/** Names the stores in which these grants hold; a supplier announces to any of them. */
export function concernGrants(change: StaffChange, grants: readonly Pick<RoleGrant, 'scopeType' | 'scopeId'>[]): void {
  for (const { scopeType, scopeId } of grants) {
    change.concern(scopeType === 'store' ? scopeId : null);
  }
}

async function bumpConcerned(tx: pg.PoolClient, merchantId: string, concerned: Set<string | null>): Promise<void> {
  if (concerned.has(null)) return bumpStaff(tx, merchantId, null);
  // In one order, so that two such changes cannot wait for each other.
  for (const storeId of [...concerned].sort()) await bumpStaff(tx, merchantId, storeId);
}

async function publishConcerned(context: ServerContext, merchantId: string, concerned: Set<string | null>) {
  if (concerned.has(null)) return publishStaff(context, merchantId, null);
  for (const storeId of concerned) if (storeId !== null) context.changes.publish(storeId);
}
