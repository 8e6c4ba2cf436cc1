import { type Context, Hono } from 'hono';
import {
  passkeySignInSchema,
  type Session,
  type SessionAnswer,
  secondFactorSchema,
  sessionRequestSchema,
} from '#schemas/api/session.ts';
import { unreachable } from '#schemas/assert.ts';
import type { SignedIn, SignInFailure, WebSessions } from '../auth/web-session.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

/** `/api/session`: a person signs in, asks who they are, signs out (schemas/api/session.ts). */
export function sessionRoutes(sessions: WebSessions): Hono {
  const routes = new Hono();

  const answer = async (c: Context, signedIn: SignedIn) => {
    if (!signedIn.ok) return refuse(c, signedIn.error);
    if (signedIn.value === null) return c.json<SessionAnswer>({ secondFactor: true });
    return c.json<Session>(await sessions.sessionOf(signedIn.value));
  };

  routes.get('/', async (c) => {
    const actor = await sessions.actorOf(c);
    return actor ? c.json<Session>(await sessions.sessionOf(actor)) : apiError(c, 401, 'unauthorized');
  });

  routes.post('/', async (c) => {
    const request = await parseBody(c, sessionRequestSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    return answer(c, await sessions.signIn(c, request.value));
  });

  routes.post('/second-factor', async (c) => {
    const request = await parseBody(c, secondFactorSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    return answer(c, await sessions.secondFactor(c, request.value.code));
  });

  routes.post('/passkey/options', async (c) => {
    const options = { isStranger: true };
    const { body } = await sessions.accounts.ask(
      c,
      'GET',
      '/passkey/generate-authenticate-options',
      undefined,
      options,
    );
    return c.json(body);
  });

  routes.post('/passkey', async (c) => {
    const request = await parseBody(c, passkeySignInSchema);
    if (!request.ok) return apiError(c, 400, 'bad-request', request.error.detail);
    return answer(c, await sessions.passkey(c, request.value.response));
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
    case 'wrong-code':
    case 'unauthorized':
      return apiError(c, 401, failure.code);
    case 'too-many-attempts':
      return tooManyAttempts(c, failure.waitMs);
    case 'busy':
      c.header('Retry-After', '1');
      return apiError(c, 503, 'busy');
    default:
      return unreachable(failure);
  }
}
