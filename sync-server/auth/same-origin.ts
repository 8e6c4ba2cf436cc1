import type { MiddlewareHandler } from 'hono';
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

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
