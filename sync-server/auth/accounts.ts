import { passkey } from '@better-auth/passkey';
import { APIError, type BetterAuthPlugin, betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor, username } from 'better-auth/plugins';
import type { Context } from 'hono';
import { z } from 'zod';
import { usernameSchema } from '#schemas/api/setup.ts';
import { newId } from '../catalogue/new-store.ts';
import { checkPassword } from '../catalogue/pins.ts';
import type { ServerContext } from '../context.ts';
import * as tables from '../db/tables-accounts.ts';
import { storePassword } from '../people/new-operator.ts';
import { accountName } from './account-name.ts';
import { clientAddress, isOverTls } from './client-address.ts';
import { sessionCookie } from './session-cookie.ts';
import { Turnstile } from './turnstile.ts';

/** A working day after the last use; then the person signs in again. */
const sessionSeconds = 12 * 60 * 60;
/** However much it is used, a session ends so long after it began: a stolen one does not live for ever. */
export const longestSessionSeconds = 7 * 24 * 60 * 60;
/** What takes over an account (a new passkey) asks for a sign-in no older than this. */
export const freshSeconds = 15 * 60;
const addressHeader = 'x-onecode-client-address';
const product = 'Onecode';

export type AccountAnswer = { status: number; body: Record<string, unknown>; code: string };

/**
 * Web accounts: better-auth over our tables, without its routes. `ask` is the only way to it; our routes name each of its
 * paths that they use, so that nobody signs up, edits themselves or looks names up. It has its own clock and randomness.
 */
export class Accounts {
  readonly #plain: Auth;
  readonly #secure: Auth;

  /** `secret`: 32 characters or more, the same for all servers of the installation. */
  constructor(context: ServerContext, secret: string) {
    // A guess costs 64 MiB and a tenth of a second of one core: two at once, some more in line.
    const turnstile = new Turnstile(2, 20);
    this.#plain = buildAuth(context, { secret, turnstile, isSecure: false });
    this.#secure = buildAuth(context, { secret, turnstile, isSecure: true });
  }

  /**
   * Asks a path of better-auth as the client of `c`; its cookies go to that client. `code` is its word for what is wrong.
   * `isStranger`: without the client's session, as who signs in anew.
   */
  async ask(
    c: Context,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    options: { isStranger?: boolean } = {},
  ): Promise<AccountAnswer> {
    const headers = requestHeaders(c, options.isStranger === true);
    const origin = originOf(c);
    headers.set('origin', origin);
    headers.set('content-type', 'application/json');
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await this.#of(c).handler(new Request(`${origin}/api/auth${path}`, init));
    passCookies(c, response.headers);
    const text = await response.text();
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    const answer = Array.isArray(parsed) ? { list: parsed } : ((parsed ?? {}) as Record<string, unknown>);
    return { status: response.status, body: answer, code: String(answer.code ?? '') };
  }

  /** The token of the client's session, its end put off when that is due; null without one. */
  async sessionToken(c: Context): Promise<string | null> {
    if (!c.req.header('cookie')) return null;
    const headers = requestHeaders(c, false);
    const { headers: answered, response } = await this.#of(c).api.getSession({ headers, returnHeaders: true });
    passCookies(c, answered);
    return response?.session.token ?? null;
  }

  /** Begins a session of an account without asking for anything: for who just made it. */
  async begin(c: Context, userId: string): Promise<string> {
    const headers = requestHeaders(c, true);
    const begun = await this.#of(c).api.beginSession({ headers, body: { userId }, returnHeaders: true });
    passCookies(c, begun.headers);
    return begun.response.token;
  }

  /** Gives an account without a password one; the client is signed in to it. */
  async setPassword(c: Context, newPassword: string): Promise<void> {
    await this.#of(c).api.setPassword({ headers: requestHeaders(c, false), body: { newPassword } });
  }

  #of(c: Context): Auth {
    return isOverTls(c) ? this.#secure : this.#plain;
  }
}

type Auth = ReturnType<typeof buildAuth>;

