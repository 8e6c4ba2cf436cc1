import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  type ApprovalList,
  approvableRights,
  approvalDecisionSchema,
  approvalListQuerySchema,
} from '#schemas/api/approvals.ts';
import { assert } from '#schemas/assert.ts';
import { allows, type Measure } from '#schemas/policy/limits.ts';
import { type Grant, limitsIn, may, type Scope } from '#schemas/policy/policy.ts';
import { isRight } from '#schemas/policy/rights.ts';
import type { ApprovalRequests } from '../approvals/approval-requests.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

const requestIdSchema = z.uuid();

/**
 * `GET …/approvals` and `POST …/approvals/:id`. Each request takes the right that it asks for, so who has none of them in
 * the store is shown an empty list, the same as for a store that is not there (A1).
 */
export function approvalRoutes(
  context: ServerContext,
  requests: ApprovalRequests,
  office: OfficeAuth,
): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.requirePerson(), async (c) => {
    const query = parseQuery(c, approvalListQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { storeId, merchantId, operatorId, grants, scope } = askerOf(c);
    const rights = approvableRights.filter((right) => may(grants, right, scope));
    const reader = { operatorId, rights, may: await decider(context, storeId, grants, scope) };
    const list = await requests.wait(
      storeId,
      () => requests.list({ storeId, merchantId }, reader),
      ({ version }) => version !== query.value.known,
      query.value.waitMs,
      c.req.raw.signal,
    );
    return c.json<ApprovalList>(list);
  });

  routes.post('/:id', office.requirePerson(), async (c) => {
    const asked = await parseBody(c, approvalDecisionSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    const requestId = requestIdSchema.safeParse(c.req.param('id'));
    if (!requestId.success) return apiError(c, 404, 'not-found');
    const { storeId, merchantId, operatorId, grants, scope } = askerOf(c);
    const by = { operatorId, may: await decider(context, storeId, grants, scope), audit: auditActor(c) };
    const decided = await requests.decide({ storeId, merchantId }, requestId.data, by, asked.value.decision);
    if (decided.ok) return c.json({});
    const { code } = decided.error;
    return apiError(c, ({ 'not-found': 404, forbidden: 403, conflict: 409 } as const)[code], code);
  });

  return routes;
}

/** Whether somebody may do alone what a till asks a second person for. */
async function decider(context: ServerContext, storeId: string, grants: readonly Grant[], scope: Scope) {
  const { rows } = await context.database.pool.query<{ currency: string }>(
    'select currency from store where store_id = $1 and merchant_id = $2',
    [storeId, scope.merchantId],
  );
  const limits = limitsIn(grants, scope, rows[0]?.currency ?? '');
  return (right: string, measures: readonly Measure[]) =>
    isRight(right) &&
    may(grants, right, scope) &&
    measures.every((measure) => allows((one) => may(grants, one, scope), limits, { right, measure }));
}

/** Who asks about which store. A store of another chain is one in which they have no rights. */
function askerOf(c: Context<OfficeEnv>) {
  const actor = c.get('actor');
  assert(actor.type === 'person', 'only a person decides');
  const { merchantId, operatorId, grants } = actor;
  const storeId = c.req.param('store') ?? '';
  const scope: Scope = { type: 'store', merchantId, storeId };
  return { storeId, merchantId, operatorId, grants, scope };
}
