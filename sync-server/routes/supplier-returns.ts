import { type Context, Hono } from 'hono';
import {
  newReturnSchema,
  type ReturnAnswer,
  type ReturnList,
  returnsQuerySchema,
  type SupplierReturnDetail,
  takeReturnStepSchema,
} from '#schemas/api/supplier-returns.ts';
import type { Result } from '#schemas/result.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { listReturns, type ReturnReader, readReturn } from '../supplier-returns/read-returns.ts';
import { planReturn, type ReturnFailure, takeStepOfReturn } from '../supplier-returns/take-return-step.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400 } as const;

/** `…/supplier-returns` of a store: what it sends back (schemas/api/supplier-returns.ts). */
export function supplierReturnRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const read = office.require('read-reports');
  const order = office.require('order-goods');
  routes.get('/', read, (c) => list(context, c));
  routes.get('/:return', read, (c) => detail(context, c));
  routes.post('/', order, async (c) => {
    const body = await parseBody(c, newReturnSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId, storeId } = c.get('store');
    const actor = { side: 'buyer', merchantId, storeId, by: auditActor(c) } as const;
    return answer(c, await planReturn(context, actor, body.value));
  });
  routes.post('/:return/steps', order, (c) => step(context, c));
  return routes;
}

/** `/api/supplies/:supplier/returns`: what comes back to a supplier. */
export function addSupplyReturnRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const read = office.requireSupplier('read-supplies');
  routes.get('/:supplier/returns', read, (c) => list(context, c));
  routes.get('/:supplier/returns/:return', read, (c) => detail(context, c));
  routes.post('/:supplier/returns/:return/steps', office.requireSupplier('edit-supplies'), (c) => step(context, c));
}

/** [A1] Who asks, by the door that they came in through. */
function readerOf(c: C): ReturnReader {
  const supplier = c.get('supplier');
  if (supplier) return { side: 'supplier', merchantId: supplier.merchantId, supplierId: supplier.supplierId };
  const { merchantId, storeId } = c.get('store');
  return { side: 'buyer', merchantId, storeId };
}

async function list(context: ServerContext, c: C) {
  const query = parseQuery(c, returnsQuerySchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  return c.json<ReturnList>(await listReturns(context, readerOf(c), query.value));
}

async function detail(context: ServerContext, c: C) {
  const found = await readReturn(context, readerOf(c), c.req.param('return') ?? '');
  return found === null ? apiError(c, 404, 'not-found') : c.json<SupplierReturnDetail>(found);
}

async function step(context: ServerContext, c: C) {
  const body = await parseBody(c, takeReturnStepSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const actor = { ...readerOf(c), by: auditActor(c) };
  return answer(c, await takeStepOfReturn(context, actor, c.req.param('return') ?? '', body.value));
}

function answer(c: C, result: Result<ReturnAnswer, ReturnFailure>) {
  if (result.ok) return c.json<ReturnAnswer>(result.value);
  const { code, detail: why } = result.error;
  return apiError(c, statuses[code], code, why);
}
