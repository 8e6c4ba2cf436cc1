import { type Context, Hono } from 'hono';
import {
  type Account,
  addPasskeySchema,
  changePasswordSchema,
  ownPasswordSchema,
  renamePasskeySchema,
} from '#schemas/api/account.ts';
import type { AuditAction } from '#schemas/api/audit.ts';
import { secondFactorSchema } from '#schemas/api/session.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { AccountAnswer } from '../auth/accounts.ts';
import { Attempts } from '../auth/attempts.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import { beganLately, endSessions, readAccount } from '../auth/own-account.ts';
import { forgetResets } from '../auth/password-reset.ts';
import type { PersonActor, WebSessions } from '../auth/web-session.ts';
import type { ServerContext } from '../context.ts';
import { passkeysChanged } from '../people/passkey-history.ts';
import { apiError, parseBody, tooManyAttempts } from './answers.ts';

type C = Context<OfficeEnv>;
/** `firsts`: first passwords, one a minute. */
type Own = { context: ServerContext; sessions: WebSessions; guesses: Attempts; firsts: Attempts };

/** `/api/account`: what a person does with their own account (schemas/api/account.ts). No right is asked for. */
export function accountRoutes(context: ServerContext, office: OfficeAuth, sessions: WebSessions): Hono<OfficeEnv> {
  const waitsMs = { firstWaitMs: 1_000, longestWaitMs: 15 * 60_000, forgetMs: 60 * 60_000 };
  const guesses = new Attempts(context, 'password of account', { free: 10, ...waitsMs });
  const minute = { firstWaitMs: 60_000, longestWaitMs: 60_000, forgetMs: 60_000 };
  const firsts = new Attempts(context, 'first password of account', { free: 1, ...minute });
  const own = { context, sessions, guesses, firsts };
  const routes = new Hono<OfficeEnv>();
  routes.use(office.requirePerson());
  routes.get('/', async (c) => c.json<Account>(await readAccount(context, person(c))));
  routes.post('/password', (c) => changePassword(own, c));
  routes.delete('/sessions/:session', (c) => endSession(own, c, c.req.param('session')));
  routes.post('/sessions/end-others', (c) => endSession(own, c, null));
  passkeyRoutes(own, routes);
  secondFactorRoutes(own, routes);
  return routes;
}

