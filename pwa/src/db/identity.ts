import { fail, ok, type Result } from '#schemas/result.ts';
import { type PairRequest, pairAnswerSchema } from '#schemas/sync/pairing.ts';
import { type ApiErrorCode, apiErrorSchema, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { fromBase64url } from './base64url.ts';
import { IdentityDatabase, type IndexedDbSource } from './identity-database.ts';
import type { Fetch } from './pouch.ts';
import type { TillIdentity } from './till-types.ts';

export type PairFailure = { code: ApiErrorCode | 'offline' | 'storage-failed' };

export type PairOptions = {
  baseUrl: string;
  /** As `tidyPairingCode` leaves it. */
  code: string;
  deviceName: string;
  fetch?: Fetch;
  nowMs?: () => number;
  source?: IndexedDbSource;
};

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };

/**
 * Makes this tablet a till: a fresh P-256 key whose private half nothing can export, the code redeemed at the server, and
 * the answer stored. An identity that was there is replaced.
 */
export async function pair(options: PairOptions): Promise<Result<TillIdentity, PairFailure>> {
  const { baseUrl, code, deviceName, fetch = globalThis.fetch, nowMs = Date.now, source } = options;
  const keys = (await crypto.subtle.generateKey(ecdsa, false, ['sign', 'verify'])) as CryptoKeyPair;
  const { x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const publicKey = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } as const;
  const request: PairRequest = { protocol: protocolVersion, code, publicKey, deviceName };
  const answer = await postPairing(fetch, baseUrl, request);
  if (!answer.ok) return answer;
  const { storeId, storeName, tillNumber, token, pinKey } = answer.value;
  const identity: TillIdentity = {
    storeId,
    storeName,
    tillNumber,
    token,
    signingKey: keys.privateKey,
    pinKey: await crypto.subtle.importKey('raw', fromBase64url(pinKey), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ]),
    pairedAtMs: nowMs(),
  };
  const database = new IdentityDatabase(source);
  try {
    await database.transaction('rw', database.identity, database.pinAttempts, database.farewell, async () => {
      await database.identity.put({ ...identity, slot: 'till' });
      await database.farewell.clear();
      await database.pinAttempts.clear();
    });
  } catch {
    return fail({ code: 'storage-failed' });
  } finally {
    database.close();
  }
  return ok(identity);
}

async function postPairing(fetch: Fetch, baseUrl: string, request: PairRequest) {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${baseUrl}/api/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [protocolHeader]: String(protocolVersion) },
      body: JSON.stringify(request),
    });
    body = await response.json();
  } catch {
    return fail({ code: 'offline' as const });
  }
  const answer = pairAnswerSchema.safeParse(body);
  if (response.ok && answer.success) return ok(answer.data);
  const refusal = apiErrorSchema.safeParse(body);
  return fail({ code: refusal.success ? refusal.data.error.code : ('internal' as const) });
}

/** Who this tablet is, or null while it is not paired. */
export async function loadIdentity(source?: IndexedDbSource): Promise<TillIdentity | null> {
  const database = new IdentityDatabase(source);
  try {
    const stored = await database.identity.get('till');
    if (stored === undefined) return null;
    const { slot, ...identity } = stored;
    return identity;
  } finally {
    database.close();
  }
}

/**
 * Unpairs this tablet. The signing key goes for ever, and with it the way to send what waits: so `entries-waiting` unless
 * nothing does, or `force` (after an emergency export, or when the till was revoked). The journal itself stays.
 */
export async function forgetIdentity(options: {
  waiting: number;
  force?: boolean;
  source?: IndexedDbSource;
}): Promise<Result<null, { code: 'entries-waiting' }>> {
  if (options.waiting > 0 && options.force !== true) return fail({ code: 'entries-waiting' });
  const database = new IdentityDatabase(options.source);
  try {
    await database.identity.delete('till');
  } finally {
    database.close();
  }
  return ok(null);
}
