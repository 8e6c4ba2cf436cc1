import { createHash, timingSafeEqual } from 'node:crypto';
import { callingCodeIn } from '#schemas/members/calling-codes.ts';
import { normalisePhone } from '#schemas/members/phone.ts';
import type { ServerContext } from '../context.ts';
import type { PageChain } from '../item-page/chains.ts';
import { newUuid } from '../random-uuid.ts';

const minuteMs = 60_000;
const codeMs = 10 * minuteMs;
/** Wrong guesses of one code: of a million, one in 200,000 is found by them. */
const mostGuesses = 5;
export const sessionMs = 30 * 24 * 60 * minuteMs;
const tokenBytes = 32;

/** Where a code can be sent. */
export type Address = { kind: 'phone' | 'email'; to: string };
export type SendCode = (chain: PageChain, address: Address, code: string) => Promise<void>;

/** What somebody typed, in its one writing; null: neither a phone nor an address. */
export function addressOf(typed: string, timeZone: string): Address | null {
  const text = typed.trim();
  if (/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(text)) return { kind: 'email', to: text.toLowerCase() };
  const phone = text.length > 40 ? null : normalisePhone(text, callingCodeIn(timeZone));
  return phone === null ? null : { kind: 'phone', to: phone };
}

/**
 * [MB15] Makes a code of six digits. Who it is for is looked up, and the code sent, behind the answer: whoever asks learns neither from
 * the words nor from the time whether the address is a member's. `sent`: for tests.
 */
export async function beginSignIn(
  context: ServerContext,
  chain: PageChain,
  address: Address | null,
  send: SendCode,
): Promise<{ signInId: string; sent: Promise<void> }> {
  const { merchantId } = chain;
  const signInId = newUuid(context);
  const code = sixDigits(context);
  await context.database.pool.query('delete from member_sign_in where expires_at_ms < $1', [context.nowMs()]);
  await context.database.pool.query(
    `insert into member_sign_in (merchant_id, sign_in_id, code_hash, expires_at_ms) values ($1, $2, $3, $4)`,
    [merchantId, signInId, hashOf(signInId, code), context.nowMs() + codeMs],
  );
  const sent = deliver(context, chain, { address, signInId, code }, send).catch((error: Error) => {
    // Nothing of whom it was for.
    context.log.warn({ error: error.message.slice(0, 200) }, 'a code for a member was not sent');
  });
  return { signInId, sent };
}

async function deliver(
  context: ServerContext,
  chain: PageChain,
  { address, signInId, code }: { address: Address | null; signInId: string; code: string },
  send: SendCode,
): Promise<void> {
  const memberId = address && (await memberAt(context, chain.merchantId, address));
  if (address === null || memberId === null) return;
  await context.database.pool.query(
    'update member_sign_in set member_id = $3 where merchant_id = $1 and sign_in_id = $2',
    [chain.merchantId, signInId, memberId],
  );
  await send(chain, address, code);
}

/** Two who share a phone share what it is told: whoever enrolled first is signed in; the office can merge them. */
async function memberAt(context: ServerContext, merchantId: string, { kind, to }: Address): Promise<string | null> {
  const { rows } = await context.database.pool.query<{ memberId: string }>(
    `select a.member_id as "memberId", (a.member ->> 'enrolledAtMs')::int8 as since from member_account a
      where a.merchant_id = $1 and a.survivor_id = a.member_id and a.state in ('enrolled', 'base')
        and case when $2 = 'phone' then a.phone = $3 else a.email = $3 end
     union all
     select m.member_id, null from member m join store s using (store_id)
      where s.merchant_id = $1 and not m.from_journal and not m.deleted and m.merged_into is null
        and case when $2 = 'phone' then m.phone = $3 else m.email = $3 end
        and not exists (select from member_account a where a.merchant_id = $1 and a.member_id = m.member_id)
      order by since nulls first, 1 limit 1`,
    [merchantId, kind, to],
  );
  return rows[0]?.memberId ?? null;
}

/** The session of whoever has the code; null: it is wrong, late, guessed at too often, or nobody's. */
export async function endSignIn(
  context: ServerContext,
  merchantId: string,
  { signInId, code }: { signInId: string; code: string },
): Promise<string | null> {
  const { pool } = context.database;
  const nowMs = context.nowMs();
  // Counted before it is looked at, so that many at once count too.
  const { rows } = await pool.query<{ memberId: string | null; codeHash: string }>(
    `update member_sign_in set attempts = attempts + 1
      where merchant_id = $1 and sign_in_id = $2 and expires_at_ms > $3 and attempts < ${mostGuesses}
      returning member_id as "memberId", code_hash as "codeHash"`,
    [merchantId, signInId, nowMs],
  );
  const [row] = rows;
  if (row === undefined || !isEqual(row.codeHash, hashOf(signInId, code)) || row.memberId === null) return null;
  const { rowCount } = await pool.query('delete from member_sign_in where merchant_id = $1 and sign_in_id = $2', [
    merchantId,
    signInId,
  ]);
  // Another request took it.
  if (rowCount === 0) return null;
  const token = Buffer.from(context.randomBytes(tokenBytes)).toString('base64url');
  await pool.query('delete from member_session where expires_at_ms < $1', [nowMs]);
  await pool.query(
    `insert into member_session (merchant_id, token_hash, member_id, expires_at_ms) values ($1, $2, $3, $4)`,
    [merchantId, hashOf(token), row.memberId, nowMs + sessionMs],
  );
  return token;
}

/** Who a cookie stands for; null: nobody, or it has ended. */
export async function memberOfSession(
  context: ServerContext,
  merchantId: string,
  token: string | undefined,
): Promise<string | null> {
  if (token === undefined || token.length > 100) return null;
  const { rows } = await context.database.pool.query<{ memberId: string }>(
    `select member_id as "memberId" from member_session where merchant_id = $1 and token_hash = $2 and expires_at_ms > $3`,
    [merchantId, hashOf(token), context.nowMs()],
  );
  return rows[0]?.memberId ?? null;
}

export async function endSession(context: ServerContext, merchantId: string, token: string): Promise<void> {
  await context.database.pool.query('delete from member_session where merchant_id = $1 and token_hash = $2', [
    merchantId,
    hashOf(token),
  ]);
}

/** Each of a million as likely: what would make the lesser ones likelier is drawn again. */
function sixDigits(context: ServerContext): string {
  const range = 2 ** 32;
  for (;;) {
    const drawn = Buffer.from(context.randomBytes(4)).readUInt32BE();
    if (drawn < range - (range % 1_000_000)) return String(drawn % 1_000_000).padStart(6, '0');
  }
}

function hashOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