function passkeyRoutes(own: Own, routes: Hono<OfficeEnv>): void {
  const { context, sessions } = own;

  routes.post('/passkeys/options', async (c) => {
    const answer = await sessions.accounts.ask(c, 'GET', '/passkey/generate-register-options');
    if (answer.status !== 200) return refuse(c, answer);
    const { username } = await readAccount(context, person(c));
    // better-auth would name the passkey after the e-mail address, which may be a made-up one.
    const user = { ...(answer.body.user as object), name: username, displayName: person(c).name };
    // Tills check ES256 and RS256, which all devices have; a passkey of another kind would approve nothing there.
    const offered = answer.body.pubKeyCredParams as { alg: number }[];
    const pubKeyCredParams = offered.filter(({ alg }) => alg === -7 || alg === -257);
    return c.json({ ...answer.body, pubKeyCredParams, user });
  });

  routes.post('/passkeys', async (c) => {
    const body = await parseBody(c, addPasskeySchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { name, response } = body.value;
    const answer = await sessions.accounts.ask(c, 'POST', '/passkey/verify-registration', { name, response });
    if (answer.status !== 200) return refuse(c, answer);
    await record(own, c, 'passkey-added', { passkeyId: String(answer.body.id) });
    await passkeysChanged(context, person(c));
    return c.json({});
  });

  routes.post('/passkeys/:passkey', async (c) => {
    const body = await parseBody(c, renamePasskeySchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const renamed = { id: c.req.param('passkey'), name: body.value.name };
    const answer = await sessions.accounts.ask(c, 'POST', '/passkey/update-passkey', renamed);
    return answer.status === 200 ? c.json({}) : refuse(c, answer);
  });

  routes.delete('/passkeys/:passkey', async (c) => {
    const passkeyId = c.req.param('passkey');
    const { passkeys, hasPassword } = await readAccount(context, person(c));
    // The last key of a house stays inside it.
    if (!hasPassword && passkeys.length < 2) return apiError(c, 409, 'conflict', 'the last way to sign in');
    const answer = await sessions.accounts.ask(c, 'POST', '/passkey/delete-passkey', { id: passkeyId });
    if (answer.status !== 200) return refuse(c, answer);
    await record(own, c, 'passkey-removed', { passkeyId });
    await passkeysChanged(context, person(c));
    return c.json({});
  });
}

function secondFactorRoutes(own: Own, routes: Hono<OfficeEnv>): void {
  const { context, sessions } = own;

  routes.post('/second-factor', async (c) => {
    const { username, hasSecondFactor } = await readAccount(context, person(c));
    if (hasSecondFactor) return apiError(c, 409, 'conflict', 'it is on');
    return withPassword(own, c, '/two-factor/enable', async ({ totpURI, backupCodes }) =>
      c.json({ uri: labelled(String(totpURI), username), backupCodes }),
    );
  });

  routes.post('/second-factor/confirm', async (c) => {
    const body = await parseBody(c, secondFactorSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const code = body.value.code.replace(/\s/g, '');
    const answer = await sessions.accounts.ask(c, 'POST', '/two-factor/verify-totp', { code });
    if (answer.code === 'INVALID_CODE') return apiError(c, 403, 'wrong-code');
    if (answer.status !== 200) return refuse(c, answer);
    await record(own, c, 'two-factor-on');
    return c.json({});
  });

  routes.post('/second-factor/off', (c) =>
    withPassword(own, c, '/two-factor/disable', async () => {
      await record(own, c, 'two-factor-off');
      return c.json({});
    }),
  );

  routes.post('/backup-codes', (c) =>
    withPassword(own, c, '/two-factor/generate-backup-codes', async ({ backupCodes }) => c.json({ backupCodes })),
  );
}

async function changePassword(own: Own, c: C) {
  const { context, sessions, guesses } = own;
  const body = await parseBody(c, changePasswordSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const { current, next } = body.value;
  const { hasPassword } = await readAccount(context, person(c));
  if (hasPassword !== (current !== null)) return apiError(c, 409, 'conflict');
  if (current === null) {
    if (!(await beganLately(context, person(c)))) return apiError(c, 403, 'sign-in-again');
    // Of many at once one is looked at, whichever server they came to: the others would each set another.
    const waitMs = await own.firsts.begin(person(c).userId);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    await sessions.accounts.setPassword(c, next);
    await endSessions(context, person(c), null);
  } else {
    const waitMs = await guesses.begin(person(c).userId);
    if (waitMs > 0) return tooManyAttempts(c, waitMs);
    const passwords = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
    const answer = await sessions.accounts.ask(c, 'POST', '/change-password', passwords);
    if (answer.status !== 200) return refuse(c, answer);
    await guesses.forgive(person(c).userId);
  }
  await forgetResets(context.database.pool, person(c));
  await record(own, c, 'password-changed');
  return c.json({});
}

async function endSession(own: Own, c: C, id: string | null) {
  const ended = await endSessions(own.context, person(c), id);
  if (ended === 0 && id !== null) return apiError(c, 404, 'not-found');
  await record(own, c, 'sessions-ended', { ended });
  return c.json({});
}

/** Asks a path that wants the person's password, guesses at which are counted. */
async function withPassword(
  { sessions, guesses }: Own,
  c: C,
  path: string,
  done: (answer: Record<string, unknown>) => Promise<Response>,
): Promise<Response> {
  const body = await parseBody(c, ownPasswordSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const waitMs = await guesses.begin(person(c).userId);
  if (waitMs > 0) return tooManyAttempts(c, waitMs);
  const answer = await sessions.accounts.ask(c, 'POST', path, { password: body.value.password });
  if (answer.status !== 200) return refuse(c, answer);
  await guesses.forgive(person(c).userId);
  return done(answer.body);
}

/** What better-auth refused, in our words. 403 for a wrong password, as 401 tells the screen that the session is over. */
function refuse(c: Context, { status, code }: AccountAnswer) {
  if (code === 'SESSION_NOT_FRESH') return apiError(c, 403, 'sign-in-again');
  if (code === 'INVALID_PASSWORD') return apiError(c, 403, 'wrong-password');
  if (status === 503) {
    c.header('Retry-After', '1');
    return apiError(c, 503, 'busy');
  }
  if (status === 401) return apiError(c, 401, 'unauthorized');
  if (status === 404 || status === 403) return apiError(c, 404, 'not-found');
  return apiError(c, 400, 'bad-request', code);
}

async function record({ context }: Own, c: C, action: AuditAction, after?: object): Promise<void> {
  const { merchantId, operatorId } = person(c);
  const subject = { subjectType: 'person', subjectId: operatorId };
  const what = { merchantId, storeId: null, action, ...subject, ...(after && { after }) };
  await recordAudit(context.database.pool, context, auditActor(c), what);
}

function person(c: C): PersonActor {
  // The door of these routes lets persons through, nobody else.
  return c.get('actor') as PersonActor;
}

/** better-auth's `otpauth:` address under the user name, as that is what the person knows themselves by. */
function labelled(uri: string, username: string): string {
  const { search, searchParams } = new URL(uri);
  const label = [searchParams.get('issuer') ?? '', username].map(encodeURIComponent).join(':');
  return `otpauth://totp/${label}${search}`;
}
