import type { Context, Hono } from 'hono';
import {
  type CatalogueAnswer,
  catalogueFileSchema,
  catalogueQuerySchema,
  type Decided,
  decisionsSchema,
  type Offered,
  offersSchema,
  type SupplierCatalogue,
  withdrawSchema,
} from '#schemas/api/supplier-catalogue.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { decideOffers, offerArticles, offerFile, withdrawArticles } from '../supplier-catalogue/offers.ts';
import { readSupplierCatalogue } from '../supplier-catalogue/read-catalogue.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400 } as const;

/** `/api/suppliers/:supplier/catalogue`: the buyer reads what is offered, and answers it (schemas/api/supplier-catalogue.ts). */
export function addCatalogueRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const edit = office.require('edit-suppliers');
  routes.get('/:supplier/catalogue', edit, (c) => list(context, c));
  routes.post('/:supplier/catalogue/decisions', edit, async (c) => {
    const body = await parseBody(c, decisionsSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const decided = await decideOffers(context, actorOf(c), body.value.decisions);
    if (decided.ok) return c.json<Decided>(decided.value);
    return apiError(c, statuses[decided.error.code], decided.error.code, decided.error.detail);
  });
}

/** `/api/supplies/:supplier/catalogue`: the supplier's own. */
export function addSupplyCatalogueRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const edit = office.requireSupplier('edit-supplies');
  const path = '/:supplier/catalogue';
  routes.get(path, office.requireSupplier('read-supplies'), (c) => list(context, c));
  routes.post(path, edit, async (c) => {
    const body = await parseBody(c, offersSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const offered = await offerArticles(context, actorOf(c), body.value.offers);
    if (offered.ok) return c.json<Offered>(offered.value);
    return apiError(c, statuses[offered.error.code], offered.error.code, offered.error.detail);
  });
  routes.post(`${path}/csv`, edit, (c) => file(context, c));
  routes.post(`${path}/withdrawn`, edit, async (c) => {
    const body = await parseBody(c, withdrawSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return c.json<Offered>(await withdrawArticles(context, actorOf(c), body.value.articles));
  });
}

/** [A1] Whose catalogue: by the door that they came in through. */
function partiesOf(c: C) {
  const own = c.get('supplier');
  if (own) return { side: 'supplier' as const, merchantId: own.merchantId, supplierId: own.supplierId };
  return { side: 'buyer' as const, merchantId: c.get('actor').merchantId, supplierId: c.req.param('supplier') ?? '' };
}
const actorOf = (c: C) => ({ ...partiesOf(c), by: auditActor(c) });

async function list(context: ServerContext, c: C) {
  const query = parseQuery(c, catalogueQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const found = await readSupplierCatalogue(context, partiesOf(c), query.value);
  return found === null ? apiError(c, 404, 'not-found') : c.json<SupplierCatalogue>(found);
}

async function file(context: ServerContext, c: C) {
  const query = parseQuery(c, catalogueFileSchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const isPreview = query.value.preview === '1';
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const answer = await offerFile(context, actorOf(c), { bytes, isPreview });
  if (!answer.ok) return apiError(c, statuses[answer.error.code], answer.error.code, answer.error.detail);
  const isRefused = answer.value.failure !== null || answer.value.problemCount > 0;
  return c.json<CatalogueAnswer>(answer.value, isRefused && !isPreview ? 422 : 200);
}
