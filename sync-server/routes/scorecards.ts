import { type Context, Hono, type MiddlewareHandler } from 'hono';
import {
  type OrderRating,
  ratingWordSchema,
  type ScorecardDetail,
  type ScorecardList,
  scorecardsQuerySchema,
} from '#schemas/api/scorecards.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { rateOrder, readRating } from '../fair-play/ratings.ts';
import { compareSuppliers, readScorecard } from '../fair-play/scorecard.ts';
import type { OrderReader } from '../orders/read-orders.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400 } as const;

/** `/api/fair-play/scorecards`: the chain's suppliers side by side (schemas/api/scorecards.ts). */
export function scorecardRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().get('/', office.require('edit-suppliers'), async (c) => {
    const query = parseQuery(c, scorecardsQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    return c.json<ScorecardList>(await compareSuppliers(context, c.get('actor').merchantId, query.value.after ?? ''));
  });
}

/** `/api/suppliers/:supplier/scorecard`: one supplier's, as it sees it too. */
export function addScorecardRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  routes.get('/:supplier/scorecard', office.require('edit-suppliers'), (c) => scorecard(context, c));
}

/** `/api/supplies/:supplier/…`: its own. */
export function addSupplyScorecardRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const path = '/:supplier/orders/:order/rating';
  routes.get('/:supplier/scorecard', office.requireSupplier('read-supplies'), (c) => scorecard(context, c));
  routes.get(path, office.requireSupplier('read-supplies'), (c) => rating(context, c));
  routes.post(path, office.requireSupplier('edit-supplies'), (c) => rate(context, c));
}

/** `…/orders/:order/rating` of a store. */
export function addRatingRoutes(
  routes: Hono<OfficeEnv>,
  context: ServerContext,
  order: MiddlewareHandler<OfficeEnv>,
): void {
  routes.get('/:order/rating', order, (c) => rating(context, c));
  routes.post('/:order/rating', order, (c) => rate(context, c));
}

/** [A1] Who asks, by the door that they came in through. */
function readerOf(c: C): OrderReader {
  const own = c.get('supplier');
  if (own) return { side: 'supplier', merchantId: own.merchantId, supplierId: own.supplierId };
  const { merchantId, storeId } = c.get('store');
  return { side: 'buyer', merchantId, storeId };
}

async function scorecard(context: ServerContext, c: C) {
  const { merchantId, supplierId } = c.get('supplier') ?? {
    ...{ merchantId: c.get('actor').merchantId, supplierId: c.req.param('supplier') ?? '' },
  };
  const found = await readScorecard(context, { merchantId, supplierId });
  return found === null ? apiError(c, 404, 'not-found') : c.json<ScorecardDetail>(found);
}

async function rating(context: ServerContext, c: C) {
  const found = await readRating(context, readerOf(c), c.req.param('order') ?? '');
  return found === null ? apiError(c, 404, 'not-found') : c.json<OrderRating>(found);
}

async function rate(context: ServerContext, c: C) {
  const body = await parseBody(c, ratingWordSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const actor = { ...readerOf(c), by: auditActor(c) };
  const rated = await rateOrder(context, actor, c.req.param('order') ?? '', body.value);
  return rated.ok ? c.json(rated.value) : apiError(c, statuses[rated.error.code], rated.error.code, rated.error.detail);
}
