import type { StaffPasskey } from '#schemas/rows/staff.ts';
import { toBase64url } from './base64url.ts';
import type { PasskeyAssertion, PasskeyRequest } from './passkey-check.ts';

/** An authenticator in memory with one passkey, for tests: signs whatever it is asked, as a device does. */
export class FakeAuthenticator {
  readonly passkey: StaffPasskey;
  readonly #key: CryptoKey;
  /** 5: somebody was there, and the device verified who. */
  flags = 5;

  private constructor(passkey: StaffPasskey, key: CryptoKey) {
    this.passkey = passkey;
    this.#key = key;
  }

  static async make(credentialId: string, algorithm: -7 | -257 = -7): Promise<FakeAuthenticator> {
    const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
    const kind = algorithm === -7 ? { name: 'ECDSA', namedCurve: 'P-256' } : { ...rsa, hash: 'SHA-256' };
    const keys = (await crypto.subtle.generateKey(kind, true, ['sign', 'verify'])) as CryptoKeyPair;
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey));
    return new FakeAuthenticator({ credentialId, publicKey: toBase64url(spki), algorithm }, keys.privateKey);
  }

  async sign({ challenge, origin, rpId }: PasskeyRequest, type = 'webauthn.get'): Promise<PasskeyAssertion> {
    const client = { type, challenge: toBase64url(challenge), origin, crossOrigin: false };
    const clientDataJson = new TextEncoder().encode(JSON.stringify(client));
    const rpIdHash = await sha256(new TextEncoder().encode(rpId));
    const authenticatorData = Uint8Array.from([...rpIdHash, this.flags, 0, 0, 0, 7]);
    const signed = Uint8Array.from([...authenticatorData, ...(await sha256(clientDataJson))]);
    const isEc = this.passkey.algorithm === -7;
    const kind = isEc ? { name: 'ECDSA', hash: 'SHA-256' } : 'RSASSA-PKCS1-v1_5';
    const raw = new Uint8Array(await crypto.subtle.sign(kind, this.#key, signed));
    const { credentialId } = this.passkey;
    return { credentialId, clientDataJson, authenticatorData, signature: isEc ? der(raw) : raw };
  }
}

function der(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].flatMap((number) => {
    const start = number.findIndex((byte) => byte !== 0);
    const digits = [...number.subarray(start)];
    // DER's INTEGER has a sign.
    const positive = (digits[0] ?? 0) > 127 ? [0, ...digits] : digits;
    return [2, positive.length, ...positive];
  });
  return Uint8Array.from([0x30, numbers.length, ...numbers]);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
