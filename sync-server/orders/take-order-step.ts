import type pg from 'pg';
import type { NewOrder, OrderAnswer, OrderMessage } from '#schemas/api/orders.ts';
import { assert } from '#schemas/assert.ts';
import {
  boundBy,
  isSentPhase,
  type Order,
  type OrderLine,
  type OrderSide,
  type OrderStep,
  takeStep,
} from '#schemas/procurement/order.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import type { purchaseOrder } from '../db/tables-orders.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { openSupplierName } from '../suppliers/supplier-list.ts';
import { tellSystems } from '../webhooks/tell-systems.ts';
import { isBelowMinimum } from './order-terms.ts';

/** Who takes a step. Of a supplier: its orders alone, whichever store they are for. */
export type OrderActor = {
  side: OrderSide;
  merchantId: string;
  by: AuditActor;
} /** How much one order may bind the chain to, in minor units; null: any amount. */ & (
  | { side: 'buyer'; storeId: string; limitMinor: number | null }
  | { side: 'supplier'; supplierId: string }
);

export type OrderFailure = { code: 'not-found' | 'conflict' | 'bad-request' | 'forbidden'; detail: string };
type Answer = Result<OrderAnswer, OrderFailure>;
type Found = Pick<typeof purchaseOrder.$inferSelect, 'storeId' | 'supplierId' | 'number' | 'state'>;

const mostMessages = 500;

/** Drafts an order of this store: the supplier does not see it until it is ordered. */
export async function draftOrder(
  context: ServerContext,
  actor: OrderActor & { side: 'buyer' },
  { supplierId, lines }: NewOrder,
): Promise<Answer> {
  const step: OrderStep = { step: 'drafted', lines };
  const drafted = takeStep(null, 'buyer', step);
  assert(drafted.ok, 'an order begins with a draft');
  return inTransaction(context.database, async (tx) => {
    const { merchantId, storeId } = actor;
    if ((await openSupplierName(tx, merchantId, supplierId)) === null) return badRequest('supplierId: not known');
    const unknown = await unknownSku(tx, merchantId, lines);
    if (unknown !== null) return badRequest(`skuId: ${unknown} is not known`);
    // Numbers have no gaps: drafts of one store take turns.
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const orderId = newId(context);
    const { rows } = await tx.query<{ number: number }>(
      `insert into purchase_order (store_id, order_id, merchant_id, supplier_id, number, phase, state, changed_at_ms)
       values ($1, $2, $3, $4, (select coalesce(max(number), 0) + 1 from purchase_order where store_id = $1), $5, $6, $7)
       returning number`,
      [storeId, orderId, merchantId, supplierId, drafted.value.phase, JSON.stringify(drafted.value), context.nowMs()],
    );
    const number = rows[0]?.number ?? 0;
    await keepStep(context, tx, { actor, storeId, supplierId, orderId, before: null, after: drafted.value, step });
    return ok({ orderId, number, version: drafted.value.version });
  });
}

/** [OR5] Takes a step, if the version that its taker saw is still the latest. */
export async function takeOrderStep(
  context: ServerContext,
  actor: OrderActor,
  orderId: string,
  { version, step }: { version: number; step: OrderStep },
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const found = await findOrder(tx, actor, orderId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such order' });
    const { storeId, supplierId, number, state } = found;
    if (state.version !== version)
      return fail({ code: 'conflict', detail: `the order is at version ${state.version}` });
    const taken = takeStep(state, actor.side, step);
    if (!taken.ok) {
      const { code } = taken.error;
      return fail({ code: code === 'not-now' ? 'conflict' : 'bad-request', detail: code });
    }
    if (isAboveLimit(actor, taken.value, step)) return fail({ code: 'forbidden', detail: 'above-limit' });
    const sent = { merchantId: actor.merchantId, storeId, supplierId, nowMs: context.nowMs() };
    if (await isBelowMinimum(tx, sent, taken.value, step)) return badRequest('below-minimum');
    const added = 'lines' in step ? await unknownSku(tx, actor.merchantId, newGoods(step.lines, state)) : null;
    if (added !== null) return badRequest(`skuId: ${added} is not known`);
    await tx.query(
      'update purchase_order set phase = $3, state = $4, changed_at_ms = $5 where store_id = $1 and order_id = $2',
      [storeId, orderId, taken.value.phase, JSON.stringify(taken.value), context.nowMs()],
    );
    await keepStep(context, tx, { actor, storeId, supplierId, orderId, before: state, after: taken.value, step });
    return ok({ orderId, number, version: taken.value.version });
  });
}

