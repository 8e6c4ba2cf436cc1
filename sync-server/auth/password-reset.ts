import type pg from 'pg';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { holdsAt, readGrantHistory } from '../people/grants.ts';
import { storePassword } from '../people/new-operator.ts';
import { accountName } from './account-name.ts';
import { resetText } from './mail-texts.ts';
import { hashToken } from './till-auth.ts';
import { Turnstile } from './turnstile.ts';

const hourMs = 60 * 60_000;
/** A mailed link works this long. */
const mailedMs = hourMs;
/** One that waits to be passed on by hand works longer. */
const handedMs = 24 * hourMs;
/** Addresses of people who have none (tables-accounts.ts). */
const noAddress = /@accounts\.invalid$/;

type Account = {
  userId: string;
  merchantId: string;
  operatorId: string;
  username: string;
  email: string;
  name: string;
  locale: LocaleCode | null;
  merchantName: string;
};

/** New passwords for who forgot theirs: a link, once, to the mail address, or to who may change that person. */
export class PasswordResets {
  readonly #context: ServerContext;
  readonly #announce: (lines: string[]) => void;
  readonly #turnstile = new Turnstile(1, 10);
  readonly #work = new Set<Promise<void>>();

  /** `announce` tells the person at the server itself: what an owner asked for when no mail can be sent. */
  constructor(context: ServerContext, announce: (lines: string[]) => void) {
    this.#context = context;
    this.#announce = announce;
  }

