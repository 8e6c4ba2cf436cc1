import { fail, ok, type Result } from '#schemas/result.ts';
import type { StaffPasskey } from '#schemas/rows/staff.ts';
import { fromBase64url, toBase64url } from './base64url.ts';

/** What an authenticator answers when it was asked to sign (Web Authentication, `AuthenticatorAssertionResponse`). */
export type PasskeyAssertion = {
  /** base64url */
  credentialId: string;
  clientDataJson: Uint8Array<ArrayBuffer>;
  authenticatorData: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
};

/** Where and for what it was asked. `rpId`: the host's name. */
export type PasskeyRequest = { challenge: Uint8Array<ArrayBuffer>; origin: string; rpId: string };

/** Why a signature does not count. */
export type PasskeyRefusal = {
  code: 'not-theirs' | 'wrong-purpose' | 'wrong-challenge' | 'wrong-origin' | 'not-verified' | 'wrong-signature';
};

/** Whether one of a person's passkeys signed this request, with the person verified by the device; without a server. */
export async function checkPasskey(
  assertion: PasskeyAssertion,
  passkeys: readonly StaffPasskey[],
  request: PasskeyRequest,
): Promise<Result<null, PasskeyRefusal>> {
  const { credentialId, clientDataJson, authenticatorData, signature } = assertion;
  const passkey = passkeys.find((known) => known.credentialId === credentialId);
  if (passkey === undefined) return fail({ code: 'not-theirs' });
  const client = clientData(clientDataJson);
  if (client?.type !== 'webauthn.get') return fail({ code: 'wrong-purpose' });
  if (client.challenge !== toBase64url(request.challenge)) return fail({ code: 'wrong-challenge' });
  if (client.origin !== request.origin || client.crossOrigin === true) return fail({ code: 'wrong-origin' });
  const rpIdHash = await sha256(new TextEncoder().encode(request.rpId));
  const isForHost = authenticatorData.length >= 37 && rpIdHash.every((byte, at) => authenticatorData[at] === byte);
  if (!isForHost) return fail({ code: 'wrong-origin' });
  // Flags: bit 0, somebody was there; bit 2, the device verified who.
  if (((authenticatorData[32] ?? 0) & 5) !== 5) return fail({ code: 'not-verified' });
  const signed = new Uint8Array([...authenticatorData, ...(await sha256(clientDataJson))]);
  return (await isSigned(passkey, signature, signed)) ? ok(null) : fail({ code: 'wrong-signature' });
}

function clientData(json: Uint8Array): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(new TextDecoder().decode(json));
    return typeof read === 'object' && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}

async function isSigned(
  { publicKey, algorithm }: StaffPasskey,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const isEc = algorithm === -7;
  const kind = isEc
    ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const raw = isEc ? rawSignature(signature) : signature;
  if (raw === null) return false;
  try {
    const key = await crypto.subtle.importKey('spki', fromBase64url(publicKey), kind, false, ['verify']);
    return await crypto.subtle.verify(kind, key, raw, signed);
  } catch {
    // A key that this browser cannot read signs nothing.
    return false;
  }
}

/** An ECDSA signature in DER, two INTEGERs in a SEQUENCE, as the 64 bytes that WebCrypto reads; null when it is none. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const raw = new Uint8Array(64);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const number = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || number.length !== length) return null;
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (digits.length > 32) return null;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
