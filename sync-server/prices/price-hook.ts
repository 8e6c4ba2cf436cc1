import { createHash, timingSafeEqual } from 'node:crypto';
import { hookToleranceMs, type NewPriceHook, type PriceHookAnswer } from '#schemas/api/price-hook.ts';
import { type OnlinePrices, type OnlinePricesAnswer, onlinePricesSchema } from '#schemas/api/prices.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import { nonceLength } from '../audit/personal-seal.ts';
import { messageSignature } from '../auth/message-signature.ts';
import { isUnsealed } from '../auth/sealed-secret.ts';
import { newId } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { openHookSecret, sealHookSecret } from './hook-secret.ts';
import { receiveOnlinePrices } from './online-prices.ts';
import type { PriceOffice } from './price-state.ts';

const secretBytes = 32;
/** A sender tries again within minutes; older time stamps are refused anyway. */
const keptMs = 86_400_000;
export const hookPath = '/api/hooks/online-prices/';

/** `secret`: as it is stored. */
type Hook = { merchantId: string; hookId: string; secret: string };
/** A message as it came: what was signed is its bytes. */
export type HookMessage = { messageId: string; timestamp: string; signatures: string; body: Uint8Array };
export type HookFailure = { code: 'unauthorized' | 'bad-request' | 'conflict' };

export async function readPriceHook(database: Queryable, merchantId: string): Promise<PriceHookAnswer> {
  const { rows } = await database.query<Omit<NonNullable<PriceHookAnswer['hook']>, 'path'> & { hookId: string }>(
    `select hook_id as "hookId", made_at_ms as "madeAtMs", last_received_at_ms as "lastReceivedAtMs", counts
       from price_hook where merchant_id = $1`,
    [merchantId],
  );
  const [row] = rows;
  if (row === undefined) return { hook: null };
  const { hookId, ...told } = row;
  return { hook: { path: hookPath + hookId, ...told } };
}

/** A new address and secret; those before it are good no longer. `sealKey`: hook-secret.ts. */
export async function makePriceHook(
  context: ServerContext,
  sealKey: Buffer,
  { merchantId, by }: PriceOffice,
): Promise<NewPriceHook> {
  const hookId = newId(context);
  const secret = Buffer.from(context.randomBytes(secretBytes)).toString('base64');
  const sealed = sealHookSecret(sealKey, context.randomBytes(nonceLength), { merchantId, hookId }, secret);
  await inTransaction(context.database, async (tx) => {
    await tx.query(
      `insert into price_hook (merchant_id, hook_id, secret, made_at_ms) values ($1, $2, $3, $4)
       on conflict (merchant_id) do update set hook_id = excluded.hook_id, secret = excluded.secret,
         made_at_ms = excluded.made_at_ms, last_received_at_ms = null, counts = null`,
      [merchantId, hookId, sealed, context.nowMs()],
    );
    await record(tx, context, merchantId, by, 'price-hook-made');
  });
  return { path: hookPath + hookId, secret: `whsec_${secret}` };
}

export async function endPriceHook(context: ServerContext, { merchantId, by }: PriceOffice): Promise<void> {
  await inTransaction(context.database, async (tx) => {
    const { rowCount } = await tx.query('delete from price_hook where merchant_id = $1', [merchantId]);
    if (rowCount === 1) await record(tx, context, merchantId, by, 'price-hook-ended');
  });
}

function record(
  tx: Queryable,
  context: ServerContext,
  merchantId: string,
  by: AuditActor,
  action: 'price-hook-made' | 'price-hook-ended',
): Promise<void> {
  return recordAudit(tx, context, by, {
    merchantId,
    storeId: null,
    action,
    subjectType: 'merchant',
    subjectId: merchantId,
  });
}

/**
 * Takes what the web shop sent. Only what its secret signed, only in its time, and each message once: one that comes again is
 * answered as before. Cut short between, it is written again when it is sent again, by the same times of confirmation.
 */
