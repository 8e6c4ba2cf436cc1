import type { Context } from 'hono';
import type { Session, SessionRequest } from '#schemas/api/session.ts';
import { assert } from '#schemas/assert.ts';
import { rightsIn } from '#schemas/policy/policy.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { auditOrigin, recordAudit } from '../audit/audit.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { grantsAt, readGrantHistory } from '../people/grants.ts';
import { accountName } from './account-name.ts';
import { type AccountAnswer, Accounts, longestSessionSeconds } from './accounts.ts';
import { Attempts } from './attempts.ts';
import { clientNetwork } from './client-address.ts';
import { KnownDevices } from './known-device.ts';
import type { Actor } from './office-auth.ts';
import { deriveSecret } from './secrets.ts';
import { accountsSecret } from './session-cookie.ts';

export type PersonActor = Extract<Actor, { type: 'person' }>;

const minuteMs = 60_000;
/** A code of six digits is right in three of a million; after ten wrong ones better-auth waits as long. */
const secondFactorWaitMs = 15 * minuteMs;

export type SignInFailure =
  | { code: 'wrong-password' }
  | { code: 'wrong-code' }
  /** The second factor was asked for too long ago, or was wrong too often: begin anew. */
  | { code: 'unauthorized' }
  | { code: 'too-many-attempts'; waitMs: number }
  | { code: 'busy' };

/** `null`: the password is right, and the second factor is wanted. */
export type SignedIn = Result<PersonActor | null, SignInFailure>;

/** People's web sessions: who may sign in, who is signed in, what the screen is told of it. */
export class WebSessions {
  readonly accounts: Accounts;
  readonly #context: ServerContext;
  readonly #byAddress: Attempts;
  readonly #byName: Attempts;
  readonly #devices: KnownDevices;

  constructor(context: ServerContext, secret: string) {
    this.#context = context;
    this.accounts = new Accounts(context, accountsSecret(secret));
    this.#devices = new KnownDevices(context, deriveSecret(secret, 'known devices'));
    const longMs = 15 * minuteMs;
    const byAddress = { free: 10, firstWaitMs: 1_000, longestWaitMs: longMs, forgetMs: longMs };
    this.#byAddress = new Attempts(context, 'sign in from address', byAddress);
    // Slower than by address, and never long, so that a stranger cannot lock the manager out for a day.
    const byName = { free: 20, firstWaitMs: 1_000, longestWaitMs: minuteMs, forgetMs: 60 * minuteMs };
    this.#byName = new Attempts(context, 'sign in as', byName);
  }

