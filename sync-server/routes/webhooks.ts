import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { makeWebhookSchema, type WebhookList, type WebhookMessages } from '#schemas/api/webhooks.ts';
import type { Right } from '#schemas/policy/rights.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { changeStaff, requestScope } from '../people/staff-change.ts';
import { endWebhook, listMessages, listWebhooks, makeWebhook, sendAgain, testWebhook } from '../webhooks/webhooks.ts';
import { apiError, parseBody } from './answers.ts';
import { staffAnswer } from './staff.ts';

/** `/api/webhooks`: those of the chain. */
export function webhookRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const right = 'edit-keys';
  const routes = new Hono<OfficeEnv>();
  addWebhookRoutes(routes, context, { path: '/', right, door: office.require(right) });
  return routes;
}

/**
 * Of the chain or, below `/:supplier`, of a supplier (schemas/api/webhooks.ts), in the hands of who makes keys there. `door` has
 * found out whose they are.
 */
export function addWebhookRoutes(
  routes: Hono<OfficeEnv>,
  context: ServerContext,
  { path, right, door }: { path: string; right: Right; door: MiddlewareHandler<OfficeEnv> },
): void {
  const { pool } = context.database;
  const named = (c: Context<OfficeEnv>, name: string) => c.req.param(name) ?? '';

  routes.get(path, door, async (c) => c.json<WebhookList>(await listWebhooks(pool, requestScope(c))));

  routes.post(path, door, async (c) => {
    const body = await parseBody(c, makeWebhookSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    return staffAnswer(c, await changeStaff(context, c, right, (change) => makeWebhook(change, body.value)));
  });

  const one = path === '/' ? '/:webhook' : `${path}/:webhook`;
  routes.get(`${one}/messages`, door, async (c) => {
    const messages = await listMessages(pool, requestScope(c), named(c, 'webhook'));
    return messages === null ? apiError(c, 404, 'not-found') : c.json<WebhookMessages>(messages);
  });

  for (const [end, work] of [
    ['end', endWebhook],
    ['test', testWebhook],
  ] as const) {
    routes.post(`${one}/${end}`, door, async (c) =>
      staffAnswer(c, await changeStaff(context, c, right, (change) => work(change, named(c, 'webhook')))),
    );
  }

  routes.post(`${one}/messages/:message/again`, door, async (c) => {
    const [webhook, message] = [named(c, 'webhook'), named(c, 'message')];
    return staffAnswer(c, await changeStaff(context, c, right, (change) => sendAgain(change, webhook, message)));
  });
}
