import { Hono } from 'hono';
import { acceptInvitationSchema, type InvitationView, openInvitationSchema } from '#schemas/api/invitations.ts';
import type { Session } from '#schemas/api/session.ts';
import { auditOrigin, recordAudit } from '../audit/audit.ts';
import { Attempts } from '../auth/attempts.ts';
import { clientNetwork } from '../auth/client-address.ts';
import { acceptInvitation, viewInvitation } from '../auth/invitations.ts';
import { Turnstile } from '../auth/turnstile.ts';
import type { WebSessions } from '../auth/web-session.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { storePassword } from '../people/new-operator.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

/** `/api/invitations`: what a link is about, and the account that it makes (schemas/api/invitations.ts). */
export function invitationRoutes(context: ServerContext, sessions: WebSessions): Hono {
  const waitsMs = { firstWaitMs: 1_000, longestWaitMs: 10 * 60_000, forgetMs: 10 * 60_000 };
  const attempts = new Attempts(context, 'link from address', { free: 20, ...waitsMs });
  const turnstile = new Turnstile(1, 10);
  const routes = new Hono();

  routes.post('/open', async (c) => {
    const body = await parseBody(c, openInvitationSchema);
    if (!body.ok) return apiError(c, 404, 'not-found');
    const waitMs = await attempts.begin(clientNetwork(c));
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    const invitation = await viewInvitation(context, body.value.token);
    if (invitation === null) return apiError(c, 404, 'not-found');
    await attempts.forgive(clientNetwork(c));
    return c.json<InvitationView>(invitation);
  });

  routes.post('/accept', async (c) => {
    const body = await parseBody(c, acceptInvitationSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const waitMs = await attempts.begin(clientNetwork(c));
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    const { token, password } = body.value;
    // Asked first, so that nobody makes the server hash passwords.
    if ((await viewInvitation(context, token)) === null) return apiError(c, 404, 'not-found');
    await attempts.forgive(clientNetwork(c));
    const stored = await turnstile.pass(async () => (password === null ? null : storePassword(context, password)));
    if (!stored.ok) return apiError(c, 503, 'busy');
    const made = await inTransaction(context.database, async (tx) => {
      const accepted = await acceptInvitation(context, tx, body.value, stored.value);
      if (!accepted.ok) return accepted;
      const { merchantId, operatorId, invitationId } = accepted.value;
      const by = { actorType: 'person', actorId: operatorId, ...auditOrigin(c) } as const;
      const subject = { subjectType: 'person', subjectId: operatorId, after: { invitationId } };
      const what = { merchantId, storeId: null, action: 'invitation-used', ...subject } as const;
      await recordAudit(tx, context, by, what);
      return accepted;
    });
    if (!made.ok) {
      return made.error.code === 'conflict' ? apiError(c, 409, 'name-taken') : apiError(c, 404, 'not-found');
    }
    return c.json<Session>(await sessions.sessionOf(await sessions.begin(c, made.value.userId)));
  });

  return routes;
}
