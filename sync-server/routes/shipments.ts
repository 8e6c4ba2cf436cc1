import type { Context, Hono } from 'hono';
import type { AnnounceAnswer } from '#schemas/api/deliveries.ts';
import {
  discardShipmentSchema,
  newShipmentSchema,
  type ShipmentAnswer,
  type ShipmentDetail,
  type ShipmentList,
  saveShipmentSchema,
  sendShipmentSchema,
} from '#schemas/api/shipments.ts';
import { assert } from '#schemas/assert.ts';
import type { Result } from '#schemas/result.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { discardShipment, proposeShipment, saveShipment } from '../orders/pack-shipment.ts';
import { listShipments, readShipment, type ShipmentReader } from '../orders/read-shipments.ts';
import { sendShipment } from '../orders/send-shipment.ts';
import type { OrderFailure } from '../orders/take-order-step.ts';
import { notWritten } from './announcing.ts';
import { apiError, parseBody } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400, forbidden: 403 } as const;

/** `/api/supplies/:supplier/orders/:order/shipments`: what a supplier packs for an order (schemas/api/shipments.ts). */
export function addShipmentRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const read = office.requireSupplier('read-supplies');
  const edit = office.requireSupplier('edit-supplies');
  const { pool } = context.database;
  const all = '/:supplier/orders/:order/shipments';

  routes.get(all, read, async (c) => {
    const shipments = await listShipments(pool, readerOf(c));
    return shipments === null ? apiError(c, 404, 'not-found') : c.json<ShipmentList>({ shipments });
  });
  routes.get(`${all}/:shipment`, read, async (c) => {
    const found = await readShipment(pool, readerOf(c), shipmentOf(c));
    return found === null ? apiError(c, 404, 'not-found') : c.json<ShipmentDetail>(found);
  });
  routes.post(all, edit, async (c) => {
    const body = await parseBody(c, newShipmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return answer(c, await proposeShipment(context, readerOf(c), body.value));
  });
  routes.put(`${all}/:shipment`, edit, async (c) => {
    const body = await parseBody(c, saveShipmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return answer(c, await saveShipment(context, readerOf(c), shipmentOf(c), body.value));
  });
  routes.post(`${all}/:shipment/discard`, edit, async (c) => {
    const body = await parseBody(c, discardShipmentSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return answer(c, await discardShipment(context, readerOf(c), shipmentOf(c), body.value.version));
  });
  routes.post(`${all}/:shipment/send`, edit, (c) => send(context, c));
}

/** [A1] The supplier that came in through the door, and the order of the path. */
function readerOf(c: C): ShipmentReader {
  const supplier = c.get('supplier');
  const orderId = c.req.param('order');
  assert(supplier && orderId !== undefined, 'the door has found the supplier, and the path names an order');
  return { merchantId: supplier.merchantId, supplierId: supplier.supplierId, orderId };
}

function shipmentOf(c: C): string {
  const shipmentId = c.req.param('shipment');
  assert(shipmentId !== undefined, 'the path names a shipment');
  return shipmentId;
}

async function send(context: ServerContext, c: C) {
  const body = await parseBody(c, sendShipmentSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const reader = { ...readerOf(c), actorId: actorId(c.get('actor')) };
  const sent = await sendShipment(context, reader, shipmentOf(c), body.value);
  if (sent.ok) {
    const isRefused = sent.value.failure !== null || sent.value.problemCount > 0;
    return c.json<AnnounceAnswer>(sent.value, isRefused && !body.value.preview ? 422 : 200);
  }
  const { code, detail } = sent.error;
  return code in statuses
    ? apiError(c, statuses[code as keyof typeof statuses], code as keyof typeof statuses, detail)
    : notWritten(c, sent.error as Parameters<typeof notWritten>[1]);
}

function answer(c: C, result: Result<ShipmentAnswer, OrderFailure>) {
  if (result.ok) return c.json<ShipmentAnswer>(result.value);
  const { code, detail } = result.error;
  return apiError(c, statuses[code], code, detail);
}
