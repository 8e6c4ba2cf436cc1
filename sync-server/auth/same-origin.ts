import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { requestedByHeader } from '#schemas/api/session.ts';
import { apiError } from '../routes/answers.ts';

/**
 * Refuses writing requests that a page of another origin could have made in the manager's browser (CSRF), beside the
 * cookie's SameSite: they carry our own header, which needs our leave across origins, or name our own origin.
 */
export function requireSameOrigin(): MiddlewareHandler {
  return createMiddleware(async (c, next) => {
    if (['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) return next();
    const origin = c.req.header('origin');
    const ours = c.req.header(requestedByHeader) !== undefined || (origin && hostOf(origin) === c.req.header('host'));
    if (!ours) return apiError(c, 403, 'forbidden', 'not from this site');
    return next();
  });
}

/**
 * Whether a form was sent from this very site, as far as the browser tells. Our pages send no referrer, and so no origin with their forms:
 * what a browser says of the site is asked first. A cookie that is SameSite does not come with another's form in any case.
 */
export function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = c.req.header('origin');
  return origin === undefined || origin === 'null' || hostOf(origin) === c.req.header('host');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
