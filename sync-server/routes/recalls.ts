import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  type RecallAnswer,
  type RecallBuyers,
  type RecallDeliveries,
  type RecallDetail,
  type RecallList,
  type RecallPreview,
  type RecallUnits,
  recallDeliveriesQuerySchema,
  recallRequestSchema,
  recallScopeSchema,
  recallUnitsQuerySchema,
} from '#schemas/api/recalls.ts';
import type { SupplierChoices } from '#schemas/api/suppliers.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { supplierChoices } from '../suppliers/supplier-list.ts';
import { buyersCsv, listBuyers } from '../trace/buyers.ts';
import { type ChainStore, chainStores } from '../trace/chain-stores.ts';
import { listRecalledUnits } from '../trace/recalled-list.ts';
import {
  endRecall,
  findRecall,
  listRecalls,
  openRecall,
  previewRecall,
  readRecall,
  searchDeliveries,
} from '../trace/recalls.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

/** A list of codes is long. */
export const maxRecallBytes = 4_000_000;

type C = Context<OfficeEnv>;

function recallId(c: C): string {
  const id = z.uuid().safeParse(c.req.param('recall'));
  return id.success ? id.data : '';
}

/** `/api/recalls`: opening and ending them, for the chain (schemas/api/recalls.ts). */
export function recallRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const recalls = office.require('recall-goods');
  const chainOf = async (c: C) => {
    const { merchantId } = c.get('actor');
    return { merchantId, stores: await chainStores(context, c.get('actor'), merchantId) };
  };

  routes.get('/deliveries', recalls, async (c) => {
    const query = parseQuery(c, recallDeliveriesQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<RecallDeliveries>(await searchDeliveries(context, c.get('actor').merchantId, query.value));
  });

  routes.get('/suppliers', recalls, async (c) =>
    c.json<SupplierChoices>(
      await supplierChoices(context.database.pool, c.get('actor').merchantId, { withEnded: true }),
    ),
  );

  routes.post('/preview', recalls, async (c) => {
    const scope = await parseBody(c, recallScopeSchema);
    if (!scope.ok) return apiError(c, 400, 'bad-request', scope.error.detail);
    return c.json<RecallPreview>(await previewRecall(context, await chainOf(c), scope.value));
  });

  routes.post('/', recalls, async (c) => {
    const request = await parseBody(c, recallRequestSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    const opened = await openRecall(context, await chainOf(c), auditActor(c), request.value);
    return opened.ok ? c.json<RecallAnswer>(opened.value) : apiError(c, 400, 'bad-request', opened.error.detail);
  });

  routes.post('/:recall/end', recalls, async (c) => {
    const isEnded = await endRecall(context, c.get('actor').merchantId, auditActor(c), recallId(c));
    return isEnded ? c.json({}) : apiError(c, 404, 'not-found');
  });

  return routes;
}

/** `…/recalls` of a store: what is recalled, where it is, who bought it. */
export function storeRecallRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const storesOf = (c: C) => chainStores(context, c.get('actor'), c.get('store').merchantId);

  routes.get('/', read, async (c) => c.json<RecallList>(await listRecalls(context, c.get('store').merchantId)));

  routes.get('/:recall', read, async (c) => {
    const chain = { merchantId: c.get('store').merchantId, stores: await storesOf(c) };
    const recall = await readRecall(context, chain, recallId(c));
    return recall === null ? apiError(c, 404, 'not-found') : c.json<RecallDetail>(recall);
  });

  routes.get('/:recall/units', read, async (c) => {
    const query = parseQuery(c, recallUnitsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const recall = await findRecall(context, c.get('store').merchantId, recallId(c));
    const isReadable = readableIds(await storesOf(c)).includes(query.value.of);
    if (recall === null || !isReadable) return apiError(c, 404, 'not-found');
    return c.json<RecallUnits>(await listRecalledUnits(context, recall, query.value));
  });

  routes.get('/:recall/buyers', read, async (c) => {
    const recall = await findRecall(context, c.get('store').merchantId, recallId(c));
    if (recall === null) return apiError(c, 404, 'not-found');
    const chain = { merchantId: c.get('store').merchantId, stores: await storesOf(c) };
    return c.json<RecallBuyers>(await listBuyers(context, chain, recall));
  });

  routes.get('/:recall/buyers.csv', office.require('read-personal-data'), async (c) => {
    const { merchantId, storeId } = c.get('store');
    const recall = await findRecall(context, merchantId, recallId(c));
    if (recall === null) return apiError(c, 404, 'not-found');
    const csv = await buyersCsv(context, { merchantId, stores: await storesOf(c) }, recall);
    const what = { action: 'personal-data-exported', subjectType: 'recall', subjectId: recall.recallId } as const;
    await recordAudit(context.database.pool, context, auditActor(c), { merchantId, storeId, ...what });
    c.header('Content-Disposition', 'attachment; filename="recall-buyers.csv"');
    return c.body(csv, 200, { 'Content-Type': 'text/csv; charset=utf-8' });
  });

  return routes;
}

function readableIds(stores: readonly ChainStore[]): string[] {
  return stores.filter(({ isReadable }) => isReadable).map(({ storeId }) => storeId);
}