  /** Begins the work and returns at once, so that an answer takes as long for a name that nobody has. */
  ask(typed: string, baseUrl: string, from: Pick<AuditActor, 'address' | 'userAgent'>): void {
    const work = this.#ask(accountName(typed), baseUrl, from)
      .catch((error: Error) => this.#context.log.error({ error: error.message }, 'password reset'))
      .finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  /** When all that was asked for is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#work);
  }

  /** Whose link it is; null for any that does not work (any more). */
  async find(token: string): Promise<{ username: string; name: string; locale: LocaleCode | null } | null> {
    const { rows } = await this.#context.database.pool.query<{
      username: string;
      name: string;
      locale: LocaleCode | null;
    }>(
      `select u.username, o.name, o.locale from account_verification v
         join account_user u on u.id = v.value
         join operator o on o.merchant_id = u.merchant_id and o.operator_id = u.operator_id and o.left_at_ms is null
        where v.identifier = $1 and v.expires_at > $2`,
      [identifierOf(token), new Date(this.#context.nowMs())],
    );
    return rows[0] ?? null;
  }

  /** Uses the link up: the new password holds and all sessions end. */
  async finish(
    token: string,
    password: string,
    from: Pick<AuditActor, 'address' | 'userAgent'>,
  ): Promise<Result<null, { code: 'not-found' | 'busy' }>> {
    if ((await this.find(token)) === null) return fail({ code: 'not-found' });
    const stored = await this.#turnstile.pass(() => storePassword(this.#context, password));
    if (!stored.ok) return stored;
    const isDone = await inTransaction(this.#context.database, (tx) => this.#change(tx, token, stored.value, from));
    return isDone ? ok(null) : fail({ code: 'not-found' });
  }

  async #ask(name: string, baseUrl: string, from: Pick<AuditActor, 'address' | 'userAgent'>): Promise<void> {
    const account = await this.#accountOf(name);
    if (account === null) return;
    const { merchantId, operatorId, userId } = account;
    const token = Buffer.from(this.#context.randomBytes(32)).toString('base64url');
    const nowMs = this.#context.nowMs();
    const url = `${baseUrl}/reset#${token}`;
    await inTransaction(this.#context.database, async (tx) => {
      // Earlier links stay: whoever asks in somebody's name must not end the link that they are about to open.
      await tx.query(
        `insert into account_verification (id, identifier, value, expires_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5)`,
        [newId(this.#context), identifierOf(token), userId, new Date(nowMs + mailedMs), new Date(nowMs)],
      );
      const by = { actorType: 'system', actorId: 'password-reset', ...from } as const;
      const subject = { subjectType: 'person', subjectId: operatorId };
      const what = { merchantId, storeId: null, action: 'password-reset-asked', ...subject } as const;
      await recordAudit(tx, this.#context, by, what);
    });
    if (!(await this.#mail(account, url))) await this.#handOver(account, token, url);
  }

  /** False when no mail can be sent: there is no mail server or address, or the server does not take it. */
  async #mail(account: Account, url: string): Promise<boolean> {
    const { mailer, log } = this.#context;
    if (mailer === undefined || noAddress.test(account.email)) return false;
    try {
      await mailer.send({ to: account.email, ...resetText(account.locale, { ...account, url }) });
      return true;
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'a password reset was not mailed');
      return false;
    }
  }

  /** The link waits for who may change the person; an owner's is said on the server's terminal too. */
  async #handOver(account: Account, token: string, url: string): Promise<void> {
    const { merchantId, operatorId } = account;
    const nowMs = this.#context.nowMs();
    const expiresAtMs = nowMs + handedMs;
    await inTransaction(this.#context.database, async (tx) => {
      await tx.query('update account_verification set expires_at = $2 where identifier = $1', [
        identifierOf(token),
        new Date(expiresAtMs),
      ]);
      await tx.query(
        `insert into unsent_link (merchant_id, link_id, operator_id, purpose, url, created_at_ms, expires_at_ms)
         values ($1, $2, $3, 'password-reset', $4, $5, $6)`,
        [merchantId, newId(this.#context), operatorId, url, nowMs, expiresAtMs],
      );
    });
    if (await this.#isOwner(account)) this.#announce(ownerLines(account, url));
  }

  async #change(
    tx: pg.PoolClient,
    token: string,
    stored: string,
    from: Pick<AuditActor, 'address' | 'userAgent'>,
  ): Promise<boolean> {
    const nowMs = this.#context.nowMs();
    const at = new Date(nowMs);
    const { rows } = await tx.query<Pick<Account, 'userId' | 'merchantId' | 'operatorId'>>(
      `delete from account_verification v using account_user u, operator o
        where v.identifier = $1 and v.expires_at > $2 and u.id = v.value and o.merchant_id = u.merchant_id
          and o.operator_id = u.operator_id and o.left_at_ms is null
       returning u.id as "userId", u.merchant_id as "merchantId", u.operator_id as "operatorId"`,
      [identifierOf(token), at],
    );
    const [account] = rows;
    if (!account) return false;
    const { userId, merchantId, operatorId } = account;
    const { rowCount } = await tx.query(
      `update account_credential set password = $2, updated_at = $3 where user_id = $1 and provider_id = 'credential'`,
      [userId, stored, at],
    );
    if (rowCount === 0) {
      await tx.query(
        `insert into account_credential (id, account_id, provider_id, user_id, password, created_at, updated_at)
         values ($1, $2, 'credential', $2, $3, $4, $4)`,
        [newId(this.#context), userId, stored, at],
      );
    }
    await tx.query('delete from account_session where user_id = $1', [userId]);
    await forgetResets(tx, account);
    const by = { actorType: 'person', actorId: operatorId, ...from } as const;
    const subject = { subjectType: 'person', subjectId: operatorId };
    const what = { merchantId, storeId: null, action: 'password-reset', ...subject } as const;
    await recordAudit(tx, this.#context, by, what);
    return true;
  }

  async #accountOf(name: string): Promise<Account | null> {
    const { rows } = await this.#context.database.pool.query<Account>(
      `select u.id as "userId", u.merchant_id as "merchantId", u.operator_id as "operatorId", u.username, u.email,
              o.name, o.locale, m.name as "merchantName"
         from account_user u
         join operator o on o.merchant_id = u.merchant_id and o.operator_id = u.operator_id and o.left_at_ms is null
         join merchant m on m.merchant_id = u.merchant_id
        where u.username = $1 or u.email = $1
        order by u.username = $1 desc`,
      [name],
    );
    return rows[0] ?? null;
  }

  async #isOwner({ merchantId, operatorId }: Account): Promise<boolean> {
    const { grants } = await readGrantHistory(this.#context.database.pool, merchantId);
    const nowMs = this.#context.nowMs();
    return grants.some((grant) => grant.operatorId === operatorId && grant.roleId === 'owner' && holdsAt(grant, nowMs));
  }
}

/** Ends the reset links of an account, sent or not. */
export async function forgetResets(
  tx: Pick<pg.PoolClient, 'query'>,
  account: { userId: string; merchantId: string; operatorId: string },
): Promise<void> {
  await tx.query(`delete from account_verification where value = $1 and identifier like 'password-reset:%'`, [
    account.userId,
  ]);
  await tx.query(`delete from unsent_link where merchant_id = $1 and operator_id = $2 and purpose = 'password-reset'`, [
    account.merchantId,
    account.operatorId,
  ]);
}

function identifierOf(token: string): string {
  return `password-reset:${hashToken(token)}`;
}

function ownerLines({ username }: Account, url: string): string[] {
  return [
    '',
    `  A new password was asked for ${username}. No mail can be sent, so the link is here. It works once, for a day:`,
    '',
    `  ${url}`,
    '',
  ];
}