/** Says something about an order, which changes nothing of it; both sides may, also when it is over. */
export async function sayOfOrder(
  context: ServerContext,
  actor: OrderActor,
  orderId: string,
  { lineNumber, text }: OrderMessage,
): Promise<Answer> {
  return inTransaction(context.database, async (tx) => {
    const found = await findOrder(tx, actor, orderId);
    if (found === null) return fail({ code: 'not-found', detail: 'no such order' });
    const { storeId, number, state } = found;
    if (state.phase === 'discarded') return fail({ code: 'conflict', detail: 'not-now' });
    const isOfLine = lineNumber === null || state.asked.some((line) => line.lineNumber === lineNumber);
    if (!isOfLine) return badRequest('lineNumber: the order has no such line');
    // The order's row is locked, so numbers have no gaps.
    const { rowCount } = await tx.query(
      `insert into purchase_order_message (store_id, order_id, message_number, side, actor_id, at_ms, line_number, text)
       select $1, $2, count(*) + 1, $3, $4, $5, $6, $7 from purchase_order_message
        where store_id = $1 and order_id = $2 having count(*) < ${mostMessages}`,
      [storeId, orderId, actor.side, actor.by.actorId, context.nowMs(), lineNumber, text],
    );
    if (rowCount === 0) return fail({ code: 'conflict', detail: `there are ${mostMessages} messages` });
    return ok({ orderId, number, version: state.version });
  });
}

/** [A1] [OR8] The order, locked; null: it is none of theirs, or a supplier's before it was sent. */
async function findOrder(tx: pg.PoolClient, actor: OrderActor, orderId: string): Promise<Found | null> {
  const isBuyer = actor.side === 'buyer';
  const { rows } = await tx.query<Found>(
    `select store_id as "storeId", supplier_id as "supplierId", number, state from purchase_order
      where order_id = $1 and merchant_id = $2 and ${isBuyer ? 'store_id' : 'supplier_id'} = $3 for update`,
    [orderId, actor.merchantId, isBuyer ? actor.storeId : actor.supplierId],
  );
  const [found] = rows;
  return found && (isBuyer || isSentPhase(found.state.phase)) ? found : null;
}

type Kept = {
  actor: OrderActor;
  storeId: string;
  supplierId: string;
  orderId: string;
  before: Order | null;
  after: Order;
  step: OrderStep;
};

async function keepStep(context: ServerContext, tx: pg.PoolClient, kept: Kept): Promise<void> {
  const { actor, storeId, supplierId, orderId, before, after, step } = kept;
  const { merchantId, side, by } = actor;
  await tx.query(
    `insert into purchase_order_step (store_id, order_id, version, side, actor_id, at_ms, step)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [storeId, orderId, after.version, side, by.actorId, context.nowMs(), JSON.stringify(step)],
  );
  const stand = (order: Order) => ({ phase: order.phase, version: order.version });
  await recordAudit(tx, context, by, {
    ...{ merchantId, storeId, action: 'order-step-taken', subjectType: 'order', subjectId: orderId },
    ...(before && { before: stand(before) }),
    after: { ...stand(after), ...step },
  });
  await tellSystems(tx, context, {
    ...{ merchantId, supplierId, event: 'order.changed', isForSupplier: isSentPhase(after.phase) },
    ...{ id: orderId, storeId, ...stand(after), step: step.step, side },
  });
}

/** [AP1] */
function isAboveLimit(actor: OrderActor, after: Order, step: OrderStep): boolean {
  if (actor.side !== 'buyer' || actor.limitMinor === null) return false;
  return (boundBy(after, step) ?? 0) > actor.limitMinor;
}

/** Goods that the order did not have before. */
function newGoods(lines: readonly OrderLine[], { asked, agreed }: Order): OrderLine[] {
  const known = new Set([...asked, ...(agreed ?? [])].map(({ skuId }) => skuId));
  return lines.filter(({ skuId }) => !known.has(skuId));
}

async function unknownSku(tx: pg.PoolClient, merchantId: string, lines: readonly OrderLine[]): Promise<string | null> {
  const skuIds = lines.map(({ skuId }) => skuId);
  const known = await readSkus(tx, merchantId, skuIds);
  return skuIds.find((skuId) => !known.has(skuId)) ?? null;
}

const badRequest = (detail: string) => fail<OrderFailure>({ code: 'bad-request', detail });
