import { type Context, Hono } from 'hono';
import pg from 'pg';
import { type ChangeEmail, changeEmailSchema } from '#schemas/api/account.ts';
import { type AuditActor, auditActor, recordAudit } from '../audit/audit.ts';
import { accountName } from '../auth/account-name.ts';
import { Attempts } from '../auth/attempts.ts';
import { tellOldAddress } from '../auth/email-notice.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import { beganLately, noEmailOf, readAccount } from '../auth/own-account.ts';
import { forgetResets } from '../auth/password-reset.ts';
import type { PersonActor, WebSessions } from '../auth/web-session.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

/** `POST /api/account/email`: a person's own e-mail address (schemas/api/account.ts). No right is asked for. */
export function ownEmailRoutes(context: ServerContext, office: OfficeAuth, sessions: WebSessions): Hono<OfficeEnv> {
  // An address that is refused counts as a wrong password does: nobody tries out a list of them.
  const waitsMs = { firstWaitMs: 1_000, longestWaitMs: 15 * 60_000, forgetMs: 60 * 60_000 };
  const guesses = new Attempts(context, 'e-mail address of account', { free: 10, ...waitsMs });
  const routes = new Hono<OfficeEnv>();

  routes.post('/', office.requirePerson(), async (c) => {
    const body = await parseBody(c, changeEmailSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    // The door lets persons through, nobody else.
    const person = c.get('actor') as PersonActor;
    const waitMs = await guesses.begin(person.userId);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    const refusal = await refuseStranger(context, sessions, c, body.value);
    if (refusal !== null) return refusal;
    const typed = body.value.email;
    const email = typed === null ? null : accountName(typed);
    const { email: before } = await readAccount(context, person);
    if (!(await changeEmail(context, person, { before, email }, auditActor(c)))) return apiError(c, 409, 'conflict');
    // Nobody waits for a mail server.
    if (before !== null && before !== email) void tellOldAddress(context, person, before);
    await guesses.forgive(person.userId);
    return c.json({});
  });
  return routes;
}

/** The answer to whoever does not prove that they are the person; null for the person. */
async function refuseStranger(
  context: ServerContext,
  sessions: WebSessions,
  c: Context<OfficeEnv>,
  { password }: ChangeEmail,
): Promise<Response | null> {
  const person = c.get('actor') as PersonActor;
  const { hasPassword } = await readAccount(context, person);
  if (hasPassword !== (password !== null)) return apiError(c, 409, 'conflict');
  if (password === null) {
    return (await beganLately(context, person)) ? null : apiError(c, 403, 'sign-in-again');
  }
  const answer = await sessions.accounts.ask(c, 'POST', '/verify-password', { password });
  if (answer.status === 200) return null;
  if (answer.status === 503) {
    c.header('Retry-After', '1');
    return apiError(c, 503, 'busy');
  }
  return answer.code === 'INVALID_PASSWORD' ? apiError(c, 403, 'wrong-password') : apiError(c, 401, 'unauthorized');
}

/** Links that went to the old address end. False: the address cannot be used, as somebody has it. */
async function changeEmail(
  context: ServerContext,
  person: PersonActor,
  { before, email }: { before: string | null; email: string | null },
  by: AuditActor,
): Promise<boolean> {
  const { merchantId, operatorId, userId } = person;
  if (email?.endsWith(noEmailOf(''))) return false;
  try {
    await inTransaction(context.database, async (tx) => {
      await tx.query('update account_user set email = $2, email_verified = false, updated_at = $3 where id = $1', [
        userId,
        email ?? noEmailOf(userId),
        new Date(context.nowMs()),
      ]);
      await forgetResets(tx, person);
      const subject = { subjectType: 'person', subjectId: operatorId };
      const personal = { personId: operatorId, before: { email: before }, after: { email } };
      await recordAudit(tx, context, by, { merchantId, storeId: null, action: 'email-changed', ...subject, personal });
    });
    return true;
  } catch (error) {
    // Unique: said of an address in one index, so that two who take it at once cannot both have it.
    if (error instanceof pg.DatabaseError && error.constraint === 'account_user_email') return false;
    throw error;
  }
}