export async function receiveHook(
  context: ServerContext,
  sealKey: Buffer,
  hookId: string,
  message: HookMessage,
  by: Pick<AuditActor, 'address' | 'userAgent'>,
): Promise<Result<OnlinePricesAnswer, HookFailure>> {
  const { pool } = context.database;
  const { rows } = await pool.query<Hook>(
    'select merchant_id as "merchantId", hook_id as "hookId", secret from price_hook where hook_id = $1',
    [hookId],
  );
  const [hook] = rows;
  const sentAtMs = Number(message.timestamp) * 1_000;
  const isInTime = Math.abs(context.nowMs() - sentAtMs) <= hookToleranceMs;
  const secret = hook && openHookSecret(sealKey, hook, hook.secret);
  if (hook && secret === null) context.log.warn({ hookId }, 'the secret of a price hook is of another installation');
  if (!hook || !secret || !isInTime || !isSigned(secret, message)) return fail({ code: 'unauthorized' });
  if (isUnsealed(hook.secret)) await sealOld(context, sealKey, hook);
  const prices = readBody(message.body, sentAtMs);
  if (prices === null) return fail({ code: 'bad-request' });
  const before = await remember(context, hook, message);
  if (!before.ok || before.value !== null) return before as Result<OnlinePricesAnswer, HookFailure>;
  const actor = { actorType: 'system', actorId: 'price-hook', ...by } as const;
  const answer = await receiveOnlinePrices(context, { merchantId: hook.merchantId, by: actor }, prices);
  await pool.query(
    'update price_hook_message set answer = $4 where merchant_id = $1 and hook_id = $2 and message_id = $3',
    [hook.merchantId, hookId, message.messageId, JSON.stringify(answer)],
  );
  await pool.query(
    'update price_hook set last_received_at_ms = $3, counts = $4 where merchant_id = $1 and hook_id = $2',
    [hook.merchantId, hookId, context.nowMs(), JSON.stringify(answer.counts)],
  );
  return ok(answer);
}

/** One that was made before secrets were sealed. */
async function sealOld(context: ServerContext, sealKey: Buffer, { merchantId, hookId, secret }: Hook): Promise<void> {
  const sealed = sealHookSecret(sealKey, context.randomBytes(nonceLength), { merchantId, hookId }, secret);
  await context.database.pool.query(
    'update price_hook set secret = $4 where merchant_id = $1 and hook_id = $2 and secret = $3',
    [merchantId, hookId, secret, sealed],
  );
}

function isSigned(secret: string, message: HookMessage): boolean {
  const wanted = messageSignature(secret, message);
  return message.signatures.split(' ').some((one) => {
    const given = one.startsWith('v1,') ? Buffer.from(one.slice(3), 'base64') : null;
    return given?.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

function readBody(body: Uint8Array, sentAtMs: number): OnlinePrices['prices'] | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // Whoever signs what cannot be read is told so.
    return null;
  }
  const read = onlinePricesSchema.safeParse(json);
  return read.success
    ? read.data.prices.map((row) => ({ ...row, confirmedAtMs: row.confirmedAtMs ?? sentAtMs }))
    : null;
}

/** What was answered to this message before; null: nothing yet. */
async function remember(
  context: ServerContext,
  { merchantId, hookId }: Hook,
  { messageId, body }: HookMessage,
): Promise<Result<OnlinePricesAnswer | null, HookFailure>> {
  const { pool } = context.database;
  const nowMs = context.nowMs();
  const bodyHash = createHash('sha256').update(body).digest('hex');
  await pool.query('delete from price_hook_message where merchant_id = $1 and received_at_ms < $2', [
    merchantId,
    nowMs - keptMs,
  ]);
  const { rows } = await pool.query<{ bodyHash: string; answer: OnlinePricesAnswer | null }>(
    `insert into price_hook_message (merchant_id, hook_id, message_id, body_hash, received_at_ms) values ($1, $2, $3, $4, $5)
     on conflict (merchant_id, hook_id, message_id) do update set message_id = excluded.message_id
     returning body_hash as "bodyHash", answer`,
    [merchantId, hookId, messageId, bodyHash, nowMs],
  );
  const [known] = rows;
  return known?.bodyHash === bodyHash ? ok(known.answer) : fail({ code: 'conflict' });
}
