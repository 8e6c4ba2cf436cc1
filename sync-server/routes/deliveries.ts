import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import {
  type AnnounceAnswer,
  type Announcement,
  announceFileSchema,
  announceSchema,
  type CartonDetail,
  closeDeliveryAnswerSchema,
  closeDeliverySchema,
  type DeliveryDetail,
  type DeliveryList,
  deliveriesQuerySchema,
} from '#schemas/api/deliveries.ts';
import { actorId, type OfficeAuth, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { announce } from '../deliveries/announce.ts';
import { type ReadNotice, readNotice } from '../deliveries/announcement-csv.ts';
import { noticeOfLines } from '../deliveries/announcement-json.ts';
import { listDeliveries, readDelivery } from '../deliveries/read-deliveries.ts';
import { readCarton, readDeliveryNote, readPhoto } from '../deliveries/read-delivery-note.ts';
import { readSkus } from '../deliveries/resolve-rows.ts';
import { type BackOfficeFailure, writeBackOfficeEntry } from '../journal/back-office.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

/**
 * Posting judges an entry by the rights of the person who is named in it, and a key is nobody's: it reads, and does not
 * announce or close.
 */
const personsOnly = createMiddleware<OfficeEnv>((c, next) =>
  c.get('actor').type === 'person' ? next() : Promise.resolve(apiError(c, 403, 'forbidden', 'a person does this')),
);

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
  routes.post('/', mayAnnounce, personsOnly, async (c) => {
    const body = await parseBody(c, announceSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { lines, ...announcement } = body.value;
    return announced(context, c, { announcement, notice: noticeOfLines(lines), isPreview: false });
  });

  routes.post('/csv', mayAnnounce, personsOnly, async (c) => {
    const query = parseQuery(c, announceFileSchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { preview, ...announcement } = query.value;
    const notice = await readNotice(new Uint8Array(await c.req.arrayBuffer()));
    return announced(context, c, { announcement, notice, isPreview: preview === '1' });
  });

  routes.get('/:delivery', read, async (c) => {
    const detail = await readDeliveryNote(context, c.get('store'), c.req.param('delivery'));
    return detail === null ? apiError(c, 404, 'not-found') : c.json<DeliveryDetail>(detail);
  });

  routes.get('/:delivery/cartons/:sscc', read, async (c) => {
    const store = c.get('store');
    const carton = await readCarton(pool, store, c.req.param('delivery'), c.req.param('sscc'));
    if (carton === null) return apiError(c, 404, 'not-found');
    const skus = await readSkus(pool, store.merchantId, [...new Set(carton.lines.map(({ skuId }) => skuId))]);
    const lines = carton.lines.map((line) => {
      const { names = null, variant = null } = skus.get(line.skuId) ?? {};
      return { ...line, names, variant };
    });
    return c.json<CartonDetail>({ sscc: carton.sscc, lines });
  });

  routes.get('/:delivery/photos/:entryId/:line', read, async (c) => {
    const { delivery: deliveryId, entryId, line } = c.req.param();
    const photo = await readPhoto(pool, c.get('store'), { deliveryId, entryId, line: Number(line) });
    if (photo === null) return apiError(c, 404, 'not-found');
    c.header('X-Content-Type-Options', 'nosniff');
    return c.body(photo.bytes, 200, { 'Content-Type': photo.type });
  });

  routes.post('/:delivery/close', office.require('receive-goods'), personsOnly, (c) => close(context, c));
  return routes;
}

async function announced(
  context: ServerContext,
  c: Context<OfficeEnv>,
  what: { announcement: Announcement; notice: ReadNotice; isPreview: boolean },
) {
  const answer = await announce(context, { store: c.get('store'), operatorId: actorId(c.get('actor')), ...what });
  if (!answer.ok) return notWritten(c, answer.error);
  const isRefused = answer.value.failure !== null || answer.value.problemCount > 0;
  return c.json<AnnounceAnswer>(answer.value, isRefused && !what.isPreview ? 422 : 200);
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

function notWritten(c: Context, failure: BackOfficeFailure) {
  if (failure.code === 'unavailable') return apiError(c, 503, 'busy', failure.detail);
  return apiError(c, 400, 'bad-request', `${failure.code}: ${failure.detail}`);
}
