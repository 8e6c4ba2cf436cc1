import { type Context, Hono } from 'hono';
import { type Session, sessionRequestSchema } from '#schemas/api/session.ts';
import { unreachable } from '#schemas/assert.ts';
import { clientAddress } from '../auth/client-address.ts';
import type { SignInFailure, WebSessions } from '../auth/web-session.ts';
import type { ServerContext } from '../context.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

/** `/api/session`: a person signs in, asks who they are, signs out (schemas/api/session.ts). */
export function sessionRoutes(context: ServerContext, sessions: WebSessions): Hono {
  const routes = new Hono();

  routes.get('/', async (c) => {
    const actor = await sessions.actorOf(c);
    return actor ? c.json<Session>(await sessions.sessionOf(actor)) : apiError(c, 401, 'unauthorized');
  });

  routes.post('/', async (c) => {
    const request = await parseBody(c, sessionRequestSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    const signedIn = await sessions.signIn(request.value, clientAddress(c));
    if (!signedIn.ok) return refuse(c, signedIn.error);
    const session = await sessions.begin(c, signedIn.value);
    context.log.info({ operatorId: session.operatorId }, 'signed in on the web');
    return c.json<Session>(session);
  });

  routes.delete('/', async (c) => {
    await sessions.end(c);
    return c.json({});
  });

  return routes;
}

function refuse(c: Context, failure: SignInFailure) {
  switch (failure.code) {
    case 'wrong-password':
      return apiError(c, 401, 'wrong-password');
    case 'too-many-attempts':
      return tooManyAttempts(c, failure.waitMs);
    case 'busy':
      c.header('Retry-After', '1');
      return apiError(c, 503, 'busy');
    default:
      return unreachable(failure);
  }
}
