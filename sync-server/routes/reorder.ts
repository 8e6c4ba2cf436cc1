import { Hono } from 'hono';
import { type Reorder, reorderRuleSchema } from '#schemas/api/reorder.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { setReorderRule, suggestOrders } from '../orders/suggest-orders.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/reorder` of a store: what it is to order, and what it wants to have (schemas/api/reorder.ts). */
export function reorderRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const order = office.require('order-goods');
  routes.get('/', order, async (c) => c.json<Reorder>(await suggestOrders(context, c.get('store'))));
  routes.post('/rules', order, async (c) => {
    const body = await parseBody(c, reorderRuleSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId, storeId } = c.get('store');
    const set = await setReorderRule(context, { merchantId, storeId, by: auditActor(c) }, body.value);
    return set.ok ? c.json(set.value) : apiError(c, 400, set.error.code, set.error.detail);
  });
  return routes;
}
