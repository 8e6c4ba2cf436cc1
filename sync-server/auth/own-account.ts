import type { Account } from '#schemas/api/account.ts';
import { assert } from '#schemas/assert.ts';
import type { ServerContext } from '../context.ts';
import { freshSeconds, longestSessionSeconds } from './accounts.ts';
import type { PersonActor } from './web-session.ts';

const noAddress = /@accounts\.invalid$/;

/** What an account without an e-mail address has in its place (tables-accounts.ts). */
export function noEmailOf(userId: string): string {
  return `${userId}@accounts.invalid`;
}

/** A person's own account, as they see it. */
export async function readAccount(context: ServerContext, { userId, sessionId }: PersonActor): Promise<Account> {
  const { pool } = context.database;
  const { rows } = await pool.query<Omit<Account, 'passkeys' | 'sessions'>>(
    `select username, email, coalesce(two_factor_enabled, false) as "hasSecondFactor",
            exists (select 1 from account_credential c where c.user_id = u.id and c.password is not null) as "hasPassword"
       from account_user u where id = $1`,
    [userId],
  );
  const [account] = rows;
  assert(account, 'who is signed in has an account');
  const passkeys = await pool.query<Account['passkeys'][number]>(
    `select id, coalesce(name, '') as name, coalesce(${millis('created_at')}, 0) as "createdAtMs"
       from account_passkey where user_id = $1 order by created_at, id`,
    [userId],
  );
  const sessions = await pool.query<Account['sessions'][number]>(
    `select id, id = $2 as "isThis", ${millis('created_at')} as "beganAtMs", ${millis('updated_at')} as "usedAtMs",
            coalesce(ip_address, '') as address, coalesce(user_agent, '') as "userAgent"
       from account_session where user_id = $1 and expires_at > now() and created_at > now() - make_interval(secs => $3)
      order by id = $2 desc, updated_at desc`,
    [userId, sessionId, longestSessionSeconds],
  );
  return {
    ...account,
    email: account.email === null || noAddress.test(account.email) ? null : account.email,
    passkeys: passkeys.rows,
    sessions: sessions.rows,
  };
}

/** Whether the session began a moment ago: the proof of who has no password. */
export async function beganLately(context: ServerContext, { sessionId }: PersonActor): Promise<boolean> {
  const { rowCount } = await context.database.pool.query(
    'select 1 from account_session where id = $1 and created_at > now() - make_interval(secs => $2)',
    [sessionId, freshSeconds],
  );
  return rowCount === 1;
}

/** Ends one of a person's own sessions, or all but the one that asks (null). Answers how many. */
export async function endSessions(
  context: ServerContext,
  { userId, sessionId }: PersonActor,
  id: string | null,
): Promise<number> {
  const { rowCount } = await context.database.pool.query(
    'delete from account_session where user_id = $1 and (id = $2 or ($2::text is null and id <> $3))',
    [userId, id, sessionId],
  );
  return rowCount ?? 0;
}

function millis(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::int8`;
}
