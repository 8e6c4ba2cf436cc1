import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { Session, SessionRequest } from '#schemas/api/session.ts';
import { assert } from '#schemas/assert.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { checkPassword } from '../catalogue/pins.ts';
import type { ServerContext } from '../context.ts';
import { apiError } from '../routes/answers.ts';
import { Attempts } from './attempts.ts';
import { hashToken } from './till-auth.ts';
import { Turnstile } from './turnstile.ts';

export type ManagerEnv = { Variables: { session: Session } };

const cookieName = 'onecode_session';
/** A working day; then the manager signs in again. */
const sessionMs = 12 * 60 * 60_000;
/** What a name that nobody has is checked against, so that it takes as long as one that somebody has. */
const nobody = { passwordSalt: 'AAAAAAAAAAAAAAAAAAAAAA', passwordHash: 'A'.repeat(43) };

export type SignInFailure =
  | { code: 'wrong-password' }
  | { code: 'too-many-attempts'; waitMs: number }
  | { code: 'busy' };

/** Managers' web sessions: password in, cookie out. */
export class ManagerSessions {
  readonly #context: ServerContext;
  readonly #byAddress: Attempts;
  readonly #byName: Attempts;
  /** A guess costs 64 MiB and a tenth of a second of one core: two at once, some more in line. */
  readonly #turnstile = new Turnstile(2, 20);

  constructor(context: ServerContext) {
    this.#context = context;
    const minute = 60_000;
    this.#byAddress = new Attempts(context, { free: 10, firstWaitMs: 1_000, longestWaitMs: 15 * minute });
    // Slower than by address, and never long, so that a stranger cannot lock the manager out for a day.
    this.#byName = new Attempts(context, { free: 20, firstWaitMs: 1_000, longestWaitMs: minute });
  }

  /** Checks the password; answers the session's operator. Wrong attempts make the next ones wait. */
  async signIn(
    request: SessionRequest,
    address: string,
  ): Promise<Result<{ storeId: string; operatorId: string }, SignInFailure>> {
    const counted = [
      { attempts: this.#byAddress, name: address },
      { attempts: this.#byName, name: `${request.storeId ?? ''}/${request.name}` },
    ];
    const waitMs = Math.max(...counted.map(({ attempts, name }) => attempts.waitMs(name)));
    if (waitMs > 0) return fail({ code: 'too-many-attempts', waitMs });
    for (const { attempts, name } of counted) attempts.begin(name);
    const passed = await this.#turnstile.pass(() => this.#find(request));
    if (!passed.ok) return fail({ code: 'busy' });
    if (passed.value === null) return fail({ code: 'wrong-password' });
    for (const { attempts, name } of counted) attempts.forgive(name);
    return ok(passed.value);
  }

  async #find({ storeId, name, password }: SessionRequest): Promise<{ storeId: string; operatorId: string } | null> {
    const { rows } = await this.#context.database.pool.query<{
      storeId: string;
      operatorId: string;
      passwordSalt: string;
      passwordHash: string;
    }>(
      `select store_id as "storeId", operator_id as "operatorId", password_salt as "passwordSalt",
              password_hash as "passwordHash"
         from operator
        where lower(name) = lower($1) and ($2::text is null or store_id = $2) and role = 'manager' and active
          and password_hash is not null
        order by store_id, operator_id limit 5`,
      [name, storeId ?? null],
    );
    for (const manager of rows) if (await checkPassword(password, manager)) return manager;
    if (rows.length === 0) await checkPassword(password, nobody);
    return null;
  }

  /** Begins a session, sets its cookie and answers it. */
  async begin(c: Context, manager: { storeId: string; operatorId: string }): Promise<Session> {
    const { pool } = this.#context.database;
    const token = Buffer.from(this.#context.randomBytes(32)).toString('base64url');
    const nowMs = this.#context.nowMs();
    await pool.query('delete from web_session where expires_at_ms < $1', [nowMs]);
    await pool.query(
      'insert into web_session (store_id, token_hash, operator_id, expires_at_ms) values ($1, $2, $3, $4)',
      [manager.storeId, hashToken(token), manager.operatorId, nowMs + sessionMs],
    );
    setCookie(c, cookieName, token, { ...cookieScope(c), httpOnly: true, maxAge: sessionMs / 1_000 });
    const session = await this.#read(token);
    assert(session, 'a session that begins is there');
    return session;
  }

  async end(c: Context): Promise<void> {
    const token = getCookie(c, cookieName);
    deleteCookie(c, cookieName, cookieScope(c));
    if (token === undefined) return;
    await this.#context.database.pool.query('delete from web_session where token_hash = $1', [hashToken(token)]);
  }

  /** The session of the request's cookie, read anew each time: a manager who was dismissed is out at once. */
  async current(c: Context): Promise<Session | null> {
    const token = getCookie(c, cookieName);
    return token === undefined ? null : this.#read(token);
  }

  async #read(token: string): Promise<Session | null> {
    const { rows } = await this.#context.database.pool.query<Session>(
      `select m.name as "merchantName", s.store_id as "storeId", s.name as "storeName", s.currency,
              s.time_zone as "timeZone", o.operator_id as "operatorId", o.name, o.role, o.locale,
              w.expires_at_ms as "expiresAtMs"
         from web_session w
         join operator o on o.store_id = w.store_id and o.operator_id = w.operator_id
         join store s on s.store_id = w.store_id
         join merchant m on m.merchant_id = s.merchant_id
        where w.token_hash = $1 and w.expires_at_ms > $2 and o.active and o.role = 'manager'`,
      [hashToken(token), this.#context.nowMs()],
    );
    return rows[0] ?? null;
  }
}

function cookieScope(c: Context) {
  // A proxy that speaks https to the browser says so; a lie only makes the liar's own cookie stricter.
  const secure = new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
  return { path: '/api', sameSite: 'Strict', secure } as const;
}

/** [A1] Lets a manager through to their own store's routes; mount it where the path has `:store`. */
export function requireManager(sessions: ManagerSessions): MiddlewareHandler<ManagerEnv> {
  return createMiddleware<ManagerEnv>(async (c, next) => {
    const session = await sessions.current(c);
    if (session === null) return apiError(c, 401, 'unauthorized');
    if (c.req.param('store') !== session.storeId) return apiError(c, 403, 'forbidden');
    c.set('session', session);
    return next();
  });
}
