import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Session, SessionRequest } from '#schemas/api/session.ts';
import { assert } from '#schemas/assert.ts';
import { rightsIn } from '#schemas/policy/policy.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { newId } from '../catalogue/new-store.ts';
import { checkPassword } from '../catalogue/pins.ts';
import type { ServerContext } from '../context.ts';
import { grantsAt, readGrantHistory } from '../people/grants.ts';
import { Attempts } from './attempts.ts';
import type { Actor } from './office-auth.ts';
import { hashToken } from './till-auth.ts';
import { Turnstile } from './turnstile.ts';

type PersonActor = Extract<Actor, { type: 'person' }>;
type SignedIn = { userId: string; merchantId: string; operatorId: string };

const cookieName = 'onecode_session';
/** A working day; then the manager signs in again. */
const sessionMs = 12 * 60 * 60_000;
/** What a name that nobody has is checked against, so that it takes as long as one that somebody has. */
const nobody = { passwordSalt: 'AAAAAAAAAAAAAAAAAAAAAA', passwordHash: 'A'.repeat(43) };

export type SignInFailure =
  | { code: 'wrong-password' }
  | { code: 'too-many-attempts'; waitMs: number }
  | { code: 'busy' };

/** People's web sessions: password in, cookie out. */
export class WebSessions {
  readonly #context: ServerContext;
  readonly #byAddress: Attempts;
  readonly #byName: Attempts;
  /** A guess costs 64 MiB and a tenth of a second of one core: two at once, some more in line. */
  readonly #turnstile = new Turnstile(2, 20);

  constructor(context: ServerContext) {
    this.#context = context;
    const minute = 60_000;
    const byAddress = { free: 10, firstWaitMs: 1_000, longestWaitMs: 15 * minute, forgetMs: 15 * minute };
    this.#byAddress = new Attempts(context, 'sign in from address', byAddress);
    // Slower than by address, and never long, so that a stranger cannot lock the manager out for a day.
    const byName = { free: 20, firstWaitMs: 1_000, longestWaitMs: minute, forgetMs: 60 * minute };
    this.#byName = new Attempts(context, 'sign in as', byName);
  }

  /** Checks the password; answers the session's operator. Wrong attempts make the next ones wait. */
  async signIn(request: SessionRequest, address: string): Promise<Result<SignedIn, SignInFailure>> {
    const counted = [
      { attempts: this.#byAddress, name: address },
      { attempts: this.#byName, name: request.name.toLowerCase() },
    ];
    const waitsMs = await Promise.all(counted.map(({ attempts, name }) => attempts.waitMs(name)));
    if (Math.max(...waitsMs) > 0) return fail({ code: 'too-many-attempts', waitMs: Math.max(...waitsMs) });
    for (const { attempts, name } of counted) {
      const waitMs = await attempts.begin(name);
      if (waitMs > 0) return fail({ code: 'too-many-attempts', waitMs });
    }
    const passed = await this.#turnstile.pass(() => this.#find(request));
    if (!passed.ok) return fail({ code: 'busy' });
    if (passed.value === null) return fail({ code: 'wrong-password' });
    for (const { attempts, name } of counted) await attempts.forgive(name);
    return ok(passed.value);
  }

  async #find({ name, password }: SessionRequest): Promise<SignedIn | null> {
    const { rows } = await this.#context.database.pool.query<SignedIn & { password: string }>(
      `select u.id as "userId", u.merchant_id as "merchantId", u.operator_id as "operatorId", c.password
         from account_user u
         join account_credential c on c.user_id = u.id and c.password is not null
         join operator o on o.merchant_id = u.merchant_id and o.operator_id = u.operator_id and o.left_at_ms is null
        where u.username = lower($1) or u.email = lower($1)`,
      [name],
    );
    const [account] = rows;
    const [, passwordSalt = nobody.passwordSalt, passwordHash = nobody.passwordHash] = (account?.password ?? '').split(
      '$',
    );
    const isRight = await checkPassword(password, { passwordSalt, passwordHash });
    return account && isRight ? account : null;
  }

