import type { Context, MiddlewareHandler } from 'hono';
import { clientAddress } from '../auth/client-address.ts';
import type { ServerContext } from '../context.ts';
import { tooManyAttempts } from '../routes/answers.ts';
import { type BucketRule, TokenBuckets } from './token-buckets.ts';

/**
 * What one address may ask, many tablets and managers behind one line together. Wrong passwords, codes and PINs are slowed
 * down much earlier (auth/attempts.ts), and API keys have rates of their own.
 */
const rules = {
  /** Files of the app and /readyz. */
  pages: { burst: 4_000, perSecond: 400 },
  /** The back office. */
  api: { burst: 2_000, perSecond: 100 },
  /** What strangers send to it: signing in, pairing, resetting a password, accepting an invitation. */
  strangers: { burst: 120, perSecond: 2 },
} as const satisfies Record<string, BucketRule>;

/** Limits by address for all but tills, which are limited each for itself (auth/till-auth.ts). */
export function limitAddresses(context: ServerContext): MiddlewareHandler {
  const pages = new TokenBuckets(context, rules.pages);
  const api = new TokenBuckets(context, rules.api);
  const strangers = new TokenBuckets(context, rules.strangers);
  return async (c, next) => {
    const address = clientAddress(c);
    const { path } = c.req;
    // What comes from this very process is our own (tests, simulation).
    if (address === 'in-process' || /^\/(feed|sync|healthz)(\/|$)/.test(path)) return next();
    const isApi = path === '/api' || path.startsWith('/api/');
    const waitMs = (isApi ? api : pages).take(address) || (isApi && isStranger(c) ? strangers.take(address) : 0);
    return waitMs > 0 ? tooManyAttempts(c, waitMs) : next();
  };
}

function isStranger(c: Context): boolean {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return false;
  return c.req.header('cookie') === undefined && c.req.header('authorization') === undefined;
}
