import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PublicKeyJwk, sha256Hex, signatureHolds } from './seal-check.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = pair.publicKey.export({ format: 'jwk' }) as PublicKeyJwk;

function signatureOf(hash: string): Buffer {
  return sign('sha256', Buffer.from(hash), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
}

test('[J3] every true signature holds, also those whose numbers begin with zero bytes', () => {
  let short = 0;
  for (let at = 0; at < 600 || short === 0; at++) {
    const hash = sha256Hex(String(at));
    const signature = signatureOf(hash);
    if (signature[0] === 0 || signature[32] === 0) short += 1;
    expect(signatureHolds(hash, signature.toString('base64url'), publicKey)).toBe(true);
  }
  expect(short).toBeGreaterThan(0);
});

test('[J3] a signature with any bit turned, of another hash, or of other bytes does not hold', () => {
  const hash = sha256Hex('an entry');
  const signature = signatureOf(hash);
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const turned = Buffer.from(signature);
    turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(signatureHolds(hash, turned.toString('base64url'), publicKey)).toBe(false);
  }
  expect(signatureHolds(sha256Hex('another'), signature.toString('base64url'), publicKey)).toBe(false);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
      expect(signatureHolds(hash, Buffer.from(bytes).toString('base64url'), publicKey)).toBe(false);
    }),
    { numRuns: 200, examples: [[new Uint8Array(64)], [new Uint8Array(64).fill(255)]] },
  );
});

test('[J3] nothing is signed by a key that is no point of the curve', () => {
  const noPoint: PublicKeyJwk = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: `${'B'.repeat(42)}A` };
  const hash = sha256Hex('an entry');
  expect(signatureHolds(hash, signatureOf(hash).toString('base64url'), noPoint)).toBe(false);
});