function buildAuth(
  context: ServerContext,
  { secret, turnstile, isSecure }: { secret: string; turnstile: Turnstile; isSecure: boolean },
) {
  const inTurn = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const passed = await turnstile.pass(work);
    if (!passed.ok) throw new APIError('SERVICE_UNAVAILABLE', { code: 'BUSY' });
    return passed.value;
  };
  return betterAuth({
    appName: product,
    secret,
    basePath: '/api/auth',
    database: drizzleAdapter(context.database.orm, { provider: 'pg', transaction: true, schema: schemaOf() }),
    user: {
      additionalFields: {
        merchantId: { type: 'string', required: true, input: false },
        operatorId: { type: 'string', required: true, input: false },
      },
    },
    session: { expiresIn: sessionSeconds, updateAge: 60 * 60, freshAge: freshSeconds },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 200,
      password: {
        hash: (password) => inTurn(() => storePassword(context, password)),
        verify: ({ hash, password }) => inTurn(() => verify(password, hash)),
      },
    },
    databaseHooks: { session: { create: { before: (session) => refuseLeavers(context, session.userId) } } },
    plugins: [
      username({
        minUsernameLength: 1,
        maxUsernameLength: 40,
        usernameNormalization: accountName,
        usernameValidator: (name) => usernameSchema.safeParse(name).success,
      }),
      twoFactor({ issuer: product, backupCodeOptions: { amount: 10, length: 10 } }),
      passkey({
        rpName: product,
        // A passkey stands for both factors, so it must have asked for a finger, a face or a PIN.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: {
          afterVerification: ({ verification }) => demandUser(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) => demandUser(verification.authenticationInfo.userVerified),
        },
      }),
      beginSessions(),
    ],
    // Counted by us, in the database (attempts.ts); where a request comes from is checked by us (same-origin.ts).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => context.log.error({ message }, 'accounts') },
    advanced: {
      useSecureCookies: isSecure,
      cookiePrefix: 'onecode',
      cookies: { session_token: { name: sessionCookie } },
      defaultCookieAttributes: { path: '/api', sameSite: 'strict', httpOnly: true },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => newId(context) },
    },
  });
}

function schemaOf() {
  return {
    user: tables.accountUser,
    session: tables.accountSession,
    account: tables.accountCredential,
    verification: tables.accountVerification,
    twoFactor: tables.accountTwoFactor,
    passkey: tables.accountPasskey,
  };
}

/** Our one addition: a session for an account that was made a moment ago. Not a route. */
function beginSessions() {
  return {
    id: 'onecode',
    endpoints: {
      beginSession: createAuthEndpoint.serverOnly(
        { method: 'POST', body: z.object({ userId: z.string() }) },
        async (ctx) => {
          const { internalAdapter } = ctx.context;
          const user = await internalAdapter.findUserById(ctx.body.userId);
          const session = user && (await internalAdapter.createSession(user.id));
          if (!session) throw new APIError('UNAUTHORIZED');
          await setSessionCookie(ctx, { session, user });
          return { token: session.token };
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

async function verify(password: string, stored: string): Promise<boolean> {
  const [kind, passwordSalt, passwordHash] = stored.split('$');
  if (kind !== 'scrypt' || passwordSalt === undefined || passwordHash === undefined) return false;
  return checkPassword(password, { passwordSalt, passwordHash });
}

/** Whatever they prove themselves with: who has left gets no session. */
async function refuseLeavers(context: ServerContext, userId: string): Promise<void> {
  const { rowCount } = await context.database.pool.query(
    `select 1 from account_user u join operator o using (merchant_id, operator_id)
      where u.id = $1 and o.left_at_ms is null`,
    [userId],
  );
  if (rowCount === 0) throw new APIError('UNAUTHORIZED', { code: 'LEFT' });
}

async function demandUser(isVerified: boolean | undefined): Promise<void> {
  if (isVerified !== true) throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_VERIFIED' });
}

/** What better-auth may see of a request. */
function requestHeaders(c: Context, isStranger: boolean): Headers {
  const headers = new Headers({ [addressHeader]: clientAddress(c) });
  const cookies = (c.req.header('cookie') ?? '').split(/; */);
  const kept = isStranger ? cookies.filter((cookie) => !/^(__Secure-)?onecode_session=/.test(cookie)) : cookies;
  if (kept.length > 0) headers.set('cookie', kept.join('; '));
  const userAgent = c.req.header('user-agent');
  if (userAgent !== undefined) headers.set('user-agent', userAgent.slice(0, 300));
  return headers;
}

/** Our own address as the browser knows it: what passkeys are bound to. A proxy that ends TLS keeps the host. */
function originOf(c: Context): string {
  const { host } = new URL(c.req.url);
  const said = c.req.header('origin') ?? '';
  if (URL.canParse(said) && new URL(said).host === host) return new URL(said).origin;
  return `${isOverTls(c) ? 'https' : 'http'}://${host}`;
}

function passCookies(c: Context, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
}
