import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { InvariantError } from '#schemas/assert.ts';
import type { Entry } from '#schemas/journal/envelope.ts';
import { genesisText, hashedText } from '#schemas/journal/seal.ts';

export type PublicKeyJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string };

const keyObjects = new Map<string, KeyObject | null>();
const keptKeys = 10_000;

/** The parsed key, kept; null when the two numbers are no point of the curve, so that nothing is signed by it. */
function keyObject(jwk: PublicKeyJwk): KeyObject | null {
  const name = `${jwk.x}.${jwk.y}`;
  const known = keyObjects.get(name);
  if (known !== undefined) return known;
  let made: KeyObject | null = null;
  try {
    made = createPublicKey({ key: jwk, format: 'jwk' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_CRYPTO_INVALID_JWK') throw error;
  }
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

/**
 * ECDSA P-256 / SHA-256 over the hash's hex text; the signature is base64url of r‖s (IEEE P1363).
 *
 * It is handed over as DER with a bare key: asking Node for P1363 takes an options object, whose handling costs half as much
 * again as the verification itself (measured, Node 24: 99 µs against 65 µs).
 */
export function signatureHolds(hash: string, signature: string, publicKey: PublicKeyJwk): boolean {
  const key = keyObject(publicKey);
  const pair = Buffer.from(signature, 'base64url');
  return key !== null && verify('sha256', Buffer.from(hash, 'latin1'), key, derSignature(pair));
}

/** r‖s as ASN.1 SEQUENCE of two INTEGERs (RFC 3279, 2.2.3). At most 72 bytes, so every length fits one byte. */
function derSignature(pair: Buffer): Buffer {
  const half = pair.length / 2;
  const integers = Buffer.concat([derInteger(pair.subarray(0, half)), derInteger(pair.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers]);
}

/** Shortest form of an unsigned number: no leading zeros but the one that keeps it positive. */
function derInteger(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const digits = bytes.subarray(from);
  const padding = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, digits.length + padding.length, ...padding]), digits]);
}
