import type { Context } from 'hono';
import { getSignedCookie } from 'hono/cookie';
import { deriveSecret } from './secrets.ts';

export const sessionCookie = 'onecode_session';

/** What web accounts sign with, of the installation's secret. */
export function accountsSecret(secret: string): string {
  return deriveSecret(secret, 'accounts');
}

/**
 * Whether the client carries a session cookie that this installation signed. It costs no look at the database and does not
 * say that the session still holds: for telling strangers apart, never for letting somebody in.
 */
export async function hasSessionCookie(c: Context, secret: string): Promise<boolean> {
  if (!c.req.header('cookie')?.includes(sessionCookie)) return false;
  const key = accountsSecret(secret);
  const [plain, secure] = [
    await getSignedCookie(c, key, sessionCookie),
    await getSignedCookie(c, key, sessionCookie, 'secure'),
  ];
  return typeof plain === 'string' || typeof secure === 'string';
}
