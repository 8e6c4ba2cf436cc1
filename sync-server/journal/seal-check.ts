import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { InvariantError } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { genesisText, hashedText } from '#schemas/journal/seal.ts';

export type PublicKeyJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string };

const keyObjects = new Map<string, KeyObject>();
const keptKeys = 10_000;

function keyObject(jwk: PublicKeyJwk): KeyObject {
  const name = `${jwk.x}.${jwk.y}`;
  const known = keyObjects.get(name);
  if (known) return known;
  const made = createPublicKey({ key: jwk, format: 'jwk' });
  if (keyObjects.size >= keptKeys) keyObjects.clear();
  keyObjects.set(name, made);
  return made;
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** What the first entry of a till names as its previous hash. */
export function genesisHashOf(storeId: string, tillNumber: number): string {
  return sha256Hex(genesisText(storeId, tillNumber));
}

/** The hash that the document should carry, or null when it cannot be said canonically (nested too deep). */
export function recomputedHash(document: Entry): string | null {
  try {
    return sha256Hex(hashedText(document));
  } catch (error) {
    if (error instanceof InvariantError) return null;
    throw error;
  }
}

/** ECDSA P-256 / SHA-256 over the hash's hex text; the signature is base64url of r‖s (IEEE P1363). */
export function signatureHolds(hash: string, signature: string, publicKey: PublicKeyJwk): boolean {
  return verify(
    'sha256',
    Buffer.from(hash, 'latin1'),
    { key: keyObject(publicKey), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
}
