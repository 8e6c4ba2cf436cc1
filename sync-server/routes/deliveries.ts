import { type Context, Hono } from 'hono';
import {
  type CartonDetail,
  closeDeliveryAnswerSchema,
  closeDeliverySchema,
  type DeliveryDetail,
  type DeliveryList,
  deliveriesQuerySchema,
} from '#schemas/api/deliveries.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { photoAnswer } from '../deliveries/photo-bytes.ts';
import { listDeliveries, readDelivery } from '../deliveries/read-deliveries.ts';
import { readCarton, readDeliveryNote, readPhoto } from '../deliveries/read-delivery-note.ts';
import { writeBackOfficeEntry } from '../journal/back-office.ts';
import { announceFile, announceLines, notWritten } from './announcing.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

/** `…/deliveries`: what is to come, what came of it, and announcing it (schemas/api/deliveries.ts). */
export function deliveryRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const { pool } = context.database;

  routes.get('/', read, async (c) => {
    const query = parseQuery(c, deliveriesQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const page = await listDeliveries(pool, c.get('storeId'), { before: undefined, ...query.value });
    return c.json<DeliveryList>({ serverTimeMs: context.nowMs(), ...page });
  });

  const mayAnnounce = office.require('announce-delivery');
  routes.post('/', mayAnnounce, (c) => announceLines(context, c));
  routes.post('/csv', mayAnnounce, (c) => announceFile(context, c));

  routes.get('/:delivery', read, async (c) => {
    const detail = await readDeliveryNote(context, c.get('store'), c.req.param('delivery'));
    return detail === null ? apiError(c, 404, 'not-found') : c.json<DeliveryDetail>(detail);
  });

  routes.get('/:delivery/cartons/:sscc', read, async (c) => {
    const carton = await readCarton(pool, c.get('store'), c.req.param('delivery'), c.req.param('sscc'));
    return carton === null ? apiError(c, 404, 'not-found') : c.json<CartonDetail>(carton);
  });

  routes.get('/:delivery/photos/:entryId/:line', read, async (c) => {
    const { delivery: deliveryId, entryId, line } = c.req.param();
    const photo = await readPhoto(pool, c.get('store'), { deliveryId, entryId, line: Number(line) });
    return photo === null ? apiError(c, 404, 'not-found') : photoAnswer(c, photo);
  });

  routes.post('/:delivery/close', office.require('receive-goods'), (c) => close(context, c));
  return routes;
}

async function close(context: ServerContext, c: Context<OfficeEnv>) {
  const body = await parseBody(c, closeDeliverySchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const storeId = c.get('storeId');
  const deliveryId = c.req.param('delivery') ?? '';
  const delivery = await readDelivery(context.database.pool, storeId, deliveryId);
  if (delivery === null) return apiError(c, 404, 'not-found');
  if (delivery.receipts.some(({ closes }) => closes)) return apiError(c, 409, 'conflict');
  const written = await writeBackOfficeEntry(context, storeId, {
    kind: 'delivery-closed',
    body: { deliveryId, note: body.value.note, approvals: [] },
    operatorId: actorId(c.get('actor')),
  });
  return written.ok ? c.json(closeDeliveryAnswerSchema.parse({ deliveryId })) : notWritten(c, written.error);
}
