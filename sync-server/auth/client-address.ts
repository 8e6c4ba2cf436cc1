import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** The address that a request came from: what attempts are counted by. A forwarded-for header is not believed. */
export function clientAddress(c: Context): string {
  // Requests made in process (tests, simulation) have no socket.
  if (!(c.env as { incoming?: unknown } | undefined)?.incoming) return 'in-process';
  return getConnInfo(c).remote.address ?? 'unknown';
}
