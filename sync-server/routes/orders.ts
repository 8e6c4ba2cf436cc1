import { type Context, Hono } from 'hono';
import { type OrderFile, orderFileQuerySchema } from '#schemas/api/order-file.ts';
import {
  type Bought,
  boughtQuerySchema,
  newOrderSchema,
  type OrderAnswer,
  type OrderDetail,
  type OrderList,
  orderMessageSchema,
  ordersQuerySchema,
  takeOrderStepSchema,
} from '#schemas/api/orders.ts';
import { assert } from '#schemas/assert.ts';
import { limitsIn } from '#schemas/policy/policy.ts';
import type { Result } from '#schemas/result.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readOrderFile } from '../orders/order-csv.ts';
import { listOrders, type OrderReader, readBought, readOrder } from '../orders/read-orders.ts';
import {
  draftOrder,
  type OrderActor,
  type OrderFailure,
  sayOfOrder,
  takeOrderStep,
} from '../orders/take-order-step.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';
import { addRatingRoutes } from './scorecards.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400, forbidden: 403 } as const;

/** `…/orders` of a store: what it orders from suppliers (schemas/api/orders.ts). */
export function storeOrderRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const order = office.require('order-goods');

  routes.get('/', read, (c) => list(context, c));
  routes.get('/bought', order, async (c) => {
    const query = parseQuery(c, boughtQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<Bought>(await readBought(context, c.get('store'), query.value.supplier));
  });
  routes.post('/csv', order, async (c) => {
    const query = parseQuery(c, orderFileQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    return c.json<OrderFile>(await readOrderFile(context.database.pool, c.get('store'), query.value.supplier, bytes));
  });
  routes.get('/:order', read, (c) => detail(context, c));
  routes.post('/', order, async (c) => {
    const body = await parseBody(c, newOrderSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId, storeId } = c.get('store');
    const actor = { side: 'buyer', merchantId, storeId, limitMinor: limitOf(c), by: auditActor(c) } as const;
    return answer(c, await draftOrder(context, actor, body.value));
  });
  routes.post('/:order/steps', order, (c) => step(context, c));
  routes.post('/:order/messages', order, (c) => say(context, c));
  addRatingRoutes(routes, context, order);
  return routes;
}

/** `/api/supplies/:supplier/orders`: what the chain orders from a supplier. */
export function addSupplyOrderRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const read = office.requireSupplier('read-supplies');
  const edit = office.requireSupplier('edit-supplies');
  routes.get('/:supplier/orders', read, (c) => list(context, c));
  routes.get('/:supplier/orders/:order', read, (c) => detail(context, c));
  routes.post('/:supplier/orders/:order/steps', edit, (c) => step(context, c));
  routes.post('/:supplier/orders/:order/messages', edit, (c) => say(context, c));
}

/** [A1] Who asks, by the door that they came in through. */
function readerOf(c: C): OrderReader {
  const supplier = c.get('supplier');
  if (supplier) return { side: 'supplier', merchantId: supplier.merchantId, supplierId: supplier.supplierId };
  const { merchantId, storeId } = c.get('store');
  return { side: 'buyer', merchantId, storeId };
}

/** [AP1] How much one order may come to that they send alone; null: any amount. Of a supplier's there is none. */
function limitOf(c: C): number | null {
  if (c.get('supplier')) return null;
  const { merchantId, storeId, currency } = c.get('store');
  return limitsIn(c.get('actor').grants, { type: 'store', merchantId, storeId }, currency).orderMinor;
}

function actorOf(c: C): OrderActor {
  const reader = readerOf(c);
  const by = auditActor(c);
  return reader.side === 'supplier' ? { ...reader, by } : { ...reader, limitMinor: limitOf(c), by };
}

function orderIdOf(c: C): string {
  const orderId = c.req.param('order');
  assert(orderId !== undefined, 'the path names an order');
  return orderId;
}

async function list(context: ServerContext, c: C) {
  const query = parseQuery(c, ordersQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const page = await listOrders(context, readerOf(c), query.value);
  return c.json<OrderList>({ serverTimeMs: context.nowMs(), ...page });
}

async function detail(context: ServerContext, c: C) {
  const found = await readOrder(context, readerOf(c), orderIdOf(c));
  return found === null ? apiError(c, 404, 'not-found') : c.json<OrderDetail>({ ...found, limitMinor: limitOf(c) });
}

async function step(context: ServerContext, c: C) {
  const body = await parseBody(c, takeOrderStepSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  return answer(c, await takeOrderStep(context, actorOf(c), orderIdOf(c), body.value));
}

async function say(context: ServerContext, c: C) {
  const body = await parseBody(c, orderMessageSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  return answer(c, await sayOfOrder(context, actorOf(c), orderIdOf(c), body.value));
}

function answer(c: C, result: Result<OrderAnswer, OrderFailure>) {
  if (result.ok) return c.json<OrderAnswer>(result.value);
  const { code, detail: why } = result.error;
  return apiError(c, statuses[code], code, why);
}
