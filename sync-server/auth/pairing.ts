import { createPublicKey } from 'node:crypto';
import type pg from 'pg';
import { maxTillNumber } from '#schemas/journal/envelope.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { PairAnswer, PairRequest } from '#schemas/sync/pairing.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { type AuditActor, recordAudit } from '../audit/audit.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction } from '../db/database.ts';
import { hashToken } from './till-auth.ts';

/** A code works this long, and once. */
export const pairingCodeMs = 10 * 60_000;
/** An old code is told from an unknown one this long. */
const rememberedMs = 24 * 60 * 60_000;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export type PairFailure = { code: 'code-unknown' | 'code-used' | 'code-expired' | 'bad-request' | 'conflict' };

/** Makes a code: forty random bits. */
export async function createPairingCode(
  context: ServerContext,
  storeId: string,
): Promise<{ code: string; expiresAtMs: number }> {
  const createdAtMs = context.nowMs();
  const expiresAtMs = createdAtMs + pairingCodeMs;
  const { pool } = context.database;
  await pool.query('delete from pairing_code where expires_at_ms < $1', [createdAtMs - rememberedMs]);
  while (true) {
    const code = Array.from(context.randomBytes(8), (byte) => alphabet[byte % 32]).join('');
    const { rowCount } = await pool.query(
      `insert into pairing_code (store_id, code, created_at_ms, expires_at_ms) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [storeId, code, createdAtMs, expiresAtMs],
    );
    if (rowCount === 1) return { code, expiresAtMs };
  }
}

/** Turns a code into a till: the next number that was never used, a token and a key for PINs. Atomic. */
export function pairTill(
  context: ServerContext,
  request: PairRequest,
  origin: Pick<AuditActor, 'address' | 'userAgent'>,
): Promise<Result<PairAnswer, PairFailure>> {
  if (!isPoint(request.publicKey)) return Promise.resolve(fail({ code: 'bad-request' }));
  return inTransaction(context.database, async (tx) => {
    const store = await useCode(context, tx, request.code);
    if (!store.ok) return store;
    const paired = await addTill(context, tx, store.value, request);
    if (paired.ok) await recordPairing(context, tx, paired.value, request, origin);
    return paired;
  });
}

/** The new till is on record as the one who did it: the code was its leave. */
async function recordPairing(
  context: ServerContext,
  tx: pg.PoolClient,
  { storeId, tillNumber }: PairAnswer,
  { deviceName }: PairRequest,
  origin: Pick<AuditActor, 'address' | 'userAgent'>,
): Promise<void> {
  const { rows } = await tx.query<{ merchantId: string }>(
    'select merchant_id as "merchantId" from store where store_id = $1',
    [storeId],
  );
  const merchantId = rows[0]?.merchantId ?? '';
  const by = { actorType: 'till', actorId: `${storeId}/${tillNumber}`, ...origin } as const;
  const subject = { subjectType: 'till', subjectId: String(tillNumber), after: { name: deviceName } };
  await recordAudit(tx, context, by, { merchantId, storeId, action: 'till-paired', ...subject });
}

type Store = { storeId: string; storeName: string };

async function useCode(context: ServerContext, tx: pg.PoolClient, code: string): Promise<Result<Store, PairFailure>> {
  // The lock on the code makes a second request with it wait, then see that it is used.
  const { rows } = await tx.query<Store & { expiresAtMs: number; usedAtMs: number | null }>(
    `select c.store_id as "storeId", s.name as "storeName", c.expires_at_ms as "expiresAtMs", c.used_at_ms as "usedAtMs"
       from pairing_code c join store s using (store_id) where c.code = $1 for update of c`,
    [code],
  );
  const [found] = rows;
  const nowMs = context.nowMs();
  if (!found) return fail({ code: 'code-unknown' });
  if (found.usedAtMs !== null) return fail({ code: 'code-used' });
  if (nowMs >= found.expiresAtMs) return fail({ code: 'code-expired' });
  await tx.query('update pairing_code set used_at_ms = $3 where store_id = $1 and code = $2', [
    found.storeId,
    code,
    nowMs,
  ]);
  return ok({ storeId: found.storeId, storeName: found.storeName });
}

async function addTill(
  context: ServerContext,
  tx: pg.PoolClient,
  { storeId, storeName }: Store,
  request: PairRequest,
): Promise<Result<PairAnswer, PairFailure>> {
  // Tills paired at the same time take turns here; rows of tills are never deleted, so numbers are never used again.
  await tx.query('select 1 from store where store_id = $1 for update', [storeId]);
  const { rows } = await tx.query<{ next: number }>(
    `select greatest((select coalesce(max(till_number), 0) + 1 from till where store_id = $1), tills_from_number) as next
       from store_counter where store_id = $1`,
    [storeId],
  );
  const tillNumber = rows[0]?.next ?? 1;
  if (tillNumber > maxTillNumber) return fail({ code: 'conflict' });
  const token = Buffer.from(context.randomBytes(32)).toString('base64url');
  const pinKey = Buffer.from(context.randomBytes(32)).toString('base64url');
  const { kty, crv, x, y } = request.publicKey;
  const serverTimeMs = context.nowMs();
  await tx.query(
    `insert into till (store_id, till_number, name, public_key, token_hash, pin_key, paired_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [storeId, tillNumber, request.deviceName, { kty, crv, x, y }, hashToken(token), pinKey, serverTimeMs],
  );
  return ok({ protocol: protocolVersion, storeId, storeName, tillNumber, token, pinKey, serverTimeMs });
}

/** Whether a JWK is a point of P-256: a key that is none could never sign an entry that we believe. */
function isPoint(jwk: PairRequest['publicKey']): boolean {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyType === 'ec';
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