  /** Begins a session, sets its cookie and answers it. */
  async begin(c: Context, person: Pick<SignedIn, 'merchantId' | 'operatorId'>): Promise<Session> {
    const token = Buffer.from(this.#context.randomBytes(32)).toString('base64url');
    const nowMs = this.#context.nowMs();
    await this.#context.database.pool.query(
      `insert into account_session (id, token, user_id, created_at, updated_at, expires_at)
       select $1, $2, id, $3, $3, $4 from account_user where merchant_id = $5 and operator_id = $6`,
      [
        newId(this.#context),
        hashToken(token),
        new Date(nowMs),
        new Date(nowMs + sessionMs),
        person.merchantId,
        person.operatorId,
      ],
    );
    setCookie(c, cookieName, token, { ...cookieScope(c), httpOnly: true, maxAge: sessionMs / 1_000 });
    const actor = await this.#read(token);
    assert(actor, 'a session that begins is there');
    return this.sessionOf(actor);
  }

  async end(c: Context): Promise<void> {
    const token = getCookie(c, cookieName);
    deleteCookie(c, cookieName, cookieScope(c));
    if (token === undefined) return;
    await this.#context.database.pool.query('delete from account_session where token = $1', [hashToken(token)]);
  }

  /** Who asks, read anew each time: who was dismissed is out at once. */
  async actorOf(c: Context): Promise<PersonActor | null> {
    const token = getCookie(c, cookieName);
    return token === undefined ? null : this.#read(token);
  }

  /** What the screen is told of a session. */
  async sessionOf(actor: PersonActor): Promise<Session> {
    const { merchantId, operatorId, name, locale, expiresAtMs, grants } = actor;
    const { rows } = await this.#context.database.pool.query<{
      merchantName: string;
      storeId: string;
      name: string;
      currency: string;
      timeZone: string;
    }>(
      `select m.name as "merchantName", s.store_id as "storeId", s.name, s.currency, s.time_zone as "timeZone"
         from merchant m left join store s using (merchant_id) where m.merchant_id = $1 order by s.name, s.store_id`,
      [merchantId],
    );
    const suppliers = grants.flatMap(({ scope, rights }) =>
      scope.type === 'supplier' ? [{ supplierId: scope.supplierId, rights: [...rights] }] : [],
    );
    return {
      merchantId,
      merchantName: rows[0]?.merchantName ?? '',
      operatorId,
      name,
      locale,
      expiresAtMs,
      merchantRights: rightsIn(grants, { type: 'merchant', merchantId }),
      stores: rows
        .filter(({ storeId }) => storeId !== null)
        .map(({ merchantName: _, ...store }) => ({
          ...store,
          rights: rightsIn(grants, { type: 'store', merchantId, storeId: store.storeId }),
        }))
        .filter(({ rights }) => rights.length > 0),
      suppliers,
    };
  }

  async #read(token: string): Promise<PersonActor | null> {
    const { pool } = this.#context.database;
    const nowMs = this.#context.nowMs();
    const { rows } = await pool.query<Omit<PersonActor, 'type' | 'grants'>>(
      `select u.merchant_id as "merchantId", u.operator_id as "operatorId", u.id as "userId", w.id as "sessionId", o.name,
              o.locale, (extract(epoch from w.expires_at) * 1000)::int8 as "expiresAtMs"
         from account_session w
         join account_user u on u.id = w.user_id
         join operator o on o.merchant_id = u.merchant_id and o.operator_id = u.operator_id and o.left_at_ms is null
        where w.token = $1 and w.expires_at > $2`,
      [hashToken(token), new Date(nowMs)],
    );
    const [person] = rows;
    if (!person) return null;
    const history = await readGrantHistory(pool, person.merchantId);
    return { type: 'person', ...person, grants: grantsAt(history, person.operatorId, nowMs) };
  }
}

function cookieScope(c: Context) {
  // A proxy that speaks https to the browser says so; a lie only makes the liar's own cookie stricter.
  const secure = new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
  return { path: '/api', sameSite: 'Strict', secure } as const;
}
