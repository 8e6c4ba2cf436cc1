import { fromBase64url, toBase64url } from '../db/base64url.ts';
import type { PasskeyAssertion } from '../db/passkey-check.ts';

/** What signs with a person's passkey: the tablet itself, a phone near it, or a key in it. */
export type PasskeyDevice = {
  origin: string;
  /** The host's name, to which passkeys are bound. */
  rpId: string;
  /** Null: the person or the device said no, or it was aborted. `credentialIds`: base64url. */
  sign(
    challenge: Uint8Array<ArrayBuffer>,
    credentialIds: readonly string[],
    signal: AbortSignal,
  ): Promise<PasskeyAssertion | null>;
};

/** Of this browser; null where it has none, or where its address is one of numbers, to which no passkey can be bound. */
export function passkeyDevice(place: Pick<Location, 'origin' | 'hostname'>): PasskeyDevice | null {
  const { origin, hostname: rpId } = place;
  const isNamed = !/^[\d.]+$|:/.test(rpId);
  if (!isNamed || typeof globalThis.PublicKeyCredential !== 'function') return null;
  return { origin, rpId, sign: (challenge, credentialIds, signal) => sign(rpId, challenge, credentialIds, signal) };
}

async function sign(
  rpId: string,
  challenge: Uint8Array<ArrayBuffer>,
  credentialIds: readonly string[],
  signal: AbortSignal,
): Promise<PasskeyAssertion | null> {
  const allowCredentials = credentialIds.map((id) => ({ id: fromBase64url(id), type: 'public-key' as const }));
  const publicKey = { challenge, rpId, allowCredentials, userVerification: 'required' as const };
  const credential = await navigator.credentials.get({ publicKey, signal }).catch(() => {
    // Which of the many reasons it was, the browser does not tell for sure; it told the person.
    return null;
  });
  if (!(credential instanceof PublicKeyCredential)) return null;
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) return null;
  return {
    credentialId: toBase64url(new Uint8Array(credential.rawId)),
    clientDataJson: new Uint8Array(response.clientDataJSON),
    authenticatorData: new Uint8Array(response.authenticatorData),
    signature: new Uint8Array(response.signature),
  };
}
