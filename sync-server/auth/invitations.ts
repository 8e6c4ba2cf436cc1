import type pg from 'pg';
import type { AcceptInvitation, InvitationView } from '#schemas/api/invitations.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { holdsAt, readGrantHistory } from '../people/grants.ts';
import { addAccount } from '../people/new-operator.ts';
import { invitationText } from './mail-texts.ts';
import { hashToken } from './till-auth.ts';

/** A link works this long, and once. */
export const invitationMs = 7 * 24 * 60 * 60_000;

export type Invitation = { invitationId: string; url: string; expiresAtMs: number };

/**
 * Makes the link by which a person, who is there with their grants already, gets an account. Earlier links of theirs end.
 * The link is in the answer alone: the database knows its hash. The caller has made sure that who invites may do
 * all that the person may do, and writes the audit row. Errors: `not-found` (nobody, or they left), `conflict` (they have
 * an account: that is a reset).
 */
export async function inviteOperator(
  context: ServerContext,
  tx: Queryable,
  invite: {
    merchantId: string;
    operatorId: string;
    email?: string | null | undefined;
    /** The operator who invites. */
    invitedBy: string;
    /** `https://shop.example`, without a path. */
    baseUrl: string;
  },
): Promise<Result<Invitation, { code: 'not-found' | 'conflict' }>> {
  const { merchantId, operatorId } = invite;
  // The lock makes a second invitation of the same person wait, and end this one.
  const { rowCount } = await tx.query(
    'select 1 from operator where merchant_id = $1 and operator_id = $2 and left_at_ms is null for update',
    [merchantId, operatorId],
  );
  if (rowCount === 0) return fail({ code: 'not-found' });
  if (await hasAccount(tx, merchantId, operatorId)) return fail({ code: 'conflict' });
  await revokeInvitations(context, tx, merchantId, operatorId);
  const invitationId = newId(context);
  const token = Buffer.from(context.randomBytes(32)).toString('base64url');
  const nowMs = context.nowMs();
  const expiresAtMs = nowMs + invitationMs;
  await tx.query(
    `insert into invitation (merchant_id, invitation_id, operator_id, token_hash, email, invited_by, created_at_ms,
                             expires_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      merchantId,
      invitationId,
      operatorId,
      hashToken(token),
      invite.email?.toLowerCase() ?? null,
      invite.invitedBy,
      nowMs,
      expiresAtMs,
    ],
  );
  return ok({ invitationId, url: `${invite.baseUrl}/invite#${token}`, expiresAtMs });
}

/** Ends the open invitations of a person; answers how many there were. */
export async function revokeInvitations(
  context: ServerContext,
  tx: Queryable,
  merchantId: string,
  operatorId: string,
): Promise<number> {
  const { rowCount } = await tx.query(
    `update invitation set revoked_at_ms = $3
      where merchant_id = $1 and operator_id = $2 and used_at_ms is null and revoked_at_ms is null and expires_at_ms > $3`,
    [merchantId, operatorId, context.nowMs()],
  );
  return rowCount ?? 0;
}

/** The person's open invitation, without its link, which nobody knows any more. */
export async function openInvitationOf(
  context: ServerContext,
  database: Queryable,
  merchantId: string,
  operatorId: string,
): Promise<Pick<Invitation, 'invitationId' | 'expiresAtMs'> | null> {
  const { rows } = await database.query<Pick<Invitation, 'invitationId' | 'expiresAtMs'>>(
    `select invitation_id as "invitationId", expires_at_ms as "expiresAtMs" from invitation
      where merchant_id = $1 and operator_id = $2 and used_at_ms is null and revoked_at_ms is null and expires_at_ms > $3`,
    [merchantId, operatorId, context.nowMs()],
  );
  return rows[0] ?? null;
}

type Open = {
  merchantId: string;
  invitationId: string;
  operatorId: string;
  email: string | null;
  name: string;
  locale: LocaleCode | null;
  invitedBy: string;
  merchantName: string;
  expiresAtMs: number;
};

/** The invitation of a link that works; null for every other link, whatever is wrong with it. */
async function find(context: ServerContext, database: Queryable, token: string, lock: boolean): Promise<Open | null> {
  const { rows } = await database.query<Open>(
    `select i.merchant_id as "merchantId", i.invitation_id as "invitationId", i.operator_id as "operatorId", i.email,
            o.name, o.locale, coalesce(b.name, '') as "invitedBy", m.name as "merchantName",
            i.expires_at_ms as "expiresAtMs"
       from invitation i
       join operator o on o.merchant_id = i.merchant_id and o.operator_id = i.operator_id and o.left_at_ms is null
       join merchant m on m.merchant_id = i.merchant_id
       left join operator b on b.merchant_id = i.merchant_id and b.operator_id = i.invited_by
      where i.token_hash = $1 and i.used_at_ms is null and i.revoked_at_ms is null and i.expires_at_ms > $2
      ${lock ? 'for update of i, o' : ''}`,
    [hashToken(token), context.nowMs()],
  );
  return rows[0] ?? null;
}

/** What the page of a link shows. */
export async function viewInvitation(context: ServerContext, token: string): Promise<InvitationView | null> {
  const { pool } = context.database;
  const open = await find(context, pool, token, false);
  if (open === null || (await hasAccount(pool, open.merchantId, open.operatorId))) return null;
  const { merchantName, name, invitedBy, locale, expiresAtMs } = open;
  const history = await readGrantHistory(pool, open.merchantId);
  const { rows } = await pool.query<{ scopeType: string; scopeId: string; name: string }>(
    `select 'store' as "scopeType", store_id as "scopeId", name from store where merchant_id = $1
     union all select 'supplier', supplier_id, name from supplier where merchant_id = $1`,
    [open.merchantId],
  );
  const nowMs = context.nowMs();
  const roles = history.grants
    .filter((grant) => grant.operatorId === open.operatorId && holdsAt(grant, nowMs))
    .map(({ roleId, scopeType, scopeId }) => {
      const custom = history.customRoles.find((role) => role.roleId === roleId && holdsAt(role, nowMs));
      const place = rows.find((row) => row.scopeType === scopeType && row.scopeId === scopeId);
      return { roleId, roleNames: custom?.names ?? null, place: place?.name ?? merchantName };
    });
  return { merchantName, name, invitedBy, roles, locale, expiresAtMs };
}

/** Uses the link up and makes the account; `storedPassword` null: a passkey comes next. In one transaction. */
export async function acceptInvitation(
  context: ServerContext,
  tx: pg.PoolClient,
  { token, username }: AcceptInvitation,
  storedPassword: string | null,
): Promise<Result<Open & { userId: string }, { code: 'not-found' | 'conflict' }>> {
  const open = await find(context, tx, token, true);
  if (open === null || (await hasAccount(tx, open.merchantId, open.operatorId))) return fail({ code: 'not-found' });
  const { merchantId, operatorId, name, email, invitationId } = open;
  if (await isTaken(tx, username, email)) return fail({ code: 'conflict' });
  const userId = await addAccount(context, tx, {
    merchantId,
    operatorId,
    name,
    username,
    email: email ?? undefined,
    storedPassword,
  });
  await tx.query('update invitation set used_at_ms = $3 where merchant_id = $1 and invitation_id = $2', [
    merchantId,
    invitationId,
    context.nowMs(),
  ]);
  return ok({ ...open, userId });
}

async function isTaken(database: Queryable, username: string, email: string | null): Promise<boolean> {
  const { rowCount } = await database.query('select 1 from account_user where username = $1 or email = $2', [
    username.toLowerCase(),
    email,
  ]);
  return rowCount !== 0;
}

async function hasAccount(database: Queryable, merchantId: string, operatorId: string): Promise<boolean> {
  const { rowCount } = await database.query(
    'select 1 from account_user where merchant_id = $1 and operator_id = $2 limit 1',
    [merchantId, operatorId],
  );
  return rowCount !== 0;
}

/** Sends the link; false when no mail can be sent, and whoever invites passes it on. */
export async function mailInvitation(
  context: ServerContext,
  { merchantId, operatorId, email, url }: { merchantId: string; operatorId: string; email: string; url: string },
): Promise<boolean> {
  if (context.mailer === undefined) return false;
  const token = url.split('#')[1] ?? '';
  const open = await find(context, context.database.pool, token, false);
  if (open === null || open.merchantId !== merchantId || open.operatorId !== operatorId) return false;
  try {
    await context.mailer.send({ to: email, ...invitationText(open.locale, { ...open, url }) });
    return true;
  } catch (error) {
    context.log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'an invitation was not mailed');
    return false;
  }
}
