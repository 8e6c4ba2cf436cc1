import type { Context } from 'hono';
import { clientAddress } from '../auth/client-address.ts';
import type { ServerContext } from '../context.ts';

/** What may be an id or a word; anything longer may be a token, and none is written down. */
const longestWord = 20;

/** The path for a log: what may be a token of a link is left out; the query, which may hold codes, is never in it. */
export function loggedPath(path: string): string {
  return path
    .slice(0, 500)
    .split('/')
    .map((part) => (part.length > longestWord ? `${part.length} letters` : part))
    .join('/');
}

/**
 * One line for each request that was turned away: what was asked, from where, by whom where the door knows it. Never a
 * header, query or body: those hold tokens, PINs, passwords and codes.
 */
export function logDenial(context: ServerContext, c: Context, requestId: string): void {
  const { status } = c.res;
  if (status !== 401 && status !== 403 && status !== 429) return;
  const { actor, right } = (c.get('denied') as { actor?: string; right?: string } | undefined) ?? {};
  const line = { requestId, method: c.req.method, path: loggedPath(c.req.path), status, address: clientAddress(c) };
  const isStranger = c.req.header('authorization') === undefined && c.req.header('cookie') === undefined;
  // Whoever opens the app asks who they are; that is no attempt at anything.
  const level = status === 401 && isStranger ? 'debug' : 'warn';
  context.log[level]({ ...line, ...(actor === undefined ? {} : { actor, right }) }, 'denied');
}
