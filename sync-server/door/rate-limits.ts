import type { Context, MiddlewareHandler } from 'hono';
import { clientNetwork } from '../auth/client-address.ts';
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

/**
 * Limits by address for all but tills, which are limited each for itself (auth/till-auth.ts). `isSigned` says whether a
 * request carries a session cookie that this installation made: any other cookie is a stranger's.
 */
export function limitAddresses(context: ServerContext, isSigned: (c: Context) => Promise<boolean>): MiddlewareHandler {
  const pages = new TokenBuckets(context, rules.pages);
  const api = new TokenBuckets(context, rules.api);
  const strangers = new TokenBuckets(context, rules.strangers);
  return async (c, next) => {
    const address = clientNetwork(c);
    const { path } = c.req;
    // What comes from this very process is our own (tests, simulation).
    if (address === 'in-process' || /^\/(feed|sync|healthz)(\/|$)/.test(path)) return next();
    const isApi = path === '/api' || path.startsWith('/api/');
    const waitMs = (isApi ? api : pages).take(address);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    if (!isApi || !isChange(c) || hasKey(c) || (await isSigned(c))) return next();
    const strangerWaitMs = strangers.take(address);
    return strangerWaitMs > 0 ? tooManyAttempts(c, strangerWaitMs) : next();
  };
}

function isChange(c: Context): boolean {
  return c.req.method !== 'GET' && c.req.method !== 'HEAD';
}

/** One that is no key is turned away before anything else (auth/api-keys.ts). */
function hasKey(c: Context): boolean {
  return /^Bearer ock_/i.test(c.req.header('authorization') ?? '');
}
