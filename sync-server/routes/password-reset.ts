import { type Context, Hono } from 'hono';
import { askResetSchema, finishResetSchema, openResetSchema, type ResetView } from '#schemas/api/password-reset.ts';
import { auditOrigin } from '../audit/audit.ts';
import { accountName } from '../auth/account-name.ts';
import { Attempts } from '../auth/attempts.ts';
import { clientNetwork } from '../auth/client-address.ts';
import type { PasswordResets } from '../auth/password-reset.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

/** `/api/password-reset`: a link for who forgot their password, and what the link does (schemas/api/password-reset.ts). */
export function passwordResetRoutes(context: ServerContext, resets: PasswordResets, publicAddress?: string): Hono {
  const minuteMs = 60_000;
  const waitsMs = { firstWaitMs: minuteMs, longestWaitMs: 15 * minuteMs, forgetMs: 60 * minuteMs };
  const byAddress = new Attempts(context, 'reset from address', { free: 5, ...waitsMs });
  const byName = new Attempts(context, 'reset of', { free: 3, ...waitsMs });
  const opened = new Attempts(context, 'link from address', {
    free: 20,
    firstWaitMs: 1_000,
    longestWaitMs: 10 * minuteMs,
    forgetMs: 10 * minuteMs,
  });
  const routes = new Hono();

  routes.post('/', async (c) => {
    const body = await parseBody(c, askResetSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { name } = body.value;
    const waitMs = (await byAddress.begin(clientNetwork(c))) || (await byName.begin(accountName(name)));
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    // The link leads where we say, not where a made-up Host header does.
    resets.ask(name, publicAddress ?? new URL(c.req.url).origin, auditOrigin(c));
    return c.json({});
  });

  const tooSoon = async (c: Context) => {
    const waitMs = await opened.begin(clientNetwork(c));
    return waitMs > 0 ? tooManyAttempts(c, waitMs) : null;
  };

  routes.post('/open', async (c) => {
    const body = await parseBody(c, openResetSchema);
    if (!body.ok) return apiError(c, 404, 'not-found');
    const wait = await tooSoon(c);
    if (wait) return wait;
    const view = await resets.find(body.value.token);
    if (view === null) return apiError(c, 404, 'not-found');
    await opened.forgive(clientNetwork(c));
    return c.json<ResetView>(view);
  });

  routes.post('/finish', async (c) => {
    const body = await parseBody(c, finishResetSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const wait = await tooSoon(c);
    if (wait) return wait;
    const done = await resets.finish(body.value.token, body.value.password, auditOrigin(c));
    if (!done.ok) return done.error.code === 'busy' ? apiError(c, 503, 'busy') : apiError(c, 404, 'not-found');
    await opened.forgive(clientNetwork(c));
    return c.json({});
  });

  return routes;
}