  /**
   * Checks the password and begins a session. Wrong attempts make the next ones wait. Whoever is not there (any more), or
   * has no password, is told the same as who mistyped it, after as much work.
   */
  async signIn(c: Context, request: SessionRequest): Promise<SignedIn> {
    const name = accountName(request.name);
    const device = this.#devices.idFor(c, name);
    const counted = this.#counted(c, device === null ? name : `${name}\n${device}`);
    const waitMs = await begun(counted);
    if (waitMs > 0) return fail({ code: 'too-many-attempts', waitMs });
    const before = await this.accounts.sessionToken(c);
    const account = await this.#accountOf(name);
    const username = account?.username ?? newId(this.#context);
    const body = { username, password: request.password };
    const answer = await this.accounts.ask(c, 'POST', '/sign-in/username', body, { isStranger: true });
    if (answer.status === 503) return fail({ code: 'busy' });
    if (answer.status !== 200) {
      assert(answer.status === 401 || answer.status === 422, `signing in is not answered with ${answer.status}`);
      if (account !== null) await this.#recordLock(c, account, name);
      return fail({ code: 'wrong-password' });
    }
    await forgiven(counted);
    this.#devices.remember(c, name);
    if (answer.body.twoFactorRedirect === true) return ok(null);
    return ok(await this.#signedIn(c, String(answer.body.token), before));
  }

  /** The second step: a code of the authenticator app, or one of the backup codes. */
  async secondFactor(c: Context, typed: string): Promise<Result<PersonActor, SignInFailure>> {
    const counted = this.#counted(c, null);
    const waitMs = await begun(counted);
    if (waitMs > 0) return fail({ code: 'too-many-attempts', waitMs });
    const before = await this.accounts.sessionToken(c);
    const code = typed.replace(/\s/g, '');
    const path = /^\d{6}$/.test(code) ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code';
    const answer = await this.accounts.ask(c, 'POST', path, { code }, { isStranger: true });
    if (answer.status !== 200) return fail(secondFactorFailure(answer));
    const person = await this.#read(String(answer.body.token));
    assert(person, 'a session that begins is there');
    if (await this.#wasUsed(person.userId, code)) {
      await this.#delete(String(answer.body.token));
      return fail({ code: 'wrong-code' });
    }
    await forgiven(counted);
    return ok(await this.#signedIn(c, String(answer.body.token), before));
  }

  /** Signs in with what a passkey's authenticator answered (WebAuthn). */
  async passkey(c: Context, response: object): Promise<Result<PersonActor, SignInFailure>> {
    const counted = this.#counted(c, null);
    const waitMs = await begun(counted);
    if (waitMs > 0) return fail({ code: 'too-many-attempts', waitMs });
    const before = await this.accounts.sessionToken(c);
    const body = { response };
    const answer = await this.accounts.ask(c, 'POST', '/passkey/verify-authentication', body, { isStranger: true });
    if (answer.status !== 200) return fail({ code: 'wrong-password' });
    await forgiven(counted);
    const { token } = answer.body.session as { token: string };
    return ok(await this.#signedIn(c, token, before));
  }

  /** Begins a session for an account that was made a moment ago. */
  async begin(c: Context, userId: string): Promise<PersonActor> {
    const before = await this.accounts.sessionToken(c);
    return this.#signedIn(c, await this.accounts.begin(c, userId), before);
  }

  async end(c: Context): Promise<void> {
    const token = await this.accounts.sessionToken(c);
    if (token !== null) await this.#delete(token);
    await this.accounts.ask(c, 'POST', '/sign-out', {});
  }

  /** Who asks, read anew each time: who was dismissed is out at once. */
  async actorOf(c: Context): Promise<PersonActor | null> {
    const token = await this.accounts.sessionToken(c);
    return token === null ? null : this.#read(token);
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
    const ownIds = grants.flatMap(({ scope }) => (scope.type === 'supplier' ? [scope.supplierId] : []));
    const { rows: suppliers } = await this.#context.database.pool.query<{ supplierId: string; name: string }>(
      `select supplier_id as "supplierId", name from supplier
        where merchant_id = $1 and supplier_id = any ($2) and ended_at_ms is null order by lower(name), supplier_id`,
      [merchantId, ownIds],
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
      suppliers: suppliers.map(({ supplierId, name: supplierName }) => ({
        supplierId,
        name: supplierName,
        rights: rightsIn(grants, { type: 'supplier', merchantId, supplierId }),
      })),
    };
  }

  #counted(c: Context, name: string | null): Counted[] {
    const byAddress = { attempts: this.#byAddress, name: clientNetwork(c) };
    return name === null ? [byAddress] : [byAddress, { attempts: this.#byName, name }];
  }

  /** A new session has a new token; the one that this browser had before ends (session fixation). */
  async #signedIn(c: Context, token: string, before: string | null): Promise<PersonActor> {
    if (before !== null && before !== token) await this.#delete(before);
    const person = await this.#read(token);
    assert(person, 'a session that begins is there');
    const { merchantId, operatorId } = person;
    const by = { actorType: 'person', actorId: operatorId, ...auditOrigin(c) } as const;
    const subject = { subjectType: 'person', subjectId: operatorId };
    const what = { merchantId, storeId: null, action: 'signed-in', ...subject } as const;
    await recordAudit(this.#context.database.pool, this.#context, by, what);
    return person;
  }

  async #recordLock(c: Context, account: Account, name: string): Promise<void> {
    if ((await this.#byName.waitMs(name)) === 0) return;
    const { merchantId, operatorId } = account;
    const by = { actorType: 'system', actorId: 'sign-in', ...auditOrigin(c) } as const;
    const subject = { subjectType: 'person', subjectId: operatorId };
    const what = { merchantId, storeId: null, action: 'sign-in-locked', ...subject } as const;
    await recordAudit(this.#context.database.pool, this.#context, by, what);
  }

  /** Whose user name or e-mail address it is, if they work here and have a password. */
  async #accountOf(name: string): Promise<Account | null> {
    const { rows } = await this.#context.database.pool.query<Account>(
      `select u.username, u.merchant_id as "merchantId", u.operator_id as "operatorId"
         from account_user u
         join account_credential c on c.user_id = u.id and c.password is not null
         join operator o on o.merchant_id = u.merchant_id and o.operator_id = u.operator_id and o.left_at_ms is null
        where u.username = $1 or u.email = $1
        order by u.username = $1 desc`,
      [name],
    );
    return rows[0] ?? null;
  }

  /** A code is right for a minute and a half, and for one sign-in (RFC 6238, 5.2). */
  async #wasUsed(userId: string, code: string): Promise<boolean> {
    const uses = { free: 1, firstWaitMs: 3 * minuteMs, longestWaitMs: 3 * minuteMs, forgetMs: 3 * minuteMs };
    return (await new Attempts(this.#context, 'used code', uses).begin(`${userId}\n${code}`)) > 0;
  }

  async #delete(token: string): Promise<void> {
    await this.#context.database.pool.query('delete from account_session where token = $1', [token]);
  }

  async #read(token: string): Promise<PersonActor | null> {
    const { pool } = this.#context.database;
    // By the database's clock, as better-auth's own times: the shop's clock is another.
    const over = 'delete from account_session where token = $1 and created_at <= now() - make_interval(secs => $2)';
    if ((await pool.query(over, [token, longestSessionSeconds])).rowCount !== 0) return null;
    const { rows } = await pool.query<Omit<PersonActor, 'type' | 'grants'>>(
      `select u.merchant_id as "merchantId", u.operator_id as "operatorId", u.id as "userId", w.id as "sessionId", o.name,
              o.locale,
              (extract(epoch from least(w.expires_at, w.created_at + make_interval(secs => $2))) * 1000)::int8 as "expiresAtMs"
         from account_session w
         join account_user u on u.id = w.user_id
         join operator o on o.merchant_id = u.merchant_id and o.operator_id = u.operator_id and o.left_at_ms is null
        where w.token = $1`,
      [token, longestSessionSeconds],
    );
    const [person] = rows;
    if (!person) return null;
    const history = await readGrantHistory(pool, person.merchantId);
    return { type: 'person', ...person, grants: grantsAt(history, person.operatorId, this.#context.nowMs()) };
  }
}

type Account = { username: string; merchantId: string; operatorId: string };
type Counted = { attempts: Attempts; name: string };

/** Counts an attempt by all that it is counted by; answers how long to wait, 0: not at all. */
async function begun(counted: Counted[]): Promise<number> {
  const waitsMs = await Promise.all(counted.map(({ attempts, name }) => attempts.waitMs(name)));
  if (Math.max(...waitsMs) > 0) return Math.max(...waitsMs);
  for (const { attempts, name } of counted) {
    const waitMs = await attempts.begin(name);
    if (waitMs > 0) return waitMs;
  }
  return 0;
}

async function forgiven(counted: Counted[]): Promise<void> {
  for (const { attempts, name } of counted) await attempts.forgive(name);
}

function secondFactorFailure({ status, code }: AccountAnswer): SignInFailure {
  if (status === 429) return { code: 'too-many-attempts', waitMs: secondFactorWaitMs };
  if (code === 'INVALID_CODE' || code === 'INVALID_BACKUP_CODE') return { code: 'wrong-code' };
  return { code: 'unauthorized' };
}
