import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { type ApprovalState, approvalAskSchema, approvalStateQuerySchema } from '#schemas/api/approvals.ts';
import type { ApprovalRequests } from '../approvals/approval-requests.ts';
import type { TillEnv } from '../auth/till-auth.ts';
import { apiError, parseBody, parseQuery } from '../routes/answers.ts';

const maxBodyBytes = 16_000;
const requestIdSchema = z.uuid();

/** `/feed/:store/approvals`: a till asks for a second person who is not there (schemas/api/approvals.ts). */
export function tillApprovalRoutes(requests: ApprovalRequests): Hono<TillEnv> {
  const routes = new Hono<TillEnv>();
  routes.use(bodyLimit({ maxSize: maxBodyBytes, onError: (c) => apiError(c, 413, 'too-large') }));

  routes.post('/', async (c) => {
    const asked = await parseBody(c, approvalAskSchema);
    if (!asked.ok) return apiError(c, 400, 'bad-request', asked.error.detail);
    const state = await requests.ask(c.get('till'), asked.value);
    if (!state.ok) return apiError(c, state.error.code === 'conflict' ? 409 : 403, state.error.code);
    return c.json<ApprovalState>(state.value);
  });

  routes.get('/:id', async (c) => {
    const requestId = requestIdSchema.safeParse(c.req.param('id'));
    if (!requestId.success) return apiError(c, 404, 'not-found');
    const query = parseQuery(c, approvalStateQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const till = c.get('till');
    const state = await requests.wait(
      till.storeId,
      () => requests.state(till, requestId.data),
      (read) => read?.status !== 'waiting',
      query.value.waitMs,
      c.req.raw.signal,
    );
    return state === null ? apiError(c, 404, 'not-found') : c.json<ApprovalState>(state);
  });

  routes.post('/:id/cancel', async (c) => {
    const requestId = requestIdSchema.safeParse(c.req.param('id'));
    const state = requestId.success ? await requests.cancel(c.get('till'), requestId.data) : null;
    return state === null ? apiError(c, 404, 'not-found') : c.json<ApprovalState>(state);
  });

  return routes;
}
