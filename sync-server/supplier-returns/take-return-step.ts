import type pg from 'pg';
import type { NewReturn, ReturnAnswer } from '#schemas/api/supplier-returns.ts';
import { assert } from '#schemas/assert.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import {
  maxOpenReturns,
  type ReturnLine,
  type SupplierReturn,
  type SupplierReturnStep,
  takeReturnStep,
} from '#schemas/procurement/return.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { openSupplierName } from '../suppliers/supplier-list.ts';
import { tellSystems } from '../webhooks/tell-systems.ts';

/** Who takes a step. Of a supplier: its own returns alone, whichever store they are from. */
export type ReturnActor = { side: OrderSide; merchantId: string; by: AuditActor } & (
  | { side: 'buyer'; storeId: string }
  | { side: 'supplier'; supplierId: string }
);
export type ReturnFailure = { code: 'not-found' | 'conflict' | 'bad-request'; detail: string };
type Answer = Result<ReturnAnswer, ReturnFailure>;
type Found = { storeId: string; number: number; state: SupplierReturn; isSent: boolean };

/** [RT2] Plans what goes back: a list that the store's tills have from now on. */
export async function planReturn(
  context: ServerContext,
  actor: ReturnActor & { side: 'buyer' },
  { supplierId, lines, note }: NewReturn,
): Promise<Answer> {
  const step: SupplierReturnStep = { step: 'planned', lines, note };
  const planned = takeReturnStep(null, 'buyer', step, false);
  assert(planned.ok, 'a return begins with a plan');
  return inTransaction(context.database, async (tx) => {
    const { merchantId, storeId } = actor;
    if ((await openSupplierName(tx, merchantId, supplierId)) === null) return badRequest('supplierId: not known');
    const unknown = await unknownSku(tx, merchantId, lines);
    if (unknown !== null) return badRequest(`skuId: ${unknown} is not known`);
    // Numbers have no gaps: those who plan in one store take turns.
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const { rows: open } = await tx.query<{ count: number }>(
      `select count(*)::int as count from supplier_return r where store_id = $1 and state ->> 'phase' = 'planned'
          and not ${isSentSql}`,
      [storeId],
    );
    if ((open[0]?.count ?? 0) >= maxOpenReturns) return fail({ code: 'conflict', detail: 'too many are open' });
    const returnId = newId(context);
    const { rows } = await tx.query<{ number: number }>(
      `insert into supplier_return (store_id, return_id, merchant_id, supplier_id, number, state, changed_at_ms)
       values ($1, $2, $3, $4, (select coalesce(max(number), 0) + 1 from supplier_return where store_id = $1), $5, $6)
       returning number`,
      [storeId, returnId, merchantId, supplierId, JSON.stringify(planned.value), context.nowMs()],
    );
    const number = rows[0]?.number ?? 0;
    await keep(context, tx, { actor, storeId, returnId, state: planned.value, step });
    return ok({ returnId, number, version: planned.value.version });
  });
}

/** [RT1] Takes a step, if the version that its taker saw is still the latest. */
export async function takeStepOfReturn(
  context: ServerContext,
  actor: ReturnActor,
  returnId: string,
  { version, step }: { version: number; step: SupplierReturnStep },
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const found = await findReturn(tx, actor, returnId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such return' });
    const { storeId, number, state: before, isSent } = found;
    if (before.version !== version) return fail({ code: 'conflict', detail: `it is at version ${before.version}` });
    const taken = takeReturnStep(before, actor.side, step, isSent);
    if (!taken.ok) {
      const { code } = taken.error;
      return code === 'not-now' ? fail({ code: 'conflict', detail: code }) : badRequest(code);
    }
    const unknown = step.step === 'planned' ? await unknownSku(tx, actor.merchantId, step.lines) : null;
    if (unknown !== null) return badRequest(`skuId: ${unknown} is not known`);
    const state = taken.value;
    await tx.query('update supplier_return set state = $3, changed_at_ms = $4 where store_id = $1 and return_id = $2', [
      ...[storeId, returnId, JSON.stringify(state), context.nowMs()],
    ]);
    await keep(context, tx, { actor, storeId, returnId, state, step });
    return ok({ returnId, number, version: state.version });
  });
}

/** [RT3] Something of it has left; `r` is its row. */
export const isSentSql = `exists (select 1 from sent_back b where b.store_id = r.store_id and b.return_id = r.return_id
  and b.supplier_id = r.supplier_id)`;

/** [A1] [RT5] The return, locked; null: it is none of theirs, or a supplier's before anything left. */
async function findReturn(tx: pg.PoolClient, actor: ReturnActor, returnId: string): Promise<Found | null> {
  const isBuyer = actor.side === 'buyer';
  const { rows } = await tx.query<Found>(
    `select store_id as "storeId", number, state, ${isSentSql} as "isSent" from supplier_return r
      where return_id = $1 and merchant_id = $2 and ${isBuyer ? 'store_id' : 'supplier_id'} = $3 for update`,
    [returnId, actor.merchantId, isBuyer ? actor.storeId : actor.supplierId],
  );
  const [found] = rows;
  return found && (isBuyer || found.isSent) ? found : null;
}

type Kept = {
  actor: ReturnActor;
  storeId: string;
  returnId: string;
  state: SupplierReturn;
  step: SupplierReturnStep;
};

async function keep(context: ServerContext, tx: pg.PoolClient, kept: Kept): Promise<void> {
  const { actor, storeId, returnId, state, step } = kept;
  const { merchantId, side, by } = actor;
  await tx.query(
    `insert into supplier_return_step (store_id, return_id, version, side, actor_id, at_ms, step)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [storeId, returnId, state.version, side, by.actorId, context.nowMs(), JSON.stringify(step)],
  );
  await recordAudit(tx, context, by, {
    ...{ merchantId, storeId, action: 'supplier-return-step-taken' },
    ...{ subjectType: 'supplier-return', subjectId: returnId },
    after: { phase: state.phase, version: state.version, ...step },
  });
  const { rows } = await tx.query<{ supplierId: string }>(
    'select supplier_id as "supplierId" from supplier_return where store_id = $1 and return_id = $2',
    [storeId, returnId],
  );
  const { phase, version } = state;
  // [RT5] Before something left it is the buyer's alone; then only the supplier says something.
  await tellSystems(tx, context, {
    ...{
      merchantId,
      supplierId: rows[0]?.supplierId ?? '',
      event: 'return.changed',
      isForSupplier: side === 'supplier',
    },
    ...{ id: returnId, storeId, version, phase, step: step.step, side },
  });
}

async function unknownSku(tx: pg.PoolClient, merchantId: string, lines: readonly ReturnLine[]): Promise<string | null> {
  const skuIds = lines.map(({ skuId }) => skuId);
  const known = await readSkus(tx, merchantId, skuIds);
  return skuIds.find((skuId) => !known.has(skuId)) ?? null;
}

const badRequest = (detail: string) => fail<ReturnFailure>({ code: 'bad-request', detail });
